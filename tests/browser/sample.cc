// SPDX-License-Identifier: MIT
#include "tests/browser/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/hash.h"
#include "reports/summary/speed.h"
#include "reports/summary/summary.h"
#include "tests/browser/bad_input.h"
#include "tests/browser/pictures.h"

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

constexpr float kPictureLost = std::numeric_limits<float>::quiet_NaN();

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  if (const size_t at = text.find(from); at != std::string::npos) text.replace(at, from.size(), to);
  return text;
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
           "",
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
      RuleCard& card = run.rules.back();
      card.equations = {
          {"error", R"(\delta_l = (\delta_{l+1} W_{l+1}) \odot f'(a_l))"},
          {"learning", R"(W \leftarrow W - \frac{\eta}{B} \sum_b \delta_b h_b^\top)"}};
      card.limits = {"It is a sample's."};
      card.options = {{"lr", "0.01", "1e-06 .. 10, log", "learning rate"}};
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

  void speed(uint64_t processes = 5) {
    for (uint64_t process = 0; process < processes; ++process) {
      for (size_t k = 0; k < kRules.size(); ++k) {
        speed_cell(k, process, false);
        if (kRules[k].id == kBaseline) speed_cell(k, process, true);
      }
    }
  }

  void speed_cell(uint64_t k, uint64_t process, bool again) {
    const uint64_t place = process + (again ? 100 : 0);
    CellRecord& r = add("speed", kRules[k].id, kTasks[3], process, kRules[k].best_lr,
                        kRules[k].control || kRules[k].id == "monolith" ? -1 : 1, kNaN);
    r.id.mode = again ? Mode::speed_again : Mode::speed;
    r.id.cell_key = core::hash_hex(r.id.cell_key + std::string(name(r.id.mode)));
    r.outcome.score_train = r.outcome.score_val = kNaN;
    const double rate = kRules[k].speed * (1 + 0.02 * noise(place, k, 3));
    for (uint64_t i = 0; i < 6; ++i) {
      r.outcome.repetitions_train.push_back(rate * (1 + 0.01 * noise(i, k, 4)));
      r.outcome.repetitions_predict.push_back(3.1 * rate * (1 + 0.01 * noise(i, k, 5)));
    }
    r.outcome.samples_per_s_train = rate;
    r.outcome.samples_per_s_predict = 3.1 * rate;
    r.outcome.rule_metrics["samples_per_s_train_wall"] = rate / 1.1;
    r.noise_floor_pct = 1.7;
  }

  // One cell of a study over a parameter; params: further JSON members.
  CellRecord& add_over(const std::string& study, const std::string& rule, const std::string& params,
                       uint64_t seed, double score) {
    CellRecord& r = add(study, rule, kTasks[3], seed, 0.05, -1, score);
    r.id.params_json = "{\"lr\":0.05," + params + "}";
    r.id.cell_key = core::hash_hex(study + rule + r.id.params_json + std::to_string(seed));
    r.id.width = -1;
    return r;
  }

  // Scores over the width.
  void units() {
    input_.run.studies.push_back({"units", "How many hidden units does each rule need?",
                                  StudyKind::sweep, "width", "score_test"});
    for (uint64_t k = 0; k < 3; ++k) {
      for (const int width : {1, 2, 4, 8, 16, 32, 64, 128}) {
        for (uint64_t seed = 0; seed < 3; ++seed) {
          const double need = k == 0 ? 1.2 : 4.0 * static_cast<double>(k);
          const double score = 0.1 + 0.87 * (1 - std::exp(-width / need)) +
                               0.012 * noise(seed, k, static_cast<uint64_t>(width));
          const std::string activation =
              k == 0 ? "" : fmt::format(",\"activation\":\"{}\"", k == 1 ? "sigmoid" : "relu");
          CellRecord& r = add_over("units", k == 0 ? "ed" : "bp",
                                   fmt::format("\"width\":{}{}", width, activation), seed,
                                   std::min(1.0, score));
          if (k == 2 && width == 1) fail(r, Status::diverged, "");
        }
      }
    }
  }

  // Epochs to a target that small networks never reach, scores over words, speed over the width.
  void other_sweeps() {
    RunInfo& run = input_.run;
    run.studies.push_back({"sweeps-to-solve", "How many sweeps until the task is solved?",
                           StudyKind::sweep, "width", "epochs_to_target"});
    run.studies.push_back({"x-modes", "What does the mode of the X cells do?", StudyKind::sweep,
                           "xmode", "score_test"});
    run.studies.push_back({"speed-units", "What does a wider network cost?", StudyKind::speed,
                           "width", "samples_per_s_train"});
    run.studies.push_back(
        {"no-data", "And on the large data set?", StudyKind::sweep, "width", "score_test"});
    for (const int width : {4, 8, 16, 32, 64, 128}) {
      for (uint64_t seed = 0; seed < 5; ++seed) {
        CellRecord& r =
            add_over("sweeps-to-solve", "ed", fmt::format("\"width\":{}", width), seed, 1.0);
        const auto sweeps = static_cast<int64_t>(90.0 / width + 3 + 2 * noise(seed, 5, 9));
        r.outcome.epochs_to_target = sweeps > 18 && seed > 1 ? -1 : sweeps;
      }
      for (const char* rule : {"bp", "ed"}) {
        CellRecord& r = add_over("speed-units", rule, fmt::format("\"width\":{}", width), 0, kNaN);
        r.id.mode = Mode::speed;
        const double rate = (rule[0] == 'b' ? 4e6 : 2.5e6) / (8.0 + width);
        r.outcome.score_train = r.outcome.score_val = kNaN;
        for (uint64_t i = 0; i < 9; ++i)
          r.outcome.repetitions_train.push_back(rate * (1 + 0.04 * noise(i, 1, 2)));
        r.outcome.samples_per_s_train = rate;
      }
      fail(add_over("no-data", "ed", fmt::format("\"width\":{}", width), 0, 0), Status::skipped,
           "the data of mnist is missing: run agon fetch mnist");
    }
    uint64_t m = 0;
    for (const char* mode : {"abs", "signed", "ident", "silent", "leak", "dead", "xor", "hyst"}) {
      ++m;
      for (const char* topology : {"full", "sparse"}) {
        for (uint64_t seed = 0; seed < 3; ++seed) {
          add_over("x-modes", "monolith",
                   fmt::format("\"topology\":\"{}\",\"xmode\":\"{}\"", topology, mode), seed,
                   0.93 - 0.02 * static_cast<double>(m) - (topology[0] == 's' ? 0.03 : 0.0) +
                       0.01 * noise(seed, m, 11));
        }
      }
    }
  }

  // Of the first seeds: activity per layer over time, falling a hundredfold from layer 0 to 7, and
  // a picture of each other kind.
  void pictures() {
    for (CellRecord& r : input_.records) {
      if (r.id.rule != "ed" || r.id.seed != 0 || r.outcome.status != Status::ok) continue;
      r.outcome.pictures = sample_dynamics_pictures();
      r.outcome.pictures.push_back(sample_digits(8));
      r.outcome.pictures.push_back(sample_digits(28));
      break;
    }
    size_t drawn = 0;
    for (CellRecord& r : input_.records) {
      if (r.id.rule != "monolith" || r.id.seed != 0 || r.outcome.status != Status::ok) continue;
      if (drawn++ == 3) break;
      Picture p{
          "activity", "Activity of each layer over time", "step", "layer z", "mean |a|", 8, 24, {}};
      for (int z = 0; z < 8; ++z) {
        for (int t = 0; t < 24; ++t) {
          const double rise = 1 - std::exp(-(t - z) / 4.0);
          p.values.push_back(t < z ? 0.0f
                                   : static_cast<float>(0.31 * std::exp(-0.72 * z) * (0.2 + rise)));
        }
      }
      r.outcome.pictures = {p};
      if (drawn == 2) {
        r.outcome.pictures.push_back(
            {"field",
             "Field of the first filter",
             "x",
             "y",
             "weight",
             3,
             3,
             {-1.0f, 0.0f, 0.4f, 0.8f, kPictureLost, 0.2f, 0.1f, 0.3f, 0.5f}});
      }
    }
  }

  void claims() {
    const auto check = [](const char* what, const char* study, const char* rule, const char* take,
                          double at_least, double at_most = kNaN) {
      ClaimCheck c;
      c.what = what;
      c.of = {study, rule, "digits", {}};
      c.take = take;
      c.at_least = at_least;
      c.at_most = at_most;
      return c;
    };
    ClaimCheck wide = check("ED, worst seed", "units", "ed", "min", 0.955);
    wide.of.params = {{"width", {"8", "32", "128"}}};
    wide.per = "width";
    ClaimCheck all_widths = check("ED, worst seed", "units", "ed", "min", 0.5);
    all_widths.per = "width";
    ClaimCheck behind = check("ED minus BP with sigmoid, 64 units", "units", "ed", "mean", -0.025);
    behind.of.params = {{"width", {"64"}}};
    behind.minus =
        CellFilter{"units", "bp", "digits", {{"width", {"64"}}, {"activation", {"sigmoid"}}}};
    ClaimCheck peak = check("BP with ReLU, best width", "units", "bp", "argmax", 4, 16);
    peak.of.params = {{"activation", {"relu"}}};
    peak.by = "width";
    ClaimCheck sweeps =
        check("ED, median sweeps at 128 units", "sweeps-to-solve", "ed", "median", kNaN, 6);
    sweeps.of.params = {{"width", {"128"}}};
    sweeps.value = "epochs_to_target";
    ClaimCheck few = sweeps;
    few.what = "ED, median sweeps at 4 units";
    few.of.params = {{"width", {"4"}}};
    few.at_most = 30;
    ClaimCheck cost =
        check("ED, samples per second per doubling", "speed-units", "ed", "exponent", -1.1, -0.5);
    cost.by = "width";
    cost.value = "samples_per_s_train";
    ClaimCheck data = check("ED on the large data set", "no-data", "ed", "mean", 0.9);
    data.of.params = {{"width", {"64"}}};
    input_.run.claims = {
        {"Figure c1",
         "A network with one hidden layer learns digits to more than 95 %.",
         "The article trains for 1000 updates, this run for 30 epochs.",
         {check("ED, mean", "accuracy", "ed", "mean", 0.955), wide}},
        {"Figure c2",
         "The rule learns with any number of hidden units, even with one.",
         "",
         {all_widths}},
        {"Section 3.1", "It comes within 2.5 points of backpropagation.", "", {behind}},
        {"Section 3.2", "Backpropagation with ReLU is best with few units.", "", {peak}},
        {"Page 2",
         "With 128 hidden units the task is solved in six sweeps.",
         "Counted in passes over all patterns.",
         {sweeps, few}},
        {"Figure c6", "The cost grows in proportion to the number of units.", "", {cost}},
        {"Abstract", "The rule scales to large data sets.", "", {data}}};
  }

  // One rule in many settings in the study that ranks.
  void variants() {
    input_.run.studies = {{"ablation", "What does each part do?", StudyKind::accuracy}};
    size_t v = 0;
    for (const char* topology : {"full", "sparse", "small-world"}) {
      for (const char* mode : {"abs", "signed", "ident", "silent"}) {
        for (const int steps : {1, 4, 8, 16, 24}) {
          ++v;
          for (uint64_t seed = 0; seed < 3; ++seed) {
            CellRecord& r =
                add_over("ablation", "monolith",
                         fmt::format("\"steps\":{},\"topology\":\"{}\",\"xmode\":\"{}\"", steps,
                                     topology, mode),
                         seed, 0.7 + 0.2 * noise(v, 3, 1) + 0.02 * noise(seed, v, 2));
            add_curve(r, 30, 3.0, 0.01);
          }
        }
      }
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
    speed(1);  // with more, its cells.csv would not be in the page
    every_status();
    units();
    pictures();
    claims();
    RunInfo& run = input_.run;
    for (std::string* text :
         {&run.run_id, &run.suite, &run.title, &run.suite_toml, &run.command, &run.started_utc})
      *text += bad;
    for (StudyCard& s : run.studies) {
      s.question = bad;
      s.by = replaced(s.by, "width", "w<b>");
    }
    for (ClaimCard& c : run.claims) {
      c.source = c.text = c.note = bad;
      for (ClaimCheck& check : c.checks) {
        check.what = bad;
        if (check.of.study == "accuracy") check.of.study += bad;
      }
    }
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
      r.id.params_json =
          r.study == "units"
              ? replaced(replaced(r.id.params_json, "sigmoid", "</script><img src=x>"), "width",
                         "w<b>")
              : "{\"a\":\"</script><b>\",\"activation\":\"x' y\"}";
      r.outcome.metric = r.outcome.utc = bad;
      r.outcome.status_detail = r.outcome.log_tail = "=cmd()" + bad;
      r.outcome.rule_metrics["m" + bad] = 1;
      for (Picture& p : r.outcome.pictures) {
        p.key = p.title = p.column_title = p.row_title = p.value_title = bad;
        for (std::string& name : p.series) name = bad;
      }
      r.provenance = Provenance{bad, bad, bad, bad, bad, bad, bad, bad, true, 1};
    }
  }

 private:
  ReportInput& input_;
  Provenance provenance_;
};

}  // namespace

std::vector<std::string> sample_kinds() {
  std::vector<std::string> kinds{"full",     "sweeps",   "variants", "empty",
                                 "failures", "accuracy", "hostile",  "large"};
  kinds.insert(kinds.end(), bad_kinds().begin(), bad_kinds().end());
  return kinds;
}

ReportInput make_sample(const std::string& kind) {
  if (std::ranges::find(bad_kinds(), kind) != bad_kinds().end())
    return make_bad(kind, make_sample("full"));
  ReportInput input;
  Maker maker(input);
  if (kind == "full") {
    maker.accuracy();
    maker.learning_rate();
    maker.depth();
    maker.speed();
    maker.every_status();
    maker.units();
    maker.claims();
    maker.pictures();
  } else if (kind == "sweeps") {
    input.run.studies.clear();
    maker.units();
    maker.other_sweeps();
    maker.claims();
    maker.pictures();
  } else if (kind == "variants") {
    maker.variants();
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
