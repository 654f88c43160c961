// SPDX-License-Identifier: MIT
#include "reports/merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "core/error.h"
#include "reports/record/run_json.h"
#include "reports/render/csv/csv.h"

namespace agon::reports {
namespace {

constexpr size_t kShownDifferences = 4, kShownDigits = 8;
constexpr std::string_view kMissing =
    "missing";  // the data hash of a task whose files are not there

std::string cell_name(const CellRecord& r) {
  return fmt::format("{} on {}, seed {}, study {}", r.id.rule, r.id.task, r.id.seed, r.study);
}

// ok, diverged: what the rule came to. A skipped cell has a key of its own.
bool ended_well(const CellRecord& r) { return !is_failure(r.outcome.status); }

class Merger {
 public:
  explicit Merger(std::vector<RunResults> runs) : runs_(std::move(runs)) {}

  ReportInput merge() {
    check_versions();
    check_tasks();
    check_numerics();
    check_studies();
    take_cells();
    refuse_differences();
    take_runs();
    return std::move(out_);
  }

 private:
  // ---- what cannot stand in one report

  using Places = std::map<std::string, std::string>;  // of the first run with each value

  void two_values(const std::string& what, const Places& places) {
    if (places.size() < 2) return;
    std::string list;
    for (const auto& [value, place] : places) {
      list += fmt::format("{}{} in {}", list.empty() ? "" : ", ", value, place);
    }
    differences_.push_back(what + " " + list);
  }

  // Of the suites that have a study of one name.
  void check_versions() {
    std::map<std::string, Places> versions;
    for (const RunResults& run : runs_) {
      const std::string& own = run.run.version;
      for (const StudyCard& s : run.run.studies)
        versions[s.name].emplace(own.empty() ? "none" : own, run.place);
    }
    std::set<Places> said;  // once, not for every study
    for (const auto& [study, places] : versions) {
      if (said.insert(places).second)
        two_values(fmt::format("suite version of study {}:", study), places);
    }
  }

  void check_tasks() {
    std::map<std::string, Places> hashes;
    for (const RunResults& run : runs_) {
      for (const CellRecord& r : run.records) {
        if (r.id.task_hash != kMissing)
          hashes[r.id.task].emplace(r.id.task_hash.substr(0, kShownDigits), run.place);
      }
    }
    for (const auto& [task, places] : hashes) two_values("data of " + task + ":", places);
  }

  void check_numerics() {
    std::map<std::pair<std::string, std::string>, Places> numerics;
    for (const RunResults& run : runs_) {
      for (const CellRecord& r : run.records) {
        if (r.outcome.status == Status::skipped) continue;
        const std::string& own = r.provenance->numerics;
        numerics[{r.study, r.id.task}].emplace(own.empty() ? "unknown" : own, run.place);
      }
    }
    std::set<Places> said;  // once, not for every task
    for (const auto& [where, places] : numerics) {
      if (said.insert(places).second)
        two_values(fmt::format("numerics of {} on {}:", where.first, where.second), places);
    }
  }

  void check_studies() {
    std::map<std::string, Places> kinds;
    for (const RunResults& run : runs_) {
      for (const StudyCard& s : run.run.studies)
        kinds[s.name].emplace(
            std::string(name(s.kind)) + (s.by.empty() ? "" : " of " + s.value + " over " + s.by),
            run.place);
    }
    for (const auto& [study, places] : kinds) two_values("study " + study + ":", places);
  }

  void refuse_differences() const {
    if (differences_.empty()) return;
    std::string list;
    for (size_t i = 0; i < std::min(differences_.size(), kShownDifferences); ++i)
      list += (i == 0 ? "" : "; ") + differences_[i];
    if (differences_.size() > kShownDifferences)
      list += fmt::format("; and {} more", differences_.size() - kShownDifferences);
    throw Error(
        Exit::usage, "agon report", "these runs cannot be one report: " + list,
        "report them apart, or run the same command again with the agon and data of now: it runs only what is stale");
  }

  // ---- cells

  void take_cells() {
    std::unordered_map<std::string, size_t> places;  // by study and key
    std::set<std::pair<std::string, std::string>> planned;
    size_t shared = 0, mended = 0;
    for (uint32_t i = 0; i < runs_.size(); ++i) {
      planned.insert(runs_[i].planned.begin(), runs_[i].planned.end());
      for (CellRecord& r : runs_[i].records) {
        const auto [at, added] = places.try_emplace(
            r.study + "\n" + r.id.ruleset + "\n" + r.id.cell_key, out_.records.size());
        if (added) {
          r.runs = {i};
          out_.records.push_back(std::move(r));
          continue;
        }
        ++shared;
        mended += take_twin(out_.records[at->second], r, i) ? 1 : 0;
      }
      runs_[i].records = {};
    }
    out_.planned = planned.size();
    if (shared > 0) {
      out_.notes.push_back(fmt::format("{} cell{} in more than one of these runs and count{} once",
                                       shared, shared == 1 ? " stands" : "s stand",
                                       shared == 1 ? "s" : ""));
    }
    if (mended > 0) {
      out_.notes.push_back(fmt::format(
          "{} of them failed in one run and ended well in another: the latter count", mended));
    }
  }

  // Another attempt of a cell; true where one of the two failed and the other did not.
  bool take_twin(CellRecord& known, CellRecord& twin, uint32_t run) {
    const bool known_well = ended_well(known), twin_well = ended_well(twin);
    if (known_well && twin_well && result_text(known) != result_text(twin)) {
      differences_.push_back(fmt::format("results of {}: {} in {}, {} in {}", cell_name(known),
                                         score(known), runs_[known.runs.front()].place, score(twin),
                                         runs_[run].place));
    }
    const bool later = twin.outcome.utc > known.outcome.utc;
    if (twin_well == known_well ? later : twin_well) {
      twin.runs = known.runs;
      twin.runs.insert(twin.runs.begin(), run);
      known = std::move(twin);
    } else {
      known.runs.push_back(run);
    }
    return known_well != twin_well;
  }

  static std::string score(const CellRecord& r) {
    return r.outcome.status == Status::ok ? fmt::format("score {}", r.outcome.score_test)
                                          : std::string(name(r.outcome.status));
  }

  // ---- what the runs are

  static void add_word(std::string& words, const std::string& word, const char* between) {
    if (word.empty() ||
        (between + words + between).find(between + word + between) != std::string::npos)
      return;
    words += (words.empty() ? "" : between) + word;
  }

  template <typename Card, typename Same>
  static void add_cards(std::vector<Card>& known, const std::vector<Card>& more, Same same) {
    for (const Card& card : more) {
      if (std::ranges::none_of(known, [&](const Card& k) { return same(k, card); }))
        known.push_back(card);
    }
  }

  void take_runs() {
    RunInfo& all = out_.run;
    for (RunResults& results : runs_) {
      const RunInfo& run = results.run;
      out_.benches.insert(out_.benches.end(), results.benches.begin(), results.benches.end());
      add_word(all.run_id, run.run_id, " + ");
      add_word(all.suite, run.suite, " + ");
      add_word(all.version, run.version, " + ");
      add_word(all.title, run.title.empty() ? run.suite : run.title, " + ");
      if (all.started_utc.empty() ||
          (!run.started_utc.empty() && run.started_utc < all.started_utc))
        all.started_utc = run.started_utc;
      add_cards(all.rules, run.rules, [](const RuleCard& a, const RuleCard& b) {
        return a.id == b.id && a.plugin == b.plugin && a.version == b.version;
      });
      add_cards(all.tasks, run.tasks,
                [](const TaskCard& a, const TaskCard& b) { return a.id == b.id; });
      add_cards(all.claims, run.claims, [](const ClaimCard& a, const ClaimCard& b) {
        return claim_json(a) == claim_json(b);
      });
      for (const StudyCard& study : run.studies) {
        const auto at = std::ranges::find(all.studies, study.name, &StudyCard::name);
        if (at == all.studies.end()) {
          all.studies.push_back(study);
        } else {
          add_word(at->question, study.question, " / ");
        }
      }
      out_.runs.push_back(std::move(results.run));
    }
  }

  std::vector<RunResults> runs_;
  std::vector<std::string> differences_;
  ReportInput out_;
};

}  // namespace

ReportInput merge(std::vector<RunResults> runs) {
  if (runs.size() == 1) {
    RunResults& run = runs.front();
    ReportInput input{std::move(run.run), std::move(run.records), run.planned.size()};
    input.benches = std::move(run.benches);
    return input;
  }
  return Merger(std::move(runs)).merge();
}

}  // namespace agon::reports
