// SPDX-License-Identifier: MIT
//
// Decoded data sets on disk, <cache folder>/decoded/<identity>.bin: unpacking MNIST takes longer
// than many a cell, and every worker would keep 220 MB of its own. What is there is mapped, so that
// all processes share its pages. Only a cache: whatever is wrong with it, the data are decoded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "datasets/dataset.h"

namespace agon::datasets {

struct Decoded {
  Dataset data;
  Split split;
};

// Where they are; empty when there is no cache folder.
std::filesystem::path decoded_folder();

struct DecodedUse {
  size_t files = 0;
  uint64_t bytes = 0;
};
DecodedUse decoded_use(const std::filesystem::path& folder) noexcept;

// Of the task with this identity, in `folder`; nullopt when it is not there. A file that is cut,
// damaged or of another agon is removed.
std::optional<Decoded> read_decoded(const std::filesystem::path& folder,
                                    const std::string& identity) noexcept;

// Keeps it for others when it is large enough to be worth it and has no real targets, and lets `decoded` live in the shared
// pages as well. Two that write at once both succeed. The oldest files go when all together pass
// kMostDecoded.
inline constexpr uint64_t kLeastDecoded = 4u << 20, kMostDecoded = uint64_t{2} << 30;
void keep_decoded(const std::filesystem::path& folder, const std::string& identity,
                  Decoded& decoded) noexcept;

}  // namespace agon::datasets
