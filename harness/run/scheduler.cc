// SPDX-License-Identifier: MIT
#include "harness/run/scheduler.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <set>

#include "harness/run/output_tail.h"
#include "harness/run/process.h"
#include "harness/run/utc.h"

namespace agon::harness {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using reports::CellOutcome;
using reports::Status;

constexpr size_t kNone = static_cast<size_t>(-1);
// A rule that polls should_stop() ends by itself at its limit; one that does not is signalled this much
// later, and killed if it also ignores the signal.
constexpr auto kCooperation = std::chrono::milliseconds(250);
constexpr auto kTermToKill = std::chrono::seconds(2);
constexpr size_t kLongestEvent = size_t{1} << 20;

struct Worker {
  Worker(asio::io_context& io, const Child& child)
      : pid(child.pid), commands(child.commands), events(io, child.events), output(io, child.output), timer(io) {}
  ~Worker() {
    if (commands >= 0) close(commands);
  }

  pid_t pid;
  int commands;
  asio::posix::stream_descriptor events, output;
  asio::steady_timer timer;
  std::array<char, 65536> event_buffer{}, output_buffer{};
  std::string line;  // the unfinished event
  OutputTail tail;
  size_t cell = kNone;
  Clock::time_point started{};
  std::vector<reports::CurvePoint> curve;
  bool timed_out = false, retiring = false, broken_protocol = false;
};

class Scheduler {
 public:
  Scheduler(std::span<const ScheduledCell> cells, const SchedulerOptions& options, const SchedulerEvents& events,
            const std::map<std::string, std::vector<size_t>>& crashed_before)
      : cells_(cells), options_(options), events_(events), signals_(io_, SIGINT, SIGTERM), children_(io_, SIGCHLD),
        ticker_(io_), done_(cells.size(), false), attempts_(cells.size(), 0) {
    for (const auto& [plugin, places] : crashed_before) {
      crashes_[plugin].insert(places.begin(), places.end());
    }
  }

  ScheduleEnd run() {
    const BrokenPipesIgnored ignored;
    wait_for_signals();
    wait_for_children();
    tick();
    fill_workers();
    if (workers_.empty()) finish_loop();
    io_.run();
    for (auto& worker : workers_) {
      signal_group(worker->pid, SIGKILL);
      waitpid(worker->pid, nullptr, 0);
    }
    workers_.clear();
    if (error_) std::rethrow_exception(error_);
    return end_;
  }

 private:
  // ---- choosing cells

  size_t next_cell() {
    for (size_t i = first_open_; i < cells_.size(); ++i) {
      if (done_[i] || running(i)) {
        if (i == first_open_ && done_[i]) ++first_open_;
        continue;
      }
      const std::string& plugin = cells_[i].plugin;
      const auto crashes = crashes_.find(plugin);
      if (crashes == crashes_.end() || crashes->second.empty()) return i;
      if (crashes->second.size() >= kQuarantineCrashes) {
        quarantine(i);
        continue;
      }
      const bool busy = std::ranges::any_of(workers_, [&](const auto& worker) {
        return worker->cell != kNone && cells_[worker->cell].plugin == plugin;
      });
      if (!busy) return i;
    }
    return kNone;
  }

  bool running(size_t cell) const {
    return std::ranges::any_of(workers_, [&](const auto& worker) { return worker->cell == cell; });
  }

  void quarantine(size_t cell) {
    CellOutcome outcome;
    outcome.status = Status::quarantined;
    outcome.status_detail = fmt::format("not run: plugin {} crashed {} cells before this one", cells_[cell].plugin,
                                        kQuarantineCrashes);
    outcome.attempts = 0;
    outcome.utc = utc_now();
    report(cell, outcome);
  }

  // With several jobs, cells behind the third crash (in plan order) may have run before it was known: they
  // become quarantined like the others, so that the result does not depend on the number of jobs.
  void settle_quarantine(const std::string& plugin) {
    const std::set<size_t>& crashes = crashes_[plugin];
    if (crashes.size() < kQuarantineCrashes) return;
    const size_t third = *std::next(crashes.begin(), kQuarantineCrashes - 1);
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (done_[i] && !quarantined_.contains(i) && cells_[i].plugin == plugin && cells_[i].index > third) quarantine(i);
    }
  }

  // ---- workers

  void fill_workers() {
    while (!stopping_ && workers_.size() < options_.jobs) {
      const size_t cell = next_cell();
      if (cell == kNone) return;
      std::vector<std::string> arguments{"worker", "--parent", std::to_string(getpid())};
      if (options_.memory_mib > 0) {
        arguments.insert(arguments.end(), {"--memory", std::to_string(options_.memory_mib)});
      }
      if (options_.pinned) arguments.emplace_back("--pin");
      arguments.insert(arguments.end(), options_.worker_arguments.begin(), options_.worker_arguments.end());
      workers_.push_back(std::make_unique<Worker>(io_, spawn_self(arguments)));
      Worker& worker = *workers_.back();
      read_events(worker);
      read_output(worker);
      give(worker, cell);
    }
  }

  void give(Worker& worker, size_t cell) {
    worker.cell = cell;
    worker.curve.clear();
    worker.tail.clear();
    worker.timed_out = false;
    worker.started = Clock::now();
    const CellJob& job = cells_[cell].job;
    if (events_.started) events_.started(cells_[cell]);
    const std::string line = to_json(job).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    size_t sent = 0;
    while (sent < line.size()) {  // a job is smaller than a pipe's buffer and an idle worker reads: no wait
      const ssize_t n = write(worker.commands, line.data() + sent, line.size() - sent);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;  // the worker is dead: SIGCHLD tells how
      sent += static_cast<size_t>(n);
    }
    const auto limit = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(job.timeout_s));
    arm(worker, limit + kCooperation, SIGTERM);
  }

  void arm(Worker& worker, Clock::duration after, int signal) {
    worker.timer.expires_after(after);
    worker.timer.async_wait([this, pid = worker.pid, signal](const boost::system::error_code& error) {
      Worker* w = find(pid);
      if (error || w == nullptr || w->cell == kNone) return;
      w->timed_out = true;
      signal_group(pid, signal);
      if (signal == SIGTERM) arm(*w, kTermToKill, SIGKILL);
    });
  }

  Worker* find(pid_t pid) {
    const auto it = std::ranges::find_if(workers_, [&](const auto& w) { return w->pid == pid; });
    return it == workers_.end() ? nullptr : it->get();
  }

  void next_or_retire(Worker& worker) {
    const size_t cell = stopping_ || worker.retiring ? kNone : next_cell();
    if (cell != kNone) {
      give(worker, cell);
      return;
    }
    // The end of its commands tells a worker to leave; SIGCHLD then removes it.
    worker.retiring = true;
    if (worker.commands >= 0) close(worker.commands);
    worker.commands = -1;
    arm_retirement(worker.pid);
  }

  void arm_retirement(pid_t pid) {
    Worker* worker = find(pid);
    worker->timer.expires_after(kTermToKill);
    worker->timer.async_wait([this, pid](const boost::system::error_code& error) {
      if (!error && find(pid) != nullptr) signal_group(pid, SIGKILL);
    });
  }

  // ---- what workers say

  void read_events(Worker& worker) {
    worker.events.async_read_some(
        asio::buffer(worker.event_buffer),
        [this, pid = worker.pid](const boost::system::error_code& error, size_t n) {
          Worker* w = find(pid);
          if (w == nullptr || error) return;
          take_events(*w, {w->event_buffer.data(), n});
          if ((w = find(pid)) != nullptr && !w->broken_protocol) read_events(*w);
        });
  }

  void take_events(Worker& worker, std::string_view bytes) {
    while (!bytes.empty() && !worker.broken_protocol) {
      const size_t newline = bytes.find('\n');
      worker.line.append(bytes.substr(0, newline));
      if (worker.line.size() > kLongestEvent) return reject(worker);
      if (newline == std::string_view::npos) return;
      bytes.remove_prefix(newline + 1);
      const std::string line = std::exchange(worker.line, {});
      try {
        take_event(worker, nlohmann::json::parse(line));
      } catch (const nlohmann::json::exception&) {
        return reject(worker);
      } catch (const std::invalid_argument&) {
        return reject(worker);
      }
    }
  }

  // Something that is no event came through the event pipe: only a rule can have written it.
  void reject(Worker& worker) {
    worker.broken_protocol = true;
    signal_group(worker.pid, SIGKILL);
  }

  void take_event(Worker& worker, const nlohmann::json& event) {
    if (worker.cell == kNone) return;
    const std::string kind = event.at("event").get<std::string>();
    if (kind == "curve") {
      worker.curve.push_back(curve_from_json(event));
    } else if (kind == "progress") {
      if (events_.progress) events_.progress(cells_[worker.cell], event.at("fraction").get<double>());
    } else if (kind == "result") {
      CellOutcome outcome = outcome_from_json(event);
      // A cell that ended badly may have left the process in any state: the next cell gets a new one.
      worker.retiring = reports::is_failure(outcome.status);
      finish(worker, std::move(outcome));
      next_or_retire(worker);
      fill_workers_soon();
    }
  }

  void read_output(Worker& worker) {
    worker.output.async_read_some(asio::buffer(worker.output_buffer),
                                  [this, pid = worker.pid](const boost::system::error_code& error, size_t n) {
                                    Worker* w = find(pid);
                                    if (w == nullptr || error) return;
                                    w->tail.add({w->output_buffer.data(), n});
                                    read_output(*w);
                                  });
  }

  // What a dead worker left in its pipes, at most a pipe's capacity each.
  void drain(Worker& worker) {
    worker.events.non_blocking(true);
    worker.output.non_blocking(true);
    boost::system::error_code error;
    for (int i = 0; i < 64 && !error && !worker.broken_protocol; ++i) {
      const size_t n = worker.events.read_some(asio::buffer(worker.event_buffer), error);
      take_events(worker, {worker.event_buffer.data(), n});
    }
    drain_output(worker);
  }

  void drain_output(Worker& worker) {
    worker.output.non_blocking(true);
    boost::system::error_code error;
    for (int i = 0; i < 64 && !error; ++i) {
      const size_t n = worker.output.read_some(asio::buffer(worker.output_buffer), error);
      worker.tail.add({worker.output_buffer.data(), n});
    }
  }

  // ---- ends of cells

  void finish(Worker& worker, CellOutcome outcome) {
    const size_t cell = std::exchange(worker.cell, kNone);
    worker.timer.cancel();
    drain_output(worker);
    outcome.curve = std::move(worker.curve);
    outcome.attempts = 1 + attempts_[cell];
    outcome.wall_s = std::chrono::duration<double>(Clock::now() - worker.started).count();
    outcome.utc = utc_now();
    const std::string printed = worker.tail.text();
    if (!printed.empty()) outcome.log_tail += (outcome.log_tail.empty() ? "" : "\n") + printed;
    worker.tail.clear();
    const bool crashed = outcome.status == Status::crashed;
    const bool failed = reports::is_failure(outcome.status);
    report(cell, outcome);
    if (crashed) {
      crashes_[cells_[cell].plugin].insert(cells_[cell].index);
    }
    if (const auto it = crashes_.find(cells_[cell].plugin); it != crashes_.end()) settle_quarantine(it->first);
    if (failed && options_.fail_fast) stop(ScheduleEnd::failed_fast);
  }

  void report(size_t cell, const CellOutcome& outcome) {
    done_[cell] = true;
    if (outcome.status == Status::quarantined) quarantined_.insert(cell);
    if (error_) return;
    try {
      if (events_.finished) events_.finished(cells_[cell], outcome);
    } catch (...) {
      error_ = std::current_exception();
      stop(ScheduleEnd::interrupted);
    }
  }

  void wait_for_children() {
    children_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      reap();
      wait_for_children();
    });
  }

  void reap() {
    std::vector<pid_t> pids;
    for (const auto& worker : workers_) pids.push_back(worker->pid);
    for (const pid_t pid : pids) {
      int status = 0;
      if (waitpid(pid, &status, WNOHANG) != pid) continue;
      signal_group(pid, SIGKILL);  // what the rule may have started
      Worker& worker = *find(pid);
      worker.retiring = true;
      drain(worker);
      if (worker.cell != kNone && !stopping_ && !try_again(worker, status)) finish(worker, post_mortem(worker, status));
      std::erase_if(workers_, [&](const auto& w) { return w->pid == pid; });
    }
    if (!stopping_) fill_workers();
    if (workers_.empty()) finish_loop();
  }

  // A worker that somebody else killed (a person, the kernel's out-of-memory killer) says nothing about the
  // cell it ran: the cell gets one more attempt in a new worker.
  bool try_again(Worker& worker, int wait_status) {
    const bool killed = WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL;
    if (!killed || worker.timed_out || worker.broken_protocol || attempts_[worker.cell] > 0) return false;
    ++attempts_[worker.cell];
    worker.timer.cancel();
    worker.cell = kNone;
    return true;
  }

  CellOutcome post_mortem(const Worker& worker, int wait_status) const {
    const CellJob& job = cells_[worker.cell].job;
    CellOutcome outcome;
    if (worker.broken_protocol) {
      outcome.status = Status::crashed;
      outcome.status_detail = "the rule wrote to the worker's own event pipe (descriptor 3)";
    } else if (worker.timed_out) {
      outcome.status = Status::timeout;
      outcome.status_detail = fmt::format("no end after {} s, and the rule does not poll should_stop()", job.timeout_s);
    } else {
      outcome.status = Status::crashed;
      outcome.status_detail = describe_exit(wait_status);
      if (WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL) {
        outcome.status_detail += ": killed twice from outside, perhaps for want of memory";
      }
    }
    if (!worker.curve.empty()) outcome.epochs_done = worker.curve.back().epoch;
    return outcome;
  }

  // ---- the loop

  void wait_for_signals() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) stop(ScheduleEnd::interrupted);
    });
  }

  void stop(ScheduleEnd end) {
    if (stopping_) return;
    stopping_ = true;
    end_ = end;
    for (const auto& worker : workers_) signal_group(worker->pid, SIGKILL);
    if (workers_.empty()) finish_loop();
  }

  void fill_workers_soon() {
    asio::post(io_, [this] {
      if (!stopping_) fill_workers();
      if (workers_.empty()) finish_loop();
    });
  }

  void tick() {
    ticker_.expires_after(std::chrono::milliseconds(100));
    ticker_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      if (events_.tick) events_.tick();
      tick();
    });
  }

  void finish_loop() {
    ticker_.cancel();
    signals_.cancel();
    children_.cancel();
    io_.stop();
  }

  asio::io_context io_{1};
  std::span<const ScheduledCell> cells_;
  const SchedulerOptions& options_;
  const SchedulerEvents& events_;
  asio::signal_set signals_, children_;
  asio::steady_timer ticker_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<bool> done_;
  std::vector<int> attempts_;  // that ended without an answer, by cell
  size_t first_open_ = 0;
  std::map<std::string, std::set<size_t>> crashes_;
  std::set<size_t> quarantined_;
  bool stopping_ = false;
  ScheduleEnd end_ = ScheduleEnd::complete;
  std::exception_ptr error_;
};

}  // namespace

ScheduleEnd run_cells(std::span<const ScheduledCell> cells, const SchedulerOptions& options,
                      const SchedulerEvents& events,
                      const std::map<std::string, std::vector<size_t>>& crashed_before) {
  if (cells.empty()) return ScheduleEnd::complete;
  return Scheduler(cells, options, events, crashed_before).run();
}

}  // namespace agon::harness
