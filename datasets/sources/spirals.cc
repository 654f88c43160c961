// SPDX-License-Identifier: MIT
#include "datasets/generators/spirals.h"

#include <array>
#include <limits>

#include "datasets/sources/source.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"spirals"};
constexpr std::array<std::string_view, 4> kKeys = {"points_per_class", "turns", "noise", "seed"};

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  if (info.shape != std::vector<int64_t>{2} || info.classes() != 2) {
    source.fail("generator", "does not fit 'shape' and 'classes'",
                "set shape = [2] and classes = 2");
  }
  const Spirals spirals{
      .points_per_class = static_cast<int32_t>(source.integer("points_per_class", 10, 1'000'000)),
      .turns = source.number("turns", 0.1, 10),
      .noise = source.number("noise", 0, 1),
      .seed =
          static_cast<uint64_t>(source.integer("seed", 0, std::numeric_limits<int64_t>::max()))};
  return {.load = [spirals](TaskFiles&) { return RowData{make_spirals(spirals)}; }};
}

}  // namespace

extern const Source kSpiralsSource;
constinit const Source kSpiralsSource{kNames, Kind::classify, false, kKeys, read};

}  // namespace agon::datasets
