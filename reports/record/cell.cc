// SPDX-License-Identifier: MIT
#include "reports/record/cell.h"

#include <algorithm>
#include <array>
#include <bit>
#include <stdexcept>
#include <utility>

namespace agon::reports {
namespace {

// In the order of Status.
constexpr std::array<std::string_view, 10> kNames = {
    "ok",    "diverged", "timeout",      "crashed",    "oom", "invalid_output",
    "error", "skipped",  "abi_mismatch", "quarantined"};

}  // namespace

std::string_view name(Status status) { return kNames.at(static_cast<size_t>(status)); }

Status status_from(std::string_view text) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<Status>(i);
  }
  throw std::invalid_argument("no status is called '" + std::string(text) + "'");
}

bool is_failure(Status status) {
  return status != Status::ok && status != Status::diverged && status != Status::skipped;
}

TestRows pack_rows(std::string score, const std::vector<double>& values) {
  TestRows out{std::move(score), static_cast<int64_t>(values.size()), "bit", {}};
  if (std::ranges::all_of(values, [](double x) { return x == 0 || x == 1; })) {
    out.data.resize((values.size() + 7) / 8);
    for (size_t i = 0; i < values.size(); ++i) {
      if (values[i] == 1) out.data[i / 8] = static_cast<uint8_t>(out.data[i / 8] | 1u << i % 8);
    }
    return out;
  }
  out.format = "f64";
  for (const double x : values) {
    const auto bits = std::bit_cast<uint64_t>(x);
    for (int shift = 0; shift < 64; shift += 8)
      out.data.push_back(static_cast<uint8_t>(bits >> shift));
  }
  return out;
}

std::vector<double> values_of(const TestRows& rows) {
  const auto n = static_cast<size_t>(rows.rows);
  const bool bits = rows.format == "bit";
  const size_t size = rows.data.size();  // n * 8 of a damaged n would come round to it
  const bool fits = bits ? size == n / 8 + (n % 8 > 0 ? 1 : 0) : size % 8 == 0 && size / 8 == n;
  if (rows.rows < 0 || (!bits && rows.format != "f64") || !fits)
    throw std::invalid_argument("rows of a test that no Agon wrote");
  std::vector<double> values;
  for (size_t i = 0; i < n; ++i) {
    uint64_t number = 0;
    for (size_t k = 0; k < 8 && !bits; ++k) number |= uint64_t{rows.data[8 * i + k]} << 8 * k;
    values.push_back(bits ? rows.data[i / 8] >> i % 8 & 1 : std::bit_cast<double>(number));
  }
  return values;
}

}  // namespace agon::reports
