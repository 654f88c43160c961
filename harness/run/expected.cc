// SPDX-License-Identifier: MIT
#include "harness/run/expected.h"

#include "core/file.h"
#include "core/text.h"
#include "core/toml.h"

namespace agon::harness {
namespace {

constexpr size_t kColumns = 9;  // and the settings, where they are not the defaults
constexpr int64_t kMostSeeds = 1'000'000;

double number_of(const core::TomlItem& item) {
  const auto number = item.as_number();
  if (!number) item.fail("is no number", "nan for one that is not known");
  return *number;
}

reports::ExpectedCard row_of(const core::TomlItem& row) {
  const std::vector<core::TomlItem> at = row.list("a row's columns");
  if (at.size() != kColumns && at.size() != kColumns + 1) {
    row.fail("has another number of columns",
             "rule, task, ruleset, metric, seeds, mean, low, high, MACs per sample, settings");
  }
  reports::ExpectedCard card;
  card.rule = core::printable(at[0].text());
  card.task = core::printable(at[1].text());
  card.ruleset = core::printable(at[2].text());
  card.metric = core::printable(at[3].text());
  card.seeds = at[4].integer(1, kMostSeeds);
  card.mean = at[5].number();
  card.low = number_of(at[6]);
  card.high = number_of(at[7]);
  card.macs_per_sample = number_of(at[8]);
  if (at.size() > kColumns) card.settings = core::printable(at[kColumns].text());
  return card;
}

}  // namespace

Expected read_expected(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / kExpectedFile;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return {};
  const core::TomlFile file(core::read_regular(path, Exit::usage, core::kMostTomlBytes),
                            path.string());
  const core::TomlTable top = file.top();
  top.allow_only({"suite", "scores"});
  Expected out{core::printable(top.text("suite")), {}};
  for (const core::TomlItem& row : top.item("scores").list("scores"))
    out.scores.push_back(row_of(row));
  return out;
}

}  // namespace agon::harness
