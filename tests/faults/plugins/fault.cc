// SPDX-License-Identifier: MIT
//
// A rule that misbehaves in the way FAULT names; built once per fault into a plugin of its own.
#include <signal.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "agon/rule.h"

namespace {

enum class Fault {
  none,
  segfault,
  exits,
  abort,
  kill,
  loop,
  polite_loop,
  ignores_term,
  flood,
  nan_loss,
  nan_output,
  throws,
  unwritten,
  overrun,
  hog,
  event_pipe
};

class Faulty {
 public:
  static constexpr agon::RuleInfo info{.id = FAULT_ID,
                                       .name = "Faulty rule",
                                       .summary = "Misbehaves on purpose.",
                                       .reference = "none"};
  static constexpr auto params =
      std::to_array<agon_param>({agon::real("lr", 0.1, 1e-9, 1e9, agon::kLog, "", "step size"),
                                 agon::batch_param(4), agon::epochs_param(3)});

  Faulty(agon::Context&, const agon_task&, const agon::Values&) {}

  double fit(agon::Context& ctx, const agon_batch&) {
    switch (Fault::FAULT) {
      case Fault::segfault: raise(SIGSEGV); break;
      case Fault::exits: std::exit(3);
      case Fault::abort: std::abort();
      case Fault::kill: ::kill(getpid(), SIGKILL); break;
      case Fault::ignores_term: signal(SIGTERM, SIG_IGN); [[fallthrough]];
      case Fault::loop:
        for (volatile bool hangs = true; hangs;) {
        }
        break;
      case Fault::polite_loop:
        for (;;) {
          ctx.stop_if_asked();
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
      case Fault::flood:
        for (;;)
          std::puts("0123456789012345678901234567890123456789012345678901234567890123456789");
      case Fault::nan_loss:
        ++fits_;
        return fits_ > 1 ? std::numeric_limits<double>::quiet_NaN() : 1.0;
      case Fault::throws:
        throw std::runtime_error("this rule throws, with <b>markup</b> and \"quotes\"");
      case Fault::hog:
        // Address space is what the limit counts; touching the pages would only make a slow machine
        // slower.
        for (;;) {
          hoard_.push_back(std::make_unique_for_overwrite<char[]>(size_t{1} << 24));
          ctx.stop_if_asked();
        }
      case Fault::event_pipe: {
        const char junk[] = "this is no event\n";
        for (int fd = 3; fd < 8; ++fd) {
          if (write(fd, junk, sizeof junk - 1) < 0) continue;
        }
        break;
      }
      default: break;
    }
    return 0.5;
  }

  void predict(agon::Context&, agon::ConstView x, agon::View out) {
    const int64_t rows = Fault::FAULT == Fault::unwritten ? x.rows / 2 : x.rows;
    for (int64_t r = 0; r < rows; ++r) {
      for (float& score : agon::row_of(out, r)) score = 0.0f;
    }
    if (Fault::FAULT == Fault::nan_output) out.data[0] = std::numeric_limits<float>::quiet_NaN();
    if (Fault::FAULT == Fault::overrun) out.data[out.rows * out.stride] = 1.0f;
  }

 private:
  int fits_ = 0;
  std::vector<std::unique_ptr<char[]>> hoard_;
};

}  // namespace

AGON_PLUGIN(FAULT_ID, "1.0.0", "MIT", Faulty)
