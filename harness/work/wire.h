// SPDX-License-Identifier: MIT
//
// How parent and worker talk: frames of a 4-byte little-endian length and one CBOR value, both
// ways. Numbers cross as they are (NaN and infinities too), texts that need not be UTF-8 (paths,
// what a rule says) as byte strings.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace agon::harness {

// Room for 250 pictures of the largest legal size (65536 values).
inline constexpr size_t kLongestFrame = size_t{64} << 20;

// A frame that is too long, too deep or no CBOR.
class BadFrame : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws BadFrame when the message is longer than kLongestFrame.
std::string to_frame(const nlohmann::json& message);

// Puts frames together from what a pipe brings.
class FrameReader {
 public:
  void add(std::string_view bytes) { bytes_.append(bytes); }
  // The next whole message, nothing while it is still on its way. Throws BadFrame.
  std::optional<nlohmann::json> next();
  // Bytes of messages that are not whole yet.
  size_t waiting() const { return bytes_.size() - read_; }

 private:
  std::string bytes_;
  size_t read_ = 0;  // of bytes_, taken by earlier messages
};

nlohmann::json bytes_of(std::string_view text);
std::string text_of(const nlohmann::json& bytes);  // throws nlohmann::json::exception
// In the order of this machine, which both ends are on.
nlohmann::json bytes_of(std::span<const float> values);
std::vector<float> floats_of(
    const nlohmann::json& bytes);  // throws nlohmann::json::exception, BadFrame

}  // namespace agon::harness
