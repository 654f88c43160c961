// SPDX-License-Identifier: MIT
#include "harness/work/slurm/executor.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <fstream>
#include <unordered_map>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "harness/work/post_mortem.h"
#include "harness/work/quarantine.h"
#include "harness/work/slurm/batch.h"
#include "harness/work/slurm/client.h"
#include "harness/work/slurm/config.h"
#include "harness/work/utc.h"

namespace agon::harness {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using reports::CellOutcome;
using reports::Status;

constexpr double kTickS = 0.1;
constexpr double kQueueS = 5;  // between two questions to Slurm, which other users ask as well
// So long may a file of results lag behind on a network file system after its element is gone.
constexpr double kGraceS = 10;
constexpr size_t kMostElements = 1000;  // Slurm's MaxArraySize unless the cluster says otherwise
constexpr int kSignalAheadS = 120;  // before the time limit: Slurm looks at limits twice a minute

struct Element {
  size_t number = 0;
  std::vector<size_t> cells;  // of the run that wait for it
  BatchResults results;
  double gone_s = -1;  // since it was no longer queued; -1: it is
  bool progress = false;
};

struct Array {
  fs::path folder;
  std::string id;
  std::vector<Element> elements;  // that are not through
};

class SlurmExecutor : public Executor {
 public:
  explicit SlurmExecutor(ExecutorOptions options)
      : options_(std::move(options)), config_(read_slurm_config(options_.settings)) {}

  ScheduleEnd run(std::span<const ScheduledCell> cells, const ExecutorEvents& events) override {
    cells_ = cells;
    events_ = &events;
    done_.assign(cells.size(), false);
    handed_out_.assign(cells.size(), 0);
    lost_as_.assign(cells.size(), "");
    for (size_t i = 0; i < cells.size(); ++i) by_key_.emplace(cells[i].job.cell_key, i);
    held_ = Quarantine(options_.crashed_before);
    if (cells.empty()) return ScheduleEnd::complete;

    asio::signal_set signals(io_, SIGINT, SIGTERM);
    signals.async_wait([this](const boost::system::error_code& error, int) {
      if (!error) stop(ScheduleEnd::interrupted);
    });
    adopt();
    hand_out();
    if (!arrays_.empty()) {
      tick();
      io_.run();
    }
    if (end_ == ScheduleEnd::failed_fast) {
      for (const Array& array : arrays_) cancel(array.id);
    } else if (end_ == ScheduleEnd::interrupted) {
      for (const Array& array : arrays_) {
        note(fmt::format(
            "Slurm's job {0} goes on: the same command follows it, scancel {0} ends it", array.id));
      }
    }
    return end_;
  }

 private:
  fs::path home() const {
    return options_.folder / "slurm" / (options_.pinned ? "speed" : "cells");
  }

  void note(const std::string& text) const {
    if (events_->note) events_->note(text);
  }

  // ---- arrays

  // Those of an earlier attempt of this run: their results count, and what is still queued is
  // followed.
  void adopt() {
    for (size_t n = 0; fs::exists(home() / std::to_string(n)); ++n, ++next_array_) {
      Array array{home() / std::to_string(n), "", {}};
      std::getline(std::ifstream(array.folder / "id") >> std::ws, array.id);
      const auto waiting = array.id.empty() ? std::set<size_t>() : queued(array.id);
      for (size_t k = 0; fs::exists(array.folder / fmt::format("{}.cells", k)); ++k) {
        Element element{k, {}, BatchResults(array.folder / fmt::format("{}.results", k))};
        take_results(element);
        if (element.results.ended() || (waiting && !waiting->contains(k))) continue;
        for (const ScheduledCell& cell : cells_of(array.folder, k)) {
          const auto known = by_key_.find(cell.job.cell_key);
          if (known != by_key_.end() && !done_[known->second])
            element.cells.push_back(known->second);
        }
        if (element.cells.empty()) continue;
        for (const size_t cell : element.cells) waits_.insert(cell);
        array.elements.push_back(std::move(element));
      }
      if (array.elements.empty()) continue;
      note(fmt::format("Slurm's job {} of this run goes on: it is followed", array.id));
      arrays_.push_back(std::move(array));
    }
  }

  // What cannot be read is nobody's: its cells are handed out again.
  static std::vector<ScheduledCell> cells_of(const fs::path& folder, size_t element) {
    try {
      return read_batch(folder / fmt::format("{}.cells", element)).cells;
    } catch (const Error&) {
      return {};
    }
  }

  // An array for the cells that nobody works on; cells that were lost too often come to their end.
  void hand_out() {
    std::vector<size_t> cells;
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (done_[i] || waits_.contains(i)) continue;
      if (handed_out_[i] >= config_.tries) {
        give_up(i);
      } else {
        cells.push_back(i);
      }
    }
    owed_ = false;
    if (cells.empty() || stopped_) return;
    const size_t per_element =
        options_.pinned ? cells.size() : static_cast<size_t>(config_.cells_per_task);
    const size_t elements = std::min((cells.size() + per_element - 1) / per_element, kMostElements);
    Array array{home() / std::to_string(next_array_++), "", {}};
    core::make_folder(array.folder, "make room or let the run's folder be written");
    for (size_t k = 0; k < elements; ++k) {
      Batch batch{options_, {}};
      batch.options.jobs =
          options_.pinned
              ? 1
              : std::max(1u, static_cast<unsigned>(config_.cpus_per_task) / options_.threads);
      Element element{k, {}, BatchResults(array.folder / fmt::format("{}.results", k))};
      // Neighbours in the plan cost alike: each element has some of all.
      for (size_t i = k; i < cells.size(); i += elements) {
        batch.cells.push_back(cells_[cells[i]]);
        element.cells.push_back(cells[i]);
        waits_.insert(cells[i]);
        ++handed_out_[cells[i]];
      }
      write_batch(array.folder / fmt::format("{}.cells", k), batch);
      array.elements.push_back(std::move(element));
    }
    core::replace_file(array.folder / "script.sh", script(array.folder));
    array.id = submit({array.folder / "script.sh", sbatch_options(array.folder, elements)});
    core::replace_file(array.folder / "id", array.id + "\n");
    note(fmt::format("Slurm's job {}: {} cell{} in {} element{}, logs in {}", array.id,
                     cells.size(), cells.size() == 1 ? "" : "s", elements, elements == 1 ? "" : "s",
                     array.folder.string()));
    arrays_.push_back(std::move(array));
  }

  static std::string script(const fs::path& folder) {
    return fmt::format("#!/bin/sh\nexec {} batch {}/\"$SLURM_ARRAY_TASK_ID\".cells\n",
                       core::shell_word(fs::read_symlink("/proc/self/exe").string()),
                       core::shell_word(fs::absolute(folder).string()));
  }

  std::vector<std::string> sbatch_options(const fs::path& folder, size_t elements) const {
    std::string range = fmt::format("--array=0-{}", elements - 1);
    if (config_.at_once > 0) range += fmt::format("%{}", config_.at_once);
    std::vector<std::string> options{
        range,
        "--job-name=agon",
        "--nodes=1",
        "--ntasks=1",
        "--requeue",
        "--open-mode=append",
        fmt::format("--signal=B:TERM@{}", kSignalAheadS),
        fmt::format("--cpus-per-task={}", config_.cpus_per_task),
        fmt::format("--output={}/%a.log", fs::absolute(folder).string())};
    const auto add = [&](const char* flag, const std::string& value) {
      if (!value.empty()) options.push_back(fmt::format("--{}={}", flag, value));
    };
    add("partition", config_.partition);
    add("account", config_.account);
    add("time", config_.time);
    if (config_.memory_mib > 0) options.push_back(fmt::format("--mem={}M", config_.memory_mib));
    options.insert(options.end(), config_.lines.begin(), config_.lines.end());
    if (options_.pinned)
      options.insert(options.end(), config_.speed_lines.begin(), config_.speed_lines.end());
    return options;
  }

  // ---- results

  void take_results(Element& element) {
    std::vector<FinishedCell> ended;
    for (BatchResult& result : element.results.more()) {
      element.progress = true;
      const auto known = by_key_.find(result.cell_key);
      if (known == by_key_.end() || done_[known->second]) continue;  // of another plan, or late
      const ScheduledCell& cell = cells_[known->second];
      done_[known->second] = true;
      waits_.erase(known->second);
      if (result.outcome.status == Status::crashed) held_.crashed(cell.plugin, cell.index);
      failed_ = failed_ || reports::is_failure(result.outcome.status);
      ended.push_back({&cell, std::move(result.outcome), std::move(result.provenance)});
    }
    tell(std::move(ended));
  }

  // As on one machine, cells behind a plugin's third crash in plan order are quarantined, whichever
  // element ran them.
  void tell(std::vector<FinishedCell> ended) {
    if (ended.empty()) return;
    for (size_t i = 0; held_.any() && i < cells_.size(); ++i) {
      const auto last = held_.last_place(cells_[i].plugin);
      if (!last || !done_[i] || cells_[i].index <= *last || !quarantined_.insert(i).second)
        continue;
      std::erase_if(ended, [&](const FinishedCell& cell) { return cell.cell == &cells_[i]; });
      CellOutcome outcome = quarantined(cells_[i].plugin);
      outcome.utc = utc_now();
      ended.push_back({&cells_[i], std::move(outcome)});
    }
    events_->finished(ended);
  }

  void give_up(size_t cell) {
    CellOutcome outcome;
    outcome.status = Status::error;
    outcome.status_detail = fmt::format("Slurm lost it {} time{}{}", handed_out_[cell],
                                        handed_out_[cell] == 1 ? "" : "s", lost_as_[cell]);
    outcome.attempts = static_cast<int>(handed_out_[cell]);
    outcome.utc = utc_now();
    done_[cell] = true;
    failed_ = true;
    tell({{&cells_[cell], std::move(outcome)}});
  }

  // ---- the loop

  void look() {
    since_queue_s_ += config_.poll_s;
    const bool ask = since_queue_s_ >= std::min(kQueueS, 5 * config_.poll_s);
    if (ask) since_queue_s_ = 0;
    for (Array& array : arrays_) {
      const auto waiting = ask ? queued(array.id) : std::nullopt;
      if (ask && !waiting && !silent_) {
        note("Slurm does not answer: results that arrive still count");
        silent_ = true;
      }
      if (waiting) silent_ = false;
      for (Element& element : array.elements) {
        take_results(element);
        if (waiting) {
          if (waiting->contains(element.number)) {
            element.gone_s = -1;
          } else if (element.gone_s < 0) {
            element.gone_s = 0;
          }
        }
        if (element.gone_s >= 0) element.gone_s += config_.poll_s;
      }
      std::erase_if(array.elements, [&](Element& element) { return over(array, element); });
    }
    std::erase_if(arrays_, [](const Array& array) { return array.elements.empty(); });
    if (failed_ && options_.fail_fast) return stop(ScheduleEnd::failed_fast);
    if (owed_) hand_out();
    if (arrays_.empty()) stop(ScheduleEnd::complete);
  }

  // Whether nothing more is to come; what it owes is nobody's from then on.
  bool over(const Array& array, Element& element) {
    const double grace = std::min(kGraceS, 10 * config_.poll_s);
    const bool all = std::ranges::all_of(element.cells, [&](size_t cell) { return done_[cell]; });
    if (!all && !element.results.ended() && element.gone_s < grace) return false;
    if (all) return true;
    const std::string state = state_of(array.id, element.number);
    const std::string log = (array.folder / fmt::format("{}.log", element.number)).string();
    size_t owed = 0;
    for (const size_t cell : element.cells) {
      if (done_[cell]) continue;
      owed_ = true;
      ++owed;
      waits_.erase(cell);
      // One that ran into its time limit on the way is not the cells' fault.
      if (element.progress) --handed_out_[cell];
      lost_as_[cell] = fmt::format("{}; see {}", state.empty() ? "" : " (" + state + ")", log);
    }
    note(fmt::format("element {} of Slurm's job {} is gone{} without {} of its cells; see {}",
                     element.number, array.id, state.empty() ? "" : " (" + state + ")", owed, log));
    return true;
  }

  void tick() {
    timer_.expires_after(std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(kTickS)));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error || stopped_) return;
      since_look_s_ += kTickS;
      if (since_look_s_ >= config_.poll_s) {
        since_look_s_ = 0;
        look();
      }
      if (events_->tick) events_->tick();
      if (!stopped_) tick();
    });
  }

  void stop(ScheduleEnd end) {
    if (stopped_) return;
    stopped_ = true;
    end_ = end;
    io_.stop();
  }

  ExecutorOptions options_;
  SlurmConfig config_;
  asio::io_context io_{1};
  asio::steady_timer timer_{io_};
  std::span<const ScheduledCell> cells_;
  const ExecutorEvents* events_ = nullptr;
  std::unordered_map<std::string, size_t> by_key_;  // place in cells_
  std::vector<bool> done_;
  std::vector<int64_t> handed_out_;   // elements that a cell was in and that owe it
  std::vector<std::string> lost_as_;  // what became of the last of them, for people
  std::set<size_t> waits_, quarantined_;
  Quarantine held_{std::map<std::string, std::vector<size_t>>()};
  std::vector<Array> arrays_;
  size_t next_array_ = 0;
  double since_look_s_ = 0, since_queue_s_ = 0;
  bool owed_ = false;  // by elements that are over: hand_out() has something to do
  bool failed_ = false, silent_ = false, stopped_ = false;
  ScheduleEnd end_ = ScheduleEnd::complete;
};

}  // namespace

std::unique_ptr<Executor> slurm_executor(ExecutorOptions options) {
  return std::make_unique<SlurmExecutor>(std::move(options));
}

}  // namespace agon::harness
