// SPDX-License-Identifier: MIT
#include "core/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

namespace agon::core {
namespace {

namespace fs = std::filesystem;

std::string message(int error) { return std::generic_category().message(error); }

const char* kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR: return "a folder";
    case S_IFIFO: return "a FIFO";
    case S_IFSOCK: return "a socket";
    default: return "a device";
  }
}

constexpr const char* kSuffix = ".tmp";  // and the writer's process id

[[noreturn]] void cannot_write(const fs::path& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  throw Error(Exit::io, path.string(), "cannot be written (" + message(error) + ")",
              full ? "make room, or give another folder with -o"
                   : "check the folder's permissions, or give another with -o");
}

// A file of our own name that no one else opens: made new, locked while its writer lives.
class Temporary {
 public:
  explicit Temporary(const fs::path& target)
      : target_(target), path_(target.string() + kSuffix + std::to_string(::getpid())) {
    // Twice: a cleaner may take the file for abandoned between its making and its lock.
    for (int attempt = 0; attempt < 2; ++attempt) {
      ::unlink(path_.c_str());  // of an earlier process with this id
      descriptor_ =
          ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
      if (descriptor_ < 0) cannot_write(target_, errno);
      ::flock(descriptor_, LOCK_EX | LOCK_NB);
      struct stat open_file {};
      if (::fstat(descriptor_, &open_file) == 0 && open_file.st_nlink > 0) return;
      ::close(descriptor_);
    }
    descriptor_ = -1;
    cannot_write(target_, EBUSY);
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  ~Temporary() {
    if (!kept_) ::unlink(path_.c_str());
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
      if (n >= 0) {
        bytes.remove_prefix(static_cast<size_t>(n));
      } else if (errno != EINTR) {
        cannot_write(target_, errno);
      }
    }
  }

  void replace_target() {
    if (::rename(path_.c_str(), target_.c_str()) != 0) cannot_write(target_, errno);
    kept_ = true;
    const int error =
        ::close(descriptor_) == 0 ? 0 : errno;  // a network's disk may be full only here
    descriptor_ = -1;
    if (error != 0) cannot_write(target_, error);
  }

 private:
  fs::path target_, path_;
  int descriptor_ = -1;
  bool kept_ = false;
};

// Removes temporary files of `target` whose writers are dead: their locks went with them.
void clear_abandoned(const fs::path& target) {
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  const std::string stem = target.filename().string() + kSuffix;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with(stem) || name.size() == stem.size()) continue;
    if (name.find_first_not_of("0123456789", stem.size()) != std::string::npos) continue;
    const int fd = ::open(it->path().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    const bool living = fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) != 0;
    if (!living) ::unlink(it->path().c_str());
    if (fd >= 0) ::close(fd);
  }
}

}  // namespace

RegularFile::RegularFile(const fs::path& file, Exit exit, uint64_t most)
    : path_(file), exit_(exit) {
  const auto fail = [&](const std::string& reason, const char* fix) -> Error {
    return Error(exit_, path_.string(), reason, fix);
  };
  const auto refuse = [&](int error) {
    return error == ENOENT ? fail("there is no such file", "check the path")
                           : fail("cannot be read: " + message(error),
                                  "check the permissions of the file and its folder");
  };
  const auto check = [&](const struct stat& found) {
    if (S_ISREG(found.st_mode)) return;
    throw fail(fmt::format("{}, not a regular file", kind_of(found.st_mode)),
               "name the file itself, or a link to it");
  };
  struct stat found {};
  if (::stat(file.c_str(), &found) != 0) throw refuse(errno);
  check(found);
  descriptor_ = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (descriptor_ < 0) throw refuse(errno);
  struct Close {  // the destructor does not run when this constructor throws
    int fd;
    ~Close() {
      if (fd >= 0) ::close(fd);
    }
  } guard{descriptor_};
  if (::fstat(descriptor_, &found) != 0) throw refuse(errno);
  check(found);  // it may have been replaced meanwhile
  size_ = static_cast<uint64_t>(found.st_size);
  if (size_ > most) {
    throw fail(fmt::format("has {} bytes, at most {} are read", size_, most),
               "is it the right file?");
  }
  guard.fd = -1;
}

RegularFile::~RegularFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

size_t RegularFile::read(std::span<char> out) {
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = ::read(descriptor_, out.data() + done, out.size() - done);
    if (n == 0) break;
    if (n > 0) {
      done += static_cast<size_t>(n);
    } else if (errno != EINTR) {
      throw Error(exit_, path_.string(), "cannot be read: " + message(errno),
                  "check the disk, or use another copy");
    }
  }
  return done;
}

std::string read_regular(const fs::path& file, Exit exit, uint64_t most) {
  RegularFile in(file, exit, most);
  std::string bytes;
  // One more than its size, to see the end at once; a file that grows meanwhile is read on, up to
  // `most`.
  bytes.resize(static_cast<size_t>(in.size()) + 1);
  size_t have = 0;
  for (;;) {
    have += in.read(std::span(bytes).subspan(have));
    if (have < bytes.size()) break;
    if (have > most)
      throw Error(exit, file.string(), fmt::format("has more than {} bytes", most),
                  "is it the right file?");
    bytes.resize(2 * bytes.size());
  }
  bytes.resize(have);
  return bytes;
}

void replace_file(const fs::path& path, std::string_view bytes) {
  replace_file(path, std::span(&bytes, 1));
}

void replace_file(const fs::path& path, std::span<const std::string_view> parts) {
  clear_abandoned(path);
  Temporary temporary(path);
  for (const std::string_view part : parts) temporary.write(part);
  temporary.replace_target();
}

struct ReplacedFile::Impl {
  Temporary file;
  bool empty = true;
};

ReplacedFile::ReplacedFile(const fs::path& path) {
  clear_abandoned(path);
  impl_.reset(new Impl{Temporary(path)});
}
ReplacedFile::~ReplacedFile() = default;
ReplacedFile::ReplacedFile(ReplacedFile&&) noexcept = default;
bool ReplacedFile::empty() const noexcept { return impl_->empty; }
void ReplacedFile::commit() { impl_->file.replace_target(); }
void ReplacedFile::write(std::string_view bytes) {
  impl_->file.write(bytes);
  impl_->empty = impl_->empty && bytes.empty();
}

void make_folder(const fs::path& folder, const std::string& fix) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw Error(Exit::io, folder.string(), "cannot be made (" + error.message() + ")", fix);
}

void check_writable(const fs::path& folder) {
  const fs::path probe = folder / ".agon-probe";
  clear_abandoned(probe);
  try {
    Temporary(probe).write("agon\n");
  } catch (const Error& e) {
    throw Error(Exit::io, folder.string(), "the folder " + e.reason(), e.fix());
  }
}

}  // namespace agon::core
