// SPDX-License-Identifier: MIT
#include "harness/plugins/zero_operands.h"

#include <vector>

namespace agon::harness {
namespace {

// A multiply-accumulate pairs a number of A with one of B of the same inner index: for each index, the
// numbers of A that are not 0 times those of B.
// Counts are as wide as the numbers, so that as many fit a vector.
uint32_t busy_in(const float* row, int64_t cols) {
  uint32_t busy = 0;
  for (int64_t c = 0; c < cols; ++c) busy += row[c] != 0.0f ? 1 : 0;
  return busy;
}

const float* row_of(agon_cmat m, int64_t r) { return m.data + r * m.stride; }

// counts[c] = numbers of column c that are not 0.
void count_columns(agon_cmat m, std::vector<uint32_t>& counts) {
  counts.assign(static_cast<size_t>(m.cols), 0);
  for (int64_t r = 0; r < m.rows; ++r) {
    const float* const row = row_of(m, r);
    uint32_t* const count = counts.data();
    for (int64_t c = 0; c < m.cols; ++c) count[c] += row[c] != 0.0f ? 1 : 0;
  }
}

void count_rows(agon_cmat m, std::vector<uint32_t>& counts) {
  counts.resize(static_cast<size_t>(m.rows));
  for (int64_t r = 0; r < m.rows; ++r)
    counts[static_cast<size_t>(r)] = busy_in(row_of(m, r), m.cols);
}

}  // namespace

uint64_t busy_macs(int32_t transposition, agon_cmat a, agon_cmat b) {
  thread_local std::vector<uint32_t> of_a, of_b;
  transposition == AGON_TN ? count_rows(a, of_a) : count_columns(a, of_a);
  transposition == AGON_NT ? count_columns(b, of_b) : count_rows(b, of_b);
  uint64_t busy = 0;
  for (size_t k = 0; k < of_a.size(); ++k) busy += uint64_t{of_a[k]} * of_b[k];
  return busy;
}

uint64_t busy_macs(agon_cmat a, agon_cmat b, std::span<const int32_t> rows) {
  uint64_t busy = 0;
  for (const int32_t r : rows)
    busy += uint64_t{busy_in(row_of(a, r), a.cols)} * busy_in(row_of(b, r), b.cols);
  return busy;
}

}  // namespace agon::harness
