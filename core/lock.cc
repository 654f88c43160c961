// SPDX-License-Identifier: MIT
#include "core/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <string>
#include <system_error>

#include "core/error.h"

namespace agon::core {
namespace {

std::string holder(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t n = ::pread(descriptor, text.data(), text.size() - 1, 0);
  std::string pid;
  for (ssize_t i = 0;
       i < n && std::isdigit(static_cast<unsigned char>(text[static_cast<size_t>(i)])); ++i) {
    pid += text[static_cast<size_t>(i)];
  }
  return pid.empty() ? "another agon" : "another agon (process " + pid + ")";
}

bool same_file(int descriptor, const char* path) {
  struct stat open_file {
  }, named_file{};
  return ::fstat(descriptor, &open_file) == 0 && ::lstat(path, &named_file) == 0 &&
         open_file.st_ino == named_file.st_ino && open_file.st_dev == named_file.st_dev;
}

bool is_regular(int descriptor) {
  struct stat found {};
  return ::fstat(descriptor, &found) == 0 && S_ISREG(found.st_mode);
}

}  // namespace

WriterLock::WriterLock(const std::filesystem::path& file, const Words& words)
    : path_(file.string() + ".lock") {
  const auto fail = [&](int error) {
    throw Error(Exit::io, path_.string(),
                "cannot be made (" + std::generic_category().message(error) + ")",
                "check that the folder exists and can be written, or " + words.elsewhere);
  };
  for (;;) {
    // A link would let the process id below be written over another file; a FIFO or device is not
    // ours.
    descriptor_ =
        ::open(path_.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    const bool strange =
        descriptor_ < 0 ? errno == ELOOP || errno == EISDIR : !is_regular(descriptor_);
    if (strange) {
      if (descriptor_ >= 0) ::close(descriptor_);
      throw Error(Exit::io, path_.string(), "is no lock file of agon",
                  "remove it: " + path_.string());
    }
    if (descriptor_ < 0) fail(errno);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      const int error = errno;
      const std::string who = holder(descriptor_);
      ::close(descriptor_);
      if (error != EWOULDBLOCK) fail(error);
      throw Error(Exit::io, file.string(), who + " " + words.doing,
                  "wait for it to end, or " + words.elsewhere);
    }
    // The previous holder removes the file on its way out: a lock on a removed file guards nothing.
    if (same_file(descriptor_, path_.c_str())) break;
    ::close(descriptor_);
  }
  // The process id only betters the message above; a full disk must not stop a run that could read.
  const std::string pid = std::to_string(::getpid()) + "\n";
  [[maybe_unused]] const int cut = ::ftruncate(descriptor_, 0);
  [[maybe_unused]] const ssize_t written = ::pwrite(descriptor_, pid.data(), pid.size(), 0);
}

WriterLock::~WriterLock() {
  ::unlink(path_.c_str());
  ::close(descriptor_);
}

}  // namespace agon::core
