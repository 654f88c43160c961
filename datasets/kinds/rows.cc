// SPDX-License-Identifier: MIT
#include "datasets/kinds/rows.h"

#include <algorithm>

namespace agon::datasets {

void read_inputs(const TomlTable& top, TaskInfo& info) {
  if (top.has("nonnegative")) info.nonnegative = top.boolean("nonnegative");
  if (top.has("time")) info.time = top.boolean("time");
}

void read_rows(const TomlTable& top, bool labelled, TaskFile& file) {
  file.split = read_split(top.section("split"), file.source.test_part, labelled);
  file.info.split = describe(file.split);
  if (!top.has("scaling")) return;
  const std::string name = top.choice("scaling", kInputScalings);
  file.scaling =
      static_cast<InputScaling>(std::ranges::find(kInputScalings, name) - kInputScalings.begin());
  if (file.scaling == InputScaling::none) return;
  file.info.nonnegative = file.scaling == InputScaling::minmax;
  file.info.split += file.scaling == InputScaling::minmax
                         ? ", inputs scaled into [0, 1] by the training rows"
                         : ", inputs scaled to mean 0 and sd 1 by the training rows";
}

}  // namespace agon::datasets
