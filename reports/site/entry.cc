// SPDX-License-Identifier: MIT
#include "reports/site/entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "core/hash.h"
#include "reports/record/outcome.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

using nlohmann::json;

constexpr size_t kShownDigits = 8;
constexpr int kSiteVersion = 1;

std::string digits(const std::string& hash) { return hash.substr(0, kShownDigits); }

json number(double x) { return std::isfinite(x) ? json(x) : json(nullptr); }
double number(const json& x) { return x.is_number() ? x.get<double>() : kNaN; }

void add_scores(const ReportInput& input, const Summary& summary, SiteRun& out) {
  std::map<std::string, std::string> builds, data;  // by rule, by task
  for (const CellRecord& r : input.records) {
    builds.emplace(r.id.rule, digits(r.id.plugin_build));
    data.emplace(r.id.task, digits(r.id.task_hash));
  }
  for (const SummaryRow& row : summary.rows) {
    if (!trains(row.mode) || row.n == 0 || !row.over.empty()) continue;
    SiteScore score;
    score.study = row.study;
    score.task = row.task;
    score.rule = row.rule;
    score.setting = row.label;
    score.metric = row.metric;
    score.runs = static_cast<int64_t>(row.n);
    score.failed = static_cast<int64_t>(row.n_failed);
    score.mean = row.score.mean;
    score.low = row.score.ci.low;
    score.high = row.score.ci.high;
    for (const auto& [seed, value] : row.score_by_seed) score.by_seed[std::to_string(seed)] = value;
    score.build = builds[row.rule];
    score.data = data[row.task];
    out.scores.push_back(std::move(score));
  }
}

void add_ranks(const Summary& summary, SiteRun& out) {
  for (const ScoreboardRow& row : summary.scoreboard.rows) {
    if (!std::isfinite(row.normalised.value)) continue;
    out.ranks.push_back({row.rule, row.label, row.normalised.value, row.normalised.ci.low,
                         row.normalised.ci.high, row.mean_rank, static_cast<int64_t>(row.tasks),
                         row.is_baseline, row.among_best});
  }
}

json to_json(const SiteScore& s) {
  json seeds = json::object();
  for (const auto& [seed, value] : s.by_seed) seeds[seed] = number(value);
  return {{"study", s.study},       {"task", s.task},         {"rule", s.rule},
          {"setting", s.setting},   {"metric", s.metric},     {"runs", s.runs},
          {"failed", s.failed},     {"mean", number(s.mean)}, {"low", number(s.low)},
          {"high", number(s.high)}, {"by_seed", seeds},       {"build", s.build},
          {"data", s.data}};
}

SiteScore score_from(const json& j) {
  SiteScore s;
  s.study = j.at("study");
  s.task = j.at("task");
  s.rule = j.at("rule");
  s.setting = j.at("setting");
  s.metric = j.at("metric");
  s.runs = j.at("runs");
  s.failed = j.at("failed");
  s.mean = number(j.at("mean"));
  s.low = number(j.at("low"));
  s.high = number(j.at("high"));
  for (const auto& [seed, value] : j.at("by_seed").items()) s.by_seed[seed] = number(value);
  s.build = j.at("build");
  s.data = j.at("data");
  return s;
}

json to_json(const SiteRank& r) {
  return {{"rule", r.rule},       {"label", r.label},       {"score", number(r.score)},
          {"low", number(r.low)}, {"high", number(r.high)}, {"mean_rank", number(r.mean_rank)},
          {"tasks", r.tasks},     {"baseline", r.baseline}, {"among_best", r.among_best}};
}

SiteRank rank_from(const json& j) {
  SiteRank r;
  r.rule = j.at("rule");
  r.label = j.at("label");
  r.score = number(j.at("score"));
  r.low = number(j.at("low"));
  r.high = number(j.at("high"));
  r.mean_rank = number(j.at("mean_rank"));
  r.tasks = j.at("tasks");
  r.baseline = j.at("baseline");
  r.among_best = j.at("among_best");
  return r;
}

json to_json(const SiteRun& run) {
  json scores = json::array(), ranks = json::array();
  for (const SiteScore& score : run.scores) scores.push_back(to_json(score));
  for (const SiteRank& rank : run.ranks) ranks.push_back(to_json(rank));
  return {{"folder", run.folder},
          {"run_id", run.run_id},
          {"title", run.title},
          {"suite", run.suite},
          {"version", run.version},
          {"command", run.command},
          {"begun_utc", run.begun_utc},
          {"ended_utc", run.ended_utc},
          {"agon_version", run.agon_version},
          {"commit", run.commit},
          {"cpu", run.cpu},
          {"cells", run.cells},
          {"planned", run.planned},
          {"failed", run.failed},
          {"scores", scores},
          {"ranks", ranks}};
}

SiteRun run_from(const json& j) {
  SiteRun run;
  run.folder = j.at("folder");
  // It becomes a path: what is none of ours stays out.
  if (run.folder.empty() || file_name(run.folder) != run.folder || run.folder.front() == '.')
    throw std::runtime_error("a run's folder is no name of a folder");
  run.run_id = j.at("run_id");
  run.title = j.at("title");
  run.suite = j.at("suite");
  run.version = j.at("version");
  run.command = j.at("command");
  run.begun_utc = j.at("begun_utc");
  run.ended_utc = j.at("ended_utc");
  run.agon_version = j.at("agon_version");
  run.commit = j.at("commit");
  run.cpu = j.at("cpu");
  run.cells = j.at("cells");
  run.planned = j.at("planned");
  run.failed = j.at("failed");
  for (const json& score : j.at("scores")) run.scores.push_back(score_from(score));
  for (const json& rank : j.at("ranks")) run.ranks.push_back(rank_from(rank));
  return run;
}

}  // namespace

SiteRun site_run(const ReportInput& input, const Summary& summary) {
  SiteRun out;
  const RunInfo& run = input.run;
  out.run_id = clean_text(run.run_id);
  out.title = run.title.empty() ? run.suite : run.title;
  out.suite = run.suite;
  out.version = run.version.empty()
                    ? fmt::format("{} ({})", run.suite, digits(core::hash_hex(run.suite_toml)))
                    : run.version;
  out.command = run.command;
  out.planned = static_cast<int64_t>(input.planned);
  out.cells = static_cast<int64_t>(input.records.size());
  for (const CellRecord& r : input.records) {
    out.failed += is_failure(r.outcome.status) ? 1 : 0;
    const std::string& utc = r.outcome.utc;
    if (utc.empty()) continue;
    if (out.begun_utc.empty() || utc < out.begun_utc) out.begun_utc = utc;
    if (utc > out.ended_utc) {
      out.ended_utc = utc;
      out.agon_version = r.provenance->agon_version;
      out.commit = r.provenance->git_commit + (r.provenance->git_dirty ? ", changed" : "");
      out.cpu = r.provenance->cpu;
    }
  }
  out.folder =
      file_name(run.run_id) + "-" + digits(core::hash_hex(run.run_id + '\n' + out.begun_utc));
  if (out.folder.front() == '.') out.folder.front() = '-';
  add_scores(input, summary, out);
  add_ranks(summary, out);
  return out;
}

std::string board_name(const SiteRun& run) { return run.version; }

std::string file_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '.' || c == '-' || c == '_';
    if (plain || out.empty() || out.back() != '-') out += plain ? c : '-';
  }
  if (out == name && !out.empty()) return out;
  return out + (out.ends_with('-') ? "" : "-") + digits(core::hash_hex(name));
}

std::string site_json(const std::vector<SiteRun>& runs) {
  json all = json::array();
  for (const SiteRun& run : runs) all.push_back(to_json(run));
  const json root = {{"agon_site", kSiteVersion}, {"runs", all}};
  return root.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

std::vector<SiteRun> site_from_json(std::string_view text) {
  const json root = json::parse(text, nullptr, false);
  if (!root.is_object() || root.value("agon_site", json()) != kSiteVersion)
    throw std::runtime_error("it is no list of runs that this agon wrote");
  std::vector<SiteRun> runs;
  for (const json& run : root.at("runs")) runs.push_back(run_from(run));
  return runs;
}

}  // namespace agon::reports
