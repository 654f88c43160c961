// SPDX-License-Identifier: MIT
#include "harness/run/console.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <string>
#include <system_error>

#include "core/error.h"

namespace agon::harness {
namespace {

constexpr size_t kBuffer = size_t{1} << 16;
constexpr int kForEver = -1;

// What waits for flush_out(). The one writer of standard output is the main thread.
std::string& pending() {
  static std::string text;
  return text;
}

// Writes all of text, waiting up to wait_ms for each next piece; errno of what stopped it, 0 when
// all is out.
int write_all(int fd, std::string_view text, int wait_ms) noexcept {
  while (!text.empty()) {
    pollfd ready{fd, POLLOUT, 0};
    const int found = poll(&ready, 1, wait_ms);
    if (found < 0 && errno == EINTR) continue;
    if (found == 0) return EAGAIN;
    // A pipe that is ready takes this much without a wait.
    const ssize_t n = write(fd, text.data(), std::min<size_t>(text.size(), PIPE_BUF));
    if (n >= 0) {
      text.remove_prefix(static_cast<size_t>(n));
    } else if (errno != EINTR && errno != EAGAIN) {
      return errno;
    } else if (errno == EAGAIN && wait_ms == 0) {
      return EAGAIN;
    }
  }
  return 0;
}

}  // namespace

void open_standard_streams() noexcept {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free descriptor is this one. For reading only: output that nobody asked to throw
    // away must not seem written. Where there is no /dev, any folder holds the place.
    if (open("/dev/null", O_RDONLY) < 0 && open("/", O_RDONLY | O_DIRECTORY) < 0) return;
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit, likewise
}

void write_out(std::string_view text) {
  pending() += text;
  if (pending().size() >= kBuffer) flush_out();
}

void flush_out() {
  const std::string text = std::exchange(pending(), {});
  const int error = write_all(STDOUT_FILENO, text, kForEver);
  if (error == 0) return;
  if (error == EPIPE) throw Error(Exit::io, "standard output", "");
  throw Error(Exit::io, "standard output",
              "cannot be written (" + std::generic_category().message(error) + ")",
              "send it to a file or a pipe that takes it");
}

void decorate(std::string_view text) noexcept { write_all(STDERR_FILENO, text, 0); }

void last_words(std::string_view text) noexcept { write_all(STDERR_FILENO, text, kForEver); }

}  // namespace agon::harness
