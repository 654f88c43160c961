// SPDX-License-Identifier: MIT
//
// The words that decide, as enums: what a study asks, and what is done with a cell. They are words
// where they come in and go out only: in suites, stores and tables. What a kind of study is to
// reports is a row of a table; the rows stand in reports/studies/, a file each where there is more
// to say, and summary, claims and sections ask the table and know none of them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agon::reports {

struct PageInput;
struct ReportInput;
struct Section;

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
  batch,
  width,
  imbalance,
};
// train        fitted to the end of its budget and scored on the test set
// trial        fitted once and scored on the validation set alone: a value of what is tuned. Its test
//              rows are never read
// forgetting   fitted on one task after the other (harness/train/protocols/forgetting.h)
// speed        timed; a speed study measures the baseline twice in every round, the second time as
// speed_again  the same work, held against the first and nothing else
enum class Mode { train, forgetting, speed, speed_again, trial };
std::string_view name(Mode mode);
Mode mode_from(std::string_view name);  // throws std::invalid_argument
constexpr bool is_speed(Mode mode) { return mode == Mode::speed || mode == Mode::speed_again; }
constexpr bool is_again(Mode mode) { return mode == Mode::speed_again; }  // has no row of its own

struct StudyReport {
  StudyKind kind = StudyKind::none;
  std::string_view name{};
  Mode mode = Mode::train;  // what is done with its cells

  // What it groups and which rows it summarises.
  bool ranks = false;      // compares rules: the scoreboard is of the first study that does
  bool goes_over = false;  // over StudyCard::by, where it has one: settings, that rank no rules
  std::string_view
      about{};  // the parameter that it asks about: of this its rows speak before others
  // Its test score is of a question of its own: a run that failed has none and is not at chance, and
  // a run of such studies alone ranks nothing.
  bool apart = false;

  // The series that a claim may read of its cells, each at an x: "score@lesion=0.4"; null: none.
  bool (*reads)(std::string_view series) = nullptr;

  // What shows it.
  std::string (*sentence)(const ReportInput& input) =
      nullptr;  // in the verdict; "": nothing to say
  std::vector<Section (*)(const PageInput& page)> sections{};
  std::string_view lists{};  // of these the one with a row for every setting of its mode
};

// Defined in reports/studies/studies.cc, in the order of the page.
std::span<const StudyReport> study_reports();
const StudyReport& study_report(StudyKind kind);  // without a name for none
const StudyReport& study_report(Mode mode);       // the first with such cells, of no speed_again
// Fitted to the end of a budget and scored: a learning rate is chosen on validation, a run that
// failed scores chance.
constexpr bool trains(Mode mode) { return mode == Mode::train || mode == Mode::trial; }
constexpr bool is_trial(Mode mode) { return mode == Mode::trial; }  // and has no test score

std::string_view name(StudyKind kind);
StudyKind study_kind_from(std::string_view name);  // none for any other word

}  // namespace agon::reports
