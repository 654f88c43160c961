// SPDX-License-Identifier: MIT
#include "harness/plan/build_info.h"

#include "agon_commit.h"
#include "agon_numerics.h"
#include "core/machine.h"

namespace agon::harness {

std::string agon_version() { return AGON_VERSION; }
std::string numerics() { return AGON_NUMERICS_ID "-" + core::simd_class(); }

reports::Provenance provenance(unsigned threads) {
  const core::Machine machine = core::machine();
  reports::Provenance p;
  p.host_id = machine.host_id;
  p.cpu = machine.cpu;
  p.governor = machine.governor;
  p.os = machine.os;
  p.simd_target = core::simd_target();
  p.numerics = numerics();
  p.compiler = core::compiler();
  p.flags = AGON_COMPILER_FLAGS;
  p.agon_version = agon_version();
  p.git_commit = AGON_GIT_COMMIT;
  p.git_dirty = AGON_GIT_DIRTY;
  p.threads = threads;
  return p;
}

}  // namespace agon::harness
