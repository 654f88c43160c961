// SPDX-License-Identifier: MIT
#include "reports/comparison/speeds.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace agon::reports {
namespace {

using Repetitions = std::vector<double> CellOutcome::*;

// The seed is the round.
SpeedRounds rounds_of(const BySeed& cells, Repetitions repetitions) {
  SpeedRounds out;
  for (const auto& [seed, record] : cells) {
    if (record->outcome.status == Status::ok && !(record->outcome.*repetitions).empty())
      out[std::to_string(seed)] = record->outcome.*repetitions;
  }
  return out;
}

std::set<std::string> hosts_of(std::span<const SettingPair> pairs, BySeed SettingPair::*side) {
  std::set<std::string> hosts;
  for (const SettingPair& pair : pairs) {
    if (!is_speed(pair.first->id.mode)) continue;
    for (const auto& [seed, record] : pair.*side) hosts.insert(record->provenance->host_id);
  }
  return hosts;
}

// The widest that identical work differed by within either run: of every pair that a baseline and
// its second measurement make.
class Identical {
 public:
  void take(std::span<const SettingPair> pairs, Repetitions repetitions) {
    for (const SettingPair& second : pairs) {
      const CellRecord& r = *second.first;
      if (!is_again(r.id.mode)) continue;
      for (const SettingPair& first : pairs) {
        if (first.first->id.mode != Mode::speed || first.first->study != r.study ||
            first.first->id.task != r.id.task || first.first->id.rule != r.id.rule ||
            first.first->id.params_json != r.id.params_json)
          continue;
        for (BySeed SettingPair::*side : {&SettingPair::before, &SettingPair::after})
          widen(speed_ratio(rounds_of(second.*side, repetitions),
                            rounds_of(first.*side, repetitions)));
      }
    }
  }
  const SpeedRatio& widest() const { return widest_; }

 private:
  void widen(const SpeedRatio& ratio) {
    if (ratio.processes > 0 &&
        (widest_.processes == 0 || ratio.far_factor() > widest_.far_factor()))
      widest_ = ratio;
  }
  SpeedRatio widest_;
};

std::string why_none(const SpeedRatio& ratio) {
  switch (ratio.word) {
    case SpeedWord::too_few:
      return fmt::format("{} processes, {} are needed", ratio.processes, kSpeedProcesses);
    case SpeedWord::too_busy: return "the machine was too busy";
    case SpeedWord::none:
      return ratio.processes < 2 ? "too few processes in common"
                                 : "no pair of identical measurements to hold it against";
    default: return "";
  }
}

ComparedSetting timed(const SettingPair& pair, const char* quantity, Repetitions repetitions) {
  ComparedSetting s = named(pair, quantity);
  const SpeedRounds before = rounds_of(pair.before, repetitions),
                    after = rounds_of(pair.after, repetitions);
  s.before = throughput(before).rate;
  s.after = throughput(after).rate;
  if (s.change == Change::none) s.ratio = speed_ratio(after, before);
  return s;
}

}  // namespace

void compare_speeds(std::span<const SettingPair> pairs, Comparison& out) {
  const std::set<std::string> before = hosts_of(pairs, &SettingPair::before),
                              after = hosts_of(pairs, &SettingPair::after);
  if (before.empty() || after.empty()) return;
  if (before != after || before.size() > 1) {
    out.no_speeds = "the speed cells of the two runs are not all of one machine";
    return;
  }
  constexpr std::array kSpeeds{std::pair{"training speed", &CellOutcome::repetitions_train},
                               std::pair{"prediction speed", &CellOutcome::repetitions_predict}};
  std::vector<ComparedSetting> all;
  Identical identical;
  for (const auto& [quantity, repetitions] : kSpeeds) {
    identical.take(pairs, repetitions);
    for (const SettingPair& pair : pairs) {
      if (pair.first->id.mode == Mode::speed) all.push_back(timed(pair, quantity, repetitions));
    }
  }
  std::vector<SpeedRatio*> ratios;
  for (ComparedSetting& s : all) {
    if (s.change == Change::none && std::isfinite(s.ratio.p)) ratios.push_back(&s.ratio);
  }
  judge_speeds(ratios, identical.widest());
  for (ComparedSetting& s : all) {
    if (s.change == Change::none) {
      if (s.ratio.word == SpeedWord::faster) s.change = Change::improved;
      if (s.ratio.word == SpeedWord::slower) s.change = Change::worse;
      s.why = why_none(s.ratio);
    }
    out.settings.push_back(std::move(s));
  }
}

}  // namespace agon::reports
