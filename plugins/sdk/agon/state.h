// SPDX-License-Identifier: MIT
//
// What a model has become, as bytes (agon.state/1). A rule names, once for both directions, what is not
// among its tensors, which are saved by themselves:
//
//   void state(agon::State& s) {
//     s("step", step_);                       // numbers, enums
//     s("velocity", velocity_);               // matrices and vectors of numbers, with their shapes
//     s("optimiser", stepper_);               // whatever has such a member itself
//     if (s.loading()) refresh();             // what follows from the rest
//   }
//
// What belongs there: everything that prepare, fit and end_epoch leave and that a later call reads. Harm
// does not, nor what is measured anew by the next answers. Random streams that derive from the seed
// and a counter need the counter only.
//
// The bytes: a mark, the identity of task and values, every item with its name and shape, a checksum. They
// are checked before anything of the model is touched. Errors: RuleError(AGON_INVALID). Thread: [model].
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "agon/error.h"
#include "agon/matrix.h"

namespace agon {

class State {
 public:
  // FNV-1a.
  static uint64_t hash(std::string_view bytes, uint64_t from = 0xcbf29ce484222325u) {
    for (const char c : bytes) from = (from ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return from;
  }

  // To be filled by a model of this identity.
  explicit State(uint64_t identity) {
    bytes_.assign(kMark);
    put(identity);
  }
  // To be read by one; `bytes` is what finish() gave.
  State(uint64_t identity, std::string bytes) : bytes_(std::move(bytes)), loading_(true) {
    if (bytes_.empty()) invalid("the state is empty");
    if (!bytes_.starts_with(kMark)) invalid("these bytes are no state of a model");
    constexpr size_t kLeast = kMark.size() + 2 * sizeof(uint64_t);
    if (bytes_.size() < kLeast) invalid("the state is cut short");
    end_ = bytes_.size() - sizeof(uint64_t);
    at_ = end_;
    uint64_t sum = 0;
    std::memcpy(&sum, bytes_.data() + end_, sizeof(sum));
    if (sum != hash(std::string_view(bytes_).substr(0, end_)))
      invalid("the state is cut short or damaged: its checksum is not that of its bytes");
    at_ = kMark.size();
    if (take<uint64_t>() != identity)
      invalid("the state is of another rule, another task or other values of the parameters");
  }

  bool loading() const { return loading_; }

  template <typename T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void operator()(const char* name,
                                                                         T& value) {
    open(name, 1, sizeof(T));
    move(&value, sizeof(T));
  }
  // The shape is part of it: a matrix may have grown or been given back.
  template <typename T>
  void operator()(const char* name, MatrixOf<T>& m) {
    const auto [rows, cols] = shape(name, m.rows(), m.cols(), sizeof(T));
    if (rows != m.rows() || cols != m.cols()) m = MatrixOf<T>(rows, cols);
    for (int64_t r = 0; r < rows; ++r) move(m.data(r), static_cast<size_t>(cols) * sizeof(T));
  }
  // Of the shape that the model has.
  void operator()(const char* name, View m) {
    const auto [rows, cols] = shape(name, m.rows, m.cols, sizeof(float));
    if (rows != m.rows || cols != m.cols)
      invalid("the state's '" + std::string(name) + "' is of another shape than the model's");
    for (int64_t r = 0; r < rows; ++r)
      move(m.data + r * m.stride, static_cast<size_t>(cols) * sizeof(float));
  }
  template <typename T>
  requires(std::is_arithmetic_v<T>) void operator()(const char* name, std::vector<T>& v) {
    const int64_t count = shape(name, static_cast<int64_t>(v.size()), 1, sizeof(T)).rows;
    v.resize(static_cast<size_t>(count));
    move(v.data(), v.size() * sizeof(T));
  }
  // What says itself what its state is.
  template <typename T>
  requires requires(T& part, State& s) { part.state(s); }
  void operator()(const char* name, T& part) {
    open(name, 0, 0);
    part.state(*this);
  }

  // All that was saved.
  std::string finish() && {
    put(hash(bytes_));
    return std::move(bytes_);
  }
  // Nothing may be left of what was read.
  void close() const {
    if (at_ != end_) invalid("the state holds more than the model has");
  }

 private:
  static constexpr std::string_view kMark = "agon.state/1\n";
  struct Shape {
    int64_t rows, cols;
  };

  void put(uint64_t value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value)); }
  template <typename T>
  T take() {
    T value{};
    move(&value, sizeof(T));
    return value;
  }
  size_t left() const { return end_ - at_; }

  // To or from the bytes.
  void move(void* memory, size_t size) {
    if (size == 0) return;
    if (!loading_) {
      bytes_.append(static_cast<const char*>(memory), size);
      return;
    }
    if (size > left()) invalid("the state is cut short");
    std::memcpy(memory, bytes_.data() + at_, size);
    at_ += size;
  }

  // Name and size of an element: the lists of both models must go alike.
  void open(const char* name, uint32_t kind, size_t element) {
    uint64_t is = hash(name, kind * 16 + element + 1);
    const uint64_t wanted = is;
    move(&is, sizeof(is));
    if (is != wanted)
      invalid("the state holds something else where the model has '" + std::string(name) + "'");
  }
  Shape shape(const char* name, int64_t rows, int64_t cols, size_t element) {
    open(name, 2, element);
    move(&rows, sizeof(rows));
    move(&cols, sizeof(cols));
    const auto most = static_cast<int64_t>(bytes_.size() / element);
    const bool sound = rows >= 0 && cols >= 0 && (cols == 0 || rows <= most / cols);
    if (loading_ && !sound) invalid("the state's '" + std::string(name) + "' has no sound shape");
    return {rows, cols};
  }

  std::string bytes_;
  bool loading_ = false;
  size_t at_ = 0, end_ = 0;  // while loading
};

}  // namespace agon
