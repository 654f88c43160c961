// SPDX-License-Identifier: MIT
#include "reports/sections/section.h"

#include "reports/text.h"

namespace agon::reports {

Text& Text::add(std::string text, As as, std::string more) {
  if (!text.empty()) pieces.push_back({std::move(text), as, std::move(more)});
  return *this;
}

Text& Text::beside(std::string text, As as, std::string more) {
  return add(" ").add(std::move(text), as, std::move(more));
}

Text rule_text(const Look& look, const std::string& label) {
  Text out;
  out.pieces.push_back({label, As::rule, "", look});
  return out;
}

Cell text_cell(Text text) { return {std::move(text)}; }

Cell number_cell(std::string_view text, double value) { return {text, value, {}, true}; }

Cell mean_cell(const MeanInterval& mean) {
  return {with_interval(mean.mean, mean.ci.low, mean.ci.high), mean.mean, mean.ci, true};
}

Cell missing_cell(std::string words, double value) {
  return {Text().add(std::move(words), As::missing), value, {}, true};
}

void add_interval(Cell& cell, const Interval& interval, std::string (*write)(double)) {
  if (!interval.known()) return;
  cell.interval = interval;
  cell.text.beside("[" + write(interval.low) + ", " + write(interval.high) + "]", As::small);
}

Table::Table(const std::vector<std::string>& names, bool sorts) : sortable(sorts) {
  for (const std::string& name : names) {
    const bool number = name.starts_with('#');
    columns.push_back({number ? name.substr(1) : name, number});
  }
}

void Facts::add(std::string name, Text text) {
  if (!text.empty()) rows.emplace_back(std::move(name), std::move(text));
}

}  // namespace agon::reports
