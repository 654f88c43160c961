// SPDX-License-Identifier: MIT
//
// A rule that tries what a sandbox keeps it from, and says in its metrics what it could; or takes memory that is
// none of its process's.
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "agon/rule.h"

namespace {

namespace fs = std::filesystem;

bool can_write(const fs::path& file, bool remove) {
  const bool written = static_cast<bool>(std::ofstream(file) << "x" << std::flush);
  if (remove) std::remove(file.c_str());
  return written;
}
bool writes_to_own_folder() {
  const fs::path folder = fs::temp_directory_path();
  return folder.filename().native().starts_with("agon-worker-") && can_write(folder / "x", true);
}
bool truncates() { return truncate("precious", 0) == 0; }
bool opens_network() {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd >= 0) close(fd);
  return fd >= 0;
}
bool traces() {  // a process of its own, which is not its parent
  return ptrace(PTRACE_SEIZE, getppid(), nullptr, nullptr) == 0 &&
         ptrace(PTRACE_INTERRUPT, getppid(), nullptr, nullptr) == 0 &&
         waitpid(getppid(), nullptr, __WALL) == getppid() &&
         ptrace(PTRACE_DETACH, getppid(), nullptr, nullptr) == 0;
}
// In a child: the process would not be the same after it.
bool makes_space() {
  const pid_t child = fork();
  if (child == 0) _exit(unshare(CLONE_NEWUSER) == 0 ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0;
}

// A file in memory: what is written there lies in no address space.
bool fill_file(int64_t mib) {
  const int file = memfd_create("filled", MFD_CLOEXEC);
  const std::string some(1 << 20, 'x');
  for (int64_t i = 0; i < mib; ++i) {
    if (write(file, some.data(), some.size()) != static_cast<ssize_t>(some.size())) return false;
  }
  return close(file) == 0;
}

struct Try {
  const char* key;
  bool (*succeeds)();
};
constexpr Try kTries[] = {
    {"secret", [] { return std::getenv("SECRET_TOKEN") != nullptr; }},
    {"kept", [] { return std::getenv("CONFINED_KEPT") != nullptr; }},
    {"own_folder", writes_to_own_folder},
    {"file", [] { return can_write("new-file", true); }},
    {"truncate", truncates},
    {"chmod", [] { return chmod("precious", 0600) == 0; }},
    {"network", opens_network},
    {"signal", [] { return kill(getppid(), SIGWINCH) == 0; }},
    {"ptrace", traces},
    {"space", makes_space},
};

class Confined {
 public:
  static constexpr agon::RuleInfo info{.id = "confined",
                                       .name = "Confined",
                                       .summary = "Tries what it should not.",
                                       .reference = "none"};
  static constexpr auto params = std::to_array<agon_param>(
      {agon::boolean("kills", false, 0, "whether it kills its parent"),
       agon::integer("file_mib", 0, 0, 4096, 0, "MiB", "memory that it fills as a file"),
       agon::batch_param(4), agon::epochs_param(1)});

  Confined(agon::Context&, const agon_task&, const agon::Values& values)
      : kills_(values.flag("kills")), file_mib_(values.integer("file_mib")) {
    for (const Try& t : kTries) rows_.push_back({t.key, "", "whether it could"});
  }
  double fit(agon::Context&, const agon_batch&) {
    if (kills_) kill(getppid(), SIGKILL);
    if (!fill_file(file_mib_)) return NAN;
    return 0.5;
  }
  void predict(agon::Context&, agon::ConstView, agon::View out) {
    for (int64_t r = 0; r < out.rows; ++r) {
      for (float& v : agon::row_of(out, r)) v = 0.0f;
    }
  }
  std::vector<agon_metric> metric_rows() { return rows_; }
  void read_metrics(agon::Context&, double* values) {
    for (const Try& t : kTries) *values++ = t.succeeds() ? 1 : 0;
  }

 private:
  bool kills_;
  int64_t file_mib_;
  std::vector<agon_metric> rows_;
};

}  // namespace

AGON_PLUGIN("confined", "1.0.0", "MIT", Confined)
