// SPDX-License-Identifier: MIT
#include "harness/work/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/error.h"

namespace agon::harness {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

// ---- Landlock: which files may change. Headers of Linux 6.1 do not know the later members.

struct Ruleset {
  uint64_t files = 0, network = 0, scoped = 0;
};
constexpr uint64_t kScopeSocket = 1, kScopeSignal = 2;
constexpr uint64_t kRefer = uint64_t{1} << 13, kTruncate = uint64_t{1} << 14;
constexpr int kAbiOfRefer = 2, kAbiOfTruncate = 3, kAbiOfNetwork = 4, kAbiOfScopes = 6;

int landlock_abi() {
  return static_cast<int>(
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
}

uint64_t changes_of_files(int abi) {
  uint64_t all = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                 LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
                 LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
  if (abi >= kAbiOfRefer) all |= kRefer;
  if (abi >= kAbiOfTruncate) all |= kTruncate;
  return all;
}

[[noreturn]] void fail(const char* what) {
  throw Error(Exit::io, "--sandbox", fmt::format("{}: {}", what, std::strerror(errno)),
              "run without --sandbox");
}

void allow(int ruleset, const char* path, uint64_t what) {
  const int file = open(path, O_PATH | O_CLOEXEC);
  if (file < 0) return;  // nothing there to be written
  landlock_path_beneath_attr beneath{};
  beneath.allowed_access = what;
  beneath.parent_fd = file;
  const long code =
      syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
  close(file);
  if (code != 0) fail("landlock_add_rule");
}

void restrict_files(const std::filesystem::path& scratch) {
  const int abi = landlock_abi();
  Ruleset rules{.files = changes_of_files(abi)};
  if (abi >= kAbiOfScopes) rules.scoped = kScopeSocket | kScopeSignal;
  const size_t size = abi >= kAbiOfScopes    ? sizeof rules
                      : abi >= kAbiOfNetwork ? offsetof(Ruleset, scoped)
                                             : offsetof(Ruleset, network);
  const int ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &rules, size, 0));
  if (ruleset < 0) fail("landlock_create_ruleset");
  const uint64_t write = rules.files & (LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate);
  if (!scratch.empty()) allow(ruleset, scratch.c_str(), rules.files);
  allow(ruleset, "/dev/null", write);
  allow(ruleset, "/proc/self", write);  // clear_refs, of this process alone
  if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) fail("landlock_restrict_self");
  close(ruleset);
}

// ---- seccomp: which system calls there are

// Sockets of any kind (a pair of one's own is none of them); other processes; who owns a file and what it
// may; the machine; ways around this filter.
constexpr auto kRefused = std::to_array<uint32_t>({
  SYS_socket, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_getfd, SYS_fchmod,
      SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_setxattr, SYS_lsetxattr,
      SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_mount, SYS_umount2,
      SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_add_key, SYS_keyctl, SYS_request_key,
      SYS_bpf, SYS_perf_event_open, SYS_reboot, SYS_init_module, SYS_finit_module,
      SYS_delete_module, SYS_kexec_load, SYS_swapon, SYS_swapoff, SYS_settimeofday,
      SYS_clock_settime, SYS_sethostname, SYS_userfaultfd, SYS_open_by_handle_at,
      SYS_io_uring_setup, SYS_io_uring_enter, SYS_acct, SYS_quotactl, SYS_fsopen, SYS_move_mount,
      SYS_open_tree, SYS_mount_setattr,
#if defined(__x86_64__)
      SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
      452,  // fchmodat2
});
// Those that take a process as their first argument: this one, or 0, only.
constexpr auto kOfOneself = std::to_array<uint32_t>(
    {SYS_kill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_pidfd_open});
// Not even of oneself, where Landlock does not keep signals in.
constexpr auto kSignalsByOther = std::to_array<uint32_t>({SYS_tkill, SYS_pidfd_send_signal});

constexpr uint32_t kNewSpaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

using Filter = std::vector<sock_filter>;

void add(Filter& filter, uint16_t code, uint32_t k, uint8_t yes = 0, uint8_t no = 0) {
  filter.push_back({code, yes, no, k});
}
void load(Filter& filter, size_t offset) {
  add(filter, BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset));
}
void answer(Filter& filter, uint32_t action) { add(filter, BPF_RET | BPF_K, action); }

constexpr uint32_t kAllow = SECCOMP_RET_ALLOW, kRefuse = SECCOMP_RET_ERRNO | EPERM;

// The number of the call stays loaded from one part to the next.
Filter filter_of(uint32_t self, bool landlock_keeps_signals) {
  Filter f;
  load(f, offsetof(seccomp_data, arch));
  add(f, BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0);
  answer(f, SECCOMP_RET_KILL_PROCESS);
  load(f, offsetof(seccomp_data, nr));
  add(f, BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1);  // of the x32 ABI
  answer(f, kRefuse);
  const auto refuse = [&](uint32_t call, uint32_t with) {
    add(f, BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1);
    answer(f, with);
  };
  for (const uint32_t call : kRefused) refuse(call, kRefuse);
  // Its flags lie in memory, which a filter cannot read: the C library does without it.
  refuse(SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
  add(f, BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4);
  load(f, offsetof(seccomp_data, args[0]));
  add(f, BPF_JMP | BPF_JSET | BPF_K, kNewSpaces, 0, 1);
  answer(f, kRefuse);
  answer(f, kAllow);
  const auto of_oneself = [&](uint32_t call) {
    add(f, BPF_JMP | BPF_JEQ | BPF_K, call, 0, 5);
    load(f, offsetof(seccomp_data, args[0]));
    add(f, BPF_JMP | BPF_JEQ | BPF_K, self, 1, 0);
    add(f, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1);
    answer(f, kAllow);
    answer(f, kRefuse);
  };
  of_oneself(SYS_prlimit64);
  if (!landlock_keeps_signals) {
    for (const uint32_t call : kOfOneself) of_oneself(call);
    for (const uint32_t call : kSignalsByOther) refuse(call, kRefuse);
  }
  answer(f, kAllow);
  return f;
}

}  // namespace

std::string sandbox_fault() {
  if (landlock_abi() < 1)
    return "this kernel has no Landlock (Linux 5.13, and 'landlock' among its lsm=)";
  const uint32_t action = SECCOMP_RET_ERRNO;
  if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) != 0)
    return "this kernel has no seccomp filters (CONFIG_SECCOMP_FILTER)";
  return "";
}

void enter_sandbox(const std::filesystem::path& scratch) {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("PR_SET_NO_NEW_PRIVS");
  restrict_files(scratch);
  Filter filter = filter_of(static_cast<uint32_t>(getpid()), landlock_abi() >= kAbiOfScopes);
  const sock_fprog program{static_cast<uint16_t>(filter.size()), filter.data()};
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) fail("seccomp");
}

}  // namespace agon::harness
