// SPDX-License-Identifier: MIT
//
// The memory in which a child keeps its whereabouts for its parent: one page or two of an anonymous
// file that both map.
#pragma once

#include <memory>

#include "harness/plugins/whereabouts.h"

namespace agon::harness {

// Where a child finds the file; it maps it and closes the descriptor.
inline constexpr int kPageFd = 4;

struct SharedPage {
  int fd = -1;  // above kPageFd, close-on-exec; the caller closes it
  std::shared_ptr<const Whereabouts> page;
};
// For a parent. fd is -1, with errno set, when the system refuses.
SharedPage make_shared_page();

// For a child: its own, for as long as it lives; nullptr when it was given none.
Whereabouts* take_shared_page();

}  // namespace agon::harness
