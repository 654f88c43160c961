// SPDX-License-Identifier: MIT
#include "datasets/generators/friedman.h"

#include <array>
#include <limits>

#include "datasets/sources/source.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"friedman"};
constexpr std::array<std::string_view, 3> kKeys = {"rows", "noise", "seed"};

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  if (info.shape != std::vector<int64_t>{10} || info.targets() != 1) {
    source.fail("generator", "does not fit 'shape' and 'targets'",
                "set shape = [10] and targets = 1");
  }
  const Friedman friedman{.rows = static_cast<int32_t>(source.integer("rows", 10, 1'000'000)),
                          .noise = source.number("noise", 0, 100),
                          .seed = static_cast<uint64_t>(
                              source.integer("seed", 0, std::numeric_limits<int64_t>::max()))};
  return {.load = [friedman](TaskFiles&) { return RowData{make_friedman(friedman)}; }};
}

}  // namespace

extern const Source kFriedmanSource;
constinit const Source kFriedmanSource{kNames, Kind::regress, false, kKeys, read};

}  // namespace agon::datasets
