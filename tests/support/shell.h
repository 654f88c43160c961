// SPDX-License-Identifier: MIT
//
// Runs command lines as a user would, for tests.
#pragma once

#include <stdlib.h>
#include <sys/wait.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/sanitized.h"

namespace agon::test {

inline std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// A new empty folder that goes away with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "agon-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path_ / name;
  }

 private:
  std::filesystem::path path_;
};

// For a command line: its address space is at most so large. A sanitizer reserves more than any limit.
inline std::string within_kib(size_t kib) {
  return core::kSanitized ? "" : "ulimit -v " + std::to_string(kib) + "; ";
}

struct Ran {
  int code = -1;  // exit code; 128 + signal when killed
  std::string out, err;
  double seconds = 0;
};

// bash runs `command` in `folder`.
inline Ran run(const TemporaryFolder& folder, const std::string& command) {
  const auto out = folder / ".stdout", err = folder / ".stderr", script = folder / ".script";
  std::ofstream(script) << "cd '" << folder.path().string() << "'\n" << command << "\n";
  const auto start = std::chrono::steady_clock::now();
  const int status = std::system(
      ("bash '" + script.string() + "' >'" + out.string() + "' 2>'" + err.string() + "' </dev/null")
          .c_str());
  Ran ran;
  ran.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  ran.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ran.out = read_file(out);
  ran.err = read_file(err);
  return ran;
}

inline std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

// A CSV file as rows of fields (RFC 4180).
inline std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows{{""}};
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
        rows.back().back() += '"';
        ++i;
      } else if (c == '"') {
        quoted = false;
      } else {
        rows.back().back() += c;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == ',') {
      rows.back().emplace_back();
    } else if (c == '\n') {
      if (i + 1 < text.size()) rows.push_back({""});
    } else if (c != '\r') {
      rows.back().back() += c;
    }
  }
  return rows;
}

// cells.csv by column name.
class Table {
 public:
  explicit Table(const std::filesystem::path& file) : rows_(parse_csv(read_file(file))) {}
  size_t size() const { return rows_.size() - 1; }
  const std::vector<std::string>& header() const { return rows_.front(); }
  std::string at(size_t row, const std::string& column) const {
    for (size_t c = 0; c < header().size(); ++c) {
      if (header()[c] == column) return rows_[row + 1].at(c);
    }
    return "<no column " + column + ">";
  }
  // The rows where column == value.
  std::vector<size_t> where(const std::string& column, const std::string& value) const {
    std::vector<size_t> found;
    for (size_t r = 0; r < size(); ++r) {
      if (at(r, column) == value) found.push_back(r);
    }
    return found;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace agon::test
