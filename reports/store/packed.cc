// SPDX-License-Identifier: MIT
#include "reports/store/packed.h"

#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>

namespace agon::reports {
namespace {

using Json = nlohmann::json;

// Curves of two tasks have two columns more. Format 1 of pictures knew heatmaps only.
constexpr char kCurveFormat = 1, kPhasedCurveFormat = 2, kHeatmapsFormat = 1, kPictureFormat = 2;
constexpr char kConstant = 0, kVarying = 1;

[[noreturn]] void damaged() { throw std::runtime_error("bytes that no Agon wrote"); }

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
constexpr uint64_t kSmallestPicture = 8;  // five lengths, rows, columns, count of values

double number_of(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "nan") return kNaN;
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  damaged();
}

// An array of arrays; empty for no text.
Json rows(std::string_view text) {
  if (text.empty()) return Json::array();
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) damaged();
  return json;
}

}  // namespace

void unpack_curve(std::string_view bytes, CellOutcome& outcome) {
  if (bytes.empty()) return;
  Reader in(bytes);
  const char format = in.byte();
  if (format != kCurveFormat && format != kPhasedCurveFormat) damaged();
  const uint64_t n = in.count();
  // What is to be allocated is there: a point is a byte at least, for epochs, updates or samples grow.
  if (n == 0 || n > in.size() || in.size() < 2 * kColumns) damaged();
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

std::vector<double> unpack_numbers(std::string_view bytes) {
  if (bytes.size() % 8 != 0) damaged();
  std::vector<double> numbers;
  numbers.reserve(bytes.size() / 8);
  for (Reader in(bytes); !in.empty();) numbers.push_back(in.number());
  return numbers;
}

std::vector<Picture> unpack_pictures(std::string_view bytes) {
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

std::map<std::string, double> unpack_metrics(std::string_view text) {
  std::map<std::string, double> metrics;
  if (text.empty()) return metrics;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) damaged();
  for (const auto& [key, value] : json.items()) metrics[key] = number_of(value);
  return metrics;
}

std::vector<Warning> unpack_warnings(std::string_view text) {
  std::vector<Warning> warnings;
  for (const Json& w : rows(text)) {
    if (!w.is_array() || w.size() != 2 || !w[0].is_string() || !w[1].is_number_integer()) damaged();
    warnings.push_back({w[0], w[1]});
  }
  return warnings;
}

void unpack_harms(std::string_view text, std::vector<SeriesPoint>& series) {
  for (const Json& p : rows(text)) {
    if (!p.is_array() || p.size() != 6 || !p[0].is_string() || !p[2].is_number_integer() ||
        !p[5].is_string())
      damaged();
    const std::string harm = p[0];
    series.push_back({"score@" + harm, number_of(p[1]), p[2], number_of(p[3]), p[5]});
    if (const double nrmse = number_of(p[4]); !std::isnan(nrmse))
      series.push_back({"nrmse@" + harm, number_of(p[1]), p[2], nrmse});
  }
}

}  // namespace agon::reports
