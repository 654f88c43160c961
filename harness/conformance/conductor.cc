// SPDX-License-Identifier: MIT
#include "harness/conformance/conductor.h"

#include <unistd.h>

#include <algorithm>
#include <random>
#include <string_view>

#include "core/text.h"
#include "harness/conformance/child.h"
#include "harness/work/process.h"

namespace agon::conformance {
namespace {

// Of one child. CPU time ends what computes for ever, the wall clock what waits for ever; a machine that
// has much else to do must not fail a rule.
struct Limits {
  int64_t cpu_s;
  double wall_s;
};
constexpr Limits kLimits{60, 240}, kFirstLimits{20, 60}, kDrawnLimits{110, 600};
constexpr int64_t kMemoryMib = 4096;

// The check that all others of running rules stand on: where it fails they would only repeat it.
constexpr std::string_view kFirst = "runs";

std::string first_line(const std::string& text) {
  return core::printable(std::string_view(text).substr(0, std::min<size_t>(text.find('\n'), 160)));
}

// What a child came to that gave no verdict.
std::string death(const harness::ChildResult& child, const Said& said, const Limits& limits) {
  std::string where = said.verb.empty() ? "before it was called" : fmt::format("in {}", said.verb);
  if (!said.drawn.empty()) where += fmt::format(" (--reproduce {})", said.drawn);
  if (child.timed_out) return fmt::format("no end {} after {} s", where, limits.wall_s);
  const std::string end = harness::describe_exit(child.end);
  if (child.end.cpu_limit ||
      (WIFSIGNALED(child.end.wait_status) && WTERMSIG(child.end.wait_status) == SIGXCPU))
    return fmt::format("no end {} after {} s of CPU time", where, limits.cpu_s);
  if (WIFEXITED(child.end.wait_status))
    return fmt::format("it ends the process {}: {}", where, end);
  return fmt::format("it crashes {}: {}", where, end);
}

Verdict verdict_of(const Check& check, const harness::ChildResult& child, const std::string& nonce,
                   const Limits& limits) {
  const Said said = read_said(child.events, nonce);
  if (said.foreign)
    return {Outcome::failed, "it wrote to agon's own event pipe (descriptor 3), in " + said.verb};
  if (!said.finished) {
    std::string reason = death(child, said, limits);
    if (!child.output.empty()) reason += fmt::format("; it printed: {}", first_line(child.output));
    return {Outcome::failed, std::move(reason)};
  }
  if (child.timed_out || child.end.wait_status != 0)  // with a verdict: while it left
    return {Outcome::failed, death(child, said, limits)};
  const bool prints = std::string_view(check.id) == "silent" && !child.output.empty();
  if (prints && said.verdict.outcome != Outcome::failed)
    return {Outcome::failed, "it prints while it is loaded: " + first_line(child.output)};
  return said.verdict;
}

Verdict expected(Verdict verdict, const std::string* reason) {
  if (reason == nullptr) return verdict;
  if (verdict.outcome == Outcome::failed) return {Outcome::expected_failure, *reason};
  if (verdict.outcome != Outcome::ok) return verdict;
  return {Outcome::failed, fmt::format("{} expects it to fail and it does not: remove that entry",
                                       kExpectationsFile)};
}

// Checks that are run together.
struct Stage {
  Limits limits;
  std::vector<const Check*> checks;
};

std::vector<Stage> stages(const Wish& wish) {
  std::vector<Stage> all;
  int level = 0;
  for (const Check& check : checks()) {
    if (wish.only ? !std::regex_match(check.id, *wish.only) : check.level > wish.level) continue;
    const bool first = check.id == kFirst;
    if (check.level != level || first || (!all.empty() && all.back().checks.back()->id == kFirst)) {
      const Limits& limits = first ? kFirstLimits : check.level == 5 ? kDrawnLimits : kLimits;
      all.push_back({limits, {}});
    }
    level = check.level;
    all.back().checks.push_back(&check);
  }
  return all;
}

bool is_kept(Outcome outcome) {
  return outcome == Outcome::ok || outcome == Outcome::expected_failure ||
         outcome == Outcome::not_applicable;
}

}  // namespace

std::vector<Finding> run_checks(const harness::RuleManifest& rule, const Wish& wish,
                                const Expectations& expectations,
                                const std::function<void(std::span<const Finding>)>& done) {
  std::mt19937_64 nonces{std::random_device{}()};
  std::vector<Finding> findings;
  std::string failed;  // the first check that is not kept
  for (const Stage& stage : stages(wish)) {
    const size_t before = findings.size();
    if (!failed.empty() && !wish.only) {
      for (const Check* check : stage.checks)
        findings.push_back({check, {Outcome::not_run, fmt::format("first keep {}", failed)}});
      done(std::span(findings).subspan(before));
      continue;
    }
    std::vector<harness::ChildCommand> commands;
    std::vector<std::string> own;
    for (const Check* check : stage.checks) {
      own.push_back(fmt::format("{:016x}", nonces()));
      const Job job{.rule = rule.id_in_plugin,
                    .check = check->id,
                    .seed = wish.case_seed.value_or(1),
                    .cases = wish.case_seed ? 1 : 0,
                    .nonce = own.back(),
                    .cpu_limit_s = stage.limits.cpu_s};
      commands.push_back({{"worker", "--parent", std::to_string(getpid()), "--memory",
                           std::to_string(kMemoryMib), "--check", rule.plugin_path},
                          to_text(job)});
      if (!wish.simd.empty()) {
        auto& arguments = commands.back().arguments;
        arguments.insert(arguments.end(), {"--simd", wish.simd});
      }
    }
    const auto children = harness::run_children(commands, stage.limits.wall_s);
    for (size_t i = 0; i < stage.checks.size(); ++i) {
      const Check& check = *stage.checks[i];
      const auto reason = expectations.find({rule.id_in_plugin, check.id});
      Verdict verdict = expected(verdict_of(check, children[i], own[i], stage.limits),
                                 reason == expectations.end() ? nullptr : &reason->second);
      if (!is_kept(verdict.outcome) && failed.empty()) failed = check.id;
      findings.push_back({&check, std::move(verdict)});
    }
    done(std::span(findings).subspan(before));
  }
  return findings;
}

Level level_of(std::span<const Finding> findings) {
  Level level;
  for (const Finding& f : findings) level.tried = std::max(level.tried, f.check->level);
  level.reached = level.tried;
  for (const Finding& f : findings) {
    if (!is_kept(f.verdict.outcome)) level.reached = std::min(level.reached, f.check->level - 1);
  }
  return level;
}

}  // namespace agon::conformance
