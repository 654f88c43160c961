// SPDX-License-Identifier: MIT
//
// Source "arff": tables of Weka and UCI with declared attributes, gzipped or not; one file, or two
// with a published test part.
#include "datasets/readers/arff.h"

#include <memory>

#include "datasets/readers/gzip.h"
#include "datasets/sources/table_rows.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"arff"};
constexpr size_t kMostText = size_t{1} << 30;  // bytes, unpacked

Table open(TaskFiles& files, size_t i) {
  const std::string& name = files.name(i);
  const auto text = std::make_shared<const std::string>(unpacked(files.read(i), name, kMostText));
  const ArffHeader header = arff_header(*text, name);
  return {
      .name = name, .columns = header.columns, .walk = [text, name, header](const Visit& visit) {
        read_arff(*text, name, header, visit);
      }};
}

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  if (info.files.size() > 2)
    source.fail("files", "has the wrong length",
                "name one file, or one for training and one for test");
  const auto load = [recipe = read_table_recipe(source, info)](TaskFiles& files) {
    std::vector<Table> tables;
    for (size_t i = 0; i < files.size(); ++i) tables.push_back(open(files, i));
    return table_rows(recipe, tables);
  };
  return {.load = load, .test_part = info.files.size() == 2};
}

}  // namespace

extern const Source kArffSource;
constinit const Source kArffSource{kNames, Kind::classify, true, kTableKeys, read, Kind::regress};

}  // namespace agon::datasets
