// SPDX-License-Identifier: MIT
//
// The process in which one check of one rule runs. It is told what to do on stdin, as JSON, and says on
// the event pipe, line by line, each behind the nonce it was given: which verb it calls, which case it has
// drawn, and in the end its verdict. Whatever else stands there the plugin wrote.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "harness/conformance/check.h"

namespace agon::conformance {

struct Job {
  std::string rule;  // its id in the plugin
  std::string check;
  uint64_t seed = 1;
  int64_t cases = 0;
  std::string nonce;
  int64_t cpu_limit_s = 0;
};
std::string to_text(const Job& job);

// What a child has said up to its end.
struct Said {
  bool finished = false;  // there is a verdict
  bool foreign = false;   // something is not the child's own
  Verdict verdict;
  std::string verb, drawn;  // the last ones; "" before the first
};
Said read_said(std::string_view events, std::string_view nonce);

// The child's side. Returns the exit code.
int check_for_parent(const std::filesystem::path& plugin);

}  // namespace agon::conformance
