// SPDX-License-Identifier: MIT
//
// Files that the kernel writes while they are read: /proc and /sys.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace agon::harness {

// Of a process or group that ends meanwhile a part or nothing: a read of its file then fails, which an
// iterator over the stream's buffer would throw and operator<< does not.
inline std::string proc_text(const std::filesystem::path& file) {
  const std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace agon::harness
