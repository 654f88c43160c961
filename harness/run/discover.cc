// SPDX-License-Identifier: MIT
#include "harness/run/discover.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "core/error.h"
#include "core/hash.h"
#include "harness/plugins/loader.h"
#include "harness/run/cell_job.h"
#include "harness/run/process.h"

namespace agon::harness {
namespace {

using nlohmann::json;

constexpr double kDescribeLimitS = 10;

// The child's answer as manifests; throws the refusal as agon::Error(Exit::plugin).
std::vector<RuleManifest> read_answer(const std::filesystem::path& file, const ChildResult& child) {
  const auto refuse = [&](const std::string& reason) -> Error {
    return Error(Exit::plugin, file.string(), reason, "rebuild or remove this plugin");
  };
  if (child.timed_out) throw refuse(fmt::format("did not load within {} s", kDescribeLimitS));
  const json answer = json::parse(child.events, nullptr, false);
  if (!answer.is_object()) throw refuse("crashed while it was loaded: " + describe_exit(child.wait_status));
  if (answer.contains("error")) {
    throw Error(Exit::plugin, answer.at("thing").get<std::string>(), answer.at("error").get<std::string>(),
                answer.at("fix").get<std::string>());
  }
  std::vector<RuleManifest> rules;
  for (const json& rule : answer.at("rules")) {
    rules.push_back(manifest_from_json(rule));
    rules.back().build_id = answer.at("build_id").get<std::string>();
  }
  return rules;
}

}  // namespace

Discovery discover(const std::vector<std::filesystem::path>& named) {
  Discovery found;
  found.folders = plugin_places(named);
  const std::vector<std::filesystem::path> files = plugin_files(found.folders);
  std::vector<ChildCommand> commands;
  for (const auto& file : files) {
    commands.push_back({{"worker", "--parent", std::to_string(getpid()), "--describe", file.string()}, ""});
  }
  const std::vector<ChildResult> children = run_children(commands, kDescribeLimitS);
  std::vector<RuleManifest> all;
  for (size_t i = 0; i < files.size(); ++i) {
    try {
      std::ranges::move(read_answer(files[i], children[i]), std::back_inserter(all));
    } catch (const Error& e) {
      const bool asked_for = std::ranges::any_of(named, [&](const auto& name) {
        std::error_code ignored;
        return std::filesystem::equivalent(name, files[i], ignored);
      });
      if (asked_for) throw;
      found.refused.push_back(fmt::format("{}: {}", e.thing(), e.reason()));
    }
  }
  found.rules = first_of_each_id(std::move(all), found.refused);
  std::ranges::sort(found.rules, {}, &RuleManifest::id);
  return found;
}

int describe_for_parent(const std::filesystem::path& file) {
  json answer;
  try {
    answer["rules"] = describe(file);
    answer["build_id"] = core::hash_file(file);
  } catch (const Error& e) {
    answer = {{"error", e.reason()}, {"thing", e.thing()}, {"fix", e.fix()}};
  }
  write_event(answer.dump(-1, ' ', false, json::error_handler_t::replace));
  return 0;
}

}  // namespace agon::harness
