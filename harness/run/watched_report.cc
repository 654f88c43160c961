// SPDX-License-Identifier: MIT
#include "harness/run/watched_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "core/error.h"
#include "harness/run/console.h"
#include "harness/run/run_directory.h"
#include "harness/run/stored_run.h"
#include "reports/report.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr double kShareOfTime = 0.2;  // that a watcher may take from a large run
constexpr auto kLook = std::chrono::milliseconds(200);

// What changes when a cell ends: the write-ahead log, and the file itself when it ends.
struct Stamp {
  fs::file_time_type store{}, log{};
  uintmax_t log_size = 0;
  bool operator==(const Stamp&) const = default;
};
Stamp stamp_of(const fs::path& store) {
  Stamp out;
  std::error_code ignored;
  const fs::path log = store.string() + "-wal";
  if (fs::exists(store, ignored)) out.store = fs::last_write_time(store, ignored);
  if (fs::exists(log, ignored)) {
    out.log = fs::last_write_time(log, ignored);
    out.log_size = fs::file_size(log, ignored);
  }
  return out;
}

// Held only for the question: a run that starts at this moment does without it.
bool is_worked_on(const fs::path& folder) { return !FolderLock::take(folder).has_value(); }

reports::ReportInput read(const WatchOptions& options) {
  std::vector<std::string> notes;
  std::vector<reports::RunResults> runs;
  runs.push_back(std::move(read_run(options.run, notes).results));
  return reports::merge(std::move(runs));
}

void write(const WatchOptions& options, const fs::path& folder, const reports::ReportInput& input) {
  for (const fs::path& path : reports::write(input, options.formats, folder)) {
    if (input.live_s == 0) say("{}\n", path.string());
  }
  note("{}: {} of {} cells\n", options.run, input.records.size(), input.planned);
}

// Nothing in the moment in which the run makes its file.
std::optional<reports::ReportInput> read_live(const WatchOptions& options) {
  try {
    reports::ReportInput input = read(options);
    input.live_s = options.every_s;
    return input;
  } catch (const Error& e) {
    if (e.exit() != Exit::io) throw;
    return std::nullopt;
  }
}

}  // namespace

void watch_report(const WatchOptions& options) {
  const fs::path run = find_run(options.run);
  const fs::path folder = options.output.empty() ? run : fs::path(options.output);
  std::optional<Stamp> written;
  for (;;) {
    const bool goes_on = is_worked_on(run);
    const Stamp now = stamp_of(run / kStoreFile);
    if (!goes_on) break;
    const Clock::time_point start = Clock::now();
    const auto input = written == now ? std::nullopt : read_live(options);
    if (input) {
      write(options, folder, *input);
      written = now;
      const std::chrono::duration<double> took = Clock::now() - start;
      const double wait = std::max(options.every_s, took.count() / kShareOfTime);
      const Clock::time_point next =
          start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(wait));
      // The end of the run is not waited for.
      while (Clock::now() < next && is_worked_on(run)) std::this_thread::sleep_for(kLook);
    } else {
      std::this_thread::sleep_for(kLook);
    }
  }
  write(options, folder, read(options));
}

}  // namespace agon::harness
