// SPDX-License-Identifier: MIT
//
// Building blocks of the page: a chart with caption, buttons and table of numbers; sortable tables;
// the data that the page's script reads. All arguments named `html` or held in `Cell::html` are
// markup, all others plain text that is escaped here. Pure functions, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/sections/chart.h"

namespace agon::reports {

struct Cell {
  std::string html;
  double sort = kNaN;   // sorts as text where it is NaN
  bool number = false;  // right-aligned, tabular digits
  bool strong = false;
};

Cell text_cell(std::string_view text);
Cell html_cell(std::string html, double sort = kNaN);
Cell number_cell(std::string_view text, double sort);

// A table inside a scrolling box; the first column stays in view. Columns that start with '#' are
// numbers.
class Table {
 public:
  explicit Table(std::vector<std::string> columns, bool sortable = false)
      : columns_(std::move(columns)), sortable_(sortable) {}
  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  size_t size() const { return rows_.size(); }
  // `style`: an extra class of the box.
  std::string html(std::string_view style = "") const;

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<Cell>> rows_;
  bool sortable_;
};

// <figure>: heading, SVG, finding as caption, and the numbers under "Numbers". `group` is an extra
// class.
std::string figure_html(const Chart& chart, std::string_view group = "");

// The charts and files as one JSON object {"charts": [...], "files": {name: text}}, safe in
// <script>.
struct EmbeddedFile {
  std::string name, text;
};
std::string page_data(std::span<const Chart> charts, std::span<const EmbeddedFile> files);

std::string details(std::string_view summary, const std::string& html);

}  // namespace agon::reports
