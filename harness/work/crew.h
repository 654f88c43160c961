// SPDX-License-Identifier: MIT
//
// The worker processes of a local executor, and whose turn to measure it is among them.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/work/turns.h"
#include "harness/work/worker_handle.h"

namespace agon::harness {

class Crew {
 public:
  Worker& add(asio::io_context& io, const Child& child, const std::string& plugin) {
    workers_.push_back(std::make_unique<Worker>(io, child, ++spawned_, plugin));
    return *workers_.back();
  }
  // Null when it is gone.
  Worker* find(size_t number) {
    const auto it =
        std::ranges::find_if(workers_, [&](const auto& w) { return w->number == number; });
    return it == workers_.end() ? nullptr : it->get();
  }
  void remove(size_t number) {
    std::erase_if(workers_, [&](const auto& w) { return w->number == number; });
  }
  void clear() { workers_.clear(); }

  size_t size() const { return workers_.size(); }
  bool empty() const { return workers_.empty(); }
  auto begin() const { return workers_.begin(); }
  auto end() const { return workers_.end(); }
  // Some worker has this plugin loaded; some is at work on a cell of it.
  bool has(const std::string& plugin) const { return serves(plugin, false); }
  bool works_on(const std::string& plugin) const { return serves(plugin, true); }

  // The worker waits for its next turn (turns.h).
  void ask_turn(Worker& worker) {
    worker.waits = true;
    turns_.ask(worker.number);
    pass_turn();
  }
  // The worker's cell is no longer its own.
  size_t take_cell(Worker& worker) {
    const size_t cell = std::exchange(worker.cell, kNoCell);
    turns_.leave(worker.number);
    pass_turn();
    return cell;
  }

 private:
  bool serves(const std::string& plugin, bool at_work) const {
    return std::ranges::any_of(workers_, [&](const auto& w) {
      return w->plugin == plugin && (!at_work || w->cell != kNoCell);
    });
  }

  void pass_turn() {
    const auto at_work = static_cast<size_t>(
        std::ranges::count_if(workers_, [](const auto& w) { return w->cell != kNoCell; }));
    const auto number = turns_.next(at_work);
    if (!number) return;
    Worker& worker = *find(*number);
    worker.waits = false;
    worker.send("turn");
  }

  std::vector<std::unique_ptr<Worker>> workers_;
  size_t spawned_ = 0;
  Turns turns_;
};

}  // namespace agon::harness
