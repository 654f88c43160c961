// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "datasets/fetch/downloads.h"

namespace agon::datasets {

// Throws agon::Error(Exit::data) naming `name`, what was expected and what was found, for bytes that
// are not those of `expected`, for gzip data that are damaged or cut, and for more than `most`
// unpacked bytes. True when there was a checksum to compare with.
bool verify(std::string_view bytes, const Checksum& expected, uint64_t most,
            const std::string& name);

}  // namespace agon::datasets
