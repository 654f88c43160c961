// SPDX-License-Identifier: MIT
#include "tests/browser/sample.h"

#include <fmt/format.h>

#include <cmath>

#include "core/hash.h"

namespace agon::tests {
namespace {

using namespace reports;

// Repeatable noise in -1..1: the same sample on every machine.
double noise(uint64_t a, uint64_t b, uint64_t c) {
  uint64_t x = a * 0x9E3779B97F4A7C15u + b * 0xBF58476D1CE4E5B9u + c * 0x94D049BB133111EBu + 1;
  x ^= x >> 31;
  x *= 0xD6E8FEB86659FD93u;
  x ^= x >> 32;
  return static_cast<double>(x % 20001) / 10000.0 - 1.0;
}

struct RuleShape {
  std::string id, summary;
  bool control;
  double ceiling, best_lr, width, depth_loss, speed;
};
const std::vector<RuleShape> kRules{
    {"bp", "Multilayer perceptron trained by backpropagation.", false, 0.972, 0.1, 1.1, 0.02,
     950000},
    {"ed", "Error diffusion: local updates, no weight transport.", false, 0.966, 0.05, 0.8, 0.10,
     610000},
    {"monolith", "Fixed 3D lattice with a prediction-error readout.", false, 0.948, 0.02, 0.9, 0,
     21000},
    {"linear", "Linear readout of the raw input.", true, 0.951, 0.1, 1.2, 0, 8400000},
    {"elm", "Random features of equal width.", true, 0.969, 0.1, 1.2, 0, 1900000},
};
const std::vector<TaskCard> kTasks{
    {"xor", "XOR", "All four patterns.", "classify", "accuracy", "all patterns in each part",
     "none", "", 0.5},
    {"parity-3", "Parity of 3 bits", "All eight patterns.", "classify", "accuracy",
     "all patterns in each part", "none", "", 0.5},
    {"two-spirals", "Two spirals", "Two interleaved spirals.", "classify", "accuracy",
     "stratified 64/16/20", "none", "", 0.5},
    {"digits", "UCI digits, 8 x 8", "1797 handwritten digits.", "classify", "accuracy",
     "stratified 64/16/20", "CC BY 4.0", "Alpaydin and Kaynak, UCI Machine Learning Repository",
     0.1},
};

class Maker {
 public:
  explicit Maker(ReportInput& input) : input_(input) {
    RunInfo& run = input_.run;
    run = {"quick-20260101T000000Z",
           "quick",
           "Backpropagation, error diffusion and the monolith",
           "[suite]\nname = \"quick\"\n",
           "agon run quick",
           "2026-01-01T00:00:00Z",
           "",
           {},
           {},
           kTasks};
    run.studies = {{"accuracy", "How well does each rule learn each task?"},
                   {"learning-rate", "Over which learning rates does a rule learn?"},
                   {"depth", "How deep can a network be?"},
                   {"speed", "How fast does a rule train and predict?"}};
    for (const RuleShape& r : kRules) {
      run.rules.push_back({r.id,
                           r.id == "bp" ? "Backpropagation" : r.id,
                           r.summary,
                           "A paper about it, 1986",
                           r.id + ".agon.so",
                           "0.1.0",
                           "MIT",
                           r.control,
                           {"local updates"},
                           1,
                           0});
    }
    provenance_ = {"host-1", "A processor",  "AVX2",  "g++ 12", "-O3",
                   "0.1.0",  "0123456789ab", "Linux", false,    1};
  }

  CellRecord& add(const std::string& study, const std::string& rule, const TaskCard& task,
                  uint64_t seed, double lr, int64_t depth, double score) {
    CellRecord r;
    r.study = study;
    r.id.rule = rule;
    r.id.plugin_version = "0.1.0";
    r.id.plugin_build = core::hash_hex(rule);
    r.id.params_json = fmt::format("{{\"activation\":\"tanh\",\"depth\":{},\"lr\":{}}}", depth, lr);
    r.id.task = task.id;
    r.id.task_hash = core::hash_hex(task.id);
    r.id.kind = task.kind;
    r.id.depth = depth;
    r.id.width = 64;
    r.id.lr = lr;
    r.id.batch = 32;
    r.id.epochs = 30;
    r.id.seed = seed;
    r.id.cell_key = core::hash_hex(fmt::format("{} {} {} {} {}", rule, task.id, seed, lr, depth));
    r.provenance = provenance_;
    CellOutcome& o = r.outcome;
    o.status = Status::ok;
    o.metric = task.metric;
    o.score_chance = task.chance;
    o.score_test = score;
    o.score_val = score - 0.002;
    o.score_train = std::min(1.0, score + 0.02);
    o.loss_init = 2.3;
    o.loss_final = o.loss_best = 2.3 * (1 - score) + 0.01;
    o.n_params = 4810;
    o.train_s = 0.4;
    o.wall_s = 0.5;
    o.macs_per_sample = 14400;
    o.peak_rss_mib = 31;
    o.epochs_done = 30;
    o.utc = fmt::format("2026-01-01T00:00:{:02}Z", input_.records.size() % 60);
    input_.records.push_back(std::move(r));
    input_.planned = input_.records.size();
    return input_.records.back();
  }

  void add_curve(CellRecord& r, int64_t epochs, double rise, double epoch_s) {
    const double end = r.outcome.score_test, chance = r.outcome.score_chance;
    for (int64_t e = 0; e <= epochs; ++e) {
      const double t = 1 - std::exp(-static_cast<double>(e) / rise);
      const double jitter = 0.01 * noise(r.id.seed, static_cast<uint64_t>(e), 7) * (e == 0 ? 0 : 1);
      const double score = std::min(1.0, chance + (end - chance) * t + jitter);
      r.outcome.curve.push_back({e, e * 36, e * 1150, static_cast<double>(e) * epoch_s,
                                 2.3 * (1 - t) + 0.05, score, score - 0.004, r.id.lr});
    }
  }

  void fail(CellRecord& r, Status status, const std::string& detail, const std::string& log = "") {
    r.outcome.status = status;
    r.outcome.status_detail = detail;
    r.outcome.log_tail = log;
    r.outcome.score_test = r.outcome.score_val = r.outcome.score_train = r.outcome.loss_final =
        kNaN;
    r.outcome.curve.clear();
  }

  void accuracy() {
    for (size_t k = 0; k < kRules.size(); ++k) {
      const RuleShape& rule = kRules[k];
      for (size_t t = 0; t < kTasks.size(); ++t) {
        const TaskCard& task = kTasks[t];
        for (uint64_t seed = 0; seed < 3; ++seed) {
          double score = rule.ceiling + 0.006 * noise(seed, k, t);
          if (t < 2) score = rule.id == "linear" ? 0.5 : 1.0;
          if (t == 2)
            score = rule.id == "linear" ? 0.52 + 0.02 * noise(seed, k, t)
                                        : rule.ceiling - 0.05 + 0.03 * noise(seed, k, t);
          CellRecord& r = add("accuracy", rule.id, task, seed, rule.best_lr,
                              rule.control || rule.id == "monolith" ? -1 : 1, score);
          if (rule.id != "elm")
            add_curve(r, 30, 2.0 + 1.5 * static_cast<double>(k), 1150 / rule.speed);
        }
      }
    }
  }

  void learning_rate() {
    for (size_t k = 0; k < 2; ++k) {
      for (int i = 0; i < 7; ++i) {
        const double lr = 0.001 * std::pow(10, i * 0.5);
        for (uint64_t seed = 0; seed < 3; ++seed) {
          const double off = (std::log10(lr) - std::log10(kRules[k].best_lr)) / kRules[k].width;
          const double score = 0.1 +
                               (kRules[k].ceiling - 0.1) * std::exp(-0.12 * off * off * off * off) +
                               0.004 * noise(seed, k, static_cast<uint64_t>(i));
          CellRecord& r = add("learning-rate", kRules[k].id, kTasks[3], seed, lr, 1, score);
          if (i == 6 && k == 1) {
            fail(r, Status::diverged, "");
            r.outcome.diverged_at = 2;
          }
        }
      }
    }
  }

  void depth() {
    for (size_t k = 0; k < 2; ++k) {
      for (const int64_t d : {1, 2, 4, 8}) {
        for (uint64_t seed = 0; seed < 3; ++seed) {
          const double loss = kRules[k].depth_loss * std::pow(std::log2(static_cast<double>(d)), 2);
          add("depth", kRules[k].id, kTasks[3], seed, kRules[k].best_lr, d,
              std::max(0.1, kRules[k].ceiling - loss +
                                0.008 * noise(seed, k, static_cast<uint64_t>(d))));
        }
      }
    }
  }

  void speed() {
    for (size_t k = 0; k < kRules.size(); ++k) {
      CellRecord& r = add("speed", kRules[k].id, kTasks[3], 0, kRules[k].best_lr,
                          kRules[k].control || kRules[k].id == "monolith" ? -1 : 1, kNaN);
      r.id.mode = "speed";
      r.outcome.score_train = r.outcome.score_val = kNaN;
      for (uint64_t i = 0; i < 9; ++i) {
        r.outcome.repetitions_train.push_back(kRules[k].speed * (1 + 0.05 * noise(i, k, 3)));
        r.outcome.repetitions_predict.push_back(3.1 * kRules[k].speed *
                                                (1 + 0.03 * noise(i, k, 4)));
      }
      r.outcome.samples_per_s_train = kRules[k].speed;
      r.outcome.samples_per_s_predict = 3.1 * kRules[k].speed;
      r.noise_floor_pct = 1.7;
    }
  }

  void every_status() {
    const TaskCard& task = kTasks[3];
    fail(add("accuracy", "monolith", task, 3, 0.02, -1, 0), Status::crashed, "SIGSEGV in fit",
         "loading\nstep 1\nstep 2\n");
    fail(add("accuracy", "monolith", task, 4, 0.02, -1, 0), Status::timeout, "stopped after 10 s");
    fail(add("accuracy", "monolith", task, 5, 0.02, -1, 0), Status::oom, "more than 2048 MiB");
    fail(add("accuracy", "ed", task, 3, 0.05, 1, 0), Status::error,
         "the rule says: width must be even");
    fail(add("accuracy", "ed", task, 4, 0.05, 1, 0), Status::invalid_output,
         "predict left 3 elements unwritten");
    fail(add("accuracy", "ed", task, 5, 0.05, 1, 0), Status::quarantined,
         "its plugin crashed 3 times");
    for (uint64_t seed = 0; seed < 3; ++seed) {
      fail(add("depth", "linear", task, seed, 0.1, 4, 0), Status::skipped,
           "linear has no parameter depth");
    }
  }

  void all_fail() {
    for (const RuleShape& rule : kRules) {
      for (uint64_t seed = 0; seed < 3; ++seed) {
        fail(add("accuracy", rule.id, kTasks[3], seed, rule.best_lr, -1, 0), Status::crashed,
             "SIGABRT in create");
      }
    }
  }

  void large() {
    input_.run.tasks.clear();
    input_.run.rules.clear();
    for (size_t t = 0; t < 24; ++t) {
      TaskCard task = kTasks[3];
      task.id = fmt::format("task-{}", t);
      task.title = fmt::format("Task number {}", t);
      input_.run.tasks.push_back(task);
      for (size_t k = 0; k < 12; ++k) {
        for (uint64_t seed = 0; seed < 10; ++seed) {
          const std::string rule = k == 0 ? "bp" : fmt::format("rule-{}", k);
          CellRecord& r = add("accuracy", rule, task, seed, 0.1, 1, 0.9 + 0.05 * noise(seed, k, t));
          add_curve(r, 200, 3.0 + static_cast<double>(k), 0.01);
        }
      }
    }
  }

  void hostile() {
    // Each piece runs, if it gets out of where it belongs, and renames the page's root element.
    const std::string script = "document.documentElement.id='agon-'+'injected'";
    const std::string bad = "</script><script>" + script + "</script><img src=x onerror=\"" +
                            script + "\">\"' onload=" + script +
                            " x='&<!--]]>\x01\xff\x1b[31m${x}`";
    accuracy();
    learning_rate();
    depth();
    speed();
    every_status();
    RunInfo& run = input_.run;
    for (std::string* text :
         {&run.run_id, &run.suite, &run.title, &run.suite_toml, &run.command, &run.started_utc})
      *text += bad;
    for (StudyCard& s : run.studies) s.question = bad;
    for (RuleCard& c : run.rules) {
      c.id += bad;
      c.name = c.summary = c.reference = c.plugin = c.version = c.license = bad;
      c.properties = {bad};
    }
    for (TaskCard& c : run.tasks) {
      c.id += bad;
      c.title = c.summary = c.kind = c.metric = c.split = c.licence = c.attribution = bad;
    }
    for (CellRecord& r : input_.records) {
      r.id.task += bad;
      if (r.id.rule != "bp") r.id.rule += bad;
      r.id.plugin_version = r.id.plugin_build = r.id.task_hash = r.id.activation = bad;
      r.id.params_json = "{\"a\":\"</script><b>\",\"activation\":\"x' y\"}";
      r.outcome.metric = r.outcome.utc = bad;
      r.outcome.status_detail = r.outcome.log_tail = "=cmd()" + bad;
      r.outcome.rule_metrics["m" + bad] = 1;
      r.provenance = {bad, bad, bad, bad, bad, bad, bad, bad, true, 1};
    }
  }

 private:
  ReportInput& input_;
  Provenance provenance_;
};

}  // namespace

std::vector<std::string> sample_kinds() {
  return {"full", "empty", "failures", "accuracy", "hostile", "large"};
}

ReportInput make_sample(const std::string& kind) {
  ReportInput input;
  Maker maker(input);
  if (kind == "full") {
    maker.accuracy();
    maker.learning_rate();
    maker.depth();
    maker.speed();
    maker.every_status();
  } else if (kind == "empty") {
    input.planned = 12;
  } else if (kind == "failures") {
    maker.all_fail();
    input.planned += 3;
  } else if (kind == "accuracy") {
    maker.accuracy();
  } else if (kind == "hostile") {
    maker.hostile();
  } else if (kind == "large") {
    maker.large();
  }
  return input;
}

}  // namespace agon::tests
