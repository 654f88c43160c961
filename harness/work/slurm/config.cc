// SPDX-License-Identifier: MIT
#include "harness/work/slurm/config.h"

#include "core/error.h"
#include "core/file.h"
#include "core/toml.h"

namespace agon::harness {
namespace {

constexpr int64_t kMost = 1'000'000;

std::vector<std::string> options_of(const core::TomlTable& table, std::string_view key) {
  if (!table.has(key)) return {};
  std::vector<std::string> lines = table.texts(key);
  for (const std::string& line : lines) {
    if (!line.starts_with("-") || line.find('\n') != std::string::npos)
      table.fail(key, "has '" + line + "', which is no option of sbatch",
                 "write options, such as \"--constraint=avx512\"");
  }
  return lines;
}

}  // namespace

SlurmConfig read_slurm_config(const std::filesystem::path& file) {
  if (file.empty()) return {};
  const core::TomlFile toml(core::read_regular(file, Exit::usage, core::kMostTomlBytes),
                            file.string());
  toml.top().allow_only({"slurm"});
  const core::TomlTable table = toml.top().section("slurm");
  table.allow_only({"partition", "account", "time", "memory_mib", "cpus_per_task", "cells_per_task",
                    "at_once", "tries", "poll_s", "lines", "speed_lines"});
  SlurmConfig config;
  config.partition = table.text_or("partition", "");
  config.account = table.text_or("account", "");
  config.time = table.text_or("time", "");
  config.memory_mib = table.integer_or("memory_mib", 0, int64_t{1} << 24, config.memory_mib);
  config.cpus_per_task = table.integer_or("cpus_per_task", 1, 1024, config.cpus_per_task);
  config.cells_per_task = table.integer_or("cells_per_task", 1, kMost, config.cells_per_task);
  config.at_once = table.integer_or("at_once", 0, kMost, config.at_once);
  config.tries = table.integer_or("tries", 1, 100, config.tries);
  if (table.has("poll_s")) config.poll_s = table.number("poll_s", 0.05, 3600);
  config.lines = options_of(table, "lines");
  config.speed_lines = options_of(table, "speed_lines");
  return config;
}

}  // namespace agon::harness
