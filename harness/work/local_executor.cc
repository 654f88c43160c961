// SPDX-License-Identifier: MIT
#include "harness/work/local_executor.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <random>
#include <set>

#include "core/machine.h"
#include "core/sanitized.h"
#include "harness/work/cell_queue.h"
#include "harness/work/crew.h"
#include "harness/work/descendants.h"
#include "harness/work/paused_clock.h"
#include "harness/work/post_mortem.h"
#include "harness/work/quarantine.h"
#include "harness/work/share.h"
#include "harness/work/side_by_side.h"
#include "harness/work/together.h"
#include "harness/work/utc.h"
#include "harness/work/watcher.h"

namespace agon::harness {
namespace {

using Death = Slot::Death;
using reports::CellOutcome;
using reports::Status;

class Scheduler {
 public:
  Scheduler(std::span<const ScheduledCell> cells, const ExecutorOptions& options,
            const ExecutorEvents& events, ControlGroups& groups)
      : cells_(cells),
        options_(options),
        events_(events),
        groups_(groups),
        spared_(own_children()),
        watcher_(groups.folder()),
        signals_(io_, SIGINT, SIGTERM),
        children_(io_, SIGCHLD),
        ticker_(io_),
        ended_(io_, [this](std::span<const FinishedCell> ended) { tell(ended); }),
        done_(cells.size(), false),
        attempts_(cells.size(), 0),
        room_(options.jobs),
        worker_arguments_(worker_arguments(options)),
        held_(options.crashed_before) {
    for (size_t i = 0; i < cells.size(); ++i) queue_.add(cells[i].plugin, i);
    spared_.insert(watcher_.pid());
  }

  ScheduleEnd run() {
    const BrokenPipesIgnored ignored;
    wait_for_signals();
    wait_for_children();
    tick();
    fill_workers();
    io_.run();
    ended_.tell();
    for (auto& worker : workers_) {
      signal_child(worker->pid, SIGKILL);
      waitpid(worker->pid, nullptr, 0);
    }
    if (!workers_.empty() || stopping_) end_leftovers({}, spared_);
    workers_.clear();
    if (error_) std::rethrow_exception(error_);
    return end_;
  }

 private:
  // ---- choosing cells

  // The next cell of a plugin that may run now.
  size_t next_cell(const std::string& plugin) {
    if (held_.last_place(plugin)) {
      while (const auto cell = queue_.take(plugin)) quarantine(*cell);
      return kNoCell;
    }
    if (held_.has_crashed(plugin) && workers_.works_on(plugin)) return kNoCell;
    return queue_.take(plugin).value_or(kNoCell);
  }

  // For a new worker: of plugins that no worker serves first: few workers load the same plugin and data.
  size_t next_cell() {
    std::vector<std::string> plugins = queue_.waiting();
    std::stable_partition(plugins.begin(), plugins.end(),
                          [&](const std::string& plugin) { return !workers_.has(plugin); });
    for (const std::string& plugin : plugins) {
      if (const size_t cell = next_cell(plugin); cell != kNoCell) return cell;
    }
    return kNoCell;
  }

  void quarantine(size_t cell) {
    CellOutcome outcome = quarantined(cells_[cell].plugin);
    outcome.utc = utc_now();
    report(cell, std::move(outcome));
  }

  // With several jobs, cells behind the third crash (in plan order) may have run before it was known: they
  // become quarantined like the others, so that the result does not depend on the number of jobs.
  void settle_quarantine(const std::string& plugin) {
    const auto last = held_.last_place(plugin);
    if (!last) return;
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (done_[i] && !quarantined_.contains(i) && cells_[i].plugin == plugin &&
          cells_[i].index > *last)
        quarantine(i);
    }
  }

  // ---- workers

  void fill_workers() {
    while (!stopping_ && workers_.size() < room_) {
      const size_t cell = next_cell();
      if (cell == kNoCell) break;
      Worker* worker = nullptr;
      try {
        worker = &add_worker(cells_[cell].plugin);
      } catch (const NoRoom& error) {
        queue_.put_back(cells_[cell].plugin, cell);
        make_do(error);
        break;
      } catch (...) {
        error_ = std::current_exception();
        stop(ScheduleEnd::interrupted);
        return;
      }
      without_room_s_ = 0;
      read_events(*worker);
      read_output(*worker);
      give(*worker, cell);
    }
    if (workers_.empty() && (stopping_ || queue_.empty())) io_.stop();
  }

  Worker& add_worker(const std::string& plugin) {
    std::unique_ptr<ControlGroup> group = groups_.make();
    std::vector<std::string> arguments = worker_arguments_;
    if (group) arguments.insert(arguments.end(), {"--group", group->folder()});
    Worker& worker = workers_.add(io_, spawn_self(arguments), plugin);
    worker.group = std::move(group);
    return worker;
  }

  // Fewer cells side by side; with none at all, tick() tries again.
  void make_do(const NoRoom& error) {
    if (workers_.empty()) {
      if (without_room_s_ < kWaitForRoomS) return;
      error_ = std::make_exception_ptr(error);
      stop(ScheduleEnd::interrupted);
      return;
    }
    room_ = workers_.size();
    if (events_.note) {
      events_.note(
          fmt::format("no room for more worker processes ({}): {} cell{} at a time instead of {}",
                      error.reason(), room_, room_ == 1 ? "" : "s", options_.jobs));
    }
  }

  void give(Worker& worker, size_t cell) {
    CellJob job = cells_[cell].job;
    job.nonce = nonces_();
    job.threads = options_.threads;
    // More threads than were asked for take memory, and count as processes do.
    if (options_.memory_mib == 0 && room_ >= options_.jobs)
      job.threads = threads_for_next(queue_.count() + 1, workers_, cores_, options_.threads);
    worker.begin(cell, job);
    const double most_s = core::limit_s(job.timeout_s);
    if (worker.slot.give({std::max(core::limit_s(kLoadingLimitS), most_s), most_s}) !=
        SlotAction::send_job)
      return;
    if (events_.started) events_.started(cells_[cell]);
    worker.send(to_json(job));
  }

  void next_or_retire(Worker& worker) {
    const size_t cell = stopping_ ? kNoCell : next_cell(worker.plugin);
    if (cell != kNoCell) {
      give(worker, cell);
    } else {
      worker.happen(SlotEvent::retire);
    }
  }

  // ---- what workers say

  void read_events(Worker& worker) {
    worker.events.async_read_some(
        asio::buffer(worker.event_buffer),
        [this, number = worker.number](const boost::system::error_code& error, size_t n) {
          Worker* w = workers_.find(number);
          if (w == nullptr || error) return;
          take_events(*w, {w->event_buffer.data(), n});
          if ((w = workers_.find(number)) != nullptr) read_events(*w);
        });
  }

  void take_events(Worker& worker, std::string_view bytes) {
    worker.reader.add(bytes);
    try {
      while (const auto message = worker.reader.next()) take_event(worker, *message);
    } catch (const BadFrame&) {
      reject(worker);
    } catch (const nlohmann::json::exception&) {
      reject(worker);
    } catch (const std::invalid_argument&) {
      reject(worker);
    }
  }

  // What came is no message for this cell: only a rule can have written it.
  void reject(Worker& worker) {
    worker.reader = {};
    worker.clean = false;
    worker.happen(SlotEvent::stray);
  }

  void take_event(Worker& worker, const nlohmann::json& message) {
    if (!worker.slot.has_cell() || message.at("nonce") != worker.nonce ||
        message.at("key").get<std::string>() != cells_[worker.cell].job.cell_key) {
      return reject(worker);
    }
    const std::string kind = message.at("event").get<std::string>();
    if (kind == "training") {
      worker.happen(SlotEvent::training);
    } else if (kind == "curve") {
      worker.curve.push_back(curve_from_json(message.at("point")));
    } else if (kind == "progress") {
      if (events_.progress)
        events_.progress(cells_[worker.cell], message.at("fraction").get<double>());
    } else if (kind == "turn") {
      workers_.ask_turn(worker);
    } else if (kind == "result") {
      take_result(worker, message);
    } else {
      reject(worker);
    }
  }

  void take_result(Worker& worker, const nlohmann::json& message) {
    CellOutcome outcome = outcome_from_json(message.at("outcome"));
    outcome.wall_s = message.at("wall_s").get<double>();
    const auto left = message.at("left").get<std::vector<std::string>>();
    // A cell that ended badly may have left the process in any state. A speed cell must not find
    // caches warm.
    const bool last = !left.empty() || reports::is_failure(outcome.status) ||
                      reports::is_speed(cells_[worker.cell].job.mode);
    const SlotAction action =
        worker.slot.on(last ? SlotEvent::last_result : SlotEvent::result, worker.slot.assignment());
    if (action != SlotAction::book && action != SlotAction::book_kill) return;
    if (!left.empty()) {
      outcome.warnings.push_back(
          {fmt::format("left behind: {}; its worker was replaced", fmt::join(left, ", ")), 1});
    }
    worker.clean = left.empty() && !last;
    if (action == SlotAction::book_kill) signal_child(worker.pid, SIGKILL);
    finish(worker, std::move(outcome));
    if (worker.slot.state() == SlotState::idle) next_or_retire(worker);
  }

  void read_output(Worker& worker) {
    worker.output.async_read_some(
        asio::buffer(worker.output_buffer),
        [this, number = worker.number](const boost::system::error_code& error, size_t n) {
          Worker* w = workers_.find(number);
          if (w == nullptr || error) return;
          w->tail.add({w->output_buffer.data(), n});
          read_output(*w);
        });
  }

  // ---- ends of cells

  void finish(Worker& worker, CellOutcome outcome) {
    const size_t cell = workers_.take_cell(worker);
    worker.add_to(outcome);
    outcome.attempts += attempts_[cell];
    outcome.utc = utc_now();
    const Status status = outcome.status;
    report(cell, std::move(outcome));
    if (status == Status::crashed) held_.crashed(cells_[cell].plugin, cells_[cell].index);
    settle_quarantine(cells_[cell].plugin);
    if (reports::is_failure(status) && options_.fail_fast) stop(ScheduleEnd::failed_fast);
  }

  void report(size_t cell, CellOutcome outcome) {
    done_[cell] = true;
    if (outcome.status == Status::quarantined) quarantined_.insert(cell);
    ended_.add({&cells_[cell], std::move(outcome)});
  }

  void tell(std::span<const FinishedCell> ended) {
    if (error_) return;
    try {
      if (events_.finished) events_.finished(ended);
    } catch (...) {
      error_ = std::current_exception();
      stop(ScheduleEnd::interrupted);
    }
  }

  void wait_for_children() {
    children_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      reap_workers();
      wait_for_children();
    });
  }

  void reap_workers() {
    std::vector<size_t> numbers;
    for (const auto& worker : workers_) numbers.push_back(worker->number);
    bool clean = true;
    for (const size_t number : numbers) {
      Worker& worker = *workers_.find(number);
      ChildEnd end;
      if (!reap(worker.pid, end)) continue;
      end.memory_limit = end.killed() && worker.group && worker.group->ran_out();
      const bool had_cell = worker.slot.has_cell();
      worker.happen(SlotEvent::exit);
      worker.drain_events([&](std::string_view bytes) { take_events(worker, bytes); });
      worker.drain_output();
      worker.happen(SlotEvent::drained);
      clean = clean && worker.clean && !had_cell;
      if (worker.cell != kNoCell && !stopping_) bury(worker, end);
      workers_.remove(number);
    }
    if (!clean) {  // what the rule may have started
      std::set<pid_t> pids;
      for (const auto& worker : workers_) pids.insert(worker->pid);
      end_leftovers(pids, spared_);
    }
    fill_workers();
  }

  // The end of a cell whose worker is gone without a result.
  void bury(Worker& worker, const ChildEnd& end) {
    const Death death = worker.slot.death(end.killed_from_outside());
    if (death == Death::again) return run_again(worker);
    if (death == Death::again_once) {
      // A person or the kernel's out-of-memory killer says nothing about the cell.
      if (attempts_[worker.cell]++ == 0) return run_again(worker);
      --attempts_[worker.cell];
    }
    CellOutcome outcome =
        post_mortem(death, end, cells_[worker.cell].job, *worker.whereabouts, options_.idle_s);
    outcome.wall_s = worker.seconds;
    if (!worker.curve.empty()) outcome.epochs_done = worker.curve.back().epoch;
    finish(worker, std::move(outcome));
  }

  void run_again(Worker& worker) { queue_.put_back(worker.plugin, workers_.take_cell(worker)); }

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
    for (const auto& worker : workers_) signal_child(worker->pid, SIGKILL);
    if (workers_.empty()) io_.stop();
  }

  void tick() {
    ticker_.expires_after(std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(kTickS)));
    ticker_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      const double seconds = clock_.passed();
      for (const auto& worker : workers_) worker->pass_time(seconds, options_.idle_s);
      if (workers_.empty()) {
        without_room_s_ += seconds;
        fill_workers();
      }
      if (events_.tick) events_.tick();
      tick();
    });
  }

  asio::io_context io_{1};
  std::span<const ScheduledCell> cells_;
  const ExecutorOptions& options_;
  const unsigned cores_ = std::min(core::machine().cores, options_.jobs* options_.threads);
  const ExecutorEvents& events_;
  ControlGroups& groups_;
  std::set<pid_t> spared_;  // children that are not ours to end
  Watcher watcher_;
  asio::signal_set signals_, children_;
  asio::steady_timer ticker_;
  Together ended_;
  PausedClock clock_;
  Crew workers_;
  CellQueue queue_;
  std::vector<bool> done_;
  std::vector<int> attempts_;  // that ended without an answer, by cell
  size_t room_;                // workers side by side
  std::vector<std::string> worker_arguments_;
  double without_room_s_ = 0;
  Quarantine held_;
  std::set<size_t> quarantined_;
  std::mt19937_64 nonces_{std::random_device{}()};
  bool stopping_ = false;
  ScheduleEnd end_ = ScheduleEnd::complete;
  std::exception_ptr error_;
};

class LocalExecutor : public Executor {
 public:
  explicit LocalExecutor(ExecutorOptions options) : options_(std::move(options)) {}

  ScheduleEnd run(std::span<const ScheduledCell> cells, const ExecutorEvents& events) override {
    if (cells.empty()) return ScheduleEnd::complete;
    ControlGroups groups(memory_limit_mib(options_));
    const auto run_all = [&groups](std::span<const ScheduledCell> all,
                                   const ExecutorOptions& options, const ExecutorEvents& told) {
      return Scheduler(all, options, told, groups).run();
    };
    if (options_.pinned) return run_side_by_side(cells, options_, events, run_all);
    return run_all(cells, options_, events);
  }

 private:
  ExecutorOptions options_;
};

}  // namespace

std::unique_ptr<Executor> local_executor(ExecutorOptions options) {
  return std::make_unique<LocalExecutor>(std::move(options));
}

}  // namespace agon::harness
