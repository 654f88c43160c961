// SPDX-License-Identifier: MIT
#include "harness/work/worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cfenv>
#include <chrono>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/machine.h"
#include "core/parallel.h"
#include "datasets/task.h"
#include "harness/plan/study.h"
#include "harness/plugins/call.h"
#include "harness/plugins/loader.h"
#include "harness/plugins/manifest.h"
#include "harness/plugins/values.h"
#include "harness/train/protocols/train.h"
#include "harness/work/cell_job.h"
#include "harness/work/crash_handler.h"
#include "harness/work/leftovers.h"
#include "harness/work/process.h"
#include "harness/work/wire.h"

namespace agon::harness {
namespace {

using nlohmann::json;
using reports::CellOutcome;
using reports::Status;

json event(const char* kind, const CellJob& job) {
  return {{"event", kind}, {"key", job.cell_key}, {"nonce", job.nonce}};
}

void send(const std::string& frame) {
  if (!write_event(frame)) _exit(kLostEventPipe);  // or the parent is gone
}
void send(const json& message) { send(to_frame(message)); }

// Whether a message can be written without waiting for the parent.
bool has_room() {
  pollfd pipe{kEventFd, POLLOUT, 0};
  return poll(&pipe, 1, 0) == 1 && (pipe.revents & POLLOUT) != 0;
}

// The parent keeps a cell's time: see kAskToStop.
void stop_when_asked() {
  struct sigaction action {};
  action.sa_handler = [](int) { Call::stop_all(true); };
  action.sa_flags = SA_RESTART;
  sigaction(kAskToStop, &action, nullptr);
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

// Descriptor 0 is nothing that a rule could take a job from; jobs come through the one returned.
int take_commands() {
  const int commands = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, kEventFd + 1);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (commands < 0 || nothing < 0 || dup2(nothing, STDIN_FILENO) < 0) {
    throw Error(Exit::io, "worker", "no descriptor is free",
                "raise the limit on open files (ulimit -n)");
  }
  close(nothing);
  return commands;
}

// What the parent says: jobs, and to a job that waits for it, that its turn has come.
class Commands {
 public:
  Commands() : descriptor_(take_commands()) {}

  // The next one, nothing at their end.
  std::optional<json> next() {
    std::array<char, 65536> buffer{};
    for (;;) {
      if (auto message = reader_.next()) return message;
      const ssize_t n = read(descriptor_, buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return std::nullopt;
      reader_.add({buffer.data(), static_cast<size_t>(n)});
    }
  }

 private:
  int descriptor_;
  FrameReader reader_;
};

// Plugin or data are not what the cell's key was made from.
struct Changed : Error {
  using Error::Error;
};

class WorkerLoop {
 public:
  WorkerLoop(const WorkerOptions& options, Commands& commands)
      : options_(options),
        commands_(commands),
        catalogue_(datasets::data_roots(options.data_roots), options.task_folders,
                   [](const auto&, const Error&) {}),  // the parent has told
        start_mib_(ProcessStatus::now().resident_mib) {}

  CellOutcome run(const CellJob& job) {
    const double start = now_s();
    waited_s_ = 0;
    CellOutcome outcome = run_caught(job);
    seconds_ = now_s() - start - waited_s_;
    if (outcome.status == Status::oom && options_.share_mib > 0) {
      outcome.status_detail += fmt::format(
          ": a cell has {} MiB, its share of 80 % of this machine's memory; --memory sets another limit",
          options_.share_mib);
    }
    return outcome;
  }

  // Of the last cell by the wall clock, without what it waited for its turns.
  double seconds() const { return seconds_; }

  // The cell's own: program, plugin, data set and model, without what was there before and is none
  // of these.
  double peak_mib() const { return status_.peak_mib - earlier_mib_; }

  // What the last cell left behind in this process, in words.
  std::vector<std::string> left_behind() {
    status_ = ProcessStatus::now();
    if (!before_) return {};
    std::vector<std::string> left = before_->changes(status_, pool_);
    const double kept = unexplained_mib();
    if (kept > kKeptMib) left.push_back(fmt::format("{:.0f} MiB of memory", kept));
    return left;
  }

 private:
  static double now_s() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

  void await_turn(const CellJob& job) {
    const double start = now_s();
    send(event("turn", job));
    if (!commands_.next()) _exit(kLostEventPipe);  // the parent is gone
    waited_s_ += now_s() - start;
  }

  CellOutcome run_caught(const CellJob& job) {
    Call::stop_all(false);
    earlier_mib_ = 0;
    try {
      return run_checked(job);
    } catch (const Changed& e) {
      CellOutcome outcome =
          failed(e.exit() == Exit::plugin ? Status::abi_mismatch : Status::error, e.what());
      outcome.attempts = 0;
      return outcome;
    } catch (const Error& e) {
      return failed(e.exit() == Exit::plugin ? Status::abi_mismatch : Status::error, e.what());
    } catch (const std::bad_alloc&) {
      return failed(Status::oom, "out of memory");
    } catch (const std::exception& e) {
      return failed(Status::error, e.what());
    }
  }

  // A rule may keep this much (its own scratch memory) from cell to cell.
  static constexpr double kKeptMib = 16;

  static CellOutcome failed(Status status, const std::string& detail) {
    CellOutcome outcome;
    outcome.status = status;
    outcome.status_detail = detail;
    return outcome;
  }

  CellOutcome run_checked(const CellJob& job) {
    CellContext cell;
    const agon_rule& rule = open(job);
    cell.rule = &rule;
    cell.task = &task(job);
    cell.job = &job;
    cell.own_deadline = false;
    cell.on_curve = [&job](const reports::CurvePoint& point) {
      json message = event("curve", job);
      message["point"] = to_json(point);
      send(message);
    };
    cell.on_progress = [&job,
                        last = std::chrono::steady_clock::time_point{}](double fraction) mutable {
      const auto now = std::chrono::steady_clock::now();
      if (now - last < std::chrono::milliseconds(200) || !has_room()) return;
      last = now;
      json message = event("progress", job);
      message["fraction"] = fraction;
      send(message);
    };
    if (job.turns > 0) cell.on_turn = [this, &job] { await_turn(job); };
    const RuleManifest manifest = manifest_of(*plugins_.at(job.plugin_path), rule, job.plugin_path);
    cell.values = values_from_json(manifest, job.values);
    use_threads(reports::is_speed(job.mode) ? 1 : job.threads);
    std::fesetenv(FE_DFL_ENV);  // loading a plugin may change it
    core::flush_denormals();
    if (!before_) before_ = Surroundings::now();
    earlier_mib_ = unexplained_mib() + other_tasks_mib(job.task);
    forget_peak();
    send(event("training", job));
    return study_type(job.study).protocol(cell);
  }

  // Starts threads of the pool now, so that they are known from a rule's. One, where there is no room for more.
  void use_threads(unsigned threads) {
    if (threads > pool_ && !can_start(threads - 1)) threads = 1;
    if (core::parallel_threads() == threads) return;
    core::set_parallel(threads > 1 ? core::default_backend() : core::Backend::serial, threads);
    core::parallel_for(threads, 1, [](size_t, size_t) {});
    pool_ = std::max<size_t>(pool_, threads);
  }

  static bool can_start(unsigned threads) {
    std::vector<std::jthread> all;
    try {
      for (unsigned i = 0; i < threads; ++i) all.emplace_back([] {});
    } catch (const std::system_error&) {
      return false;
    }
    return true;
  }

  const agon_rule& open(const CellJob& job) {
    auto it = plugins_.find(job.plugin_path);
    if (it == plugins_.end()) {
      const std::string build = plugin_build(job.plugin_path);
      if (build != job.plugin_build) {
        throw Changed(Exit::plugin, job.plugin_path, "the file changed after the run was planned",
                      "start the run again");
      }
      const double before = ProcessStatus::now().resident_mib;
      Call::note("dlopen");
      it = plugins_.emplace(job.plugin_path, &open_plugin(job.plugin_path)).first;
      plugin_mib_ += ProcessStatus::now().resident_mib - before;
    }
    return rule_of(*it->second, job.rule_in_plugin, job.plugin_path);
  }

  // A cell's key names the data that were there at planning: its score must be of these.
  const datasets::Task& task(const CellJob& job) {
    datasets::Task& found = load(job.task);
    if (found.hash != job.task_hash) {
      throw Changed(Exit::data, fmt::format("task {}", job.task),
                    "its data files changed after the run was planned",
                    "start the run again: the data of now are planned as cells of their own");
    }
    found.choose_fold(static_cast<uint64_t>(job.seed));
    return found;
  }

  datasets::Task& load(const std::string& id) {
    // Under a limit on memory a cell has the room that it would have in a worker of its own.
    if (options_.memory_limited && !tasks_.contains(id)) tasks_.clear();
    Loaded& loaded = tasks_[id];
    if (!loaded.task) {
      malloc_trim(0);
      const double before = ProcessStatus::now().resident_mib;
      loaded.task = std::make_unique<datasets::Task>(catalogue_.load(catalogue_.info(id)));
      malloc_trim(0);
      status_ = ProcessStatus::now();
      loaded.mib = std::max(0.0, status_.resident_mib - before);
    }
    return *loaded.task;
  }

  // Resident memory, by status_, that is neither program nor plugin nor data.
  double unexplained_mib() {
    const double explained = start_mib_ + plugin_mib_ + other_tasks_mib("");
    if (status_.resident_mib - explained > kKeptMib / 4) {
      malloc_trim(0);
      const double peak = status_.peak_mib;  // of the cell, when it has ended
      status_ = ProcessStatus::now();
      status_.peak_mib = peak;
    }
    return std::max(0.0, status_.resident_mib - explained);
  }
  double other_tasks_mib(const std::string& id) const {
    double sum = 0;
    for (const auto& [name, loaded] : tasks_) sum += name == id ? 0 : loaded.mib;
    return sum;
  }

  struct Loaded {
    std::unique_ptr<datasets::Task> task;
    double mib = 0;  // resident
  };

  const WorkerOptions& options_;
  Commands& commands_;
  datasets::Catalogue catalogue_;
  std::map<std::string, const agon_plugin*> plugins_;
  std::map<std::string, Loaded> tasks_;
  std::optional<Surroundings> before_;  // from the first cell's training on
  double start_mib_, plugin_mib_ = 0;
  ProcessStatus status_;  // as it was last read: after the last cell, or after its data was loaded
  double seconds_ = 0, waited_s_ = 0;
  double earlier_mib_ = 0;  // resident before the present cell, and not its own
  size_t pool_ = 1;         // the most threads that a cell has had
};

json result_of(const CellJob& job, const CellOutcome& outcome, double wall_s,
               const std::vector<std::string>& left) {
  json message = event("result", job);
  message["outcome"] = to_json(outcome);
  message["wall_s"] = wall_s;
  message["left"] = left;
  return message;
}

}  // namespace

int run_worker(const WorkerOptions& options) {
  if (options.pin) pin_to_one_cpu();
  Commands commands;
  stop_when_asked();
  Call::keep_whereabouts(options.whereabouts);
  note_crashes(options.whereabouts);
  WorkerLoop loop(options, commands);
  while (const std::optional<json> message = commands.next()) {
    const CellJob job = job_from_json(*message);
    CellOutcome outcome = loop.run(job);
    Call::note("");
    Call::train(0, 0);
    std::fflush(nullptr);
    const std::vector<std::string> left = loop.left_behind();
    outcome.peak_rss_mib = loop.peak_mib();
    try {
      send(to_frame(result_of(job, outcome, loop.seconds(), left)));
    } catch (const BadFrame&) {
      const size_t pictures = outcome.pictures.size();
      outcome.pictures.clear();
      outcome.status = Status::invalid_output;
      outcome.status_detail =
          fmt::format("the result is longer than 64 MiB ({} pictures)", pictures);
      send(result_of(job, outcome, loop.seconds(), left));
    }
  }
  return 0;
}

}  // namespace agon::harness
