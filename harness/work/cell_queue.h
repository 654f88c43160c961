// SPDX-License-Identifier: MIT
//
// The cells that wait, by plugin and in plan order: a worker serves one plugin, so it asks for the
// next cell of that.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace agon::harness {

class CellQueue {
 public:
  void add(const std::string& plugin, size_t cell) { lines_[plugin].cells.push_back(cell); }

  // The next waiting cell of a plugin; it no longer waits.
  std::optional<size_t> take(const std::string& plugin) {
    Line& line = lines_.at(plugin);
    if (!line.again.empty()) return line.again.extract(line.again.begin()).value();
    if (line.next == line.cells.size()) return std::nullopt;
    return line.cells[line.next++];
  }
  // A cell that was taken waits again, before those behind it.
  void put_back(const std::string& plugin, size_t cell) { lines_.at(plugin).again.insert(cell); }

  // Plugins with waiting cells, in the order of their first ones.
  std::vector<std::string> waiting() const {
    std::map<size_t, std::string> by_first;
    for (const auto& [plugin, line] : lines_) {
      if (!line.again.empty()) {
        by_first[*line.again.begin()] = plugin;
      } else if (line.next < line.cells.size()) {
        by_first[line.cells[line.next]] = plugin;
      }
    }
    std::vector<std::string> plugins;
    for (auto& [first, plugin] : by_first) plugins.push_back(std::move(plugin));
    return plugins;
  }
  bool empty() const { return waiting().empty(); }
  size_t count() const {
    size_t cells = 0;
    for (const auto& [plugin, line] : lines_)
      cells += line.cells.size() - line.next + line.again.size();
    return cells;
  }

 private:
  struct Line {
    std::vector<size_t> cells;
    size_t next = 0;
    std::set<size_t> again;
  };
  std::map<std::string, Line> lines_;
};

}  // namespace agon::harness
