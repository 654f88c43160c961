// SPDX-License-Identifier: MIT
//
// The words that decide, as enums: what a study asks, and what is done with a cell. They are words
// where they come in and go out only: in suites, stores and tables.
#pragma once

#include <array>
#include <string_view>

namespace agon::reports {

// none: a study without a card, or of a kind that this agon does not know.
enum class StudyKind {
  none,
  accuracy,
  depth,
  learning_rate,
  sweep,
  speed,
  robustness,
  forgetting,
  data_efficiency,
};
// What a report asks of a kind of study.
struct StudyTraits {
  std::string_view name;
  bool ranks = false;      // compares rules: the scoreboard is of the first study that does
  bool goes_over = false;  // over StudyCard::by, where it has one: settings, that rank no rules
};
inline constexpr auto kStudyKinds = std::to_array<StudyTraits>({
    // In the order of StudyKind.
    {""},
    {"accuracy", true},
    {"depth"},
    {"learning-rate"},
    {"sweep", false, true},
    {"speed", false, true},
    {"robustness"},
    {"forgetting"},
    {"data-efficiency", false, true},
});
constexpr const StudyTraits& traits(StudyKind kind) {
  return kStudyKinds.at(static_cast<size_t>(kind));
}
std::string_view name(StudyKind kind);
StudyKind study_kind_from(std::string_view name);  // none for any other word

// train        fitted to the end of its budget and scored
// forgetting   fitted on one task after the other (harness/train/protocols/forgetting.h)
// speed        timed; a speed study measures the baseline twice in every round, the second time as
// speed_again  the same work, held against the first and nothing else
enum class Mode { train, forgetting, speed, speed_again };
std::string_view name(Mode mode);
Mode mode_from(std::string_view name);  // throws std::invalid_argument
constexpr bool is_speed(Mode mode) { return mode == Mode::speed || mode == Mode::speed_again; }

}  // namespace agon::reports
