// SPDX-License-Identifier: MIT
//
// SHA-256 (FIPS 180-4), the checksum that task files and publishers give of a data file.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace agon::datasets {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::span<const uint8_t> bytes);
  std::string hex();  // of all bytes; once, at the end

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace agon::datasets
