// SPDX-License-Identifier: MIT
#include "harness/plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "core/error.h"
#include "core/hash.h"
#include "core/text.h"
#include "harness/plan/build_info.h"
#include "harness/plan/resolve.h"
#include "harness/plugins/values.h"
#include "harness/train/courses/kind.h"

namespace agon::harness {
namespace {

constexpr const char* kMissing = "missing";
constexpr int kProtocolVersion = 2;  // of the cell key; a change runs every cell again

// "lesion=0.1,0.4"
std::string text_of(const Condition& condition) {
  return fmt::format("{}={}", condition.name, fmt::join(condition.values, ","));
}

class Planner {
 public:
  Planner(Plan& plan, const std::vector<std::string>& refused, const datasets::Catalogue& catalogue)
      : plan_(plan), refused_(refused), catalogue_(catalogue) {
    for (const RuleManifest& rule : plan_.rules) rule_names_.push_back(rule.id);
  }

  void check_size(int64_t most) {
    double all = 0, largest = 0;
    std::string part;  // the largest
    for (const Study& study : plan_.suite.studies) {
      for (const Grid& grid : study.grids) {
        for (const Selector& selector : grid.rules) {
          const double variants = count_variants(rule(selector), selector, grid.factors);
          const size_t per_seed = treatments(study, rule(selector)).size();
          const size_t tasks = tasks_of(grid).size();
          const double cells =
              variants * static_cast<double>(tasks * per_seed) * static_cast<double>(study.seeds);
          all += cells;
          if (cells <= largest) continue;
          largest = cells;
          part = fmt::format("{:.0f} variants of {} x {} tasks x {} seeds in study {}", variants,
                             selector.name, tasks, study.seeds, study.name);
        }
      }
    }
    if (all <= static_cast<double>(most)) {
      plan_.cells.reserve(static_cast<size_t>(all));
      return;
    }
    throw Error(Exit::usage, fmt::format("suite '{}'", plan_.suite.name),
                fmt::format("the plan has {:.0f} cells, at most {} are run; most of them: {}", all,
                            most, part),
                "ask for fewer values, tasks or seeds, or raise the limit with --max-cells");
  }

  void run() {
    for (uint32_t s = 0; s < plan_.suite.studies.size(); ++s) {
      seen_.clear();
      const Study& study = plan_.suite.studies[s];
      const bool tuned = plan_.suite.tuned_ruleset && !study.trials && study.has_trials();
      for (uint32_t g = 0; g < study.grids.size(); ++g) add_grid(s, g, tuned);
    }
    find_trials();
  }

 private:
  // tuned: besides, what its trials choose.
  void add_grid(uint32_t study, uint32_t place, bool tuned) {
    const Grid& grid = plan_.suite.studies[study].grids[place];
    std::vector<uint32_t> tasks;
    for (const TaskRef& task : tasks_of(grid)) tasks.push_back(task_index(task));
    std::vector<std::pair<uint32_t, uint32_t>> ranges;  // of variants, one per selector
    for (const Selector& selector : grid.rules) {
      const auto begin = static_cast<uint32_t>(plan_.variants.size());
      expand(rule(selector), selector, grid.factors, plan_.variants);
      ranges.emplace_back(begin, static_cast<uint32_t>(plan_.variants.size()));
    }
    if (!tuned || plan_.suite.default_ruleset) {
      for (const uint32_t task : tasks) {
        for (const auto& [begin, end] : ranges) {
          for (uint32_t variant = begin; variant < end; ++variant) add_cells(study, variant, task);
        }
      }
    }
    if (!tuned) return;
    for (size_t r = 0; r < ranges.size(); ++r) {
      const auto trial = std::ranges::find(grid.trials, grid.rules[r].name, &Selector::name);
      if (trial == grid.trials.end()) continue;
      Tuning tuning;
      tuning.study = study;
      tuning.grid = place;
      tuning.trial = static_cast<uint32_t>(trial - grid.trials.begin());
      for (uint32_t base = ranges[r].first; base < ranges[r].second; ++base) {
        tuning.variants = tried_for(base, *trial, grid.rules[r], grid);
        for (const uint32_t task : tasks) add_tuning(tuning, task);
      }
    }
  }

  // The variants of a trial that differ from the base in what is tried only.
  std::vector<uint32_t> tried_for(uint32_t base, const Selector& trial, const Selector& own,
                                  const Grid& grid) {
    std::vector<Variant> all;
    expand(rule(own), laid_over(trial, own), grid.factors, all);
    std::vector<uint32_t> tried;
    for (Variant& variant : all) {
      const auto& params = variant.rule->params;
      bool same = true;
      for (size_t i = 0; i < params.size(); ++i) {
        same &= has_factor(trial, params[i].key) ||
                value_text(params[i], variant.values[i]) ==
                    value_text(params[i], plan_.variants[base].values[i]);
      }
      if (!same) continue;
      tried.push_back(static_cast<uint32_t>(plan_.variants.size()));
      plan_.variants.push_back(std::move(variant));
    }
    return tried;
  }

  void add_tuning(Tuning tuning, uint32_t task) {
    const Study& study = plan_.suite.studies[tuning.study];
    const RuleManifest& rule = *plan_.variants[tuning.variants.front()].rule;
    tuning.task = task;
    tuning.treatment = index_of(treatments(study, rule).front());
    plan_.tunings.push_back(std::move(tuning));
  }

  // The cells of what is to be tried, wherever they stand; without them nothing can be chosen.
  void find_trials() {
    const Treatment trial{reports::Mode::trial, {}};
    Study alike;
    alike.refit = false;
    for (Tuning& tuning : plan_.tunings) {
      for (const uint32_t variant : tuning.variants) {
        const auto at =
            trials_.find(key_stem(plan_, alike, plan_.variants[variant], tuning.task, trial));
        tuning.cells.push_back(at == trials_.end() ? std::vector<uint32_t>() : at->second);
      }
    }
  }

  void add_cells(uint32_t study, uint32_t variant, uint32_t task) {
    const Study& s = plan_.suite.studies[study];
    const Variant& v = plan_.variants[variant];
    const std::string reason = reason_to_skip(v, task, study_type(s.kind));
    for (Treatment& treatment : treatments(s, *v.rule)) {
      const std::string stem = key_stem(plan_, s, v, task, treatment);
      const bool trial = reports::is_trial(treatment.mode);
      PlanCell cell;
      cell.study = study;
      cell.variant = variant;
      cell.task = task;
      cell.treatment = index_of(std::move(treatment));
      for (int64_t seed = 0; seed < s.seeds; ++seed) {
        cell.seed = s.first_seed + static_cast<uint64_t>(seed);
        cell.key = core::hash_hex(stem + std::to_string(cell.seed));
        if (!reason.empty()) skip(cell, reason);
        if (seen_.contains(cell.key)) continue;
        if (trial) trials_[stem].push_back(static_cast<uint32_t>(plan_.cells.size()));
        plan_.cells.push_back(cell);
        seen_.insert(plan_.cells.back().key);
      }
    }
  }

  uint32_t index_of(Treatment treatment) {
    const auto at = std::ranges::find(plan_.treatments, treatment);
    if (at != plan_.treatments.end()) return static_cast<uint32_t>(at - plan_.treatments.begin());
    plan_.treatments.push_back(std::move(treatment));
    return static_cast<uint32_t>(plan_.treatments.size() - 1);
  }

  std::string reason_to_skip(const Variant& variant, uint32_t task, const StudyType& type) const {
    const datasets::TaskInfo& info = *plan_.tasks[task];
    const RuleManifest& rule = *variant.rule;
    if (!rule.refusal.empty()) return rule.refusal;
    if (!variant.skip.empty()) return variant.skip;
    if (const auto missing = catalogue_.missing(info)) return *missing;
    if (type.refuses != nullptr) {
      if (std::string reason = type.refuses(info); !reason.empty()) return reason;
    }
    return course_kind(info).reason_against(rule, info);
  }

  const RuleManifest& rule(const Selector& selector) const {
    for (const RuleManifest& rule : plan_.rules) {
      if (rule.id == selector.name) return rule;
    }
    std::string fix = core::suggest(selector.name, rule_names_);
    fix += "; a rule from outside is named by its file too: --plugin FILE";
    if (!refused_.empty()) fix += fmt::format("\n  refused: {}", refused_.front());
    const bool broken = rule_names_.empty() && !refused_.empty();
    const std::string where = selector.text.empty() ? "-r " + selector.name : selector.where(0);
    throw Error(broken ? Exit::plugin : Exit::usage, where,
                fmt::format("unknown rule '{}'", selector.name), fix);
  }

  // With the catalogue's in the place of "*".
  std::vector<TaskRef> tasks_of(const Grid& grid) const {
    std::vector<TaskRef> tasks;
    for (const TaskRef& task : grid.tasks) {
      if (task.id != kEveryTask) {
        tasks.push_back(task);
        continue;
      }
      for (const datasets::TaskInfo& info : catalogue_.tasks()) {
        if (grid.covers(info.id, info.kind())) tasks.push_back({info.id, task.where});
      }
    }
    return tasks;
  }

  uint32_t task_index(const TaskRef& task) {
    const datasets::TaskInfo* info = nullptr;
    try {
      info = &catalogue_.info(task.id);
    } catch (const Error& e) {
      if (catalogue_.broken(task.id) != nullptr) {
        throw Error(
            Exit::usage, task.where,
            fmt::format("the file of task '{}' is broken: {}: {}", task.id, e.thing(), e.reason()),
            e.fix());
      }
      throw Error(Exit::usage, task.where, fmt::format("unknown task '{}'", task.id), e.fix());
    }
    const auto it = std::ranges::find(plan_.tasks, info);
    if (it != plan_.tasks.end()) return static_cast<uint32_t>(it - plan_.tasks.begin());
    plan_.tasks.push_back(info);
    plan_.task_hashes.push_back(catalogue_.missing(*info) ? kMissing
                                                          : catalogue_.fingerprint(*info));
    return static_cast<uint32_t>(plan_.tasks.size() - 1);
  }

  Plan& plan_;
  const std::vector<std::string>& refused_;
  const datasets::Catalogue& catalogue_;
  std::vector<std::string> rule_names_;
  std::unordered_map<std::string, std::vector<uint32_t>> trials_;  // cells of trials by their stem
  // Keys of the current study. They lie in the cells, too long for a string to keep within itself, so
  // that they stay where they are when the cells move.
  std::unordered_set<std::string_view> seen_;
};

// -1, NaN and "" where the rule has no such parameter.
int64_t integer_of(const Variant& variant, std::string_view key) {
  const size_t i = variant.rule->index_of(key);
  return i < variant.values.size() && variant.rule->params[i].type == AGON_INT &&
                 !variant.rule->params[i].is_list()
             ? variant.values[i].i
             : -1;
}

double real_of(const Variant& variant, std::string_view key) {
  const size_t i = variant.rule->index_of(key);
  return i < variant.values.size() && variant.rule->params[i].type == AGON_REAL &&
                 !variant.rule->params[i].is_list()
             ? variant.values[i].r
             : reports::kNaN;
}

std::string choice_of(const Variant& variant, std::string_view key) {
  const size_t i = variant.rule->index_of(key);
  if (i >= variant.values.size() || variant.rule->params[i].type != AGON_CHOICE) return "";
  return value_text(variant.rule->params[i], variant.values[i]);
}

}  // namespace

Plan make_plan(Suite suite, std::vector<RuleManifest> rules,
               const std::vector<std::string>& refused, const datasets::Catalogue& catalogue,
               int64_t most) {
  Plan plan;
  plan.suite = std::move(suite);
  plan.rules = std::move(rules);
  Planner planner(plan, refused, catalogue);
  planner.check_size(most);
  planner.run();
  return plan;
}

void skip(PlanCell& cell, const std::string& reason) {
  cell.skip = reason;
  cell.key = core::hash_hex(cell.key + "\nskipped: " + reason);
}

std::string key_stem(const Plan& plan, const Study& study, const Variant& variant, uint32_t task,
                     const Treatment& treatment) {
  std::string work(name(treatment.mode));
  for (const Condition& condition : treatment.conditions) work += ' ' + text_of(condition);
  return fmt::format("agon-cell/{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n", kProtocolVersion, numerics(),
                     variant.rule->id, variant.rule->build_id, params_json(variant),
                     plan.tasks[task]->id, plan.task_hashes[task], work, study.refit);
}

std::string params_json(const Variant& variant) {
  std::vector<size_t> order(variant.rule->params.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {},
                    [&](size_t i) -> const std::string& { return variant.rule->params[i].key; });
  std::string text = "{";
  for (const size_t i : order) {
    const ParamManifest& param = variant.rule->params[i];
    const std::string value = value_text(param, variant.values[i]);
    const bool quoted = param.type == AGON_CHOICE;  // a text has quotes already
    if (text.size() > 1) text += ',';
    text += '"' + param.key + "\":";
    text += quoted ? nlohmann::json(value).dump() : value;
  }
  return text + "}";
}

std::string short_name(const Variant& variant) {
  std::string factors;
  const std::vector<agon_value> defaults = variant.rule->defaults();
  for (size_t i = 0; i < defaults.size(); ++i) {
    const ParamManifest& param = variant.rule->params[i];
    const std::string value = value_text(param, variant.values[i]);
    if (value == value_text(param, defaults[i])) continue;
    factors += (factors.empty() ? "" : ",") + param.key + "=" + value;
  }
  return factors.empty() ? variant.rule->id : variant.rule->id + "[" + factors + "]";
}

reports::CellIdentity identity(const Plan& plan, const PlanCell& cell) {
  const Variant& variant = plan.variants[cell.variant];
  const datasets::TaskInfo& task = *plan.tasks[cell.task];
  reports::CellIdentity id;
  id.cell_key = cell.key;
  id.rule = variant.rule->id;
  id.plugin_version = variant.rule->plugin_version;
  id.plugin_build = variant.rule->build_id;
  id.params_json = params_json(variant);
  id.task = task.id;
  id.task_hash = plan.task_hashes[cell.task];
  id.kind = datasets::name(task.kind());
  id.depth = integer_of(variant, "depth");
  id.width = integer_of(variant, "width");
  id.activation = choice_of(variant, "activation");
  id.lr = real_of(variant, "lr");
  id.batch = integer_of(variant, "batch");
  id.epochs = integer_of(variant, "epochs");
  id.updates = integer_of(variant, "updates");
  id.ruleset = cell.tuned ? reports::kTunedRuleset : reports::kDefaultRuleset;
  id.suite_version = plan.suite.version;
  id.seed = cell.seed;
  const Treatment& treatment = plan.treatments[cell.treatment];
  id.mode = treatment.mode;
  for (const Condition& condition : treatment.conditions) {
    if (condition.name == study_type(plan.suite.studies[cell.study].kind).varies)
      id.condition = text_of(condition);
  }
  return id;
}

bool wants_pictures(const Plan& plan, const PlanCell& cell) {
  const Study& study = plan.suite.studies[cell.study];
  return cell.seed == study.first_seed && study_type(study.kind).pictures;
}

CellJob job_of(const Plan& plan, const PlanCell& cell) {
  const Variant& variant = plan.variants[cell.variant];
  const Study& study = plan.suite.studies[cell.study];
  CellJob job(identity(plan, cell));
  job.plugin_path = variant.rule->plugin_path;
  job.rule_in_plugin = variant.rule->id_in_plugin;
  for (size_t i = 0; i < variant.values.size(); ++i) {
    job.values.push_back(value_to_json(variant.rule->params[i], variant.values[i]));
  }
  job.study = study.kind;
  job.conditions = plan.treatments[cell.treatment].conditions;
  job.refit = study.refit;
  job.timeout_s = study.timeout_s;
  job.pictures = wants_pictures(plan, cell);
  return job;
}

}  // namespace agon::harness
