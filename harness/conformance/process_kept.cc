// SPDX-License-Identifier: MIT
//
// Level 3: what a rule does to the process that it runs in: no memory taken while it learns, nothing
// printed, nothing left behind.
#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>

#include "core/text.h"
#include "harness/conformance/allocations.h"
#include "harness/conformance/levels.h"
#include "harness/conformance/trial.h"
#include "harness/plugins/loader.h"
#include "harness/work/leftovers.h"

namespace agon::conformance {
namespace {

// Every verb of every kind.
void live(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial m(s, {.kind = kind});
    m.prepare();
    m.epochs(2);
    if (m->has_loss()) m.loss();
    m.answers();
    m->metrics();
    for (size_t i = 0; i < m->picture_count(); ++i) m->picture(i);
    m.tensors();
    if (m->has_state()) {
      Trial again(s, {.kind = kind});
      again->load(m->save());
    }
    for (uint32_t harm = 0; harm < 3; ++harm) {
      if (!m->takes_harm(harm)) continue;
      m->harm(harm, 0.3, 1);
      m.answers();
      m->harm(harm, 0, 0);
    }
  });
}

// The steady state: the second epoch on, of minibatches that were seen before.
void allocations(const Subject& s) {
  if (harness::is_source(s.file)) throw NotApplicable{"an interpreter takes memory by itself"};
  for_each_kind(s, [&](Kind kind) {
    std::optional<Trial> m;
    const std::vector<agon_value> values = usual_values(s, kind);
    m.emplace(s, Problem{.kind = kind}, values);
    m->prepare();
    const auto round = [&](int64_t times) {
      for (int64_t i = 0; i < times; ++i) {
        for (size_t p = 0; p < m->portions(); ++p) m->fit(p);
      }
    };
    round(2);  // buffers that kernels keep
    const size_t taken = allocations_of([&] { round(5); });
    require(taken == 0, "fit calls operator new {} times in {} minibatches", taken,
            5 * m->portions());
    const size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    round(20);
    const size_t after = mallinfo2().uordblks + mallinfo2().hblkhd;
    require(after <= before, "fit keeps {} bytes more after {} minibatches", after - before,
            20 * m->portions());
  });
}

// Standard output and standard error in a file of memory while it lives.
class Captured {
 public:
  Captured() : file_(memfd_create("agon-check", MFD_CLOEXEC)) {
    std::fflush(nullptr);
    for (size_t i = 0; i < 2; ++i) {
      kept_[i] = fcntl(static_cast<int>(i) + 1, F_DUPFD_CLOEXEC, 10);
      dup2(file_, static_cast<int>(i) + 1);
    }
  }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  ~Captured() {
    restore();
    close(file_);
  }
  // What was printed; ends the capture.
  std::string text() {
    restore();
    std::string out(4096, '\0');
    const ssize_t n = pread(file_, out.data(), out.size(), 0);
    out.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return out;
  }

 private:
  void restore() {
    std::fflush(nullptr);
    for (size_t i = 0; i < 2; ++i) {
      if (kept_[i] < 0) continue;
      dup2(kept_[i], static_cast<int>(i) + 1);
      close(kept_[i]);
      kept_[i] = -1;
    }
  }
  int file_;
  std::array<int, 2> kept_{-1, -1};
};

void silent(const Subject& s) {
  Captured printed;
  live(s);
  const std::string text = printed.text();
  const std::string line = core::printable(text.substr(0, std::min<size_t>(text.find('\n'), 120)));
  require(text.empty(), "it prints: {}", line);
}

void nothing_left(const Subject& s) {
  usual_values(s, kinds_of(*s.rule).front());  // what the first call makes may stay
  const harness::Surroundings before = harness::Surroundings::now();
  live(s);
  const auto left = before.changes(harness::ProcessStatus::now(), 1);
  require(left.empty(), "it leaves behind: {}", fmt::join(left, ", "));
}

constexpr auto kChecks = std::to_array<Check>({
    {"allocations", 3, "fit takes no memory in its steady state",
     "allocate in the constructor, for max_batch rows", allocations},
    {"silent", 3, "It prints nothing", "say it with ctx.log()", silent},
    {"nothing-left", 3,
     "It leaves no thread, descriptor, signal handler, environment or floating-point mode behind",
     "put back what is changed before the verb returns; use parallel_for for threads",
     nothing_left},
});

}  // namespace

std::span<const Check> process_checks() { return kChecks; }

}  // namespace agon::conformance
