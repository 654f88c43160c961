// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/text.h"
#include "harness/work/executor.h"
#include "harness/work/local_executor.h"
#include "harness/work/slurm/executor.h"

namespace agon::harness {
namespace {

struct Kind {
  std::string_view name;
  std::unique_ptr<Executor> (*make)(ExecutorOptions);
};

constexpr std::array kExecutors{
    Kind{"local", local_executor},
    Kind{"slurm", slurm_executor},
};

}  // namespace

std::vector<std::string> executor_names() {
  std::vector<std::string> names;
  for (const Kind& kind : kExecutors) names.emplace_back(kind.name);
  return names;
}

std::unique_ptr<Executor> make_executor(const std::string& name, ExecutorOptions options) {
  const auto kind = std::ranges::find(kExecutors, name, &Kind::name);
  if (kind == kExecutors.end()) {
    throw Error(Exit::usage, "--executor", "no executor '" + name + "'",
                core::suggest(name, executor_names()));
  }
  return kind->make(std::move(options));
}

}  // namespace agon::harness
