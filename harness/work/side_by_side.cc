// SPDX-License-Identifier: MIT
#include "harness/work/side_by_side.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/rng.h"

namespace agon::harness {
namespace {

using Group = std::vector<ScheduledCell>;

bool compared(const CellJob& a, const CellJob& b) { return a.seed == b.seed && a.task == b.task; }

// As equal as they can be.
void divide(Group cells, std::vector<Group>& into) {
  const size_t parts = (cells.size() + kMostSideBySide - 1) / kMostSideBySide;
  for (size_t part = 0; part < parts; ++part) {
    const size_t from = part * cells.size() / parts, to = (part + 1) * cells.size() / parts;
    into.emplace_back(std::make_move_iterator(cells.begin() + static_cast<ptrdiff_t>(from)),
                      std::make_move_iterator(cells.begin() + static_cast<ptrdiff_t>(to)));
  }
}

}  // namespace

void put_side_by_side(std::vector<ScheduledCell>& cells) {
  std::ranges::stable_sort(cells, {}, [](const ScheduledCell& cell) {
    const CellJob& job = cell.job;
    return std::tie(job.seed, job.task, job.depth, job.width, job.batch);
  });
  std::vector<ScheduledCell> out;
  unsigned turns = 0;
  for (size_t begin = 0; begin < cells.size();) {
    const auto seed = cells[begin].job.seed;
    std::vector<Group> groups;
    while (begin < cells.size() && cells[begin].job.seed == seed) {
      Group group;
      const CellJob first = cells[begin].job;
      while (begin < cells.size() && compared(first, cells[begin].job))
        group.push_back(std::move(cells[begin++]));
      divide(std::move(group), groups);
    }
    core::Stream random(seed, 0x5eed);
    for (size_t i = groups.size(); i > 1; --i)
      std::swap(groups[i - 1], groups[random.below(static_cast<uint32_t>(i))]);
    for (Group& group : groups) {
      ++turns;
      for (ScheduledCell& cell : group) {
        cell.job.turns = turns;
        out.push_back(std::move(cell));
      }
    }
  }
  cells = std::move(out);
}

}  // namespace agon::harness
