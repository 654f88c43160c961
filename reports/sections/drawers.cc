// SPDX-License-Identifier: MIT
#include "reports/sections/drawers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "core/hash.h"
#include "reports/sections/reproduce.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kKeyDigits = 12;

std::string key_of(std::string_view study, Mode mode, std::string_view rule,
                   std::string_view variant, std::string_view task, int64_t depth, int64_t width) {
  std::string text;
  for (const std::string_view part : {study, name(mode), rule, variant, task}) {
    text += part;
    text += '\0';
  }
  return core::hash_hex(fmt::format("{}{} {}", text, depth, width)).substr(0, kKeyDigits);
}

// The end of the log that fits, from the start of a line where there is one.
std::string end_of(std::string_view log, size_t most) {
  if (log.size() <= most) return std::string(log);
  log.remove_prefix(log.size() - most);
  const size_t line = log.find('\n');
  if (line != std::string_view::npos && line + 1 < log.size()) log.remove_prefix(line + 1);
  return "... " + std::string(log);
}

// What the rule logged: the end of it, below the warnings that the end does not hold.
std::string log_of(const CellOutcome& o, size_t most) {
  const std::string shown = end_of(o.log_tail, most);
  std::string out;
  for (const Warning& warning : o.warnings) {
    if (shown.find(warning.text) != std::string::npos || out.size() > most) continue;
    out += fmt::format("warning{}: {}\n",
                       warning.times > 1 ? fmt::format(" ({} times)", warning.times) : "",
                       end_of(warning.text, most));
  }
  return out + shown;
}

std::string detail_of(const CellOutcome& o) {
  if (!o.status_detail.empty()) return o.status_detail;
  if (o.status == Status::diverged && o.diverged_at >= 0)
    return fmt::format("loss or output left the finite numbers at update {}", o.diverged_at);
  return "";
}

// Up to `points` places of 0 .. length - 1, evenly, first and last among them.
std::vector<size_t> places(size_t length, size_t points) {
  std::vector<size_t> out;
  const size_t n = std::min(length, points);
  for (size_t k = 0; k < n; ++k) out.push_back(n == 1 ? length - 1 : k * (length - 1) / (n - 1));
  return out;
}

void add_curve(DrawerRun& run, const std::vector<CurvePoint>& curve, size_t points) {
  if (curve.empty() || points == 0) return;
  const auto any = [&](double CurvePoint::*member) {
    return std::ranges::any_of(curve,
                               [&](const CurvePoint& p) { return std::isfinite(p.*member); });
  };
  const bool val = any(&CurvePoint::score_val), train = any(&CurvePoint::score_train);
  const bool loss = any(&CurvePoint::loss_train);
  const auto score = val ? &CurvePoint::score_val : &CurvePoint::score_train;
  run.axis = val ? "validation score" : "training score";
  for (const size_t i : places(curve.size(), points)) {
    run.x.push_back(static_cast<double>(curve[i].epoch));
    if (val || train) run.score.push_back(curve[i].*score);
    if (loss) run.loss.push_back(curve[i].loss_train);
  }
}

std::string finding_of(const Group& group) {
  std::map<std::string_view, int64_t> by_status;
  double low = HUGE_VAL, high = -HUGE_VAL;
  for (const CellRecord* r : group.cells) {
    ++by_status[name(r->outcome.status)];
    if (!std::isfinite(r->outcome.score_test)) continue;
    low = std::min(low, r->outcome.score_test);
    high = std::max(high, r->outcome.score_test);
  }
  std::vector<std::string> counts;
  for (const auto& [status, n] : by_status) counts.push_back(fmt::format("{} {}", n, status));
  std::string out = fmt::format("{}: {}", plural(static_cast<int64_t>(group.cells.size()), "run"),
                                join_words(counts));
  if (low <= high) {
    out += low == high ? ", test score " + fixed(low)
                       : fmt::format(", test scores from {} to {}", fixed(low), fixed(high));
  }
  return out + ".";
}

// What all cells of the group share, of its first one: parameters, size, cost.
std::vector<std::pair<std::string, std::string>> facts_of(const Group& group, bool one_rate) {
  std::vector<std::pair<std::string, std::string>> out;
  const CellRecord& first = *group.cells.front();
  for (auto& [key, value] : params_of(first.id)) {
    if (key != "lr" || one_rate) out.emplace_back(key, value);
  }
  const CellOutcome& o = first.outcome;
  if (!o.metric.empty()) out.emplace_back("metric", o.metric);
  if (o.n_params >= 0) out.emplace_back("learnt weights", std::to_string(o.n_params));
  if (std::isfinite(o.macs_per_sample))
    out.emplace_back("MACs per sample", shortest(o.macs_per_sample, 5));
  return out;
}

}  // namespace

std::string drawer_key(const Group& group) {
  const CellIdentity& id = group.id();
  return key_of(group.study(), id.mode, id.rule, group.variant, id.task, id.depth, id.width);
}

std::string drawer_key(const SummaryRow& row) {
  return key_of(row.study, row.mode, row.rule, row.variant, row.task, row.depth, row.width);
}

About about(const Group& group) { return {group.id().rule, group.id().task, group.study()}; }
About about(const SummaryRow& row) { return {row.rule, row.task, row.study}; }

Cell opening(Cell cell, const SummaryRow& row) {
  cell.opens = drawer_key(row);
  return cell;
}

Cell opening_run(Cell cell, const Group& group, const CellRecord& run) {
  cell.opens = drawer_key(group) + "." + run.id.cell_key.substr(0, kKeyDigits);
  return cell;
}

Drawer make_drawer(const PageInput& page, const Group& group, size_t points, size_t log) {
  const CellIdentity& id = group.id();
  Drawer drawer{drawer_key(group),
                group.label,
                page.task_title(id.task),
                group.study(),
                about(group),
                finding_of(group),
                {},
                {}};
  const bool one_rate = std::ranges::all_of(group.cells, [&](const CellRecord* r) {
    return r->id.lr == id.lr || (std::isnan(r->id.lr) && std::isnan(id.lr));
  });
  drawer.facts = facts_of(group, one_rate);
  for (const CellRecord* r : group.cells) {
    const CellOutcome& o = r->outcome;
    DrawerRun& run = drawer.runs.emplace_back();
    run.key = r->id.cell_key.substr(0, kKeyDigits);
    run.seed = r->id.seed;
    if (!one_rate) run.lr = r->id.lr;
    run.status = name(o.status);
    run.detail = end_of(detail_of(o), 4 * log);
    run.log = log_of(o, o.status == Status::ok ? log : 4 * log);
    CommandParts command = reproduce_parts(run_of(page.input, *r), *r);
    run.command_head = std::move(command.head);
    run.command_tail = std::move(command.tail);
    run.val = o.score_val;
    run.test = o.score_test;
    run.train_s = o.train_s;
    add_curve(run, o.curve, points);
  }
  return drawer;
}

std::vector<const Group*> drawer_order(const PageInput& page) {
  std::array<std::vector<const Group*>, 3> parts;
  for (const Group& group : page.groups) {
    const bool failed = std::ranges::any_of(
        group.cells, [](const CellRecord* r) { return is_failure(r->outcome.status); });
    parts[group.study() == page.summary.scoreboard.study ? 0 : failed ? 1 : 2].push_back(&group);
  }
  std::vector<const Group*> out;
  for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

}  // namespace agon::reports
