// SPDX-License-Identifier: MIT
//
// The results of the parts of one run, put together in one results.sqlite: what agon merge does.
//
// Conventions
//  - Parts are runs of one plan (RunInfo::plan), each a shard of it or the whole. All shards must be
//    there and have run to their end; each cell of the plan is in the result exactly once, at its place.
//  - A cell that several hold counts once where all its result columns agree; one that ended well
//    stands for one that failed.
//  - Refused, with the list of what differs: another plan, layout, suite version, plugin build, data or
//    numerics; results of one cell that disagree, both of them shown; a missing shard, by its name;
//    shards that were balanced by different costs.
//  - Cells go from file to file within SQLite, some thousands a transaction, and are never all in memory.
//    A merge that was killed goes on with the same call: cells that are there already are held against
//    their parts once more.
// Threads: one call at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "reports/record/run.h"

namespace agon::reports {

struct Part {
  std::string place;            // for messages
  std::filesystem::path store;  // its results.sqlite
};

struct Merged {
  RunInfo run;
  int64_t cells = 0;   // of the plan
  int64_t shared = 0;  // that stood in more than one part, or were there from an earlier attempt
  int64_t mended = 0;  // of these: that failed in one and ended well in another
};

// What the parts say of themselves, in their order. Throws agon::Error(Exit::usage) with the list of what
// differs, or of the shards that are missing or have not come to their end.
std::vector<RunInfo> check_parts(std::span<const Part> parts);

// runs: what check_parts() said. into: the results.sqlite to make, or one that an earlier merge of the
// same plan left. run_id, command: of the result. progress: told the place of each part as its turn
// comes. Throws agon::Error: usage for cells that cannot be merged, io for files.
Merged merge_stores(std::span<const Part> parts, std::vector<RunInfo> runs,
                    const std::filesystem::path& into, const std::string& run_id,
                    const std::string& command,
                    const std::function<void(const std::string&)>& progress);

}  // namespace agon::reports
