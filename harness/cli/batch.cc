// SPDX-License-Identifier: MIT
#include "harness/work/slurm/batch.h"

#include <memory>

#include "harness/cli/cli.h"

namespace agon::harness {

void add_batch(CommandLine& line) {
  auto file = std::make_shared<std::string>();
  const Verb verb = line.add_hidden("batch");
  verb.option("file", *file).required();
  verb.does([file] { return run_batch(*file); });
}

}  // namespace agon::harness
