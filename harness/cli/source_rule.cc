// SPDX-License-Identifier: MIT
#include "harness/cli/source_rule.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "harness/work/discover.h"

namespace agon::harness {
namespace {

constexpr std::string_view kWord = "python[";

// The settings between the outer brackets, split at commas that no bracket holds.
std::vector<std::string> settings_of(std::string_view selector) {
  std::vector<std::string> out(1);
  int open = 0;
  for (const char c : selector.substr(kWord.size(), selector.size() - kWord.size() - 1)) {
    open += c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
    if (c == ',' && open == 0) {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}

// Takes `key=value` out of the settings; "" where there is none.
std::string taken(std::vector<std::string>& settings, std::string_view key) {
  const auto at = std::ranges::find_if(settings, [&](const std::string& s) {
    return s.starts_with(key) && s.size() > key.size() && s[key.size()] == '=';
  });
  if (at == settings.end()) return "";
  std::string value = at->substr(key.size() + 1);
  settings.erase(at);
  if (value.size() > 1 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  return value;
}

}  // namespace

std::string rule_by_source(const std::string& selector,
                           std::vector<std::filesystem::path>& plugins) {
  if (selector != "python" && !(selector.starts_with(kWord) && selector.ends_with(']')))
    return selector;
  std::vector<std::string> settings;
  if (selector != "python") settings = settings_of(selector);
  const std::string file = taken(settings, "file"), wanted = taken(settings, "rule");
  if (file.empty()) {
    throw Error(Exit::usage, "-r " + core::printable(selector), "names no file",
                "-r 'python[file=my_rule.py]'");
  }
  std::vector<std::string> ids = discover({file}).sources;
  if (!wanted.empty()) std::erase_if(ids, [&](const std::string& id) { return id != wanted; });
  if (ids.size() != 1) {
    throw Error(Exit::usage, "-r " + core::printable(selector),
                ids.empty() ? "the file has no such rule" : "the file has several rules",
                "name one: python[file=FILE,rule=ID]");
  }
  plugins.emplace_back(file);
  return settings.empty() ? ids.front()
                          : fmt::format("{}[{}]", ids.front(), fmt::join(settings, ","));
}

}  // namespace agon::harness
