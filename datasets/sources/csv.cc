// SPDX-License-Identifier: MIT
//
// Source "csv": records of numbers and texts with a label or a real target, separated by commas, tabs, semicolons or
// bars, gzipped or not; one file, or two with a published test part.
#include "datasets/readers/csv.h"

#include <array>

#include "datasets/sources/table_rows.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 2> kNames = {"csv", "tsv"};
// separator: one of , tab ; |  header: whether the first record is one. Both are found by default.
constexpr std::array<std::string_view, 9> kKeys = {"separator",   "header",      kTableKeys[0],
                                                   kTableKeys[1], kTableKeys[2], kTableKeys[3],
                                                   kTableKeys[4], kTableKeys[5], kTableKeys[6]};
constexpr std::array<std::string_view, 4> kSeparators = {",", "\t", ";", "|"};

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  CsvFormat format;
  if (source.has("separator")) format.separator = source.choice("separator", kSeparators)[0];
  if (source.has("header")) format.header = source.boolean("header");
  return table_recipe(source, info, [format](auto text, const std::string& name) {
    const CsvLayout layout = csv_layout(*text, name, format);
    return Table{name, layout.columns, [text, name, layout](const Visit& visit) {
                   read_csv(*text, name, layout, visit);
                 }};
  });
}

}  // namespace

extern const Source kCsvSource;
constinit const Source kCsvSource{kNames, Kind::classify, true, kKeys, read, Kind::regress};

}  // namespace agon::datasets
