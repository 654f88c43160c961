// SPDX-License-Identifier: MIT
//
// The binary forms: curves, lists of numbers, pictures.
#include "reports/store/codec.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace agon::reports {
namespace {

// Curves of an older agon had two columns more where there were two tasks. Format 1 of pictures knew heatmaps only.
constexpr char kCurveFormat = 1, kPhasedCurveFormat = 2, kHeatmapsFormat = 1, kPictureFormat = 2;
constexpr char kConstant = 0, kVarying = 1;

[[noreturn]] void damaged() { throw std::runtime_error("bytes that no Agon wrote"); }

void put_number(std::string& out, double x) {
  const auto bits = std::bit_cast<uint64_t>(x);
  for (int shift = 0; shift < 64; shift += 8)
    out.push_back(static_cast<char>((bits >> shift) & 0xff));
}

void put_float(std::string& out, float x) {
  const auto bits = std::bit_cast<uint32_t>(x);
  for (int shift = 0; shift < 32; shift += 8)
    out.push_back(static_cast<char>((bits >> shift) & 0xff));
}

void put_count(std::string& out, uint64_t x) {
  for (; x >= 0x80; x >>= 7) out.push_back(static_cast<char>((x & 0x7f) | 0x80));
  out.push_back(static_cast<char>(x));
}

void put_text(std::string& out, std::string_view text) {
  put_count(out, text.size());
  out += text;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }
  size_t size() const { return bytes_.size(); }
  char byte() {
    if (bytes_.empty()) damaged();
    const char c = bytes_.front();
    bytes_.remove_prefix(1);
    return c;
  }
  uint64_t count() {
    uint64_t x = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto c = static_cast<unsigned char>(byte());
      x |= static_cast<uint64_t>(c & 0x7f) << shift;
      if (c < 0x80) return x;
    }
    damaged();
  }
  double number() {
    uint64_t bits = 0;
    for (int shift = 0; shift < 64; shift += 8) {
      bits |= static_cast<uint64_t>(static_cast<unsigned char>(byte())) << shift;
    }
    return std::bit_cast<double>(bits);
  }
  float real() {
    uint32_t bits = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      bits |= static_cast<uint32_t>(static_cast<unsigned char>(byte())) << shift;
    }
    return std::bit_cast<float>(bits);
  }
  std::string text() {
    const uint64_t n = count();
    if (n > bytes_.size()) damaged();
    std::string out(bytes_.substr(0, n));
    bytes_.remove_prefix(n);
    return out;
  }

 private:
  std::string_view bytes_;
};

uint64_t bits_of(double x) { return std::bit_cast<uint64_t>(x); }
uint64_t bits_of(int64_t x) { return static_cast<uint64_t>(x); }

template <typename T>
void encode_column(std::string& out, std::span<const CurvePoint> curve, T CurvePoint::*member) {
  bool constant = true;
  for (const CurvePoint& p : curve)
    constant &= bits_of(p.*member) == bits_of(curve.front().*member);
  out.push_back(constant ? kConstant : kVarying);
  uint64_t previous = 0;
  for (const CurvePoint& p : curve) {
    if constexpr (std::is_same_v<T, double>) {
      put_number(out, p.*member);
    } else {
      const auto delta = static_cast<int64_t>(static_cast<uint64_t>(p.*member) - previous);
      previous = static_cast<uint64_t>(p.*member);
      put_count(out, (static_cast<uint64_t>(delta) << 1) ^ static_cast<uint64_t>(delta >> 63));
    }
    if (constant) return;
  }
}

template <typename T>
void decode_column(Reader& in, std::span<CurvePoint> curve, T CurvePoint::*member) {
  const char form = in.byte();
  if (form != kConstant && form != kVarying) damaged();
  uint64_t previous = 0;
  bool first = true;
  for (CurvePoint& p : curve) {
    if (form == kConstant && !first) {
      p.*member = curve.front().*member;
      continue;
    }
    first = false;
    if constexpr (std::is_same_v<T, double>) {
      p.*member = in.number();
    } else {
      const uint64_t z = in.count();
      previous += (z >> 1) ^ (~(z & 1) + 1);
      p.*member = static_cast<int64_t>(previous);
    }
  }
}

// fn(member) for each column, in storage order.
template <typename Fn>
void for_each_column(Fn&& fn) {
  fn(&CurvePoint::epoch);
  fn(&CurvePoint::updates);
  fn(&CurvePoint::samples);
  fn(&CurvePoint::train_s);
  fn(&CurvePoint::loss_train);
  fn(&CurvePoint::score_train);
  fn(&CurvePoint::score_val);
  fn(&CurvePoint::lr);
}
constexpr size_t kColumns = 8;
constexpr uint64_t kMaxPoints = 100'000'000;
constexpr uint64_t kSmallestPicture = 8;  // five lengths, rows, columns, count of values

}  // namespace

std::string encode_curve(std::span<const CurvePoint> curve) {
  std::string out;
  if (curve.empty()) return out;
  out.push_back(kCurveFormat);
  put_count(out, curve.size());
  for_each_column([&](auto member) { encode_column(out, curve, member); });
  return out;
}

void decode_curve(std::string_view bytes, CellOutcome& outcome) {
  if (bytes.empty()) return;
  Reader in(bytes);
  const char format = in.byte();
  if (format != kCurveFormat && format != kPhasedCurveFormat) damaged();
  const uint64_t n = in.count();
  if (n == 0 || n > kMaxPoints || in.size() < 2 * kColumns) damaged();
  outcome.curve.resize(n);
  for_each_column([&](auto member) { decode_column(in, std::span(outcome.curve), member); });
  for (const char* series : {"score_a", "score_b"}) {
    if (format != kPhasedCurveFormat) break;
    std::vector<CurvePoint> scores(n);  // in a member of their type
    decode_column(in, std::span(scores), &CurvePoint::score_val);
    for (size_t i = 0; i < n; ++i) {
      outcome.series.push_back(
          {series, static_cast<double>(outcome.curve[i].samples), 1, scores[i].score_val});
    }
  }
  if (!in.empty()) damaged();
}

std::string encode_numbers(std::span<const double> numbers) {
  std::string out;
  out.reserve(numbers.size() * 8);
  for (const double x : numbers) put_number(out, x);
  return out;
}

std::vector<double> decode_numbers(std::string_view bytes) {
  if (bytes.size() % 8 != 0) damaged();
  std::vector<double> numbers;
  numbers.reserve(bytes.size() / 8);
  for (Reader in(bytes); !in.empty();) numbers.push_back(in.number());
  return numbers;
}

std::string encode_pictures(std::span<const Picture> pictures) {
  std::string out;
  if (pictures.empty()) return out;
  out.push_back(kPictureFormat);
  put_count(out, pictures.size());
  for (const Picture& p : pictures) {
    for (const std::string* text :
         {&p.key, &p.title, &p.column_title, &p.row_title, &p.value_title})
      put_text(out, *text);
    put_count(out, static_cast<uint64_t>(p.rows));
    put_count(out, static_cast<uint64_t>(p.cols));
    put_count(out, p.values.size());
    for (const float x : p.values) put_float(out, x);
    put_text(out, p.kind);
    put_count(out, p.series.size());
    for (const std::string& name : p.series) put_text(out, name);
    put_count(out, static_cast<uint64_t>(p.image_rows));
    put_count(out, static_cast<uint64_t>(p.image_cols));
  }
  return out;
}

std::vector<Picture> decode_pictures(std::string_view bytes) {
  std::vector<Picture> pictures;
  if (bytes.empty()) return pictures;
  Reader in(bytes);
  const char format = in.byte();
  if (format != kPictureFormat && format != kHeatmapsFormat) damaged();
  const uint64_t n = in.count();
  if (n == 0 || n > in.size() / kSmallestPicture) damaged();
  for (uint64_t i = 0; i < n; ++i) {
    Picture& p = pictures.emplace_back();
    for (std::string* text : {&p.key, &p.title, &p.column_title, &p.row_title, &p.value_title})
      *text = in.text();
    p.rows = static_cast<int64_t>(in.count());
    p.cols = static_cast<int64_t>(in.count());
    const uint64_t values = in.count();
    if (values > in.size() / sizeof(float)) damaged();
    p.values.resize(values);
    for (float& x : p.values) x = in.real();
    if (format == kHeatmapsFormat) continue;
    p.kind = in.text();
    const uint64_t names = in.count();
    if (names > in.size()) damaged();  // a name is a byte at least
    for (uint64_t k = 0; k < names; ++k) p.series.push_back(in.text());
    p.image_rows = static_cast<int64_t>(in.count());
    p.image_cols = static_cast<int64_t>(in.count());
  }
  if (!in.empty()) damaged();
  return pictures;
}

}  // namespace agon::reports
