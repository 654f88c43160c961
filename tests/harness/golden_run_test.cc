// SPDX-License-Identifier: MIT
//
// Twenty-one unlike cells give what they gave when golden/unlike.txt was recorded: a change of the house moves no
// number. A change that means to move one records the file anew, AGON_GOLDEN=record, and says so in CHANGELOG.md.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>
#include <set>

#include "core/machine.h"
#include "reports/render/csv/columns.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

using Row = std::map<std::string, std::string>;

// Their values name versions and files, not what a cell gave.
const std::set<std::string> kNames{"schema_version", "run_id", "cell_key", "plugin_version",
                                   "task_hash"};

// score@lesion, nrmse@lesion, ...: values under a harm, which were columns of one row when the file was recorded.
struct Harm {
  std::string value, name;
};
Harm harm_of(const std::string& series) {
  const size_t at = series.find('@');
  return at == series.npos ? Harm{} : Harm{series.substr(0, at), series.substr(at + 1)};
}

void move(Row& row, const std::string& from, const std::string& to) {
  if (const auto node = row.extract(from)) row[to] = node.mapped();
}

std::string name_of(const Table& table, size_t row, const Harm& harm) {
  std::string name;
  for (const std::string column : {"study", "rule", "task", "lr"})
    name += (name.empty() ? "" : " ") + table.at(row, column);
  return harm.name.empty() ? name : name + " " + harm.name + " " + table.at(row, "x");
}

// What the cells gave, by name: "cell" or "cell harm level" -> column -> text; empty values are left out.
std::map<std::string, Row> given(const std::filesystem::path& run) {
  std::map<std::string, Row> rows;
  for (const std::string file : {"cells.csv", "series.csv"}) {
    const Table table(run / file);
    for (size_t r = 0; r < table.size(); ++r) {
      const Harm harm = harm_of(table.at(r, "series"));
      if (file == "series.csv" && harm.name.empty()) continue;
      Row& row = rows[name_of(table, r, harm)];
      const bool speed = table.at(r, "mode").starts_with("speed");  // its numbers are times
      for (const std::string& column : table.header()) {
        const std::string value = table.at(r, column);
        if (value.empty() || kNames.contains(column) || !agon::reports::is_result_column(column) ||
            (speed && column.starts_with("m_")))
          continue;
        row[column] = value;
      }
      if (harm.name.empty()) continue;
      row.erase("series");
      row["harm"] = harm.name;
      move(row, "x", "level");
      move(row, "value", harm.value);
    }
  }
  return rows;
}

std::string text_of(const std::map<std::string, Row>& rows) {
  std::string text;
  for (const auto& [name, row] : rows) {
    text += "[" + name + "]\n";
    for (const auto& [column, value] : row) text += column + "=" + value + "\n";
  }
  return text;
}

std::map<std::string, Row> parse(const std::string& text) {
  std::map<std::string, Row> rows;
  Row* row = nullptr;
  for (const std::string& line : lines(text)) {
    if (line.starts_with('[')) {
      row = &rows[line.substr(1, line.size() - 2)];
    } else if (row != nullptr) {
      const size_t equals = line.find('=');
      (*row)[line.substr(0, equals)] = line.substr(equals + 1);
    }
  }
  return rows;
}

}  // namespace

BOOST_AUTO_TEST_CASE(unlike_cells_give_what_they_gave) {
  const std::filesystem::path golden = std::getenv("AGON_GOLDEN_FOLDER");
  const TemporaryFolder folder;
  const Ran ran = run(folder, "'" + std::string(std::getenv("AGON")) + "' run '" +
                                  (golden / "unlike.toml").string() + "' -o out -j 2");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  const std::map<std::string, Row> now = given(folder / "out");
  if (const char* record = std::getenv("AGON_GOLDEN");
      record != nullptr && std::string(record) == "record")
    std::ofstream(golden / "unlike.txt") << text_of(now);
  const std::map<std::string, Row> then = parse(read_file(golden / "unlike.txt"));
  BOOST_TEST(then.size() == 31u);

  // Bits are promised for one compiler and C library, and among the targets with FMA.
  const bool bits = agon::core::simd_class() == "fma" && __GNUC__ == 12 && __GLIBC__ == 2 &&
                    __GLIBC_MINOR__ == 36;
  if (!bits)
    BOOST_TEST_MESSAGE("another compiler, C library or class of SIMD target: scores to .05");
  for (const auto& [name, row] : then) {
    BOOST_TEST_CONTEXT(name) {
      const auto found = now.find(name);
      BOOST_TEST_REQUIRE((found != now.end()), "the cell is gone");
      for (const auto& [column, value] : row) {
        const auto at = found->second.find(column);
        BOOST_TEST_REQUIRE((at != found->second.end()), column << " is gone");
        if (bits || column == "status" || column == "metric" || column == "params_json") {
          BOOST_TEST(at->second == value, column << ": " << at->second << ", recorded " << value);
        } else if (column == "score_test" || column == "score") {
          BOOST_TEST(std::abs(std::stod(at->second) - std::stod(value)) <= .05,
                     column << ": " << at->second << ", recorded " << value);
        }
      }
    }
  }
}
