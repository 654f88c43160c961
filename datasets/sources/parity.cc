// SPDX-License-Identifier: MIT
#include "datasets/generators/parity.h"

#include <fmt/format.h>

#include <array>

#include "datasets/sources/source.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"parity"};
constexpr std::array<std::string_view, 1> kKeys = {"bits"};

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  const Parity parity{.bits = static_cast<int32_t>(source.integer("bits", 1, 16))};
  if (info.shape != std::vector<int64_t>{parity.bits} || info.classes() != 2) {
    source.fail("bits", "does not fit 'shape' and 'classes'",
                fmt::format("set shape = [{}] and classes = 2", parity.bits));
  }
  return {.load = [parity](TaskFiles&) { return RowData{make_parity(parity)}; }};
}

}  // namespace

extern const Source kParitySource;
constinit const Source kParitySource{kNames, Kind::classify, false, kKeys, read};

}  // namespace agon::datasets
