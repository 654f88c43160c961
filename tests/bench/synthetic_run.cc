// SPDX-License-Identifier: MIT
//
// Stored runs of any size without a cell run, to measure what merging and reporting cost; see
// harness/SCALE.md. `agon_synthetic_run FOLDER RULES TASKS SEEDS SHARDS` makes FOLDER/s1, FOLDER/s2, ...:
// the shards of a plan of three studies, of each rule, task and seed 50 cells: accuracy (1), learning-rate
// (13 rates), depth (6 depths with 6 rates). A cell has a curve of 20 points, 6 metrics of its rule and the
// bits of 360 test rows, as one of bp on digits has.
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <vector>

#include "core/hash.h"
#include "core/rng.h"
#include "reports/record/record.h"
#include "reports/store/store.h"

namespace agon {
namespace {

constexpr std::array kDepths{1, 2, 4, 8, 16, 32};
constexpr size_t kRates = 13, kDepthRates = 6, kTestRows = 360, kCurve = 20, kBatch = 5000;
constexpr const char* kUtc = "2026-01-02T03:04:05Z";
constexpr const char* kSuite =
    "schema = 1\nname = \"synthetic\"\n[[study]]\nname = \"accuracy\"\n[[study.grid]]\n"
    "tasks = [\"xor\"]\nrules = [\"linear\"]\n";

struct Size {
  uint64_t rules, tasks, seeds, shards;
};

// fn(position, cell) for every cell of the plan, in its order.
void for_each_cell(const Size& size,
                   const std::function<void(int64_t, const reports::PlannedCell&)>& fn) {
  int64_t position = 0;
  const auto add = [&](const char* study, uint64_t rule, uint64_t task, int depth, double lr) {
    reports::PlannedCell cell;
    cell.study = study;
    cell.id.rule = rule == 0 ? "bp" : fmt::format("rule-{:02}", rule);
    cell.id.task = fmt::format("task-{:02}", task);
    cell.id.plugin_version = "1.0.0";
    cell.id.plugin_build = core::hash_hex(cell.id.rule);
    cell.id.task_hash = core::hash_hex(cell.id.task);
    cell.id.kind = "classify";
    cell.id.depth = depth;
    cell.id.width = 64;
    cell.id.activation = "tanh";
    cell.id.lr = lr;
    cell.id.batch = 32;
    cell.id.epochs = 20;
    cell.id.updates = 0;
    cell.id.params_json = fmt::format(
        "{{\"activation\":\"tanh\",\"batch\":32,\"depth\":{},\"epochs\":20,\"init\":\"glorot\",\"lr\":{},"
        "\"momentum\":0.9,\"updates\":0,\"width\":64}}",
        depth, lr);
    for (cell.id.seed = 0; cell.id.seed < size.seeds; ++cell.id.seed) {
      cell.id.cell_key =
          core::hash_hex(fmt::format("{}\n{}\n{}\n{}\n{}", study, cell.id.rule, cell.id.task,
                                     cell.id.params_json, cell.id.seed));
      cell.position = position;
      fn(position++, cell);
    }
  };
  for (uint64_t task = 0; task < size.tasks; ++task) {
    for (uint64_t rule = 0; rule < size.rules; ++rule) add("accuracy", rule, task, 2, 0.01);
  }
  for (uint64_t task = 0; task < size.tasks; ++task) {
    for (uint64_t rule = 0; rule < size.rules; ++rule) {
      for (size_t k = 0; k < kRates; ++k)
        add("learning-rate", rule, task, 2, std::pow(10, -4 + static_cast<double>(k) / 3));
    }
  }
  for (uint64_t task = 0; task < size.tasks; ++task) {
    for (uint64_t rule = 0; rule < size.rules; ++rule) {
      for (const int depth : kDepths) {
        for (size_t k = 0; k < kDepthRates; ++k)
          add("depth", rule, task, depth, std::pow(10, -4 + static_cast<double>(k)));
      }
    }
  }
}

reports::CellOutcome outcome_of(int64_t position, const reports::PlannedCell& cell) {
  core::Stream random(static_cast<uint64_t>(position), 1);
  reports::CellOutcome out;
  out.status = reports::Status::ok;
  const double quality =
      0.9 - 0.1 * std::abs(std::log10(cell.id.lr) + 2) - 0.002 * static_cast<double>(cell.id.depth);
  std::vector<double> rows(kTestRows);
  double right = 0;
  for (double& row : rows) right += row = random.uniform() < quality ? 1 : 0;
  out.test_rows.push_back(reports::pack_rows("score_test", rows));
  out.epochs_done = kCurve;
  out.n_params = 64 * (64 + 10);
  out.metric = "accuracy";
  out.score_test = right / static_cast<double>(kTestRows);
  out.score_val = quality;
  out.score_train = quality + 0.02;
  out.score_chance = 0.1;
  out.loss_init = 2.3;
  out.loss_final = out.loss_best = 1 - quality;
  out.train_s = 0.1 * random.uniform();
  out.eval_s = 0.1 * out.train_s;
  out.wall_s = 1.2 * out.train_s;
  out.samples_per_s_train = 1e4;
  out.samples_per_s_predict = 4e4;
  out.peak_rss_mib = 12;
  out.macs_per_sample = 3.0 * static_cast<double>(out.n_params);
  out.weight_writes = static_cast<double>(out.n_params);
  for (const char* metric : {"updates", "spikes", "energy", "norm_w", "norm_dw", "sparsity"})
    out.rule_metrics[metric] = random.uniform();
  for (size_t i = 1; i <= kCurve; ++i) {
    const auto epoch = static_cast<int64_t>(i);
    out.curve.push_back({epoch, 45 * epoch, 1440 * epoch, 0.005 * static_cast<double>(epoch),
                         2.3 / static_cast<double>(epoch), quality, quality, cell.id.lr});
  }
  out.utc = kUtc;
  return out;
}

void write_shard(const Size& size, uint64_t shard, const reports::RunInfo& plan,
                 const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  reports::Store store(folder / "results.sqlite", reports::Store::Mode::write);
  reports::RunInfo info = plan;
  info.run_id = folder.filename().string();
  if (size.shards > 1) info.shard = fmt::format("{}/{}", shard + 1, size.shards);
  store.set_run(info);
  reports::Provenance provenance;
  provenance.cpu = fmt::format("CPU of host {}", shard % 3);
  provenance.agon_version = "synthetic";
  provenance.numerics = "synthetic";
  const int64_t from = store.add_provenance(provenance);
  const auto mine = [&](int64_t position) {
    return static_cast<uint64_t>(position) / size.seeds % size.shards == shard;
  };
  {
    std::vector<reports::PlannedCell> own;
    for_each_cell(size, [&](int64_t position, const reports::PlannedCell& cell) {
      if (mine(position)) own.push_back(cell);
    });
    store.set_plan(own);
  }
  std::vector<std::pair<std::string, reports::CellOutcome>> batch;
  const auto flush = [&] {
    std::vector<reports::Finished> ended;
    for (const auto& [key, outcome] : batch) ended.push_back({key, &outcome});
    store.finish(ended, from);
    batch.clear();
  };
  for_each_cell(size, [&](int64_t position, const reports::PlannedCell& cell) {
    if (!mine(position)) return;
    batch.emplace_back(cell.id.cell_key, outcome_of(position, cell));
    if (batch.size() == kBatch) flush();
  });
  flush();
}

int run(const std::filesystem::path& folder, const Size& size) {
  reports::RunInfo info;
  info.suite = info.title = "synthetic";
  info.suite_toml = kSuite;
  info.command = "agon_synthetic_run";
  info.started_utc = kUtc;
  using reports::StudyKind;
  info.studies = {
      {"accuracy", "how well?", StudyKind::accuracy},
      {"learning-rate", "how much does the rate matter?", StudyKind::learning_rate, "lr"},
      {"depth", "what is left in the deep?", StudyKind::depth, "depth"}};
  for_each_cell(size, [&](int64_t position, const reports::PlannedCell& cell) {
    info.plan = core::hash_hex(info.plan + cell.study + '\n' + cell.id.cell_key);
    info.plan_cells = info.all_cells = position + 1;
  });
  for (uint64_t shard = 0; shard < size.shards; ++shard)
    write_shard(size, shard, info, folder / fmt::format("s{}", shard + 1));
  fmt::print("{} cells in {} shards\n", info.plan_cells, size.shards);
  return 0;
}

}  // namespace
}  // namespace agon

int main(int argc, char** argv) {
  const auto number = [&](int i) { return std::strtoull(argv[i], nullptr, 10); };
  if (argc == 6 && number(2) > 0 && number(3) > 0 && number(4) > 0 && number(5) > 0)
    return agon::run(argv[1], {number(2), number(3), number(4), number(5)});
  fmt::print(stderr, "usage: agon_synthetic_run FOLDER RULES TASKS SEEDS SHARDS\n");
  return 2;
}
