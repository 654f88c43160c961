// SPDX-License-Identifier: MIT
//
// A rule at the work of a case, through the plugin boundary as in any cell: the rule's own shared object,
// opened in this process, so that what is compared runs side by side. Only rules of this tree and the
// peers built with it are opened so.
#pragma once

#include <memory>
#include <string_view>

#include "harness/bench/case.h"
#include "harness/bench/contender.h"
#include "harness/plugins/manifest.h"

namespace agon::harness::bench {

class Workload : public Contender {
 public:
  // Multiply-accumulates of one time, as the kernels count them; 0 for a rule that counts none.
  virtual uint64_t macs() = 0;
};

// How often a work of this kind counts as one step: the steps of a trajectory, else 1.
double steps_of(const Case& one);

// Rows are drawn uniformly from [0, 1), labels go round; they are the same for every contender. Settings
// that the rule has no key for are left to it. keeps: it may keep what it made of rows. Throws
// std::invalid_argument for a setting of a bad value, RuleFailure for what the rule refuses.
std::unique_ptr<Workload> workload(const RuleManifest& rule, std::string_view settings,
                                   const Case& one, bool keeps);

}  // namespace agon::harness::bench
