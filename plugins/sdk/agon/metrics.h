// SPDX-License-Identifier: MIT
//
// The numbers that a rule reports, written by key:
//
//   static constexpr auto metrics = std::to_array<agon_metric>({{"rate_hz", "Hz", "mean rate"}});
//   void read_metrics(agon::Context&, double* out) {
//     agon::MetricValues values(metrics, out);
//     values["rate_hz"] = ...;
//   }
//
// What is not written is unknown (NaN). Thread: [model].
// Errors: a key that the table lacks is an agon::invalid().
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "agon/error.h"

namespace agon {

class MetricValues {
 public:
  // out: one value for each row of the schema, as read_metrics() gets it.
  MetricValues(std::span<const agon_metric> schema, double* out) : schema_(schema), out_(out) {}

  // A key that the schema lacks is the rule author's mistake: RuleError(AGON_INTERNAL).
  double& operator[](std::string_view key) const {
    for (size_t i = 0; i < schema_.size(); ++i) {
      if (schema_[i].key == key) return out_[i];
    }
    throw RuleError(AGON_INTERNAL, "the rule writes metric '" + std::string(key) +
                                       "' which its table does not declare");
  }

 private:
  std::span<const agon_metric> schema_;
  double* out_;
};

}  // namespace agon
