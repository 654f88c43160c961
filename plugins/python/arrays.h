// SPDX-License-Identifier: MIT
//
// Between NumPy's arrays and the views of the ABI. A view asks for float32 rows that start at multiples of 64 bytes;
// what agon.zeros, agon.normal and the kernels make, and what the host passes, is so and crosses without a
// copy, other arrays are copied. Threads: under the GIL.
#pragma once

#include <pybind11/numpy.h>

#include <string>
#include <vector>

#include "agon/matrix.h"

namespace agon::python {

namespace py = pybind11;

// A read-only window on the host's memory, for as long as the call lasts.
py::array window(agon_cmat m);

// Zeros of float32 of any shape, aligned, with padded rows.
py::array zeros(const std::vector<py::ssize_t>& shape);
// The same memory as rows of the last axis.
View rows_of_zeros(py::array& made);

// "32 x 10"
std::string shape_text(const py::array& a);

// A 1-D or 2-D array as the kernels read it; an array of one axis is a row.
class Input {
 public:
  // what: "gemm: a", for errors. transposed: whether the transpose of a row-major array is taken as that.
  // Throws py::value_error, py::type_error.
  Input(const py::handle& from, const std::string& what, bool may_be_transposed = false);

  ConstView view() const { return view_; }  // of what lies in memory
  bool transposed() const { return transposed_; }
  int64_t rows() const { return transposed_ ? view_.cols : view_.rows; }  // as Python sees it
  int64_t cols() const { return transposed_ ? view_.rows : view_.cols; }
  std::string shape() const { return std::to_string(rows()) + " x " + std::to_string(cols()); }

 private:
  py::array array_;  // holds the memory
  Matrix copy_;
  ConstView view_{};
  bool transposed_ = false;
};

// A 2-D float32 array that a kernel writes. What is not laid out for that is written at the end of its life.
class Output {
 public:
  Output(const py::handle& to, const std::string& what);
  ~Output();
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  View view() { return view_; }

 private:
  py::array_t<float> array_;
  Matrix copy_;
  View view_{};
};

// Copies any array of numbers of this shape into the host's memory. Throws py::value_error.
void copy_out(const py::handle& from, const std::string& what, View out);

}  // namespace agon::python
