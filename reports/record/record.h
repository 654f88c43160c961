// SPDX-License-Identifier: MIT
//
// The result format: what the harness writes and what reports read, in parts.
#pragma once

#include "reports/record/cards.h"
#include "reports/record/cell.h"
#include "reports/record/claim.h"
#include "reports/record/run.h"
