// SPDX-License-Identifier: MIT
#include "core/scratch.h"

#include <array>

#include "core/matrix.h"

namespace agon::core {

float* scratch(Scratch purpose, size_t count) {
  thread_local std::array<Matrix, 2> buffers;
  Matrix& buffer = buffers[static_cast<size_t>(purpose)];
  if (buffer.cols() < count) buffer = Matrix(1, count + count / 2);
  return buffer.data();
}

}  // namespace agon::core
