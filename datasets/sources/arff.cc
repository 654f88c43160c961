// SPDX-License-Identifier: MIT
//
// Source "arff": tables of Weka and UCI with declared attributes, gzipped or not; one file, or two
// with a published test part.
#include "datasets/readers/arff.h"

#include "datasets/sources/table_rows.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"arff"};

Recipe read(const TomlTable& top, TaskInfo& info) {
  return table_recipe(top.section("source"), info, [](auto text, const std::string& name) {
    const ArffHeader header = arff_header(*text, name);
    return Table{name, header.columns, [text, name, header](const Visit& visit) {
                   read_arff(*text, name, header, visit);
                 }};
  });
}

}  // namespace

extern const Source kArffSource;
constinit const Source kArffSource{kNames, Kind::classify, true, kTableKeys, read, Kind::regress};

}  // namespace agon::datasets
