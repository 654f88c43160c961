// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "core/error.h"
#include "reports/comparison/facts.h"
#include "reports/merge/stores.h"
#include "reports/store/schema.h"
#include "reports/store/sqlite.h"
#include "reports/store/store.h"

namespace agon::reports {
namespace {

constexpr size_t kShown = 8;
constexpr const char* kFix =
    "merge the shards of one command, all run with the same agon, plugins and data";

[[noreturn]] void refuse(const std::string& reason, const std::string& fix = kFix) {
  throw Error(Exit::usage, "agon merge", reason, fix);
}

std::string lines_of(const std::vector<std::string>& lines) {
  std::string out;
  for (size_t i = 0; i < std::min(lines.size(), kShown); ++i) out += "\n    " + lines[i];
  if (lines.size() > kShown) out += fmt::format("\n    and {} more", lines.size() - kShown);
  return out;
}

struct ShardName {
  int64_t index = 1, count = 1;
  std::string balance;  // " by costs 0a1b2c3d", or "": which cells are whose depends on it
};
// "" is the whole. Of no shard: a store that somebody edited.
std::optional<ShardName> shard_of(const RunInfo& run) {
  ShardName out;
  if (run.shard.empty()) return out;
  const char* const end = run.shard.data() + run.shard.size();
  const auto first = std::from_chars(run.shard.data(), end, out.index);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '/') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, out.count);
  if (second.ec != std::errc()) return std::nullopt;
  out.balance.assign(second.ptr, end);
  if (!out.balance.empty() && !out.balance.starts_with(" by ")) return std::nullopt;
  if (out.index < 1 || out.index > out.count) return std::nullopt;
  return out;
}

void check_shards(std::span<const Part> parts, const std::vector<RunInfo>& runs) {
  std::set<int64_t> counts, there;
  std::map<std::string, std::string> balances;  // a shard with each
  for (size_t i = 0; i < runs.size(); ++i) {
    const auto shard = shard_of(runs[i]);
    if (!shard) {
      refuse(fmt::format("{} says that it is shard '{}', which is none", parts[i].place,
                         runs[i].shard));
    }
    counts.insert(shard->count);
    there.insert(shard->index);
    if (shard->count > 1) balances.emplace(shard->balance, parts[i].place + ": " + runs[i].shard);
  }
  if (counts.contains(1)) return;  // the whole is there
  if (counts.size() > 1)
    refuse(fmt::format("they are shards of {} and of {}", *counts.begin(), *counts.rbegin()));
  if (balances.size() > 1) {
    std::vector<std::string> lines;
    for (const auto& [balance, place] : balances) lines.push_back(place);
    refuse("they are shards of one plan that were balanced by different costs:" + lines_of(lines),
           "run all shards with the same --costs, or all without");
  }
  std::vector<std::string> missing;
  for (int64_t shard = 1; shard <= *counts.begin(); ++shard) {
    if (!there.contains(shard)) missing.push_back(fmt::format("{}/{}", shard, *counts.begin()));
  }
  if (missing.empty()) return;
  refuse(fmt::format("of {} shards these are missing:{}", *counts.begin(), lines_of(missing)),
         "give all of them; a missing one is made by the same command with --shard " +
             missing.front());
}

}  // namespace

std::vector<RunInfo> check_parts(std::span<const Part> parts) {
  std::vector<FactsOfRun> facts;
  std::vector<std::string> unfinished, older;
  for (const Part& part : parts) {
    Database database(part.store, Database::Mode::read);
    if (!has_all_columns(database)) older.push_back(part.place);
    const Store store(part.store, Store::Mode::read);
    facts.push_back({part.place, store.run(), store.facts()});
    if (const int64_t n = store.unfinished(); n > 0) {
      unfinished.push_back(fmt::format(
          "{}: {} cell{} not run{}", part.place, n, n == 1 ? "" : "s",
          store.may_lack_results() ? "; there is no results.sqlite-wal beside it" : ""));
    }
  }
  std::vector<std::string> differs = differences(facts);
  if (std::string text = numerics_difference(facts); !text.empty())
    differs.push_back(std::move(text));
  std::vector<RunInfo> runs;
  for (FactsOfRun& one : facts) runs.push_back(std::move(one.run));
  for (size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].plan.empty()) {
      refuse(fmt::format("{} does not say which plan it is of: an agon without shards wrote it",
                         parts[i].place),
             "run it again with this agon; agon report makes one report of several runs");
    }
    if (runs[i].plan != runs.front().plan) {
      differs.push_back(fmt::format("plan: {} cells in {}, {} others in {}",
                                    runs.front().plan_cells, parts.front().place,
                                    runs[i].plan_cells, parts[i].place));
      break;
    }
  }
  if (!differs.empty()) refuse("these are no parts of one run:" + lines_of(differs));
  if (!older.empty()) {
    refuse("these were written by an older agon, which kept other columns:" + lines_of(older),
           "merge them with the agon that wrote them, or run them again with this one");
  }
  check_shards(parts, runs);
  if (!unfinished.empty()) {
    refuse("these have not come to their end:" + lines_of(unfinished),
           "the command that began each of them goes on with it");
  }
  return runs;
}

}  // namespace agon::reports
