// SPDX-License-Identifier: MIT
//
// agon new suite: a suite that runs, with what every key means beside it.
#include "core/file.h"
#include "harness/cli/cli.h"
#include "harness/cli/new.h"
#include "harness/run/console.h"

namespace agon::harness {

int new_suite(const NewOptions& options) {
  const std::filesystem::path file = options.name + ".toml";
  check_free(options, catalogue_of({}));
  check_absent(file);
  core::replace_file(file, from_template("suite.toml.in", {{"id", options.name},
                                                           {"title", title_of(options.name)}}));
  say("{0}: two studies of three rules\n\nIt runs as it is; every key says what it means.\n"
      "  agon run {0} --dry-run\n  agon run {0} -o out/{1}\n",
      file.string(), options.name);
  return 0;
}

}  // namespace agon::harness
