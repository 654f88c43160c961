// SPDX-License-Identifier: MIT
#include "harness/work/shared_page.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <new>

namespace agon::harness {
namespace {

constexpr size_t kBytes = sizeof(Whereabouts);

void* map(int fd) { return mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0); }

}  // namespace

SharedPage make_shared_page() {
  SharedPage made;
  const int file = memfd_create("agon-whereabouts", MFD_CLOEXEC);
  if (file < 0) return made;
  const int moved = fcntl(file, F_DUPFD_CLOEXEC, kPageFd + 1);
  const int code = errno;
  close(file);
  errno = code;
  if (moved < 0) return made;
  void* const memory = ftruncate(moved, kBytes) == 0 ? map(moved) : MAP_FAILED;
  if (memory == MAP_FAILED) {
    const int reason = errno;
    close(moved);
    errno = reason;
    return made;
  }
  made.fd = moved;
  made.page = {new (memory) Whereabouts,
               [](const Whereabouts* page) { munmap(const_cast<Whereabouts*>(page), kBytes); }};
  return made;
}

Whereabouts* take_shared_page() {
  struct stat file {};
  if (fstat(kPageFd, &file) != 0 || file.st_size != static_cast<off_t>(kBytes)) return nullptr;
  void* const memory = map(kPageFd);
  close(kPageFd);
  return memory == MAP_FAILED ? nullptr : static_cast<Whereabouts*>(memory);
}

}  // namespace agon::harness
