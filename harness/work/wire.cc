// SPDX-License-Identifier: MIT
#include "harness/work/wire.h"

#include <array>
#include <cstring>
#include <utility>

namespace agon::harness {
namespace {

using nlohmann::json;

constexpr size_t kHeader = 4;
constexpr int kDeepest = 64;  // arrays and maps in each other; a result has 6

// Takes what a parser tells as long as it is not too deep: the library's own goes down with every array
// that begins, a byte each, and a rule may write what it likes.
class DepthGuard final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(size_t) override { return ++depth_ <= kDeepest; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return --depth_ >= 0; }
  bool start_array(size_t) override { return ++depth_ <= kDeepest; }
  bool end_array() override { return --depth_ >= 0; }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  int depth_ = 0;
};

}  // namespace

std::string to_frame(const json& message) {
  std::string frame(kHeader, '\0');
  json::to_cbor(message, frame);
  const size_t length = frame.size() - kHeader;
  if (length > kLongestFrame) throw BadFrame("a message is longer than 64 MiB");
  for (size_t i = 0; i < kHeader; ++i) frame[i] = static_cast<char>(length >> (8 * i) & 0xff);
  return frame;
}

std::optional<json> FrameReader::next() {
  const std::string_view rest = std::string_view(bytes_).substr(read_);
  if (rest.size() < kHeader) return std::nullopt;
  size_t length = 0;
  for (size_t i = 0; i < kHeader; ++i)
    length |= size_t{static_cast<unsigned char>(rest[i])} << (8 * i);
  if (length > kLongestFrame) throw BadFrame("a message is longer than 64 MiB");
  if (rest.size() < kHeader + length) return std::nullopt;
  const std::string_view body = rest.substr(kHeader, length);
  DepthGuard guard;
  if (!json::sax_parse(body.begin(), body.end(), &guard, json::input_format_t::cbor))
    throw BadFrame("a message is no CBOR, or too deep");
  json message = json::from_cbor(body.begin(), body.end());
  read_ += kHeader + length;
  if (read_ == bytes_.size()) {
    bytes_.clear();
    read_ = 0;
  }
  return message;
}

json bytes_of(std::string_view text) { return json::binary({text.begin(), text.end()}); }

std::string text_of(const json& bytes) {
  const json::binary_t& binary = bytes.get_binary();
  return {binary.begin(), binary.end()};
}

json bytes_of(std::span<const float> values) {
  std::vector<uint8_t> raw(values.size_bytes());
  if (!raw.empty()) std::memcpy(raw.data(), values.data(), raw.size());
  return json::binary(std::move(raw));
}

std::vector<float> floats_of(const json& bytes) {
  const json::binary_t& raw = bytes.get_binary();
  if (raw.size() % sizeof(float) != 0) throw BadFrame("a row of numbers ends within a number");
  std::vector<float> values(raw.size() / sizeof(float));
  if (!raw.empty()) std::memcpy(values.data(), raw.data(), raw.size());
  return values;
}

}  // namespace agon::harness
