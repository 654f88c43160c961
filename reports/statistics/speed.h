// SPDX-License-Identifier: MIT
//
// Speed. A process is one speed cell: its repetitions share a start, a layout of memory and a mood
// of the machine, so they are no independent measurements. Each process gives one number, the
// median of its log rates, or of its repetitions' log ratios, and intervals are Student's t over
// processes, on the log scale. Of one process alone the interval is over its repetitions, and
// whoever prints it says so.
//
// Rules are compared within a round: the cells of one round took turns, a repetition each, so what the
// machine did meanwhile cancels. The baseline stands in every round twice; these two did identical
// work, and how far they differ is what a difference between rules has to exceed. Pure functions,
// any thread.
#pragma once

#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "reports/statistics/interval.h"

namespace agon::reports {

inline constexpr size_t kSpeedProcesses = 5;  // for a word
inline constexpr double kSpeedTolerance =
    1.1;  // an interval of identical measurements that is wider tells nothing

// Samples per second of the repetitions of each process, by its round.
using SpeedRounds = std::map<std::string, std::vector<double>>;

struct Throughput {
  SpeedRounds rounds;
  double rate =
      std::numeric_limits<double>::quiet_NaN();  // geometric mean over processes of their medians
  Interval ci{};                                 // 95 %
  size_t processes() const noexcept { return rounds.size(); }
};
Throughput throughput(SpeedRounds rounds);

enum class SpeedWord {
  none,      // nothing to say: no second measurement of the baseline, or tasks that disagree
  too_few,   // processes
  too_busy,  // identical measurements differ, or enough of them do not agree within kSpeedTolerance
  faster,
  slower,
  alike  // no difference was shown
};

struct SpeedRatio {
  double value = std::numeric_limits<double>::quiet_NaN();  // above 1: faster than the baseline
  Interval ci{};                                            // 95 %
  double p = std::numeric_limits<
      double>::quiet_NaN();  // two-sided t test of "equally fast", over processes
  size_t processes = 0;      // rounds that have both
  SpeedWord word = SpeedWord::none;

  // How far from 1, as a factor of at least 1: the end of the interval that is farther, of fewer
  // than kSpeedProcesses the value itself, because their intervals are wide for want of processes.
  double far_factor() const noexcept;
};
// Of the rounds that both have; repetitions of one process are paired in the order they were
// measured.
SpeedRatio speed_ratio(const SpeedRounds& rule, const SpeedRounds& baseline);

// Sets the words of all rules of one table. again: the baseline's second measurement over its
// first. A word needs a small p after Holm's correction over the rules, and a ratio farther from 1
// than the far end of `again`.
void judge_speeds(std::span<SpeedRatio* const> rules, const SpeedRatio& again);

// Of several tasks: the geometric mean, its interval from the ends of theirs, and their word where
// it is the same.
SpeedRatio over_tasks(std::span<const SpeedRatio> ratios);

}  // namespace agon::reports
