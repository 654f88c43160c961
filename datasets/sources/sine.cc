// SPDX-License-Identifier: MIT
#include "datasets/generators/sine.h"

#include <array>
#include <limits>

#include "datasets/sources/source.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"sine"};
constexpr std::array<std::string_view, 4> kKeys = {"rows", "periods", "noise", "seed"};

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  if (info.shape != std::vector<int64_t>{1} || info.targets() != 1) {
    source.fail("generator", "does not fit 'shape' and 'targets'",
                "set shape = [1] and targets = 1");
  }
  const Sine sine{.rows = static_cast<int32_t>(source.integer("rows", 10, 1'000'000)),
                  .periods = source.number("periods", 0.1, 100),
                  .noise = source.number("noise", 0, 100),
                  .seed = static_cast<uint64_t>(
                      source.integer("seed", 0, std::numeric_limits<int64_t>::max()))};
  return {.load = [sine](TaskFiles&) { return RowData{make_sine(sine)}; }};
}

}  // namespace

extern const Source kSineSource;
constinit const Source kSineSource{kNames, Kind::regress, false, kKeys, read};

}  // namespace agon::datasets
