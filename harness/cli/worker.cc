// SPDX-License-Identifier: MIT
#include "harness/work/worker.h"

#include <fcntl.h>

#include <csignal>
#include <memory>

#include "core/machine.h"
#include "harness/cli/cli.h"
#include "harness/conformance/child.h"
#include "harness/work/cell_job.h"
#include "harness/work/control_group.h"
#include "harness/work/discover.h"
#include "harness/work/process.h"
#include "harness/work/sandbox.h"
#include "harness/work/vetting.h"
#include "harness/work/watcher.h"

namespace agon::harness {
namespace {

struct Options {
  int parent = 0;
  MemoryLimits memory;
  std::vector<std::string> describe;
  std::string vet, watch, check, group;
  WorkerOptions worker;
  Places places;
  bool sandbox = false;
};

int worker(Options& options) {
  if (options.parent <= 0 || fcntl(kEventFd, F_GETFD) < 0) {
    throw Error(Exit::usage, "agon worker", "is started by agon itself", "use agon run");
  }
  std::signal(SIGPIPE, SIG_DFL);  // rules find what every program finds
  if (!options.watch.empty()) return watch_for_parent(options.watch, options.group);
  if (!options.group.empty()) join_group(options.group);
  options.worker.whereabouts = become_child(options.parent, options.memory);
  if (options.sandbox) enter_sandbox(own_scratch());
  pin_simd(options.places.simd);
  if (!options.describe.empty()) return describe_for_parent(options.describe);
  if (!options.vet.empty()) return vet_for_parent(options.vet, options.places.tasks);
  if (!options.check.empty()) return conformance::check_for_parent(options.check);
  options.worker.data_roots = options.places.data;
  options.worker.task_folders = options.places.tasks;
  options.worker.memory_limited = options.memory.address_mib > 0;
  options.worker.share_mib = options.memory.data_mib;
  return run_worker(options.worker);
}

}  // namespace

void add_worker(CommandLine& line) {
  auto o = std::make_shared<Options>();
  const Verb verb = line.add_hidden("worker");
  verb.option("--parent", o->parent);
  verb.option("--memory", o->memory.address_mib);
  verb.option("--memory-share", o->memory.data_mib);
  verb.option("--describe", o->describe);
  verb.option("--vet", o->vet);
  verb.option("--watch", o->watch);
  verb.option("--check", o->check);
  verb.option("--group", o->group);
  verb.flag("--pin", o->worker.pin);
  verb.flag("--sandbox", o->sandbox);
  add_places(verb, o->places);
  add_simd(verb, o->places.simd);
  verb.does([o] { return worker(*o); });
}

}  // namespace agon::harness
