// SPDX-License-Identifier: MIT
//
// agon compare A B: what got better and what got worse from run A to run B, for people and for a
// build that is to stop when something did.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "harness/cli/cli.h"
#include "harness/cli/number_option.h"
#include "harness/run/console.h"
#include "harness/run/stored_run.h"
#include "reports/comparison/comparison.h"
#include "reports/text.h"

namespace agon::harness {
namespace {

using nlohmann::json;
using reports::Change;
using reports::ComparedSetting;
using reports::Comparison;

constexpr int kWorse = 1;  // of this verb; what cannot be compared is Exit::usage
constexpr size_t kShown = 20;
constexpr std::array kChanges{Change::improved, Change::worse, Change::none, Change::added,
                              Change::missing};

struct Options {
  std::string a, b;
  double fail_pct = -1;  // -1: not asked for
  bool as_json = false, force = false;
};

std::string numbers_of(const ComparedSetting& s) {
  if (s.quantity != "score") {
    if (!std::isfinite(s.ratio.value)) return "";
    return fmt::format("{}/s -> {}/s, x {}", reports::si(s.before), reports::si(s.after),
                       reports::with_interval(s.ratio.value, s.ratio.ci.low, s.ratio.ci.high, 2));
  }
  if (!std::isfinite(s.before)) return "";
  std::string text = fmt::format(
      "{} -> {}, {}", reports::fixed(s.before), reports::fixed(s.after),
      reports::with_interval(s.difference.mean, s.difference.ci.low, s.difference.ci.high));
  if (std::isfinite(s.corrected)) text += fmt::format(", p {:.2g} of the table", s.corrected);
  return text;
}

std::string name_of(const ComparedSetting& s) {
  std::string text = fmt::format("{}: {} on {}", s.study, s.rule, s.task);
  for (const std::string* more : {&s.setting, &s.condition}) {
    if (!more->empty() &&
        (more != &s.condition || s.setting.find(s.condition) == std::string::npos))
      text += " " + *more;
  }
  if (s.ruleset != "default") text += " (" + s.ruleset + ")";
  return core::printable(s.quantity == "score" ? text : text + ", " + s.quantity);
}

std::string line_of(const ComparedSetting& s) {
  const std::string numbers = numbers_of(s);
  std::string text = "  " + name_of(s);
  if (!numbers.empty()) text += ": " + numbers;
  if (!s.why.empty()) text += (numbers.empty() ? ": " : "; ") + core::printable(s.why);
  return text + "\n";
}

// The settings of one change; of those without evidence only the ones whose bits differ.
void print_settings(const Comparison& c, Change change) {
  std::vector<const ComparedSetting*> all;
  for (const ComparedSetting& s : c.settings) {
    if (s.change != change) continue;
    if (change == Change::none && s.quantity == "score" && s.same_bits == s.paired) continue;
    all.push_back(&s);
  }
  if (all.empty()) return;
  say("\n{}\n", reports::name(change));
  for (size_t i = 0; i < std::min(all.size(), kShown); ++i) say("{}", line_of(*all[i]));
  if (all.size() > kShown) say("  ... and {} more: --json has them all\n", all.size() - kShown);
}

void print_run(const char* name, const StoredRun& run) {
  const reports::RunInfo& info = run.results.run;
  say("{}  {}: suite {}, {} cells{}{}\n", name, run.results.place, core::printable(info.suite),
      run.results.records.size(), info.started_utc.empty() ? "" : ", ", info.started_utc);
}

void print(const Comparison& c, const StoredRun& a, const StoredRun& b,
           const std::vector<const ComparedSetting*>& fallen, const Options& options) {
  print_run("A", a);
  print_run("B", b);
  for (const std::string& what : c.differs)
    say("forced, and not alike: {}\n", core::printable(what));
  for (const std::string& what : c.notes) say("note: {}\n", core::printable(what));
  say("\n{} cells are paired, {} of them by key, {} by setting; {} of {} have the same bits{}\n",
      c.paired, c.by_key, c.paired - c.by_key, c.same_bits, c.result_cells,
      c.paired > c.result_cells
          ? fmt::format(" (the other {} are of speed)", c.paired - c.result_cells)
          : "");
  if (!c.no_speeds.empty()) say("speeds are not compared: {}\n", c.no_speeds);
  say("\n");
  for (const Change change : kChanges) say("{:<12}{:>6}\n", reports::name(change), c.count(change));
  for (const Change change : kChanges) print_settings(c, change);
  if (options.fail_pct < 0) return;
  say("\n{} setting{} fell by more than {} % or failed more often\n", fallen.size(),
      fallen.size() == 1 ? "" : "s", options.fail_pct);
  for (size_t i = 0; i < std::min(fallen.size(), kShown); ++i) say("{}", line_of(*fallen[i]));
}

json number(double x) { return std::isfinite(x) ? json(x) : json(nullptr); }

json setting_json(const ComparedSetting& s) {
  json out = {{"study", s.study},
              {"rule", s.rule},
              {"task", s.task},
              {"ruleset", s.ruleset},
              {"condition", s.condition},
              {"setting", s.setting},
              {"quantity", s.quantity},
              {"change", reports::name(s.change)},
              {"why", s.why},
              {"cells", {{"a", s.cells_before}, {"b", s.cells_after}, {"paired", s.paired}}},
              {"failed", {{"a", s.failed_before}, {"b", s.failed_after}}},
              {"a", number(s.before)},
              {"b", number(s.after)},
              {"fall_pct", s.fall_pct()}};
  if (s.quantity == "score") {
    out["metric"] = s.metric;
    out["same_bits"] = s.same_bits;
    out["difference"] = {{"mean", number(s.difference.mean)},
                         {"low", number(s.difference.ci.low)},
                         {"high", number(s.difference.ci.high)},
                         {"p", number(s.difference.p)},
                         {"p_corrected", number(s.corrected)},
                         {"seeds", s.difference.n},
                         {"rows", s.difference.rows}};
  } else {
    out["ratio"] = {{"value", number(s.ratio.value)},
                    {"low", number(s.ratio.ci.low)},
                    {"high", number(s.ratio.ci.high)},
                    {"processes", s.ratio.processes}};
  }
  return out;
}

json run_json(const StoredRun& run) {
  const reports::RunInfo& info = run.results.run;
  return {{"place", run.results.place},
          {"run_id", info.run_id},
          {"suite", info.suite},
          {"started_utc", info.started_utc},
          {"cells", run.results.records.size()}};
}

void print_json(const Comparison& c, const StoredRun& a, const StoredRun& b, int code) {
  json counts = json::object(), settings = json::array();
  for (const Change change : kChanges) counts[std::string(reports::name(change))] = c.count(change);
  for (const ComparedSetting& s : c.settings) settings.push_back(setting_json(s));
  const json root = {{"schema", 1},
                     {"a", run_json(a)},
                     {"b", run_json(b)},
                     {"forced", !c.differs.empty()},
                     {"differs", c.differs},
                     {"notes", c.notes},
                     {"no_speeds", c.no_speeds},
                     {"cells",
                      {{"paired", c.paired},
                       {"by_key", c.by_key},
                       {"compared_bits", c.result_cells},
                       {"same_bits", c.same_bits}}},
                     {"counts", counts},
                     {"exit", code},
                     {"settings", settings}};
  say("{}\n", root.dump(2, ' ', false, json::error_handler_t::replace));
}

void refuse(const Comparison& c, const Options& options) {
  const std::string thing = fmt::format("{} and {}", options.a, options.b);
  if (!c.differs.empty() && !options.force) {
    std::string list;
    for (const std::string& what : c.differs) list += "\n    " + core::printable(what);
    throw Error(Exit::usage, thing, "cannot be compared, for they differ in" + list,
                "run the one again as the other was run, or say --force");
  }
  if (c.paired == 0) {
    throw Error(Exit::usage, thing, "have no cell in common",
                "compare runs with the same studies, rules, values, tasks and seeds");
  }
}

int compare(const Options& options) {
  std::vector<std::string> notes;
  const StoredRun a = read_run(options.a, notes), b = read_run(options.b, notes);
  for (const std::string& words : notes) note("{}\n", words);
  const Comparison c = reports::compare(a, b);
  refuse(c, options);
  const auto fallen = reports::regressions(c, options.fail_pct);
  const bool worse = options.fail_pct < 0 ? c.count(Change::worse) > 0 : !fallen.empty();
  const int code = worse ? kWorse : 0;
  if (options.as_json) {
    print_json(c, a, b, code);
  } else {
    print(c, a, b, fallen, options);
  }
  return code;
}

}  // namespace

void add_compare(CommandLine& line) {
  auto options = std::make_shared<Options>();
  const Verb verb = line.add(
      "compare",
      "What got better or worse from run A to run B: exit 0 the same or better, 1 worse, 2 not comparable");
  verb.option("a", options->a, "Folder of the run before, or 'latest'").required();
  verb.option("b", options->b, "Folder of the run after, or 'latest'").required();
  add_real(
      verb, "--fail-on-regression", options->fail_pct, {0, 100, "percent"},
      "Exit 1 where a mean score fell by more than this share of A's, evidence or not, where more cells "
      "failed, or where a speed fell by more with its whole interval; and for nothing else")
      .takes("PCT");
  verb.flag("--json", options->as_json, "As JSON");
  verb.flag("--force", options->force,
            "Compare although layout, suite version, plugins or data differ; the result says so");
  verb.does([options] { return compare(*options); });
}

}  // namespace agon::harness
