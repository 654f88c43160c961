// SPDX-License-Identifier: MIT
//
// A golden file. Apart from open_rule.h, which is included by many tests that read none.
#pragma once

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace agon::test {

inline nlohmann::json read_json(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error(fmt::format("cannot read {}", file));
  return nlohmann::json::parse(in);
}

}  // namespace agon::test
