// SPDX-License-Identifier: MIT
#include "datasets/generators/streams.h"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "datasets/sources/source.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"audio-glide", "imu-phase", "coupling-anomaly"};
// The last `test` rows are the test part.
constexpr std::array<std::string_view, 4> kKeys = {"train", "test", "noise", "seed"};

struct Generator {
  std::string_view name;
  int64_t steps;
  int32_t classes;
  Dataset (*make)(const Streams&);
};
constexpr std::array<Generator, 3> kGenerators = {{{kNames[0], 24, 4, make_glides},
                                                   {kNames[1], 24, 4, make_gaits},
                                                   {kNames[2], 30, 2, make_couplings}}};

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  const std::string name = source.text("generator");
  const Generator& generator = *std::ranges::find(kGenerators, name, &Generator::name);
  if (info.shape != std::vector<int64_t>{generator.steps, 64} ||
      info.classes() != generator.classes) {
    source.fail(
        "generator", "does not fit 'shape' and 'classes'",
        fmt::format("set shape = [{}, 64] and classes = {}", generator.steps, generator.classes));
  }
  const int64_t train = source.integer("train", 10, 1'000'000);
  const int64_t test = source.integer("test", 10, 1'000'000);
  const Streams streams{.rows = train + test,
                        .noise = source.number("noise", 0, 10),
                        .seed = static_cast<uint64_t>(
                            source.integer("seed", 0, std::numeric_limits<int64_t>::max()))};
  const auto load = [streams, test, make = generator.make](TaskFiles&) {
    RowData rows;
    rows.data = make(streams);
    rows.test_rows = static_cast<size_t>(test);
    return rows;
  };
  return {.load = load, .test_part = true};
}

}  // namespace

extern const Source kStreamsSource;
constinit const Source kStreamsSource{kNames, Kind::classify, false, kKeys, read};

}  // namespace agon::datasets
