// SPDX-License-Identifier: MIT
#include "reports/summary/speed.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "reports/summary/group.h"
#include "reports/summary/summary.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// A sentence with more names than this is none: the rest is counted.
constexpr size_t kNamed = 8;

// Ratios span magnitudes: figures, not decimals.
std::string ratio_text(const SpeedRatio& ratio) {
  const std::string value = shortest(ratio.value, 2) + "x";
  if (!ratio.ci.known()) return value;
  return fmt::format("{} [{}, {}]", value, shortest(ratio.ci.low, 2), shortest(ratio.ci.high, 2));
}

bool same_setting(const SummaryRow& row, const Group& group) {
  const CellIdentity& id = group.id();
  return row.study == group.study() && row.rule == id.rule && row.variant == group.variant &&
         row.task == id.task && row.depth == id.depth && row.width == id.width;
}

void compare(std::span<const SpeedPair> pairs, std::span<const Group> again, bool train) {
  const auto throughput_of = [&](const SummaryRow& row) -> const Throughput& {
    return train ? row.train : row.predict;
  };
  const auto ratio_of = [&](SummaryRow& row) -> SpeedRatio& {
    return train ? row.train_ratio : row.predict_ratio;
  };
  std::map<SummaryRow*, std::vector<SpeedRatio*>> tables;  // by the baseline's row
  std::map<SummaryRow*, SpeedRatio> identical;
  for (const SpeedPair& pair : pairs) {
    SummaryRow& row = *pair.row;
    const Throughput& baseline = throughput_of(*pair.baseline);
    if (pair.row != pair.baseline) {
      ratio_of(row) = speed_ratio(throughput_of(row).rounds, baseline.rounds);
      tables[pair.baseline].push_back(&ratio_of(row));
      continue;
    }
    for (const Group& group : again) {
      if (is_again(group.id().mode) && same_setting(row, group))
        identical[&row] = speed_ratio(speed_rounds(group.cells, train), baseline.rounds);
    }
    ratio_of(row) = identical[&row];
    if (!std::isfinite(ratio_of(row).value) && baseline.processes() > 0) ratio_of(row).value = 1;
  }
  for (const auto& [baseline, rules] : tables) {
    const SpeedRatio& measured_again = identical[baseline];
    judge_speeds(rules, measured_again);
    const bool busy = std::ranges::any_of(
        rules, [](const SpeedRatio* r) { return r->word == SpeedWord::too_busy; });
    if (busy) ratio_of(*baseline).word = SpeedWord::too_busy;
  }
}

}  // namespace

SpeedRounds speed_rounds(std::span<const CellRecord* const> cells, bool train) {
  SpeedRounds rounds;
  for (const CellRecord* cell : cells) {
    const CellOutcome& o = cell->outcome;
    if (o.status != Status::ok) continue;
    std::vector<double> own = train ? o.repetitions_train : o.repetitions_predict;
    const double rate = train ? o.samples_per_s_train : o.samples_per_s_predict;
    if (own.empty() && std::isfinite(rate)) own.push_back(rate);
    const uint32_t run = cell->runs.empty() ? 0 : cell->runs.front();
    if (!own.empty()) rounds[fmt::format("{} {}", run, cell->id.seed)] = std::move(own);
  }
  return rounds;
}

void compare_speeds(std::span<const SpeedPair> pairs, std::span<const Group> again) {
  compare(pairs, again, true);
  compare(pairs, again, false);
}

std::string busy_sentence(const SpeedRatio& again) {
  if (again.word != SpeedWord::too_busy) return "";
  return fmt::format(
      "Two identical measurements differed by {}x: this machine was too busy to compare speeds.",
      shortest(again.far_factor(), 2));
}

std::string processes_text(size_t n) {
  return n == 1 ? "one process" : fmt::format("{} processes", n);
}

std::string speed_sentence(std::string_view what, std::span<const NamedSpeed> rules) {
  struct Part {
    SpeedWord word;
    const char* text;
  };
  constexpr std::array kParts{Part{SpeedWord::faster, "faster"}, Part{SpeedWord::slower, "slower"},
                              Part{SpeedWord::alike, "no difference shown for"},
                              Part{SpeedWord::too_few, ""}};
  std::string out;
  size_t processes = 0;  // of rules that had too few
  for (const Part& part : kParts) {
    std::vector<std::string> named;
    for (const NamedSpeed& rule : rules) {
      if (rule.ratio.word == SpeedWord::too_busy) return "";
      if (rule.ratio.word != part.word) continue;
      named.push_back(rule.name + " " + ratio_text(rule.ratio));
      if (part.word == SpeedWord::too_few) processes = std::max(processes, rule.ratio.processes);
    }
    if (named.empty()) continue;
    if (named.size() > kNamed + 1) {
      const size_t others = named.size() - kNamed;
      named.resize(kNamed);
      named.push_back(fmt::format("{} others", others));
    }
    out += fmt::format("{}{}{}{}", out.empty() ? "" : "; ", part.text,
                       *part.text == '\0' ? "" : " ", join_words(named));
  }
  if (out.empty()) return "";
  if (processes > 0) {
    return fmt::format("{}, in {}, too few to call a rule faster or slower: {}.", what,
                       processes_text(processes), out);
  }
  return fmt::format("{}: {}.", what, out);
}

}  // namespace agon::reports
