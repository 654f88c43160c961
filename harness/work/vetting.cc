// SPDX-License-Identifier: MIT
#include "harness/work/vetting.h"

#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <iterator>
#include <map>

#include "harness/plugins/call.h"
#include "harness/plugins/host.h"
#include "harness/plugins/instance.h"
#include "harness/plugins/loader.h"
#include "harness/plugins/values.h"
#include "harness/train/courses/kind.h"
#include "harness/work/cell_job.h"
#include "harness/work/process.h"

namespace agon::harness {
namespace {

using nlohmann::json;

constexpr double kVetLimitS = 20;

// One variant on one task: asked once, whatever the number of seeds and studies.
using Question = std::pair<uint32_t, uint32_t>;  // variant, task

struct Plugin {
  std::map<Question, size_t> asked;  // place in questions
  // A JSON array but for its end: as a document it would take five times as much.
  std::string questions;
};

json ask(const Variant& variant, const datasets::TaskInfo& task) {
  json values = json::array();
  for (size_t i = 0; i < variant.values.size(); ++i) {
    values.push_back(value_to_json(variant.rule->params[i], variant.values[i]));
  }
  return {{"rule", variant.rule->id_in_plugin}, {"values", std::move(values)}, {"task", task.id}};
}

// Why the rule refuses, "" when it does not.
std::string answer(const agon_plugin& plugin, const std::filesystem::path& file,
                   const datasets::Catalogue& catalogue, const json& question) {
  const agon_rule& rule = rule_of(plugin, question.at("rule").get<std::string>(), file);
  const std::vector<agon_value> values =
      values_from_json(manifest_of(plugin, rule, file.string()), question.at("values"));
  const datasets::TaskInfo& info = catalogue.info(question.at("task").get<std::string>());
  const agon_task task = course_kind(info).describe(info, rule.capabilities);
  Call call;
  call.begin();
  const agon_status status = rule.check(&rule, Host().abi(), call.abi(), &task, values.data());
  if (status == AGON_OK) return "";
  return call.failed() ? call.fail_text() : status_words(status);
}

}  // namespace

void vet(Plan& plan, std::span<const std::filesystem::path> task_folders, bool sandbox) {
  std::map<std::string, Plugin> plugins;
  for (const PlanCell& cell : plan.cells) {
    const Variant& variant = plan.variants[cell.variant];
    if (!cell.skip.empty() || !variant.rule->checks) continue;
    Plugin& plugin = plugins[variant.rule->plugin_path];
    const auto [it, fresh] =
        plugin.asked.emplace(Question{cell.variant, cell.task}, plugin.asked.size());
    if (fresh)
      plugin.questions +=
          (it->second == 0 ? "[" : ",") + ask(variant, *plan.tasks[cell.task]).dump();
  }
  std::vector<ChildCommand> commands;
  for (const auto& [path, plugin] : plugins) {
    std::vector<std::string> arguments{"worker", "--parent", std::to_string(getpid()), "--vet",
                                       path};
    if (sandbox) arguments.emplace_back("--sandbox");
    for (const auto& folder : task_folders)
      arguments.insert(arguments.end(), {"--tasks", folder.string()});
    commands.push_back({std::move(arguments), plugin.questions + "]"});
  }
  const std::vector<ChildResult> children = run_children(commands, kVetLimitS);
  std::map<std::string, json> answers;
  size_t i = 0;
  for (const auto& [path, plugin] : plugins) {
    json reasons = json::parse(children[i++].events, nullptr, false);
    if (reasons.is_array() && reasons.size() == plugin.asked.size())
      answers[path] = std::move(reasons);
  }
  for (PlanCell& cell : plan.cells) {
    const Variant& variant = plan.variants[cell.variant];
    const auto reasons = answers.find(variant.rule->plugin_path);
    if (!cell.skip.empty() || !variant.rule->checks || reasons == answers.end()) continue;
    const size_t place = plugins.at(variant.rule->plugin_path).asked.at({cell.variant, cell.task});
    const auto* reason = reasons->second[place].get_ptr<const std::string*>();
    if (reason != nullptr && !reason->empty())
      skip(cell, fmt::format("rule {}: {}", variant.rule->id, *reason));
  }
}

int vet_for_parent(const std::filesystem::path& file,
                   std::span<const std::filesystem::path> task_folders) {
  // Says what tasks are; no data are read. Of broken ones the parent has told.
  const datasets::Catalogue catalogue({}, task_folders, [](const auto&, const Error&) {});
  const agon_plugin& plugin = open_plugin(file);
  const std::string text((std::istreambuf_iterator<char>(std::cin)),
                         std::istreambuf_iterator<char>());
  json reasons = json::array();
  for (const json& question : json::parse(text))
    reasons.push_back(answer(plugin, file, catalogue, question));
  write_event(reasons.dump(-1, ' ', false, json::error_handler_t::replace));
  return 0;
}

}  // namespace agon::harness
