// SPDX-License-Identifier: MIT
//
// A cell on its way to a worker, and what the worker answers, as frames (wire.h):
//
//   parent -> worker (stdin)   a CellJob
//   worker -> parent (fd 3)    {event, key, nonce, ...} with event one of
//     training                 data and plugin are loaded, the cell's limit begins
//     curve     point
//     progress  fraction
//     result    outcome, wall_s, left: what the cell left behind in the process, in words
//
// key and nonce are the job's: whatever else comes through the pipe ends the worker.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "harness/plan/cell.h"
#include "reports/record/record.h"

namespace agon::harness {

inline constexpr int kEventFd = 3;

nlohmann::json to_json(const CellJob& job);
CellJob job_from_json(const nlohmann::json& json);  // throws nlohmann::json::exception

nlohmann::json to_json(const reports::CurvePoint& point);
reports::CurvePoint curve_from_json(const nlohmann::json& json);

// Everything of an outcome but its curve, which travels as events.
nlohmann::json to_json(const reports::CellOutcome& outcome);
reports::CellOutcome outcome_from_json(const nlohmann::json& json);

}  // namespace agon::harness
