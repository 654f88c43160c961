// SPDX-License-Identifier: MIT
//
// SQLite's C API behind two owning classes. Every failure is agon::Error(Exit::io) that names the
// file, SQLite's or the system's reason, and a fix. Threads: one Database and its statements per
// thread.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace agon::reports {

class Statement;

class Database {
 public:
  enum class Mode { read, write };
  // write creates the file if need be. Throws for what cannot be opened; content is not looked at
  // yet.
  Database(const std::filesystem::path& file, Mode mode);

  const std::filesystem::path& file() const noexcept { return file_; }
  // The file was written with a write-ahead log and none is beside it: that of a killed program did
  // not come along with a copy, or the last reader of a program that ended well has removed it.
  bool lacks_log() const;
  sqlite3* handle() const noexcept { return handle_.get(); }
  // Goes on with a copy that may be written and is gone with this object; the file stays as it is.
  void move_to_memory();

  void execute(const char* sql);
  // Runs and swallows any failure; true when it worked. For closing, where nothing can be done.
  bool try_execute(const char* sql) noexcept;
  int64_t integer(const char* sql);  // first column of the first row, 0 without rows
  [[noreturn]] void fail(int code) const;

 private:
  std::filesystem::path log_file() const;
  bool has_log() const;

  struct Close {
    void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
  };
  std::filesystem::path file_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// A prepared statement. bind() fills the parameters from left to right; columns count from 0. Bound
// text and blobs are not copied: they must outlive step(). NaN is bound as NULL and NULL reads back
// as NaN.
class Statement {
 public:
  Statement(Database& db, const std::string& sql);

  Statement& bind(std::string_view text);
  Statement& bind(int64_t value);
  Statement& bind(double value);
  Statement& bind_blob(std::string_view bytes);

  bool step();  // true: a row is there
  void run();   // steps to the end and resets, so that the statement can be bound again
  void reset() noexcept;

  bool null(int column) const noexcept {
    return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
  }
  std::string text(int column) const;       // also for blobs
  std::string_view view(int column) const;  // valid until the next step
  int64_t integer(int column) const noexcept { return sqlite3_column_int64(handle_.get(), column); }
  double real(int column) const noexcept;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* s) const noexcept { sqlite3_finalize(s); }
  };
  void check(int code) const;
  Database* db_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  int bound_ = 0;
};

// BEGIN IMMEDIATE now, ROLLBACK unless commit() was reached.
class Transaction {
 public:
  explicit Transaction(Database& db) : db_(&db) { db.execute("BEGIN IMMEDIATE"); }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction() {
    if (db_ != nullptr) db_->try_execute("ROLLBACK");
  }
  void commit() {
    db_->execute("COMMIT");
    db_ = nullptr;
  }

 private:
  Database* db_;
};

}  // namespace agon::reports
