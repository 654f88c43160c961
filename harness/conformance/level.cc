// SPDX-License-Identifier: MIT
#include "harness/conformance/level.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "core/hash.h"
#include "datasets/task.h"
#include "harness/conformance/check.h"
#include "harness/plan/build_info.h"

namespace agon::conformance {
namespace {

constexpr uint64_t kMostBytes = 4096;

// The checks themselves are a part: with other ones a level means something else.
std::string checks_of_now() {
  std::string text = harness::agon_version();
  for (const Check& check : checks()) text += fmt::format("|{} {}", check.id, check.level);
  return core::hash_hex(text);
}

// Empty without a cache folder or a build.
std::filesystem::path place(const harness::RuleManifest& rule) {
  const std::filesystem::path cache = datasets::cache_folder();
  if (cache.empty() || rule.build_id.empty()) return {};
  const std::string& id = rule.id_in_plugin.empty() ? rule.id : rule.id_in_plugin;
  return cache / "conformance" / fmt::format("{}-{}.json", rule.build_id, id);
}

}  // namespace

std::string level_text(const Level& level) {
  return level.reached >= level.tried ? fmt::format("level {}", level.reached)
                                      : fmt::format("level {} of {}", level.reached, level.tried);
}

std::string level_text(const std::optional<Level>& level) {
  return level ? level_text(*level) : "not checked";
}

std::optional<Level> known_level(const harness::RuleManifest& rule) noexcept {
  try {
    const std::filesystem::path file = place(rule);
    std::error_code error;
    if (file.empty() || !std::filesystem::exists(file, error)) return {};
    const auto kept = nlohmann::json::parse(core::read_regular(file, Exit::io, kMostBytes));
    if (kept.at("checks") != checks_of_now()) return {};
    const Level level{kept.at("reached"), kept.at("tried")};
    const bool sound =
        level.reached >= 0 && level.tried <= kHighestLevel && level.reached <= level.tried;
    return sound ? std::optional(level) : std::nullopt;
  } catch (...) {
    return {};
  }
}

void keep_level(const harness::RuleManifest& rule, const Level& level) noexcept {
  try {
    const std::filesystem::path file = place(rule);
    if (file.empty()) return;
    const auto before = known_level(rule);
    const bool all_kept = level.reached == level.tried;
    if (before && all_kept && before->reached >= level.reached) return;
    std::filesystem::create_directories(file.parent_path());
    core::replace_file(
        file, nlohmann::json(
                  {{"checks", checks_of_now()}, {"reached", level.reached}, {"tried", level.tried}})
                  .dump());
  } catch (...) {  // nobody is worse off than before
  }
}

}  // namespace agon::conformance
