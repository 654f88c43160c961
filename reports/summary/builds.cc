// SPDX-License-Identifier: MIT
#include "reports/summary/builds.h"

#include <algorithm>

namespace agon::reports {
namespace {

constexpr size_t kShownDigits = 8;

}  // namespace

Builds::Builds(std::span<const CellRecord> records) : hosts_(records) {
  for (const CellRecord& r : records) {
    version_of_[r.id.rule].try_emplace(r.id.plugin_build, r.id.plugin_version);
  }
  std::erase_if(version_of_, [](const auto& rule) { return rule.second.size() < 2; });
}

Setting Builds::of(const CellRecord& record) const {
  Setting setting;
  if (std::string host = hosts_.name_of(record); !host.empty())
    setting.emplace_back(kHost, std::move(host));
  const auto rule = version_of_.find(record.id.rule);
  if (rule == version_of_.end()) return setting;
  const std::string& version = record.id.plugin_version;
  const auto sharing = std::ranges::count_if(
      rule->second, [&](const auto& build) { return build.second == version; });
  const bool versions_differ = sharing < static_cast<std::ptrdiff_t>(rule->second.size());
  if (versions_differ) setting.emplace_back("version", version);
  if (sharing > 1) setting.emplace_back("build", record.id.plugin_build.substr(0, kShownDigits));
  return setting;
}

}  // namespace agon::reports
