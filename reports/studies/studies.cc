// SPDX-License-Identifier: MIT
//
// The kinds of study as reports see them, a row each, in the order of the page. A kind that says no
// more than others of its sort is its row; any other has a file that is called as it is. What a
// section says stands in reports/sections/, by the same names.
#include <algorithm>
#include <array>

#include "reports/record/study.h"

namespace agon::reports {

Section scoreboard_section(const PageInput& page);
Section heatmap_section(const PageInput& page);
Section accuracy_section(const PageInput& page);
Section curves_section(const PageInput& page);
Section over_section(const PageInput& page);
Section learning_rate_section(const PageInput& page);
Section depth_section(const PageInput& page);
Section speed_section(const PageInput& page);
Section roofline_section(const PageInput& page);
Section bench_section(const PageInput& page);

StudyReport robustness_report();
StudyReport forgetting_report();

std::span<const StudyReport> study_reports() {
  static const std::array kReports{
      StudyReport{
          .kind = StudyKind::accuracy,
          .name = "accuracy",
          .ranks = true,
          .sections = {scoreboard_section, heatmap_section, accuracy_section, curves_section}},
      StudyReport{.kind = StudyKind::learning_rate,
                  .name = "learning-rate",
                  .about = "lr",
                  .sections = {learning_rate_section}},
      StudyReport{
          .kind = StudyKind::depth, .name = "depth", .sections = {depth_section}, .lists = "depth"},
      StudyReport{
          .kind = StudyKind::sweep, .name = "sweep", .goes_over = true, .sections = {over_section}},
      StudyReport{.kind = StudyKind::data_efficiency,
                  .name = "data-efficiency",
                  .goes_over = true,
                  .sections = {over_section}},
      StudyReport{
          .kind = StudyKind::batch, .name = "batch", .goes_over = true, .sections = {over_section}},
      StudyReport{
          .kind = StudyKind::width, .name = "width", .goes_over = true, .sections = {over_section}},
      StudyReport{.kind = StudyKind::imbalance,
                  .name = "imbalance",
                  .goes_over = true,
                  .sections = {over_section}},
      StudyReport{.kind = StudyKind::speed,
                  .name = "speed",
                  .mode = Mode::speed,
                  .goes_over = true,
                  .sections = {over_section, speed_section, roofline_section, bench_section},
                  .lists = "speed"},
      robustness_report(),
      forgetting_report(),
  };
  return kReports;
}

namespace {

template <typename Value>
const StudyReport& first_with(Value StudyReport::*member, Value value) {
  static const StudyReport kNone;
  const auto reports = study_reports();
  const auto at = std::ranges::find(reports, value, member);
  return at == reports.end() ? kNone : *at;
}

}  // namespace

const StudyReport& study_report(StudyKind kind) { return first_with(&StudyReport::kind, kind); }
const StudyReport& study_report(Mode mode) { return first_with(&StudyReport::mode, mode); }

std::string_view name(StudyKind kind) { return study_report(kind).name; }
StudyKind study_kind_from(std::string_view text) {
  return first_with(&StudyReport::name, text).kind;
}

}  // namespace agon::reports
