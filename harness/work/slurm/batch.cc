// SPDX-License-Identifier: MIT
#include "harness/work/slurm/batch.h"

#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <set>
#include <system_error>

#include "core/error.h"
#include "core/file.h"
#include "harness/plan/build_info.h"
#include "harness/work/cell_job.h"
#include "reports/record/run_json.h"

namespace agon::harness {
namespace {

using nlohmann::json;

constexpr const char* kWhat = "agon batch 1";

// Frames that are there for good once add() returns.
class ResultFile {
 public:
  ResultFile(const std::filesystem::path& file, uint64_t keep)
      : file_(file), descriptor_(open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644)) {
    if (descriptor_ < 0 || ftruncate(descriptor_, static_cast<off_t>(keep)) != 0 ||
        lseek(descriptor_, 0, SEEK_END) < 0)
      fail();
  }
  ResultFile(const ResultFile&) = delete;
  ResultFile& operator=(const ResultFile&) = delete;
  ~ResultFile() { close(descriptor_); }

  void add(const json& message) { bytes_ += to_frame(message); }
  void flush() {
    for (size_t done = 0; done < bytes_.size();) {
      const ssize_t n = write(descriptor_, bytes_.data() + done, bytes_.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) fail();
      done += static_cast<size_t>(n);
    }
    bytes_.clear();
    if (fdatasync(descriptor_) != 0 && errno != EINVAL) fail();
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(Exit::io, file_.string(),
                "cannot be written (" + std::generic_category().message(errno) + ")",
                "make room, then run the same command again: finished cells are kept");
  }

  std::filesystem::path file_;
  int descriptor_;
  std::string bytes_;
};

json curve_of(const std::vector<reports::CurvePoint>& points) {
  json out = json::array();
  for (const reports::CurvePoint& point : points) out.push_back(to_json(point));
  return out;
}

std::string build() { return agon_version() + " " + numerics(); }

}  // namespace

void write_batch(const std::filesystem::path& file, const Batch& batch) {
  const ExecutorOptions& o = batch.options;
  json crashed = json::array();
  for (const auto& [plugin, places] : o.crashed_before)
    crashed.push_back({bytes_of(plugin), places});
  json arguments = json::array();
  for (const std::string& word : o.worker_arguments) arguments.push_back(bytes_of(word));
  std::string bytes = to_frame({{"what", kWhat},
                                {"build", build()},
                                {"jobs", o.jobs},
                                {"threads", o.threads},
                                {"pinned", o.pinned},
                                {"memory_mib", o.memory_mib},
                                {"idle_s", o.idle_s},
                                {"fail_fast", o.fail_fast},
                                {"arguments", arguments},
                                {"crashed", crashed}});
  for (const ScheduledCell& cell : batch.cells)
    bytes += to_frame({cell.index, bytes_of(cell.plugin), to_json(cell.job)});
  core::replace_file(file, bytes);
}

Batch read_batch(const std::filesystem::path& file) {
  const auto broken = [&](const std::string& reason) {
    return Error(Exit::io, file.string(), reason,
                 "start the run again: it writes what its elements are given");
  };
  FrameReader reader;
  reader.add(core::read_regular(file, Exit::io));
  try {
    const auto header = reader.next();
    if (!header || header->value("what", "") != kWhat) throw broken("is no batch of cells");
    if (header->at("build").get<std::string>() != build()) {
      throw Error(
          Exit::io, file.string(),
          "was written by agon " + header->at("build").get<std::string>() + ", this is " + build(),
          "use one build of agon on all nodes");
    }
    Batch batch;
    ExecutorOptions& o = batch.options;
    header->at("jobs").get_to(o.jobs);
    header->at("threads").get_to(o.threads);
    header->at("pinned").get_to(o.pinned);
    header->at("memory_mib").get_to(o.memory_mib);
    header->at("idle_s").get_to(o.idle_s);
    header->at("fail_fast").get_to(o.fail_fast);
    for (const json& word : header->at("arguments")) o.worker_arguments.push_back(text_of(word));
    for (const json& item : header->at("crashed"))
      o.crashed_before[text_of(item.at(0))] = item.at(1).get<std::vector<size_t>>();
    while (const auto cell = reader.next()) {
      batch.cells.push_back(
          {cell->at(0).get<size_t>(), text_of(cell->at(1)), job_from_json(cell->at(2))});
    }
    return batch;
  } catch (const BadFrame& e) {
    throw broken(std::string("is damaged: ") + e.what());
  } catch (const json::exception& e) {
    throw broken(std::string("is damaged: ") + e.what());
  } catch (const std::invalid_argument& e) {
    throw broken(std::string("is damaged: ") + e.what());
  }
}

std::vector<BatchResult> BatchResults::more() {
  std::vector<BatchResult> found;
  if (damaged_ || ended_) return found;
  // Opened anew each time: on a network file system that is when it looks at what others wrote.
  std::ifstream in(file_, std::ios::binary);
  if (!in.seekg(static_cast<std::streamoff>(whole_))) return found;
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const uint64_t start = whole_;
  FrameReader reader;
  reader.add(bytes);
  try {
    while (const auto message = reader.next()) {
      if (message->contains("provenance")) {
        provenance_ = std::make_shared<reports::Provenance>(
            reports::provenance_from_json(text_of(message->at("provenance"))));
      } else if (message->contains("end")) {
        ended_ = true;
      } else {
        BatchResult& result = found.emplace_back();
        message->at("key").get_to(result.cell_key);
        result.outcome = outcome_from_json(message->at("outcome"));
        for (const json& point : message->at("curve"))
          result.outcome.curve.push_back(curve_from_json(point));
        result.provenance = provenance_;
      }
      whole_ = start + bytes.size() - reader.waiting();
    }
  } catch (const std::exception&) {  // BadFrame, json's, of a number or word that is none
    damaged_ = true;
  }
  return found;
}

int run_batch(const std::filesystem::path& file) {
  Batch batch = read_batch(file);
  const std::filesystem::path results = std::filesystem::path(file).replace_extension(".results");
  BatchResults earlier(results);
  std::set<std::string> done;
  for (const BatchResult& result : earlier.more()) {
    done.insert(result.cell_key);
    if (result.outcome.status == reports::Status::crashed) {
      for (const ScheduledCell& cell : batch.cells) {
        if (cell.job.cell_key == result.cell_key)
          batch.options.crashed_before[cell.plugin].push_back(cell.index);
      }
    }
  }
  if (earlier.ended()) return 0;
  std::erase_if(batch.cells,
                [&](const ScheduledCell& cell) { return done.contains(cell.job.cell_key); });

  ResultFile out(results, earlier.whole());
  out.add({{"provenance", bytes_of(reports::provenance_json(provenance(batch.options.threads)))}});
  out.flush();
  ExecutorEvents events;
  events.finished = [&](std::span<const FinishedCell> cells) {
    for (const FinishedCell& cell : cells) {
      out.add({{"key", cell.cell->job.cell_key},
               {"outcome", to_json(cell.outcome)},
               {"curve", curve_of(cell.outcome.curve)}});
    }
    out.flush();
  };
  const ScheduleEnd end =
      make_executor(executor_names().front(), batch.options)->run(batch.cells, events);
  if (end == ScheduleEnd::interrupted) return EX_TEMPFAIL;
  out.add({{"end", true}});
  out.flush();
  return 0;
}

}  // namespace agon::harness
