// SPDX-License-Identifier: MIT
//
// The table of fields: a row for every number and text, and each of them in store, cells.csv and
// page.
#include "reports/record/fields.h"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include "reports/render/csv/columns.h"
#include "reports/render/csv/csv.h"
#include "reports/store/store.h"
#include "tests/reports/filled.h"
#include "tests/reports/make.h"

namespace agon::reports {
namespace {

using testing::filled;
using testing::Folder;

std::string csv_of(const CellRecord& record) {
  ReportInput input;
  input.records = {record};
  return cells_csv(input);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fields)

BOOST_AUTO_TEST_CASE(names_are_unique_and_the_identity_ends_with_the_mode) {
  std::set<std::string_view> names;
  for (const CellField& field : kCellFields) {
    BOOST_TEST(names.insert(field.name).second, field.name);
    BOOST_TEST(!field.title.empty(), field.name);
  }
  BOOST_TEST(kIdentityFields.back().name == "mode");
  BOOST_TEST(find_field("nonsense") == nullptr);
}

BOOST_AUTO_TEST_CASE(every_row_passes_through_the_store_and_changes_cells_csv) {
  const Folder folder;
  const CellRecord written = filled();
  {
    Store store(folder / "results.sqlite", Store::Mode::write);
    RunInfo run;
    RuleCard& card = run.rules.emplace_back();
    card.id = written.id.rule;
    card.conformance = written.conformance;
    store.set_run(run);
    store.set_plan(std::vector<PlannedCell>{{written.study, written.id}});
    store.finish(written.id.cell_key, written.outcome, store.add_provenance(*written.provenance));
    store.set_noise_floor(written.noise_floor_pct);
  }
  const CellRecord read = Store(folder / "results.sqlite", Store::Mode::read).records().at(0);
  BOOST_TEST(csv_of(read) == csv_of(written));
  BOOST_TEST(read.outcome.repetitions_train == written.outcome.repetitions_train,
             boost::test_tools::per_element());
  for (const CellField& field : kCellFields) {
    if (field.column == Column::none) continue;
    CellRecord other = written;
    const auto empty = [](const auto&, auto& x) { x = {}; };
    const std::span row(&field, 1);
    for_each_field(row, other, empty);
    for_each_field(row, other.id, empty);
    for_each_field(row, other.outcome, empty);
    Provenance provenance = *other.provenance;
    for_each_field(row, provenance, empty);
    other.provenance = provenance;
    BOOST_TEST(csv_of(other) != csv_of(written), field.name);
    BOOST_TEST((result_text(other) != result_text(written)) == (field.is == Is::result),
               field.name);
  }
}

BOOST_AUTO_TEST_CASE(the_page_of_columns_is_that_of_the_table) {
  std::ifstream in(AGON_COLUMNS_PAGE);
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  BOOST_TEST(page == columns_page());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
