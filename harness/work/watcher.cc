// SPDX-License-Identifier: MIT
#include "harness/work/watcher.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

#include "harness/work/control_group.h"
#include "harness/work/descendants.h"
#include "harness/work/process.h"
#include "harness/work/scratch.h"
#include "harness/work/shared_page.h"

namespace agon::harness {

Watcher::Watcher(const std::filesystem::path& group) {
  remove_abandoned_scratch();
  try {
    std::vector<std::string> arguments{"worker", "--parent", std::to_string(getpid()), "--watch",
                                       own_mark()};
    if (!group.empty()) arguments.insert(arguments.end(), {"--group", group});
    const Child child = spawn_self(arguments);
    pid_ = child.pid;
    pipe_ = child.commands;
    close(child.events);
    close(child.output);
  } catch (const NoRoom&) {
  }
}

Watcher::~Watcher() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  close(pipe_);
}

int watch_for_parent(const std::string& mark, const std::filesystem::path& group) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) ::signal(signal, SIG_IGN);
  unsetenv(kMarkVariable);
  close(kPageFd);
  std::array<char, 64> ignored{};
  for (;;) {
    const ssize_t n = read(STDIN_FILENO, ignored.data(), ignored.size());
    if (n == 0 || (n < 0 && errno != EINTR)) break;
  }
  end_marked(mark);  // first: a worker that has just begun is not in its group yet
  if (!group.empty()) end_groups(group);
  remove_scratch_of(mark);
  return 0;
}

}  // namespace agon::harness
