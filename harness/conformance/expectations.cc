// SPDX-License-Identifier: MIT
#include "harness/conformance/expectations.h"

#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "core/toml.h"
#include "harness/conformance/check.h"

namespace agon::conformance {

Expectations read_expectations(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kExpectationsFile;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return {};
  const core::TomlFile file(core::read_regular(path, Exit::usage, core::kMostTomlBytes),
                            path.string());
  const core::TomlTable top = file.top();
  top.allow_only({"expected_failed"});
  std::vector<std::string_view> ids;
  for (const Check& check : checks()) ids.emplace_back(check.id);
  Expectations found;
  if (!top.has("expected_failed")) return found;
  for (const core::TomlTable& row : top.tables("expected_failed")) {
    row.allow_only({"rule", "check", "reason"});
    const bool fresh = found
                           .try_emplace({row.text("rule"), row.choice("check", ids)},
                                        core::printable(row.text("reason")))
                           .second;
    if (!fresh) row.fail("check", "stands twice for this rule", "give all reasons in one");
  }
  return found;
}

}  // namespace agon::conformance
