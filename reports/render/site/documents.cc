// SPDX-License-Identifier: MIT
#include "reports/render/site/documents.h"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <span>
#include <stdexcept>

#include "agon_documents_resources.h"
#include "reports/text.h"
#if AGON_MD4C
#include <md4c-html.h>
#endif

namespace agon::reports {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "docs";

fs::path page_of(const fs::path& markdown) {
  return fs::path(kFolder) / fs::path(markdown).replace_extension(".html");
}

// The Markdown file that a link from `from` means, or "".
std::string target(const fs::path& from, const std::string& link) {
  const fs::path file = (from.parent_path() / link.substr(0, link.find('#'))).lexically_normal();
  const std::span<const Resource> all = texts::resources();
  for (const fs::path& candidate : {file, file / "README.md"}) {
    if (std::ranges::any_of(all, [&](const Resource& r) { return candidate == r.name; }))
      return candidate;
  }
  return "";
}

std::string title_of(const Resource& document) {
  std::string_view text = document.bytes;
  const size_t at = text.starts_with("# ") ? 2 : text.find("\n# ");
  if (at == text.npos) return std::string(document.name);
  text.remove_prefix(at == 2 ? 2 : at + 3);
  return std::string(text.substr(0, text.find('\n')));
}

#if AGON_MD4C
std::string rendered(std::string_view markdown) {
  std::string out;
  const auto take = [](const MD_CHAR* text, MD_SIZE size, void* to) {
    static_cast<std::string*>(to)->append(text, size);
  };
  if (md_html(markdown.data(), static_cast<MD_SIZE>(markdown.size()), take, &out,
              MD_FLAG_TABLES | MD_FLAG_NOHTML | MD_FLAG_PERMISSIVEURLAUTOLINKS, 0) != 0)
    throw std::runtime_error("a document cannot be rendered");
  return out;
}

// fn(match) in the place of every match.
template <typename Fn>
std::string replaced(const std::string& text, const std::regex& pattern, Fn&& fn) {
  std::string out;
  auto last = text.begin();
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) {
    out.append(last, (*it)[0].first);
    out += fn(*it);
    last = (*it)[0].second;
  }
  return out.append(last, text.end());
}
#endif

}  // namespace

std::string markdown_body(std::string_view markdown,
                          const std::function<std::string(const std::string&)>& page) {
#if AGON_MD4C
  static const std::regex picture(R"re(<img src="[^"]*" alt="([^"]*)"[^>]*>)re");
  static const std::regex link(R"re(<a href="([^"]*)"[^>]*>([^]*?)</a>)re");
  static const std::regex elsewhere(R"re(^https?://)re");
  std::string out =
      replaced(rendered(markdown), picture, [](const std::smatch& m) { return m[1].str(); });
  out = replaced(out, link, [&](const std::smatch& m) {
    const std::string to = m[1], words = m[2];
    if (std::regex_search(to, elsewhere)) return words == to ? words : words + " (" + to + ")";
    const std::string leads = page(to);
    return leads.empty() ? words : "<a href=\"" + escape_html(leads) + "\">" + words + "</a>";
  });
  static const std::regex table("<table>"), table_end("</table>");
  out = std::regex_replace(out, table, "<div class=\"scroll\" tabindex=\"0\"><table>");
  return std::regex_replace(out, table_end, "</table></div>");
#else
  static_cast<void>(page);
  return "<pre>" + escape_html(markdown) + "</pre>";
#endif
}

std::vector<Document> documents() {
  std::vector<Document> out;
  for (const Resource& one : texts::resources()) {
    const fs::path from = one.name, own = page_of(from);
    const auto page = [&](const std::string& link) {
      const std::string file = target(from, link);
      return file.empty() ? "" : page_of(file).lexically_relative(own.parent_path()).string();
    };
    out.push_back({own, title_of(one), markdown_body(one.bytes, page)});
  }
  return out;
}

}  // namespace agon::reports
