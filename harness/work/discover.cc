// SPDX-License-Identifier: MIT
#include "harness/work/discover.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <span>

#include "core/error.h"
#include "core/text.h"
#include "datasets/task.h"
#include "harness/plan/suite.h"
#include "harness/plugins/loader.h"
#include "harness/work/cell_job.h"
#include "harness/work/process.h"
#include "harness/work/rule_folder.h"

namespace agon::harness {
namespace {

using nlohmann::json;

constexpr double kDescribeLimitS = 10;

Error refusal(const std::filesystem::path& file, const std::string& reason,
              const std::string& fix) {
  return {Exit::plugin, core::printable(file.native()), core::printable(reason),
          core::printable(fix)};
}

// What the child said; throws json::exception and others for what is no answer, a refusal for one.
std::vector<RuleManifest> rules_of(const PluginPlace& file, const json& answer) {
  if (answer.contains("error")) throw refusal(file.path, answer.at("error"), answer.at("fix"));
  std::vector<RuleManifest> rules;
  for (const json& rule : answer.at("rules")) {
    rules.push_back(manifest_from_json(rule));
    rules.back().build_id = answer.at("build_id").get<std::string>();
    rules.back().plugin_path = file.path.native();
  }
  if (!file.rename.empty()) {
    if (rules.size() != 1) {
      throw refusal(
          file.path,
          fmt::format("--plugin {}= renames one rule, this file has {}", file.rename, rules.size()),
          "rename the rules in their source");
    }
    rules.front().id = file.rename;
  }
  return rules;
}

// What stands in for the rule of a file that is refused, if its name is the rule's.
RuleManifest refused(const std::filesystem::path& file, const std::string& reason) {
  RuleManifest rule;
  const std::string name = file.filename().native();
  rule.id = rule.id_in_plugin = rule.name = name.substr(0, name.size() - kPluginSuffix.size());
  rule.summary = "Its plugin was refused.";
  rule.plugin_path = file.native();
  rule.refusal = "its plugin was refused: " + reason;
  return rule;
}

ChildCommand description_of(std::span<const PluginPlace> files, bool sandbox) {
  ChildCommand command{{"worker", "--parent", std::to_string(getpid())}, ""};
  if (sandbox) command.arguments.emplace_back("--sandbox");
  for (const PluginPlace& file : files) {
    command.arguments.push_back("--describe");
    command.arguments.push_back(file.path.native());
  }
  return command;
}

// A file's part of what a child said.
struct Answer {
  ChildResult child;
  json said;  // discarded when there is none
};

// One child for the files that are built in, one each for files from outside, which could bend what
// is said of others; and one each for what is built in when their child did not answer for all.
std::vector<Answer> ask(const std::vector<PluginPlace>& files, bool sandbox) {
  const auto outside = std::ranges::find(files, false, &PluginPlace::built_in);
  size_t together = static_cast<size_t>(outside - files.begin());
  std::vector<Answer> answers(files.size());
  const auto each = [&](size_t from) {
    std::vector<ChildCommand> commands;
    for (size_t i = from; i < files.size(); ++i)
      commands.push_back(description_of({&files[i], 1}, sandbox));
    return commands;
  };
  std::vector<ChildCommand> commands = each(together);
  if (together > 0) commands.push_back(description_of({files.data(), together}, sandbox));
  std::vector<ChildResult> children = run_children(commands, kDescribeLimitS);
  if (together > 0) {
    json all = json::parse(children.back().events, nullptr, false);
    children.pop_back();
    if (all.is_array() && all.size() == together) {
      for (size_t i = 0; i < together; ++i) answers[i].said = std::move(all[i]);
    } else {
      together = 0;
      children = run_children(each(0), kDescribeLimitS);
    }
  }
  for (size_t i = together; i < files.size(); ++i) {
    ChildResult& child = children[i - together];
    const json all = json::parse(child.events, nullptr, false);
    answers[i].said = all.is_array() && all.size() == 1 ? all[0] : json(json::value_t::discarded);
    answers[i].child = std::move(child);
  }
  return answers;
}

// The answer as manifests; throws the refusal as agon::Error(Exit::plugin).
std::vector<RuleManifest> read_answer(const PluginPlace& file, const Answer& answer) {
  const char* const fix = "rebuild or remove this plugin";
  if (answer.child.timed_out)
    throw refusal(file.path, fmt::format("did not load within {} s", kDescribeLimitS), fix);
  if (answer.said.is_discarded() && answer.child.end.wait_status != 0) {
    throw refusal(file.path, "crashed while it was loaded: " + describe_exit(answer.child.end),
                  fix);
  }
  if (answer.child.events.empty() && answer.said.is_discarded())
    throw refusal(file.path, "its description makes no sense: there is none, and exit code 0", fix);
  try {
    return rules_of(file, answer.said);
  } catch (const Error&) {
    throw;
  } catch (const std::exception& e) {  // json's, or of a number or word that is none
    throw refusal(file.path, fmt::format("its description makes no sense: {}", e.what()), fix);
  }
}

// Who has which id. Files claim theirs in order, those that are built in first.
class Names {
 public:
  Names() {
    for (const std::string& id : datasets::Catalogue({}).ids())
      taken_.emplace(id, "a task has this name");
    for (const std::string& name : suite_names()) taken_.emplace(name, "a suite has this name");
  }

  // Throws a refusal when one of the ids is taken. False for a copy of a file that is there
  // already.
  bool claim(const PluginPlace& file, const std::vector<RuleManifest>& rules) {
    for (const RuleManifest& rule : rules) {
      if (copies_.contains({rule.id, rule.build_id})) return false;
      const auto taken = taken_.find(rule.id);
      if (taken == taken_.end()) continue;
      throw refusal(file.path,
                    fmt::format("its rule '{}' cannot be called so: {}", rule.id, taken->second),
                    fmt::format("rename the rule, or load it under another name: --plugin NAME={}",
                                file.path.native()));
    }
    for (const RuleManifest& rule : rules) {
      taken_.emplace(rule.id, file.built_in
                                  ? fmt::format("it is built in ({})", file.path.native())
                                  : fmt::format("{} has this rule already", file.path.native()));
      copies_.emplace(rule.id, rule.build_id);
    }
    return true;
  }

 private:
  std::map<std::string, std::string> taken_;              // by whom
  std::set<std::pair<std::string, std::string>> copies_;  // id, build
};

}  // namespace

Discovery discover(const std::vector<std::filesystem::path>& named, bool sandbox) {
  Discovery found;
  std::vector<std::filesystem::path> files_and_folders;
  std::set<std::filesystem::path> sources;
  for (const std::filesystem::path& given : named) {
    if (!is_rule_folder(given)) {
      files_and_folders.push_back(given);
      if (is_source(given)) sources.insert(std::filesystem::absolute(given));
      continue;
    }
    const BuiltFolder built = build_rule_folder(given);
    for (const std::filesystem::path& plugin : built.plugins) {
      files_and_folders.push_back(plugin);
      sources.insert(plugin);
    }
    if (built.stale) {
      found.built.push_back(
          fmt::format("{}: built in {:.1f} s", core::printable(given.native()), built.seconds));
    }
  }
  const std::vector<PluginPlace> places = plugin_places(files_and_folders);
  for (const PluginPlace& place : places) found.folders.push_back(place.path);
  std::vector<PluginPlace> files = plugin_files(places);
  std::stable_partition(files.begin(), files.end(), std::mem_fn(&PluginPlace::built_in));
  const std::vector<Answer> answers = ask(files, sandbox);
  Names names;
  for (size_t i = 0; i < files.size(); ++i) {
    try {
      std::vector<RuleManifest> rules = read_answer(files[i], answers[i]);
      if (!names.claim(files[i], rules)) continue;
      for (RuleManifest& rule : rules) {
        if (sources.contains(files[i].path)) found.sources.push_back(rule.id);
        found.rules.push_back(std::move(rule));
      }
    } catch (const Error& e) {
      if (files[i].named) throw;
      found.refused.push_back(fmt::format("{}: {}; {}", e.thing(), e.reason(), e.fix()));
      found.unusable.push_back(refused(files[i].path, e.reason()));
    }
  }
  std::ranges::sort(found.rules, {}, &RuleManifest::id);
  return found;
}

void stand_in(const Suite& suite, Discovery& discovery) {
  for (RuleManifest& refused : discovery.unusable) {
    const bool asked = std::ranges::any_of(suite.studies, [&](const Study& study) {
      return std::ranges::any_of(study.grids, [&](const Grid& grid) {
        return std::ranges::count(grid.rules, refused.id, &Selector::name) > 0;
      });
    });
    if (asked && std::ranges::count(discovery.rules, refused.id, &RuleManifest::id) == 0)
      discovery.rules.push_back(refused);
  }
  std::ranges::sort(discovery.rules, {}, &RuleManifest::id);
}

int describe_for_parent(std::span<const std::string> files) {
  json answers = json::array();
  for (const std::string& file : files) {
    try {
      answers.push_back({{"rules", describe(file)}, {"build_id", plugin_build(file)}});
    } catch (const Error& e) {
      answers.push_back({{"error", e.reason()}, {"fix", e.fix()}});
    }
  }
  write_event(answers.dump(-1, ' ', false, json::error_handler_t::replace));
  return 0;
}

}  // namespace agon::harness
