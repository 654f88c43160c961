// SPDX-License-Identifier: MIT
#include "harness/run/kept_bench.h"

#include <fmt/format.h>

#include <stdexcept>

#include "core/error.h"
#include "core/file.h"

namespace agon::harness {

std::vector<reports::Bench> kept_benches(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / reports::kBenchFile;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return {};
  const std::string text = core::read_regular(file, Exit::io);
  try {
    return {reports::bench_from_json(text)};
  } catch (const std::runtime_error& e) {
    throw Error(Exit::io, file.string(), fmt::format("is no output of agon bench ({})", e.what()),
                "write it again with agon bench -o, or remove it");
  }
}

}  // namespace agon::harness
