// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "core/machine.h"
#include "harness/cli/cli.h"

namespace agon::harness {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

void add_simd(const Verb& verb, std::string& target) {
  verb.option(
          "--simd", target,
          "Use this SIMD target (agon doctor names them, in any case) instead of AGON_SIMD or the best one")
      .takes("TARGET");
}

void pin_simd(std::string& target) {
  if (const char* wish = std::getenv("AGON_SIMD"); target.empty() && wish != nullptr) target = wish;
  if (target.empty()) return;
  for (const std::string& name : core::simd_targets()) {
    if (same_word(name, target)) target = name;
  }
  core::pin_simd_target(target);
}

}  // namespace agon::harness
