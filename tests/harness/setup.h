// SPDX-License-Identifier: MIT
//
// A rule of the tree on a task, trained in this process.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "core/sanitized.h"
#include "harness/plugins/loader.h"
#include "harness/plugins/manifest.h"
#include "harness/plugins/values.h"
#include "harness/train/protocols/train.h"

namespace agon::harness {

struct Setup {
  explicit Setup(const std::string& rule_id, const std::string& task_id,
                 const std::string& settings = "") {
    const std::filesystem::path file =
        std::filesystem::path(std::getenv("AGON_PLUGINS")) / (rule_id + ".agon.so");
    const agon_plugin& plugin = open_plugin(file);
    rule = &rule_of(plugin, rule_id, file);
    const RuleManifest manifest = manifest_of(plugin, *rule, file.string());
    values = manifest.defaults();
    for (const auto& [key, text] : parse_settings(settings)) {
      values[manifest.index_of(key)] = parse_value(*manifest.param(key), text);
    }
    const auto integer = [&](const char* key) { return values[manifest.index_of(key)].i; };
    job.batch = integer("batch");
    job.epochs = integer("epochs");
    job.updates = integer("updates");
    task = catalogue.load(catalogue.info(task_id));
    job.timeout_s = core::limit_s(job.timeout_s);
  }

  reports::CellOutcome train(reports::CellOutcome (*protocol)(const CellContext&) = train_cell) {
    curve.clear();
    CellContext cell;
    cell.rule = rule;
    cell.values = values;
    cell.task = &task;
    cell.job = &job;
    cell.on_curve = [this](const reports::CurvePoint& point) { curve.push_back(point); };
    return protocol(cell);
  }

  const datasets::Catalogue catalogue{{}};
  const agon_rule* rule = nullptr;
  std::vector<agon_value> values;
  datasets::Task task;
  CellJob job;
  std::vector<reports::CurvePoint> curve;
};

}  // namespace agon::harness
