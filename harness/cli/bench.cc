// SPDX-License-Identifier: MIT
#include "harness/bench/bench.h"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>

#include "core/file.h"
#include "core/machine.h"
#include "harness/bench/case.h"
#include "harness/cli/cli.h"
#include "harness/cli/number_option.h"
#include "harness/cli/pattern_option.h"
#include "harness/run/console.h"
#include "harness/run/progress.h"

namespace agon::harness {
namespace {

struct Options {
  bench::Options bench;
  bool as_json = false, list = false;
  std::string folder, simd;
};

int run_bench(Options& options) {
  if (options.list) {
    for (const bench::Case& one : bench::cases()) say("{}\n", one.name);
    return 0;
  }
  pin_simd(options.simd);
  const bool redraws = can_redraw(STDERR_FILENO);
  options.bench.on_case = [redraws](size_t number, size_t all, std::string_view name) {
    if (redraws) note("\r\x1b[K[{}/{}] {}", number + 1, all, name);
  };
  const reports::Bench measured = bench::run(options.bench);
  if (redraws) note("\r\x1b[K");
  if (options.as_json) {
    write_out(reports::bench_json(measured));
  } else {
    write_out(bench::table(measured));
  }
  if (!options.folder.empty()) {
    const std::filesystem::path folder = options.folder;
    core::make_folder(folder, "choose another place with -o");
    core::replace_file(folder / reports::kBenchFile, reports::bench_json(measured));
  }
  return 0;
}

}  // namespace

void add_bench(CommandLine& line) {
  auto o = std::make_shared<Options>();
  const Verb verb = line.add(
      "bench",
      "The cost of one step of each rule, beside peers, in one process\n\n"
      "Rounds over the contenders in random order; CPU time of the thread; ratios within a round. Peers:\n"
      "Eigen and libtorch where they were built, NumPy, PyTorch and scikit-learn where python3 has them.");
  verb.flag("--peers", o->bench.peers, "Beside other libraries as well");
  verb.flag("--json", o->as_json, "As JSON");
  verb.flag("--list", o->list, "Only the names of the cases");
  add_pattern(verb, "--only", o->bench.only,
              "Only cases in whose name this regular expression is found, in any case",
              std::regex::ECMAScript | std::regex::icase)
      .takes("RE");
  add_whole(verb, "--rounds", o->bench.rounds, {5, 100000}, "Rounds of each case [51]");
  verb.option("--python", o->bench.python, "The python3 that has the peers").takes("FILE");
  add_output(verb, o->folder,
             "Keep it as bench.json in this folder: the report of a run there shows it");
  add_simd(verb, o->simd);
  verb.does([o] { return run_bench(*o); });
}

}  // namespace agon::harness
