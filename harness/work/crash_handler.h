// SPDX-License-Identifier: MIT
//
// For a process that runs rules: when a fatal signal comes, notes the calls that led there, then lets
// the signal end the process as it would have.
#pragma once

#include "harness/plugins/whereabouts.h"

namespace agon::harness {

// Once, from the main thread; page: lives as long as the process. Under a sanitizer, which reports
// crashes itself, it does nothing.
void note_crashes(Whereabouts* page);

}  // namespace agon::harness
