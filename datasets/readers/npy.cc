// SPDX-License-Identifier: MIT
#include "datasets/readers/npy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/error.h"

namespace agon::datasets {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they stand");

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr size_t kMostDims = 8;
constexpr const char* kSaveAgain = "save the array again with numpy.save";

struct TypeRow {
  std::string_view descr;
  Npy::Type type;
  size_t size;  // bytes
};
constexpr std::array<TypeRow, 7> kTypes = {{{"<f4", Npy::Type::f4, 4},
                                            {"<f8", Npy::Type::f8, 8},
                                            {"|u1", Npy::Type::u1, 1},
                                            {"|i1", Npy::Type::i1, 1},
                                            {"<i2", Npy::Type::i2, 2},
                                            {"<i4", Npy::Type::i4, 4},
                                            {"<i8", Npy::Type::i8, 8}}};

// The header's dictionary, in the only form that numpy writes: three keys, in any order.
class Header {
 public:
  Header(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  std::string descr;
  bool fortran = false;
  std::vector<size_t> dims;

  void read() {
    expect('{');
    unsigned seen = 0;
    while (!take('}')) {
      const std::string key = quoted();
      expect(':');
      seen |= read_value(key);
      if (!take(',') && peek() != '}') fail();
    }
    if (seen != 7 || peek() != '\0') fail();
  }

 private:
  unsigned read_value(const std::string& key) {
    if (key == "descr") {
      if (peek() == '[') refuse_type("structured", "save plain columns as one array of numbers");
      descr = quoted();
      return 1;
    }
    if (key == "fortran_order") {
      fortran = word("True");
      if (!fortran && !word("False")) fail();
      return 2;
    }
    if (key != "shape") fail();
    expect('(');
    while (!take(')')) {
      if (dims.size() == kMostDims) fail();
      dims.push_back(number());
      if (!take(',') && peek() != ')') fail();
    }
    return 4;
  }

  [[noreturn]] void fail() const {
    throw Error(Exit::data, name_, fmt::format("damaged header at its byte {}", at_), kSaveAgain);
  }
  [[noreturn]] void refuse_type(std::string_view what, const char* fix) const {
    throw Error(Exit::data, name_, fmt::format("{} element type, a number is expected", what), fix);
  }
  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail();
  }
  bool word(std::string_view w) {
    peek();
    if (!text_.substr(at_).starts_with(w)) return false;
    at_ += w.size();
    return true;
  }
  std::string quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') fail();
    const size_t end = text_.find(quote, ++at_);
    if (end == std::string_view::npos) fail();
    return std::string(text_.substr(std::exchange(at_, end + 1), end - at_));
  }
  size_t number() {
    peek();
    size_t value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc()) fail();
    at_ += static_cast<size_t>(end - begin);
    return value;
  }

  std::string_view text_;
  const std::string& name_;
  size_t at_ = 0;
};

template <typename T>
T element(const Npy& npy, size_t i) noexcept {
  T value;
  std::memcpy(&value, npy.bytes.data() + npy.payload + i * sizeof(T), sizeof(T));
  return value;
}

const TypeRow& type_of(const std::string& descr, const std::string& name) {
  for (const TypeRow& row : kTypes) {
    if (row.descr == descr) return row;
  }
  throw Error(Exit::data, name,
              fmt::format("element type '{}'{}, valid are <f4, <f8, |u1, |i1, <i2, <i4, <i8", descr,
                          descr.ends_with('O') ? " (Python objects)" : ""),
              "convert it with x.astype('<f4') or y.astype('<i4') before saving");
}

}  // namespace

double Npy::real(size_t i) const noexcept {
  if (type == Type::f4) return static_cast<double>(element<float>(*this, i));
  return type == Type::f8 ? element<double>(*this, i) : static_cast<double>(integer(i));
}

int64_t Npy::integer(size_t i) const noexcept {
  switch (type) {
    case Type::u1: return element<uint8_t>(*this, i);
    case Type::i1: return element<int8_t>(*this, i);
    case Type::i2: return element<int16_t>(*this, i);
    case Type::i4: return element<int32_t>(*this, i);
    case Type::i8: return element<int64_t>(*this, i);
    case Type::f4:
    case Type::f8: break;
  }
  return 0;
}

Npy parse_npy(std::string bytes, const std::string& name) {
  const std::string_view all = bytes;
  const auto byte = [all](size_t i) { return size_t{static_cast<uint8_t>(all[i])}; };
  const auto truncated = [&name](const std::string& reason) {
    throw Error(Exit::data, name, "truncated: " + reason, kSaveAgain);
  };
  if (!all.starts_with(kMagic.substr(0, all.size()))) {
    throw Error(Exit::data, name, "wrong magic: not an NPY file",
                "use a file of numpy.save, which starts with \\x93NUMPY");
  }
  if (all.size() < 12) truncated("it ends before its header");
  const size_t version = byte(6);
  if (version != 1 && version != 2) {
    throw Error(Exit::data, name, fmt::format("NPY version {}, valid are 1 and 2", version),
                kSaveAgain);
  }
  const size_t start = version == 1 ? 10 : 12;
  size_t length = byte(8) | byte(9) << 8;
  if (version == 2) length |= byte(10) << 16 | byte(11) << 24;
  if (length > all.size() - start) truncated("it ends inside its header");

  Header header(all.substr(start, length), name);
  header.read();
  const TypeRow& type = type_of(header.descr, name);
  if (header.fortran && header.dims.size() > 1) {
    throw Error(Exit::data, name, "is in Fortran order, C order is expected",
                "save numpy.ascontiguousarray(x)");
  }
  Npy npy{
      .dims = header.dims, .count = 1, .type = type.type, .bytes = {}, .payload = start + length};
  const size_t room = all.size() - npy.payload;
  const std::string sizes = fmt::format("{}", fmt::join(npy.dims, " x "));
  for (const size_t dim : npy.dims) {
    if (dim == 0) throw Error(Exit::data, name, "has no elements: " + sizes, "save some rows");
    if (dim > room / type.size / npy.count) {
      truncated(fmt::format("{} bytes of data for {} elements of {}", room, sizes, type.descr));
    }
    npy.count *= dim;
  }
  if (npy.count * type.size != room) {
    throw Error(Exit::data, name,
                fmt::format("{} bytes of data where {} elements of {} are {}", room, sizes,
                            type.descr, npy.count * type.size),
                kSaveAgain);
  }
  npy.bytes = std::move(bytes);
  return npy;
}

}  // namespace agon::datasets
