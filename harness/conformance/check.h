// SPDX-License-Identifier: MIT
//
// What `agon check` asks of a rule: a table of checks, each a function that returns when the rule
// keeps what it says and throws when it does not. A check runs in a process of its own (conductor.h)
// or, in tests, in theirs. Threads: one.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "agon/plugin.h"
#include "harness/plugins/manifest.h"

namespace agon::conformance {

// The rule that is checked.
struct Subject {
  const agon_plugin* plugin = nullptr;
  const agon_rule* rule = nullptr;
  std::filesystem::path file;
  harness::RuleManifest manifest;  // of rule, in plugin
  uint64_t seed = 1;               // of the first drawn case (level 5)
  int64_t cases = 0;               // drawn cases to try; 0: as many as the check usually does

  bool can(uint64_t bits) const noexcept { return (rule->capabilities & bits) != 0; }
};
Subject subject_of(const agon_plugin& plugin, const agon_rule& rule, std::filesystem::path file);

struct Check {
  const char* id;  // [a-z-]+
  int level;       // 1 to kHighestLevel
  const char* sentence;
  const char* fix;
  void (*run)(const Subject&);  // throws Fault, NotApplicable, or what a rule's failing call throws
};
inline constexpr int kHighestLevel = 5;

// By level, in the order in which they are run.
std::span<const Check> checks();

// The rule does not keep it; the reason is a sentence without its subject.
struct Fault {
  std::string reason;
};
// There is nothing to keep: why.
struct NotApplicable {
  std::string reason;
};

template <typename... T>
void require(bool kept, fmt::format_string<T...> reason, T&&... values) {
  if (!kept) throw Fault{fmt::format(reason, std::forward<T>(values)...)};
}

enum class Outcome { ok, failed, expected_failure, not_applicable, not_run };
const char* word(Outcome outcome) noexcept;
Outcome outcome_of(std::string_view word);  // throws std::invalid_argument

struct Verdict {
  Outcome outcome = Outcome::ok;
  std::string reason;  // "" when ok
};
// Never throws for what a rule does: what escapes the check is its failure.
Verdict judge(const Check& check, const Subject& subject);

}  // namespace agon::conformance
