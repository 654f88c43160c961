// SPDX-License-Identifier: MIT
//
// Level 4: a rule learns: better than chance on real data, and on the exclusive or better than any
// linear readout.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>

#include "datasets/task.h"
#include "harness/conformance/levels.h"
#include "harness/conformance/trial.h"
#include "harness/plugins/values.h"
#include "harness/train/protocols/train.h"

namespace agon::conformance {
namespace {

constexpr double kCellLimitS =
    60;  // a stop at this limit is a failure: it is far beyond what is asked
constexpr size_t kTrainRows = 600;

int64_t number(const Subject& s, const std::vector<agon_value>& values, std::string_view key,
               int64_t otherwise) {
  const size_t i = s.manifest.index_of(key);
  return i < values.size() ? values[i].i : otherwise;
}

// A cell as a run trains one, on the first kTrainRows training rows.
reports::CellOutcome train(const Subject& s, const datasets::Task& task,
                           const std::vector<agon_value>& values, int64_t epochs, int64_t seed) {
  harness::CellJob job;
  job.rule = s.manifest.id;
  job.task = task.info.id;
  job.seed = static_cast<uint64_t>(seed);
  job.batch = number(s, values, "batch", 32);
  job.epochs = epochs;
  job.updates = 0;
  job.refit = false;
  job.timeout_s = kCellLimitS;
  harness::CellContext cell;
  cell.rule = s.rule;
  cell.values = values;
  cell.task = &task;
  cell.job = &job;
  harness::Additions first_rows;
  first_rows.part = [](std::vector<int32_t> units) {
    if (units.size() > kTrainRows) units.resize(kTrainRows);
    return units;
  };
  return harness::train_cell(cell, first_rows);
}

void require_ok(const reports::CellOutcome& outcome, const std::string& task) {
  require(outcome.status == reports::Status::ok, "on {} it ends with {}: {}", task,
          reports::name(outcome.status), outcome.status_detail);
}

// The easiest task of what it declares: images, else rows with real targets, else trajectories.
const char* first_task(const Subject& s) {
  if (s.can(AGON_CAN_CLASSIFY)) return "digits";
  return s.can(AGON_CAN_REGRESS) ? "friedman-1" : "oscillator";
}

std::vector<std::vector<agon_value>> settings(const Subject& s) {
  std::vector<std::vector<agon_value>> all{s.manifest.defaults()};
  for (const harness::PresetManifest& p : s.manifest.presets)
    all.push_back(harness::preset_values(s.manifest, p));
  return all;
}

void learns(const Subject& s) {
  const std::string id = first_task(s);
  const datasets::Catalogue catalogue({});
  const datasets::Task task = catalogue.load(catalogue.info(id));
  std::string first_refusal;
  for (const std::vector<agon_value>& values : settings(s)) {
    const int64_t epochs = std::clamp<int64_t>(number(s, values, "epochs", 20), 1, 20);
    const reports::CellOutcome outcome = train(s, task, values, epochs, 1);
    if (outcome.status == reports::Status::skipped) {
      if (first_refusal.empty()) first_refusal = outcome.status_detail;
      continue;
    }
    require_ok(outcome, id);
    const double chance = outcome.score_chance;
    // Five standard errors of a guess; real targets and trajectories have a margin of their own.
    const double rows = static_cast<double>(std::max<size_t>(1, task.split.test.size()));
    const double margin =
        s.can(AGON_CAN_CLASSIFY) ? 5 * std::sqrt(chance * (1 - chance) / rows) : 0.05;
    require(outcome.score_test > chance + margin,
            "after {} epochs on {} rows of {} its test score is {:.3f}, chance is {:.3f}", epochs,
            kTrainRows, id, outcome.score_test, chance);
    return;
  }
  throw Fault{
      fmt::format("it takes {} with neither its defaults nor a preset: {}", id, first_refusal)};
}

// A linear readout gets at most three of the four patterns right.
void beyond_linear(const Subject& s) {
  if (!s.can(AGON_CAN_CLASSIFY)) throw NotApplicable{"it does not classify"};
  constexpr double kLinearBest = 0.75;
  constexpr int kSeeds = 3;
  constexpr int64_t kEpochs = 400;
  const datasets::Catalogue catalogue({});
  const datasets::Task task = catalogue.load(catalogue.info("xor"));
  double best = 0;
  for (const std::vector<agon_value>& values : settings(s)) {
    std::array<double, kSeeds> scores{};
    for (int seed = 0; seed < kSeeds; ++seed) {
      const int64_t epochs = std::max(kEpochs, number(s, values, "epochs", 1));
      const reports::CellOutcome outcome = train(s, task, values, epochs, seed);
      if (outcome.status == reports::Status::skipped) break;
      // A setting for other tasks may run off here; another one may do.
      if (outcome.status == reports::Status::ok)
        scores[static_cast<size_t>(seed)] = outcome.score_test;
    }
    std::ranges::sort(scores);
    best = std::max(best, scores[kSeeds / 2]);
    if (best > kLinearBest) return;
  }
  throw Fault{fmt::format(
      "on xor its median of {} seeds is {:.2f} after {} epochs, with its defaults or any preset; a "
      "linear readout gets up to {}",
      kSeeds, best, kEpochs, kLinearBest)};
}

// Learning lowers the loss that it reports: the last epoch's is below the first's. A trajectory is learnt
// from its first step on, so that its first episode tells nothing of before: there the loss without learning
// comes first, where a rule has one.
void improves(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial m(s, {.kind = kind});
    m.prepare();
    const bool before = kind == Kind::dynamics && m->has_loss();
    const double untaught = before ? m.loss() : 0;
    const double fitted = m.epoch(1);
    if (std::isnan(fitted)) throw NotApplicable{"it reports no loss"};
    const double first = before ? untaught : fitted;
    double last = first;
    for (int64_t e = 2; e <= 20; ++e) last = m.epoch(e);
    const bool at_once = s.can(AGON_CLOSED_FORM);
    require(last < first || at_once || last == 0, "its loss is {} {} and {} in the twentieth epoch",
            first, before ? "before learning" : "in the first epoch", last);
  });
}

constexpr auto kChecks = std::to_array<Check>({
    {"learns", 4, "It is above chance on digits (friedman-1, oscillator) after at most 20 epochs",
     "look at its loss and its learning rate with agon run -r RULE -t digits", learns},
    {"improves", 4, "On a problem that can be learnt the loss it reports falls",
     "report the loss that learning lowers, with a default rate that does not run off", improves},
    {"beyond-linear", 4, "On xor it gets more right than any linear readout",
     "give it hidden units that learn or a preset for logic, or say in agon-check.toml why it cannot",
     beyond_linear},
});

}  // namespace

std::span<const Check> learning_checks() { return kChecks; }

}  // namespace agon::conformance
