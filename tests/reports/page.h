// SPDX-License-Identifier: MIT
//
// A page of a report as text, and what tests look for in it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "reports/render/html/html.h"
#include "tests/browser/sample.h"

namespace agon::reports {

inline std::string render(const ReportInput& input) {
  return render_html(input, summarise(input.records, input.run.tasks, input.run.studies));
}
inline std::string render(const std::string& kind) { return render(tests::make_sample(kind)); }

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline nlohmann::json data_of(const std::string& page) {
  const std::string head = "id=\"agon-data\">";
  const size_t begin = page.find(head) + head.size();
  return nlohmann::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

inline size_t count_of(std::string_view text, std::string_view part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size()))
    ++n;
  return n;
}

}  // namespace agon::reports
