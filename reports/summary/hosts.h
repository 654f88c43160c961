// SPDX-License-Identifier: MIT
//
// Classes of hosts: what a speed was measured on, as far as it decides the speed. Machines of one class
// are as good as one. Speeds of two classes are never put into one ratio or mean: where a report has
// cells of speed of several classes each class is a row of its own (builds.h).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/record/record.h"

namespace agon::reports {

inline constexpr std::string_view kHost = "host";  // in settings: "host=A"

// "AMD EPYC 9V74 80-Core Processor, AVX3_ZEN4, governor performance, 1 thread".
std::string host_class(const Provenance& provenance);

// The classes that measured speed, in the order of their first cell.
class Hosts {
 public:
  explicit Hosts(std::span<const CellRecord> records);

  const std::vector<std::string>& classes() const noexcept { return classes_; }
  // "A", "B", ...: the class of a cell of speed where there are several; "" of any other cell.
  std::string name_of(const CellRecord& record) const;
  static std::string name(size_t place);  // A ... Z, 27, ...

 private:
  std::vector<std::string> classes_;
};

}  // namespace agon::reports
