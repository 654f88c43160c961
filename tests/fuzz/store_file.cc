// SPDX-License-Identifier: MIT
#include "store_file.h"

#include <sqlite3.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "reports/render/csv/csv.h"
#include "reports/store/store.h"
#include "tests/reports/filled.h"

namespace agon::fuzz {

namespace fs = std::filesystem;
using namespace agon::reports;

fs::path store_file() {
  static const fs::path file = [] {
    std::error_code error;
    const fs::path memory = "/dev/shm";
    const bool there = fs::is_directory(memory, error) && ::access(memory.c_str(), W_OK) == 0;
    return (there ? memory : fs::temp_directory_path()) /
           ("agon-fuzz-" + std::to_string(::getpid()) + ".sqlite");
  }();
  return file;
}

void write_store(std::string_view bytes) {
  static const struct Remove {
    fs::path file = store_file();
    ~Remove() {
      std::error_code ignored;
      for (const char* end : {"", "-wal", "-shm", "-journal", ".lock"})
        fs::remove(file.string() + end, ignored);
    }
  } at_exit;
  std::ofstream out(store_file(), std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string sample_store() {
  write_store("");
  // Small pages: a mutation hits something.
  sqlite3* db = nullptr;
  sqlite3_open(store_file().c_str(), &db);
  sqlite3_exec(db, "PRAGMA page_size=512; VACUUM", nullptr, nullptr, nullptr);
  sqlite3_close(db);
  {
    Store store(store_file(), Store::Mode::write);
    CellRecord one = reports::testing::filled();
    one.outcome.curve = {{.epoch = 1, .updates = 8, .loss_train = 2},
                         {.epoch = 2, .score_val = 0.5}};
    one.outcome.series = {{"score@lesion", 0.4, 3, 0.5, ""}};
    one.outcome.pictures = {{"k", "t", "c", "r", "v", 1, 2, {2.0f, 3.0f}, "lines", {"a"}}};
    one.outcome.test_rows = {pack_rows("score_test", {1, 0, 1}), pack_rows("score_test", {0.5, 2})};
    CellRecord two = one;
    two.id.cell_key = "two";
    const PlannedCell plan[] = {{"accuracy", one.id}, {"accuracy", two.id}};
    store.set_plan(plan);
    RunInfo run;
    run.run_id = "r", run.suite = "quick", run.plan_cells = 2;
    run.studies.emplace_back(), run.rules.emplace_back(), run.tasks.emplace_back();
    run.claims.emplace_back();
    store.set_run(run);
    store.set_noise_floor(1.5);
    const int64_t provenance = store.add_provenance(*one.provenance);
    store.finish(one.id.cell_key, one.outcome, provenance);
    two.outcome.status = Status::ok;
    store.finish(two.id.cell_key, two.outcome, provenance);
  }
  std::ifstream in(store_file(), std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void read_store() {
  const Store store(store_file(), Store::Mode::read);
  ReportInput input;
  input.run = store.run();
  store.planned();
  store.unfinished();
  store.facts();
  store.finished();
  input.records = store.records();
  cells_csv(input);
  for (const CellRecord& record : input.records) {
    for (const TestRows& rows : record.outcome.test_rows) {
      try {
        values_of(rows);
      } catch (const std::invalid_argument&) {  // as reports take it
      }
    }
  }
}

}  // namespace agon::fuzz
