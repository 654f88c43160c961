// SPDX-License-Identifier: MIT
//
// The project's own documents, its Markdown files, as pages of a site. Pure functions, any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace agon::reports {

struct Document {
  std::string path;   // of the page in the site: docs/plugins/sdk/README.html
  std::string title;  // its first heading
  std::string body;   // markup
};

// In the order of the index.
std::vector<Document> documents();

// Markdown (CommonMark with tables) as markup that loads nothing; built without md4c, as it is. page(link)
// is where a relative link leads in the site, "" for what is not there: its words alone stay, as of a picture.
// An address in the web stands as text: a site has relative links only.
std::string markdown_body(std::string_view markdown,
                          const std::function<std::string(const std::string&)>& page);

}  // namespace agon::reports
