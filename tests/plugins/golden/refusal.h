// SPDX-License-Identifier: MIT
//
// What a rule answers at planning, where nothing is made and no data is read, and that create()
// answers the same.
#pragma once

#include <string>
#include <string_view>

#include "harness/plugins/host.h"
#include "tests/plugins/golden/open_rule.h"

namespace agon::test {

// The reason why check() refuses the settings; "" when it takes them.
inline std::string refused_at_planning(const agon_rule& rule, const TaskSpec& spec,
                                       std::string_view settings) {
  agon_task task = task_of(spec);
  task.train_rows = 0;
  const auto values = values_of(rule, settings);
  harness::Call call;
  call.begin();
  const agon_status status =
      rule.check(&rule, harness::Host().abi(), call.abi(), &task, values.data());
  return status == AGON_OK ? "" : call.fail_text();
}

// The same of create().
inline std::string refused_at_creation(const agon_rule& rule, const TaskSpec& spec,
                                       std::string_view settings) {
  try {
    const RuleUnderTest made(rule, spec, settings);
    return "";
  } catch (const harness::RuleFailure& e) {
    return e.what();
  }
}

}  // namespace agon::test
