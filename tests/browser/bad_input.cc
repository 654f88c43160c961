// SPDX-License-Identifier: MIT
#include "tests/browser/bad_input.h"

#include <array>

namespace agon::tests {
namespace {

using namespace reports;

void fail(CellRecord& r, Status status) {
  CellOutcome failed;
  failed.status = status;
  failed.metric = r.outcome.metric;
  failed.score_chance = r.outcome.score_chance;
  failed.status_detail = "made to fail";
  failed.log_tail = "first line\nlast line\n";
  r.outcome = std::move(failed);
}

void fail_three_of_ten(ReportInput& input) {
  constexpr std::array kWays{Status::diverged, Status::timeout, Status::crashed,
                             Status::oom,      Status::error,   Status::invalid_output};
  size_t failed = 0;
  for (size_t i = 0; i < input.records.size(); ++i) {
    if (i * 3 % 10 < 3) fail(input.records[i], kWays[failed++ % kWays.size()]);
  }
}

void rename(std::string& text, std::string_view from, const char* to) {
  if (text == from) text = to;
}

void odd_names(ReportInput& input) {
  RunInfo& run = input.run;
  run.title = "=2+3, \"دعوى\"\n試驗 \u202eend";
  for (RuleCard& rule : run.rules) {
    rename(rule.id, "ed", kOddRule);
    rule.equations.push_back({kOddRule, std::string(R"(a < b \input{x} )") + kOddRule});
    rule.limits.push_back(kOddRule);
  }
  for (TaskCard& task : run.tasks) {
    rename(task.id, "digits", kOddTask);
    if (task.id == kOddTask) task.title = "-الأرقام, \"8 x 8\"";
  }
  for (StudyCard& study : run.studies) rename(study.name, "depth", "+глубина");
  for (CellRecord& r : input.records) {
    rename(r.id.rule, "ed", kOddRule);
    rename(r.id.task, "digits", kOddTask);
    rename(r.study, "depth", "+глубина");
  }
}

}  // namespace

const std::vector<std::string>& bad_kinds() {
  static const std::vector<std::string> kinds{"one-cell", "one-seed", "failing", "names"};
  return kinds;
}

ReportInput make_bad(const std::string& kind, ReportInput full) {
  if (kind == "one-cell") full.records.resize(1);
  if (kind == "one-seed")
    std::erase_if(full.records, [](const CellRecord& r) { return r.id.seed != 0; });
  if (kind == "failing") fail_three_of_ten(full);
  if (kind == "names") odd_names(full);
  full.planned = full.records.size();
  return full;
}

}  // namespace agon::tests
