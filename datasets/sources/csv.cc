// SPDX-License-Identifier: MIT
//
// Source "csv": records of numbers and texts with a label or a real target, separated by commas, tabs, semicolons or
// bars, gzipped or not; one file, or two with a published test part.
#include "datasets/readers/csv.h"

#include <array>
#include <memory>
#include <utility>

#include "datasets/readers/gzip.h"
#include "datasets/sources/table_rows.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 2> kNames = {"csv", "tsv"};
// separator: one of , tab ; |  header: whether the first record is one. Both are found by default.
constexpr std::array<std::string_view, 9> kKeys = {"separator",   "header",      kTableKeys[0],
                                                   kTableKeys[1], kTableKeys[2], kTableKeys[3],
                                                   kTableKeys[4], kTableKeys[5], kTableKeys[6]};
constexpr std::array<std::string_view, 4> kSeparators = {",", "\t", ";", "|"};
constexpr size_t kMostText = size_t{1} << 30;  // bytes, unpacked

Table open(TaskFiles& files, size_t i, const CsvFormat& format) {
  const std::string& name = files.name(i);
  const auto text = std::make_shared<const std::string>(unpacked(files.read(i), name, kMostText));
  const CsvLayout layout = csv_layout(*text, name, format);
  return {
      .name = name, .columns = layout.columns, .walk = [text, name, layout](const Visit& visit) {
        read_csv(*text, name, layout, visit);
      }};
}

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  if (info.files.size() > 2)
    source.fail("files", "has the wrong length",
                "name one file, or one for training and one for test");
  const TableRecipe recipe = read_table_recipe(source, info);
  CsvFormat format;
  if (source.has("separator")) format.separator = source.choice("separator", kSeparators)[0];
  if (source.has("header")) format.header = source.boolean("header");
  const auto load = [recipe, format](TaskFiles& files) {
    std::vector<Table> tables;
    for (size_t i = 0; i < files.size(); ++i) tables.push_back(open(files, i, format));
    return table_rows(recipe, tables);
  };
  return {.load = load, .test_part = info.files.size() == 2};
}

}  // namespace

extern const Source kCsvSource;
constinit const Source kCsvSource{kNames, Kind::classify, true, kKeys, read, Kind::regress};

}  // namespace agon::datasets
