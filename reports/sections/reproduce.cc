// SPDX-License-Identifier: MIT
#include "reports/sections/reproduce.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/text.h"

namespace agon::reports {

namespace {
// A text with what means something in a selector stands in quotes there.
std::string selector_word(const std::string& text) {
  return text.empty() || text.find_first_of(",[]()= \t") != std::string::npos ? '"' + text + '"'
                                                                              : text;
}
}  // namespace

std::string rule_selector(const CellRecord& record) {
  std::string list;
  const auto params = nlohmann::ordered_json::parse(record.id.params_json, nullptr, false);
  if (!params.is_object() || params.empty()) return record.id.rule;
  for (const auto& [key, value] : params.items()) {
    if (!list.empty()) list += ',';
    list += key + "=" +
            (value.is_string()
                 ? selector_word(value.get<std::string>())
                 : value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
  return record.id.rule + "[" + list + "]";
}

CommandParts reproduce_parts(const RunInfo& run, const CellRecord& record) {
  const std::string& varied = record.id.condition;
  return {fmt::format("agon run {} --study {} -r {} -t {}{} --seed ", core::shell_word(run.suite),
                      core::shell_word(record.study), core::shell_word(rule_selector(record)),
                      core::shell_word(record.id.task),
                      varied.empty() ? "" : " --condition " + core::shell_word(varied)),
          (run.options.empty() ? "" : " ") + run.options};
}

std::string reproduce_command(const RunInfo& run, const CellRecord& record) {
  const CommandParts parts = reproduce_parts(run, record);
  return parts.head + std::to_string(record.id.seed) + parts.tail;
}

}  // namespace agon::reports
