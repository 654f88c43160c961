// SPDX-License-Identifier: MIT
#include "reports/store/sqlite.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <system_error>

#include "core/error.h"
#include "reports/record/record.h"

namespace agon::reports {
namespace {

// How long another program's lock is waited for: a reader's snapshot or recovery; for a writer, with hours of
// results before it, also a backup or a person at the sqlite3 prompt.
constexpr int kReaderWaitsMs = 5000, kWriterWaitsMs = 20000;

constexpr size_t kLongestPath = 512;  // of SQLite's unix layer, with the suffix of a file beside it
constexpr size_t kLongestSuffix = std::string_view("-journal").size();

struct Explanation {
  std::string reason, fix;
};

Explanation explain(int code, int system_errno, const char* text) {
  const std::string system =
      system_errno != 0 ? std::generic_category().message(system_errno) : std::string(text);
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {"the disk is full",
              "make room and run the same command again: finished cells are kept"};
    case SQLITE_IOERR:
      return {"cannot be written or read (" + system + ")",
              "check space, quota and the disk, then run the same command again: finished cells "
              "are kept"};
    case SQLITE_NOTADB:
      return {"is no results file (not an SQLite database)", "give the results.sqlite of a run"};
    case SQLITE_CORRUPT:
      return {"is damaged (" + std::string(text) + ")",
              "move it away and run again, or recover it with: sqlite3 FILE .recover"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"is locked by another program", "wait for it to end, or work on a copy"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_AUTH:
      return {"cannot be opened (" + system + ")",
              "check that the path exists and its permissions"};
    default: return {fmt::format("SQLite says: {} (code {})", text, code), ""};
  }
}

std::string percent_encoded(const std::string& path) {
  std::string out;
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

Database::Database(const std::filesystem::path& file, Mode mode) : file_(file) {
  const auto open = [&](const std::string& name, int flags) {
    sqlite3* raw = nullptr;
    const int code = sqlite3_open_v2(name.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(raw);
    if (code == SQLITE_OK) {
      sqlite3_extended_result_codes(raw, 1);
      sqlite3_busy_timeout(raw, mode == Mode::write ? kWriterWaitsMs : kReaderWaitsMs);
    }
    return code;
  };
  const bool write = mode == Mode::write;
  std::error_code ignored;
  const auto found = std::filesystem::status(file, ignored);
  if (std::filesystem::is_directory(found)) {
    throw Error(Exit::io, file.string(), "is a folder, not a results file",
                "give the results.sqlite in it");
  }
  // A FIFO would block for ever.
  if (std::filesystem::exists(found) && !std::filesystem::is_regular_file(found)) {
    throw Error(Exit::io, file.string(), "is no regular file, so no results file",
                "move it away, or give another folder with -o");
  }
  const size_t length = std::filesystem::absolute(file, ignored).string().size();
  if (length + kLongestSuffix > kLongestPath) {
    throw Error(Exit::io, file.string(),
                fmt::format("its path has {} bytes, SQLite takes at most {}", length,
                            kLongestPath - kLongestSuffix),
                "give a shorter folder with -o, or a link to this one");
  }
  int code = open(file.string(),
                  write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  if (!write && code == SQLITE_OK) {
    // A write-ahead file cannot be set up in a folder we may not write to; without one the file
    // does not change and can be read as it is.
    const int probe = sqlite3_exec(handle(), "PRAGMA schema_version", nullptr, nullptr, nullptr);
    const bool closed_folder =
        (probe & 0xff) == SQLITE_CANTOPEN || (probe & 0xff) == SQLITE_READONLY;
    if (closed_folder && has_log()) {
      throw Error(Exit::io, file.string(),
                  "has its last results in " + log_file().filename().string() +
                      ", which cannot be read in a folder that may not be written",
                  "copy both files to a folder of your own and report that");
    }
    if (closed_folder) {
      code =
          open("file:" + percent_encoded(std::filesystem::absolute(file).string()) + "?immutable=1",
               SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    }
  }
  if (code != SQLITE_OK) fail(code);
}

std::filesystem::path Database::log_file() const { return file_.string() + "-wal"; }

bool Database::has_log() const {
  // A reader makes an empty one.
  std::error_code error;
  const auto size = std::filesystem::file_size(log_file(), error);
  return !error && size > 0;
}

bool Database::lacks_log() const {
  // File format versions of SQLite's header: 2 means that a write-ahead log goes with the file.
  std::ifstream in(file_, std::ios::binary);
  std::array<char, 20> header{};
  if (!in.read(header.data(), header.size())) return false;
  return header[18] == 2 && !has_log();
}

void Database::move_to_memory() {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open(":memory:", &raw);
  std::unique_ptr<sqlite3, Close> copy(raw);
  if (opened != SQLITE_OK) fail(opened);
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_backup* backup = sqlite3_backup_init(raw, "main", handle(), "main");
  if (backup == nullptr) fail(sqlite3_extended_errcode(raw));
  const int code = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE) fail(code);
  handle_ = std::move(copy);
}

void Database::fail(int code) const {
  const bool open = handle_ != nullptr;
  Explanation e = explain(code, open ? sqlite3_system_errno(handle()) : ENOMEM,
                          open ? sqlite3_errmsg(handle()) : sqlite3_errstr(code));
  throw Error(Exit::io, file_.string(), std::move(e.reason), std::move(e.fix));
}

void Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

bool Database::try_execute(const char* sql) noexcept {
  return sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

int64_t Database::integer(const char* sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

Statement::Statement(Database& db, const std::string& sql) : db_(&db) {
  sqlite3_stmt* raw = nullptr;
  check(sqlite3_prepare_v3(db.handle(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &raw, nullptr));
  handle_.reset(raw);
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) db_->fail(code);
}

Statement& Statement::bind(std::string_view text) {
  // SQLite takes a null pointer for NULL: an empty text keeps a valid one.
  check(sqlite3_bind_text64(handle_.get(), ++bound_, text.empty() ? "" : text.data(), text.size(),
                            SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  check(sqlite3_bind_blob64(handle_.get(), ++bound_, bytes.empty() ? "" : bytes.data(),
                            bytes.size(), SQLITE_STATIC));
  return *this;
}

Statement& Statement::bind(int64_t value) {
  check(sqlite3_bind_int64(handle_.get(), ++bound_, value));
  return *this;
}

Statement& Statement::bind(double value) {
  check(std::isnan(value) ? sqlite3_bind_null(handle_.get(), ++bound_)
                          : sqlite3_bind_double(handle_.get(), ++bound_, value));
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) db_->fail(code);
  return false;
}

void Statement::run() {
  struct Reset {
    Statement* s;
    ~Reset() { s->reset(); }
  } at_end{this};
  while (step()) {
  }
}

void Statement::reset() noexcept {
  sqlite3_reset(handle_.get());
  bound_ = 0;
}

std::string_view Statement::view(int column) const {
  const void* bytes = sqlite3_column_blob(handle_.get(), column);
  const int size = sqlite3_column_bytes(handle_.get(), column);
  if (bytes == nullptr || size <= 0) return {};
  return {static_cast<const char*>(bytes), static_cast<size_t>(size)};
}

std::string Statement::text(int column) const { return std::string(view(column)); }

double Statement::real(int column) const noexcept {
  return null(column) ? kNaN : sqlite3_column_double(handle_.get(), column);
}

}  // namespace agon::reports
