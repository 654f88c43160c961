// SPDX-License-Identifier: MIT
//
// Compact forms of the parts of a record that are no plain columns. All round-trip exactly, NaN and
// infinities included; decoding throws std::runtime_error for bytes that no encoder made.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/record/record.h"

namespace agon::reports {

// Column by column; a column whose values are all the same bits is stored once, counts as zigzag
// deltas in base 128, numbers as 8 little-endian bytes. Empty for no points.
std::string encode_curve(std::span<const CurvePoint> curve);
// Fills the outcome's curve, and the series score_a and score_b that an older agon stored in it.
void decode_curve(std::string_view bytes, CellOutcome& outcome);

std::string encode_numbers(std::span<const double> numbers);
std::vector<double> decode_numbers(std::string_view bytes);

// Texts, sizes and values of each picture; values as 4 little-endian bytes. Empty for no pictures.
// What an older agon stored, heatmaps without kind and names, reads as such.
std::string encode_pictures(std::span<const Picture> pictures);
std::vector<Picture> decode_pictures(std::string_view bytes);

// JSON objects: numbers shortest-exact, "nan", "inf", "-inf" as strings. "" for an empty map.
std::string encode_metrics(const std::map<std::string, double>& metrics);
std::map<std::string, double> decode_metrics(std::string_view json);

// A JSON array of the points, numbers as above. "" for none. What an older agon stored, harms with
// their level, score and error, is appended as series of them.
std::string encode_series(std::span<const SeriesPoint> series);
void decode_series(std::string_view json, std::vector<SeriesPoint>& series);

// A JSON array of texts and counts. "" for none; bytes that are no UTF-8 become U+FFFD.
std::string encode_warnings(std::span<const Warning> warnings);
std::vector<Warning> decode_warnings(std::string_view json);

// What run.json holds; bytes that are no UTF-8 become U+FFFD.
std::string encode_run(const RunInfo& run);
RunInfo decode_run(std::string_view json);

// A claim alone, to tell whether two are the same.
std::string encode_claim(const ClaimCard& claim);

std::string encode_provenance(const Provenance& provenance);
Provenance decode_provenance(std::string_view json);

}  // namespace agon::reports
