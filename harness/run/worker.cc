// SPDX-License-Identifier: MIT
#include "harness/run/worker.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <new>

#include "core/error.h"
#include "core/hash.h"
#include "core/machine.h"
#include "core/parallel.h"
#include "datasets/task.h"
#include "harness/plugins/loader.h"
#include "harness/plugins/manifest.h"
#include "harness/plugins/values.h"
#include "harness/run/cell_job.h"
#include "harness/run/forgetting.h"
#include "harness/run/process.h"
#include "harness/run/speed.h"
#include "harness/run/trainer.h"

namespace agon::harness {
namespace {

using nlohmann::json;
using reports::CellOutcome;
using reports::Status;

void send(const json& event) {
  if (!write_event(event.dump(-1, ' ', false, json::error_handler_t::replace) + "\n")) _exit(0);  // the parent is gone
}

void pin_to_one_cpu() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return;
  for (int cpu = CPU_SETSIZE - 1; cpu >= 0; --cpu) {
    if (!CPU_ISSET(static_cast<size_t>(cpu), &set)) continue;
    CPU_ZERO(&set);
    CPU_SET(static_cast<size_t>(cpu), &set);
    sched_setaffinity(0, sizeof set, &set);
    return;
  }
}

// Peak resident memory since reset_peak(), so that a reused worker reports the cell's own.
void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }
double peak_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024.0;
  }
  return reports::kNaN;
}

class WorkerLoop {
 public:
  explicit WorkerLoop(const WorkerOptions& options) : catalogue_(datasets::data_roots(options.data_roots)) {}

  CellOutcome run(const CellJob& job) {
    try {
      return run_checked(job);
    } catch (const Error& e) {
      return failed(e.exit() == Exit::plugin ? Status::abi_mismatch : Status::error, e.what());
    } catch (const std::bad_alloc&) {
      return failed(Status::oom, "out of memory");
    } catch (const std::exception& e) {
      return failed(Status::error, e.what());
    }
  }

 private:
  static CellOutcome failed(Status status, const std::string& detail) {
    CellOutcome outcome;
    outcome.status = status;
    outcome.status_detail = detail;
    return outcome;
  }

  CellOutcome run_checked(const CellJob& job) {
    const agon_rule& rule = open(job);
    CellContext cell;
    cell.rule = &rule;
    cell.task = &task(job.task);
    cell.job = &job;
    cell.on_curve = [](const reports::CurvePoint& point) {
      json event = to_json(point);
      event["event"] = "curve";
      send(event);
    };
    cell.on_progress = [last = std::chrono::steady_clock::time_point{}](double fraction) mutable {
      const auto now = std::chrono::steady_clock::now();
      if (now - last < std::chrono::milliseconds(200)) return;
      last = now;
      send({{"event", "progress"}, {"fraction", fraction}});
    };
    const RuleManifest manifest = manifest_of(*plugins_.at(job.plugin_path), rule, job.plugin_path);
    cell.values = values_from_json(manifest, job.values);
    if (job.mode == "speed") return time_cell(cell);
    return job.mode == "forgetting" ? forgetting_cell(cell) : train_cell(cell);
  }

  const agon_rule& open(const CellJob& job) {
    auto it = plugins_.find(job.plugin_path);
    if (it == plugins_.end()) {
      const std::string build = core::hash_file(job.plugin_path);
      if (build != job.plugin_build) {
        throw Error(Exit::plugin, job.plugin_path, "the file changed after the run was planned", "start the run again");
      }
      it = plugins_.emplace(job.plugin_path, &open_plugin(job.plugin_path)).first;
    }
    return rule_of(*it->second, job.rule, job.plugin_path);
  }

  const datasets::Task& task(const std::string& id) {
    auto& slot = tasks_[id];
    if (!slot) slot = std::make_unique<datasets::Task>(catalogue_.load(catalogue_.info(id)));
    return *slot;
  }

  datasets::Catalogue catalogue_;
  std::map<std::string, const agon_plugin*> plugins_;
  std::map<std::string, std::unique_ptr<datasets::Task>> tasks_;
};

}  // namespace

int run_worker(const WorkerOptions& options) {
  if (options.pin) pin_to_one_cpu();
  core::set_parallel(options.threads > 1 ? core::Backend::tbb : core::Backend::serial, options.threads);
  WorkerLoop loop(options);
  for (std::string line; std::getline(std::cin, line);) {
    const CellJob job = job_from_json(json::parse(line));
    core::flush_denormals();
    reset_peak();
    CellOutcome outcome = loop.run(job);
    outcome.peak_rss_mib = peak_mib();
    json event = to_json(outcome);
    event["event"] = "result";
    std::fflush(nullptr);
    send(event);
  }
  return 0;
}

}  // namespace agon::harness
