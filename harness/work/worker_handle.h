// SPDX-License-Identifier: MIT
//
// A worker process as the local executor sees it: its pipes, its slot, and what it has said of the cell that
// it was given.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <array>
#include <boost/asio.hpp>
#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/work/cell_job.h"
#include "harness/work/control_group.h"
#include "harness/work/executor.h"
#include "harness/work/memory_share.h"
#include "harness/work/output_tail.h"
#include "harness/work/process.h"
#include "harness/work/pulse.h"
#include "harness/work/slot.h"
#include "harness/work/wire.h"
#include "reports/record/record.h"

namespace agon::harness {

namespace asio = boost::asio;

inline constexpr size_t kNoCell = static_cast<size_t>(-1);

// What a worker may use, 0: no limit.
inline int64_t memory_limit_mib(const ExecutorOptions& options) {
  return options.memory_mib > 0 ? options.memory_mib : memory_share_mib(options.jobs);
}

// The command line of a worker.
inline std::vector<std::string> worker_arguments(const ExecutorOptions& options) {
  std::vector<std::string> arguments{"worker", "--parent", std::to_string(getpid())};
  if (const int64_t limit = memory_limit_mib(options); limit > 0) {
    arguments.insert(arguments.end(), {options.memory_mib > 0 ? "--memory" : "--memory-share",
                                       std::to_string(limit)});
  }
  if (options.pinned) arguments.emplace_back("--pin");
  arguments.insert(arguments.end(), options.worker_arguments.begin(),
                   options.worker_arguments.end());
  return arguments;
}

struct Worker {
  Worker(asio::io_context& io, const Child& child, size_t number_, std::string plugin_)
      : number(number_),
        plugin(std::move(plugin_)),
        pid(child.pid),
        whereabouts(child.whereabouts),
        scratch(child.scratch),
        commands(child.commands),
        events(io, child.events),
        output(io, child.output) {}
  ~Worker() { close_commands(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void close_commands() {
    if (commands >= 0) close(commands);
    commands = -1;
  }

  // A new assignment.
  void begin(size_t new_cell, const CellJob& job) {
    cell = new_cell;
    nonce = job.nonce;
    threads = job.threads;
    waits = false;
    seconds = 0;
    pulse = {};
    curve.clear();
    tail.clear();
  }

  // A job, or word that its turn has come: smaller than a pipe's buffer, and an idle worker reads: no wait. A
  // dead one takes none; SIGCHLD tells how it died.
  void send(const nlohmann::json& message) {
    const std::string frame = to_frame(message);
    size_t sent = 0;
    while (sent < frame.size()) {
      const ssize_t n = write(commands, frame.data() + sent, frame.size() - sent);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      sent += static_cast<size_t>(n);
    }
  }

  // An event of its present assignment, and what follows from it; not for results.
  void happen(SlotEvent event) { act(slot.on(event, slot.assignment())); }

  void act(SlotAction action) {
    switch (action) {
      case SlotAction::ask: kill(pid, kAskToStop); break;
      case SlotAction::terminate: signal_child(pid, SIGTERM); break;
      case SlotAction::kill: signal_child(pid, SIGKILL); break;
      case SlotAction::close: close_commands(); break;  // it leaves, and SIGCHLD removes it
      default: break;
    }
  }

  // The time for which it waits for its turn is not the cell's.
  void pass_time(double passed, double idle_s) {
    if (waits && slot.state() == SlotState::running) return;
    seconds += passed;
    act(slot.pass_time(passed));
    if (slot.state() == SlotState::running && pulse.still_s(pid, *whereabouts, passed) >= idle_s)
      happen(SlotEvent::stuck);
  }

  // What is in a pipe now, at most its capacity.
  using Buffer = std::array<char, 65536>;
  template <typename Take>
  static void drain(asio::posix::stream_descriptor& pipe, Buffer& buffer, const Take& take) {
    pipe.non_blocking(true);
    boost::system::error_code error;
    for (int i = 0; i < 64 && !error; ++i) {
      const size_t n = pipe.read_some(asio::buffer(buffer), error);
      take(std::string_view{buffer.data(), n});
    }
  }
  template <typename Take>
  void drain_events(const Take& take) {
    drain(events, event_buffer, take);
  }
  // What it has printed so far.
  void drain_output() {
    drain(output, output_buffer, [this](std::string_view bytes) { tail.add(bytes); });
  }

  // What it sent and printed before the end of its assignment.
  void add_to(reports::CellOutcome& outcome) {
    drain_output();
    outcome.curve = std::move(curve);
    const std::string printed = tail.text();
    if (!printed.empty()) outcome.log_tail += (outcome.log_tail.empty() ? "" : "\n") + printed;
    tail.clear();
  }

  size_t number;  // never used again, as pids are
  std::string plugin;
  pid_t pid;
  std::shared_ptr<const Whereabouts> whereabouts;
  std::shared_ptr<const ScratchFolder> scratch;
  std::unique_ptr<ControlGroup> group;  // null: where none can be made
  int commands;
  asio::posix::stream_descriptor events, output;
  Buffer event_buffer{}, output_buffer{};
  Slot slot;
  FrameReader reader;
  OutputTail tail;
  // Of the present assignment:
  size_t cell = kNoCell;
  uint64_t nonce = 0;
  unsigned threads = 0;
  bool waits = false;  // for its turn
  double seconds = 0;
  Pulse pulse;
  std::vector<reports::CurvePoint> curve;
  bool clean = true;  // the last cell left nothing behind
};

}  // namespace agon::harness
