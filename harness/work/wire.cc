// SPDX-License-Identifier: MIT
#include "harness/work/wire.h"

#include <array>
#include <cstring>
#include <utility>

namespace agon::harness {
namespace {

using nlohmann::json;

constexpr size_t kHeader = 4;

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
  json message = json::from_cbor(body.begin(), body.end(), true, false);
  if (message.is_discarded()) throw BadFrame("a message is no CBOR");
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
