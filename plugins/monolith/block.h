// SPDX-License-Identifier: MIT
//
// The state of a block of samples that run side by side, in the lanes of [sites x lanes] arrays.
#pragma once

#include <algorithm>

#include "agon/matrix.h"
#include "change.h"
#include "options.h"

namespace agon::monolith {

inline constexpr int64_t kBlock = 32;  // samples

struct Block {
  explicit Block(const Options& options)
      : change(options, kBlock),
        u(options.layer(), kBlock),
        o(options.sites(), kBlock),
        e(options.sites(), kBlock),
        p(options.sites(), kBlock),
        e_before(options.sites(), kBlock) {
    if (options.features == Features::loss_mean) e_mean = Matrix(options.sites(), kBlock);
  }

  // What is shown of another block by name.
  void show(const Block& other) {
    copy(other.e, e);
    copy(other.p, p);
    copy(other.o, o);
  }
  static void copy(const Matrix& from, Matrix& to) {
    std::copy_n(from.data(), from.rows() * from.stride(), to.data());
  }

  ChangeSites change;
  Matrix u;                 // [Y*X x lanes]
  Matrix o, e, p;           // [N x lanes]
  Matrix e_before, e_mean;  // [N x lanes]: e_{T-1} while measuring; the mean of e_t
};

}  // namespace agon::monolith
