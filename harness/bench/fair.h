// SPDX-License-Identifier: MIT
//
// What keeps a comparison with a library from flattering either side.
#pragma once

namespace agon::harness::bench {

// For this process and those that it starts, before any peer's library is loaded: BLAS and OpenMP use one
// thread; OPENBLAS_CORETYPE, with which somebody chose kernels for another processor, is forgotten; and
// malloc keeps large blocks, where its default would map and unmap them in every step of a peer.
void make_fair();

}  // namespace agon::harness::bench
