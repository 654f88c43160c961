// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <vector>

#include "reports/record/bench.h"

namespace agon::harness {

// What `agon bench` left in a run's folder: one or nothing. Throws agon::Error(Exit::io) for a bench.json
// that no agon wrote.
std::vector<reports::Bench> kept_benches(const std::filesystem::path& folder);

}  // namespace agon::harness
