// SPDX-License-Identifier: MIT
//
// agon check: does a rule keep what it must and what it declares?
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <stdexcept>

#include "core/text.h"
#include "harness/cli/cli.h"
#include "harness/cli/number_option.h"
#include "harness/cli/pattern_option.h"
#include "harness/conformance/conductor.h"
#include "harness/plugins/loader.h"
#include "harness/run/console.h"
#include "harness/work/discover.h"
#include "harness/work/rule_folder.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;
using conformance::Check;
using conformance::Finding;
using conformance::Outcome;
using nlohmann::json;

struct Options {
  std::string what;
  int level = 4;
  conformance::Wish wish;
  bool as_json = false;
  Places places;
};

// The rules of a plugin file. Throws Error(Exit::plugin) with the reason when it cannot be loaded.
std::vector<RuleManifest> rules_of_file(const fs::path& file, std::vector<fs::path> plugins) {
  plugins.push_back(file);
  const Discovery discovery = discover(plugins);
  const std::string build = plugin_build(file);
  std::vector<RuleManifest> rules;
  for (const RuleManifest& rule : discovery.rules) {
    if (rule.build_id != build) continue;
    rules.push_back(rule);
    rules.back().plugin_path = fs::absolute(file).native();
  }
  return rules;
}

std::vector<RuleManifest> rules_of_name(const std::string& name, const Discovery& discovery) {
  std::vector<std::string> names;
  for (const RuleManifest& rule : discovery.rules) {
    if (rule.id == name) return {rule};
    names.push_back(rule.id);
  }
  throw Error(Exit::usage, fmt::format("agon check {}", core::printable(name)),
              "there is no such plugin file, and no rule has this name",
              core::suggest(name, names));
}

json to_json(const Finding& f) {
  return {{"check", f.check->id},
          {"level", f.check->level},
          {"outcome", conformance::word(f.verdict.outcome)},
          {"reason", f.verdict.reason},
          {"sentence", f.check->sentence},
          {"fix", f.check->fix}};
}

void print(std::span<const Finding> findings) {
  for (const Finding& f : findings) {
    const bool ok = f.verdict.outcome == Outcome::ok;
    say("{}  {:<22}{}{}\n", f.check->level, f.check->id, conformance::word(f.verdict.outcome),
        ok ? "" : ": " + f.verdict.reason);
    if (f.verdict.outcome != Outcome::failed) continue;
    say("{:<25}{}\n", "", f.check->sentence);
    if (*f.check->fix != '\0') say("{:<25}fix: {}\n", "", f.check->fix);
  }
  flush_out();
}

size_t count(std::span<const Finding> findings, Outcome outcome) {
  return static_cast<size_t>(
      std::ranges::count(findings, outcome, [](const Finding& f) { return f.verdict.outcome; }));
}

std::string summary(const RuleManifest& rule, const Options& options,
                    std::span<const Finding> findings) {
  const size_t failures = count(findings, Outcome::failed),
               expected = count(findings, Outcome::expected_failure);
  std::string text = rule.id;
  text += ": ";
  if (options.wish.only) {
    text += fmt::format("{} of {} checks failed", failures, findings.size());
  } else {
    text += level_text(level_of(findings));
    if (failures > 0) text += fmt::format(", {} failed", failures);
  }
  if (expected > 0) text += fmt::format(", {} expected to fail", expected);
  return text;
}

// A file that cannot be loaded: told as a check, as the author wants to know it.
int refused(const Options& options, const Error& error) {
  const Check opens{"opens", 1, "It can be loaded: ABI, tables, names, ranges", error.fix().c_str(),
                    nullptr};
  const Finding finding{&opens, {Outcome::failed, core::printable(error.reason())}};
  if (options.as_json) {
    say("{}\n", json({{"plugin", core::printable(options.what)},
                      {"rules", json::array()},
                      {"refused", to_json(finding)}})
                    .dump(2, ' ', false, json::error_handler_t::replace));
  } else {
    print({&finding, 1});
    say("{}: level 0\n", core::printable(options.what));
  }
  return static_cast<int>(Exit::cells_failed);
}

int check(Options& options) {
  if (options.wish.case_seed && !options.wish.only) {
    throw Error(Exit::usage, "--reproduce", "a seed is of one check's case",
                "name the check: --only drawn-values --reproduce SEED");
  }
  options.wish.level = options.level;
  pin_simd(options.places.simd);
  options.wish.simd = options.places.simd;
  std::error_code error;
  std::vector<RuleManifest> rules;
  if (fs::is_regular_file(options.what, error)) {
    try {
      rules = rules_of_file(options.what, options.places.plugins);
    } catch (const Error& e) {
      if (e.exit() != Exit::plugin) throw;
      return refused(options, e);
    }
  } else if (is_rule_folder(options.what)) {
    const BuiltFolder built = build_rule_folder(options.what);
    if (built.stale) note("{}: built in {:.1f} s\n", core::printable(options.what), built.seconds);
    for (const fs::path& plugin : built.plugins)
      std::ranges::copy(rules_of_file(plugin, options.places.plugins), std::back_inserter(rules));
  } else {
    rules = rules_of_name(options.what, discover(options.places.plugins));
  }
  if (options.wish.only && std::ranges::none_of(conformance::checks(), [&](const Check& c) {
        return std::regex_match(c.id, *options.wish.only);
      })) {
    std::vector<std::string> ids;
    for (const Check& c : conformance::checks()) ids.emplace_back(c.id);
    throw Error(Exit::usage, "--only", "matches no check",
                fmt::format("valid names: {}", fmt::join(ids, ", ")));
  }
  json all = json::array();
  bool failed = false;
  for (const RuleManifest& rule : rules) {
    const auto expectations =
        conformance::read_expectations(fs::path(rule.plugin_path).parent_path());
    const auto findings =
        run_checks(rule, options.wish, expectations, [&](std::span<const Finding> some) {
          if (!options.as_json) print(some);
        });
    failed = failed || count(findings, Outcome::failed) > 0;
    const conformance::Level level = level_of(findings);
    // What is kept is of the target that a run would use.
    if (!options.wish.only && options.wish.simd.empty()) keep_level(rule, level);
    if (!options.as_json) {
      say("{}\n", summary(rule, options, findings));
      continue;
    }
    json rows = json::array();
    for (const Finding& f : findings) rows.push_back(to_json(f));
    all.push_back({{"rule", rule.id},
                   {"version", rule.plugin_version},
                   {"build", rule.build_id},
                   {"level", options.wish.only ? json() : json(level.reached)},
                   {"checks", std::move(rows)}});
  }
  if (options.as_json)
    say("{}\n", json({{"plugin", core::printable(options.what)}, {"rules", all}})
                    .dump(2, ' ', false, json::error_handler_t::replace));
  return static_cast<int>(failed ? Exit::cells_failed : Exit::ok);
}

}  // namespace

void add_check(CommandLine& line) {
  auto o = std::make_shared<Options>();
  const Verb verb = line.add(
      "check",
      "Whether a rule keeps what it must: one process a check, level by level\n\n"
      "Levels: 1 what it declares, 2 it runs, 3 same bytes and no traces, 4 it learns and keeps what it\n"
      "declares, 5 drawn values, inputs and structs. A check that a rule cannot keep is named with the\n"
      "reason in agon-check.toml beside the plugin: [[expected_failed]] rule, check, reason.\n"
      "Exit codes: 0 all kept, 1 some are not, 2 usage.");
  verb.option("plugin", o->what,
              "A plugin file, the name of a rule, or a rule's folder, which is built first")
      .required()
      .takes("RULE|FILE|DIR");
  add_whole(verb, "--level", o->level, {1, conformance::kHighestLevel},
            "The highest level, 1 to 5 [4]");
  add_pattern(verb, "--only", o->wish.only,
              "Only checks whose whole name matches this regular expression");
  const auto one_case = [o](const std::string& text) {
    o->wish.case_seed =
        static_cast<uint64_t>(core::whole_within(text, {0, std::numeric_limits<int64_t>::max()}));
  };
  verb.checked("--reproduce", one_case, "Only the drawn case of this seed, with --only")
      .takes("SEED");
  verb.flag("--json", o->as_json, "As JSON");
  add_plugins(verb, o->places);
  add_simd(verb, o->places.simd);
  verb.does([o] { return check(*o); });
}

}  // namespace agon::harness
