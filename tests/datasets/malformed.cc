// SPDX-License-Identifier: MIT
#include "malformed.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <new>
#include <stdexcept>

#include "core/error.h"
#include "core/sanitized.h"

namespace agon::datasets::testing {
namespace {

constexpr size_t kLeast = 20;  // files for each reader

size_t address_space() {
  size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

// In the child: the exit code of the error, or 99, and its text into the pipe.
[[noreturn]] void run_child(size_t bytes, const std::function<void()>& action, int out) {
  Caught caught{99, "out of memory"};
  try {
    const rlim_t most = address_space() + bytes;
    const rlimit limit{most, most};
    if (!core::kSanitized && ::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(98);
    caught = testing::caught(action);
  } catch (const std::bad_alloc&) {
  } catch (const std::exception& e) {
    caught.text = e.what();
  }
  const ssize_t written = ::write(out, caught.text.data(), caught.text.size());
  ::_exit(written < 0 ? 98 : caught.exit);
}

}  // namespace

void check_malformed(const std::string& file, std::span<const Malformed> table,
                     const std::function<void(const std::string& bytes)>& read) {
  BOOST_TEST(table.size() >= kLeast);
  for (const Malformed& row : table) {
    const Caught error = caught([&] { read(row.bytes); });
    BOOST_TEST_CONTEXT(row.says << "\nis expected of\n" << row.bytes.substr(0, 200)) {
      BOOST_TEST(error.exit == static_cast<int>(Exit::data));
      BOOST_TEST(error.text.starts_with(file + row.says), error.text);
      BOOST_TEST(error.has("\n  fix: "), error.text);
    }
  }
}

Caught caught_within(size_t bytes, const std::function<void()>& action) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) run_child(bytes, action, ends[1]);
  ::close(ends[1]);
  Caught caught{-1, ""};
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
    caught.text.append(buffer.data(), static_cast<size_t>(n));
  ::close(ends[0]);
  int status = 0;
  if (child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status))
    caught.exit = WEXITSTATUS(status);
  return caught;
}

}  // namespace agon::datasets::testing
