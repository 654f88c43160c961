// SPDX-License-Identifier: MIT
#include "arrays.h"

#include <cstdint>
#include <cstring>
#include <new>
#include <numeric>

namespace agon::python {
namespace {

constexpr std::align_val_t kAlignment{64};
constexpr py::ssize_t kFloat = sizeof(float);

bool is_aligned(const void* data, py::ssize_t stride) {
  return reinterpret_cast<uintptr_t>(data) % 64 == 0 && stride % 64 == 0;
}

py::array_t<float> floats(const py::handle& from, const std::string& what) {
  auto array = py::array_t<float, py::array::forcecast>::ensure(from);
  if (!array) {
    PyErr_Clear();
    throw py::type_error(what + " is no array of numbers");
  }
  return array;
}

template <typename To>
void copy_rows(const py::array_t<float>& from, To to) {
  const py::ssize_t rows = to.rows, row_step = from.ndim() == 2 ? from.strides(0) : 0,
                    step = from.strides(from.ndim() - 1);
  const char* const first = reinterpret_cast<const char*>(from.data());
  for (py::ssize_t r = 0; r < rows; ++r) {
    float* const out = const_cast<float*>(to.data) + r * to.stride;
    const char* in = first + r * row_step;
    if (step == kFloat) {
      std::memcpy(out, in, static_cast<size_t>(to.cols) * sizeof(float));
      continue;
    }
    for (py::ssize_t c = 0; c < to.cols; ++c, in += step) std::memcpy(out + c, in, sizeof(float));
  }
}

}  // namespace

py::array window(agon_cmat m) {
  static const py::dtype* const kType = new py::dtype(py::dtype::of<float>());
  py::array out(*kType, {m.rows, m.cols}, {m.stride * kFloat, kFloat}, m.data, py::none());
  py::detail::array_proxy(out.ptr())->flags &= ~py::detail::npy_api::NPY_ARRAY_WRITEABLE_;
  return out;
}

py::array zeros(const std::vector<py::ssize_t>& shape) {
  const py::ssize_t cols = shape.empty() ? 1 : shape.back();
  py::ssize_t rows = 1;
  for (size_t i = 0; i + 1 < shape.size(); ++i) rows *= shape[i];
  for (const py::ssize_t n : shape) {
    if (n < 0) throw py::value_error("a shape has no negative numbers");
  }
  const py::ssize_t stride = padded(cols) * kFloat;
  const size_t bytes = static_cast<size_t>(std::max<py::ssize_t>(rows * stride, 64));
  void* const data = ::operator new(bytes, kAlignment);
  std::memset(data, 0, bytes);
  const py::capsule owner(data, [](void* p) { ::operator delete(p, kAlignment); });
  std::vector<py::ssize_t> strides(shape.size(), kFloat);
  py::ssize_t step = stride;
  for (size_t i = shape.size(); i-- > 0;) {
    if (i + 1 == shape.size()) continue;
    strides[i] = step;
    step *= shape[i];
  }
  return py::array(py::dtype::of<float>(), shape, strides, data, owner);
}

View rows_of_zeros(py::array& made) {
  const py::ssize_t n = made.ndim(), cols = n == 0 ? 1 : made.shape(n - 1);
  return {static_cast<float*>(made.mutable_data()), cols == 0 ? 0 : made.size() / cols, cols,
          padded(cols)};
}

std::string shape_text(const py::array& a) {
  std::string out;
  for (py::ssize_t i = 0; i < a.ndim(); ++i)
    out += (i > 0 ? " x " : "") + std::to_string(a.shape(i));
  return a.ndim() == 0 ? "a single number" : out;
}

Input::Input(const py::handle& from, const std::string& what, bool may_be_transposed) {
  py::array_t<float> array = floats(from, what);
  if (array.ndim() != 1 && array.ndim() != 2)
    throw py::value_error(what + " is " + shape_text(array) + ", rows x columns are needed");
  const bool flat = array.ndim() == 1;
  const py::ssize_t rows = flat ? 1 : array.shape(0), cols = array.shape(array.ndim() - 1);
  const py::ssize_t row_step = flat ? 64 : array.strides(0), step = array.strides(array.ndim() - 1);
  if ((step == kFloat || cols == 1) && is_aligned(array.data(), row_step) &&
      row_step >= cols * kFloat) {
    view_ = {array.data(), rows, cols, flat ? padded(cols) : row_step / kFloat};
  } else if (may_be_transposed && row_step == kFloat && step >= rows * kFloat &&
             is_aligned(array.data(), step)) {
    view_ = {array.data(), cols, rows, step / kFloat};
    transposed_ = true;
  } else {
    copy_ = Matrix(rows, cols);
    copy_rows(array, copy_.view());
    view_ = copy_;
  }
  array_ = std::move(array);
}

Output::Output(const py::handle& to, const std::string& what) {
  if (!py::isinstance<py::array_t<float>>(to))
    throw py::type_error(what + " is no array of float32, which agon.zeros makes");
  array_ = py::reinterpret_borrow<py::array_t<float>>(to);
  if (array_.ndim() != 2 || !array_.writeable())
    throw py::value_error(what + " is " + shape_text(array_) +
                          ", rows x columns that can be written are needed");
  const py::ssize_t rows = array_.shape(0), cols = array_.shape(1), step = array_.strides(0);
  // A kernel may write into a row's padding: that of a slice of columns belongs to others.
  const bool whole_rows =
      cols % 16 == 0 || (array_.base() && PyCapsule_CheckExact(array_.base().ptr()) != 0);
  if (whole_rows && array_.strides(1) == kFloat && step >= padded(cols) * kFloat &&
      is_aligned(array_.data(), step)) {
    view_ = {array_.mutable_data(), rows, cols, step / kFloat};
    return;
  }
  copy_ = Matrix(rows, cols);
  copy_rows(array_, copy_.view());
  view_ = copy_;
}

Output::~Output() {
  if (copy_.rows() == 0) return;
  for (int64_t r = 0; r < copy_.rows(); ++r) {
    for (int64_t c = 0; c < copy_.cols(); ++c) *array_.mutable_data(r, c) = copy_.at(r, c);
  }
}

void copy_out(const py::handle& from, const std::string& what, View out) {
  const py::array_t<float> array = floats(from, what);
  if (array.ndim() != 2 || array.shape(0) != out.rows || array.shape(1) != out.cols) {
    throw py::value_error(what + " " + shape_text(array) + ", " + std::to_string(out.rows) + " x " +
                          std::to_string(out.cols) + " is needed");
  }
  copy_rows(array, out);
}

}  // namespace agon::python
