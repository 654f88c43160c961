// SPDX-License-Identifier: MIT
//
// Stores of older agons. Version 1 (3a3f98f and after) kept what a cell has many of as packed bytes
// in columns of `cells`, named by its key; see packed.h.
#pragma once

#include "reports/store/sqlite.h"

namespace agon::reports {

// Whether the tables are those of today's agon.
bool is_current(Database& db);
// Makes them so in one transaction; what the store lacks reads as absent. Throws agon::Error,
// std::runtime_error or std::invalid_argument for content that no Agon wrote: then nothing is
// changed.
void migrate(Database& db);

}  // namespace agon::reports
