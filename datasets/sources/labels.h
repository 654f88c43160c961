// SPDX-License-Identifier: MIT
//
// Labels that are texts, as the classes 0 .. classes-1.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agon::datasets {

// First every label is seen, then the classes settle, then each label is one of them. All errors
// are agon::Error(Exit::data).
class Labels {
 public:
  // order: the texts of the classes; empty: those that are seen, numbers by value (so that files
  // may count from 1), others by alphabet.
  Labels(std::vector<std::string> order, int32_t classes)
      : order_(std::move(order)), classes_(classes) {}

  // A source that declares its classes; before settle(), and unless the task file has them.
  void declare(std::vector<std::string> order);
  // `place` is "file:line". Throws after 1000 different ones.
  void see(std::string_view label, const std::string& place);
  // `what` has the labels: "a.csv: column 'kind'". Throws unless there are `classes` of them.
  void settle(const std::string& name, const std::string& what);
  int32_t of(std::string_view label, const std::string& place) const;
  // Throws when one part has no row of a class, which then cannot be learnt or scored.
  void check_part(const std::string& name, std::span<const int32_t> labels) const;

 private:
  std::vector<std::string> order_;
  int32_t classes_;
  std::set<std::string, std::less<>> seen_;
  std::map<std::string, int32_t, std::less<>> index_;
};

}  // namespace agon::datasets
