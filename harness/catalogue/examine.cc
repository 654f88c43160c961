// SPDX-License-Identifier: MIT
#include "harness/catalogue/examine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text.h"
#include "harness/catalogue/fetch.h"
#include "harness/run/cards.h"
#include "harness/run/stored_run.h"
#include "harness/work/command.h"
#include "harness/work/discover.h"

namespace agon::catalogue {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kLevel = 4;  // of agon check, tried for every rule
constexpr int kRunFailed =
    static_cast<int>(Exit::cells_failed);  // a run with failed cells is whole

[[noreturn]] void refuse(const Entry& entry, std::string reason, std::string fix) {
  throw Error(Exit::plugin, entry.rule, std::move(reason), std::move(fix));
}

// Builds what is a folder. The rule that the entry is called after.
harness::RuleManifest open(const Entry& entry, const fs::path& place) {
  const harness::Discovery found = harness::discover({place});
  const auto rule = std::ranges::find(found.rules, entry.rule, &harness::RuleManifest::id);
  if (rule == found.rules.end() ||
      std::ranges::find(found.sources, entry.rule) == found.sources.end()) {
    refuse(entry,
           fmt::format("its sources make no rule '{}' but {}", entry.rule,
                       found.sources.empty() ? "none" : core::printable(found.sources.front())),
           "call the entry's file as its rule is called");
  }
  if (rule->license != entry.licence) {
    refuse(entry,
           fmt::format("the rule says that its licence is {}, the entry says {}",
                       core::printable(rule->license), entry.licence),
           "say the same in both");
  }
  return *rule;
}

std::string told_by(const harness::CommandResult& ran) {
  const std::string& text = ran.err.empty() ? ran.out : ran.err;
  return core::printable(text.substr(0, text.find('\n')));
}

void check(const Entry& entry, const fs::path& plugin, const Ways& ways, Examined& out) {
  const harness::CommandResult ran =
      harness::run_command(ways.program.string(), {"check", plugin.string(), "--json", "--level",
                                                   std::to_string(std::max(entry.level, kLevel))});
  const json told = json::parse(ran.out, nullptr, false);
  if (told.is_discarded() || !told.contains("rules"))
    refuse(entry, "agon check: " + told_by(ran), "");
  for (const json& rule : told.at("rules")) {
    if (rule.at("rule") != entry.rule) continue;
    out.level = rule.at("level");
    for (const json& one : rule.at("checks")) {
      if (one.at("outcome") == "failed")
        out.unkept.push_back({one.at("check"), one.at("reason"), one.at("fix")});
    }
  }
}

void measure(const Entry& entry, const fs::path& place, const Ways& ways, Examined& out) {
  const fs::path folder = ways.work / "run";
  const harness::CommandResult ran = harness::run_command(
      ways.program.string(), {"run", "card", "--plugin", place.string(), "-o", folder.string(),
                              "-j", std::to_string(ways.jobs)});
  if (ran.code != 0 && ran.code != kRunFailed) refuse(entry, "agon run card: " + told_by(ran), "");
  out.run = folder;
  std::vector<std::string> notes;
  const harness::StoredRun stored = harness::read_run(folder.string(), notes);
  const reports::Summary summary = reports::summarise(
      stored.results.records, stored.results.run.tasks, stored.results.run.studies);
  for (const reports::SummaryRow& row : summary.rows) {
    if (row.rule == entry.rule && row.study == "accuracy") out.summary.push_back(row);
  }
  for (const Expectation& expected : entry.expected) {
    const auto row = std::ranges::find(out.summary, expected.task, &reports::SummaryRow::task);
    out.scores.push_back({expected.task, expected.at_least,
                          row == out.summary.end() ? reports::kNaN : row->score.mean});
  }
}

// The first thing of its entry that it does not keep.
std::string broken_promise(const Entry& entry, const Examined& seen) {
  if (seen.level < entry.level) {
    return fmt::format("it reaches level {} of agon check, the entry says {}", seen.level,
                       entry.level);
  }
  for (const Score& score : seen.scores) {
    if (std::isnan(score.mean))
      return fmt::format("the entry expects a score on {}, which was not measured", score.task);
    if (score.mean < score.at_least) {
      return fmt::format("it scores {:.3f} on {}, the entry expects at least {}", score.mean,
                         score.task, score.at_least);
    }
  }
  return "";
}

// The text without the folders of this machine.
std::string without(std::string text, const std::vector<fs::path>& folders) {
  for (const fs::path& folder : folders) {
    const std::string name = folder.string() + "/";
    if (name.size() == 1) continue;
    for (size_t at = 0; (at = text.find(name, at)) != std::string::npos;)
      text.erase(at, name.size());
  }
  return text;
}

}  // namespace

Examined examine(const fs::path& file, const Ways& ways) {
  Examined out;
  out.rule = core::printable(file.stem().string());
  try {
    out.entry = read_entry(file);
    const fs::path place = fetch(*out.entry, ways.work);
    const harness::RuleManifest rule = open(*out.entry, place);
    check(*out.entry, rule.plugin_path, ways, out);
    out.card = harness::rule_card(rule);  // with the level that was just reached
    measure(*out.entry, place, ways, out);
    out.failure = broken_promise(*out.entry, out);
  } catch (const Error& error) {
    out.failure = without(fmt::format("{}: {}{}", error.thing(), error.reason(),
                                      error.fix().empty() ? "" : fmt::format("; {}", error.fix())),
                          {ways.work / "tree", ways.work, file.parent_path()});
  } catch (const std::exception& error) {  // json's, of a program that is not this agon
    out.failure = error.what();
  }
  return out;
}

}  // namespace agon::catalogue
