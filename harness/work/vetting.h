// SPDX-License-Identifier: MIT
//
// Asks the rules, before anything runs, whether they would take the values and tasks of a plan: a
// short-lived child per plugin calls agon_rule.check, so the parent still loads no plugin code.
#pragma once

#include <filesystem>
#include <span>

#include "harness/plan/plan.h"

namespace agon::harness {

// Sets `skip` of every cell that its rule refuses. A child that crashes or takes too long refuses
// nothing: the cells' own rows will tell.
// The tasks are those of the built-in files and of `task_folders`. sandbox: the children are in one.
void vet(Plan& plan, std::span<const std::filesystem::path> task_folders = {},
         bool sandbox = false);

// The child's side: reads the questions from stdin and writes the answers to descriptor 3.
int vet_for_parent(const std::filesystem::path& plugin,
                   std::span<const std::filesystem::path> task_folders);

}  // namespace agon::harness
