// SPDX-License-Identifier: MIT
#include "datasets/readers/wav.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

#include "core/error.h"

namespace agon::datasets {
namespace {

static_assert(std::endian::native == std::endian::little, "samples are copied as they stand");

constexpr uint32_t kPcm = 1, kFloat = 3, kExtensible = 0xfffe;
constexpr size_t kMostChannels = 64;
constexpr uint32_t kMostRate = 1'000'000;

[[noreturn]] void fail(const std::string& name, const std::string& reason, const std::string& fix) {
  throw Error(Exit::data, name, reason, fix);
}

// A little-endian number of `size` bytes that the caller knows to be there.
uint32_t number(std::string_view bytes, size_t at, size_t size) {
  uint32_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

struct Format {
  uint32_t coding, channels, rate, frame_bytes, bits;
};

Format read_format(std::string_view chunk, size_t at, const std::string& name) {
  if (chunk.size() < 16) {
    fail(name,
         fmt::format("format chunk at byte {} has {} bytes, at least 16 are expected", at,
                     chunk.size()),
         "save it again as WAV");
  }
  Format format{number(chunk, 0, 2), number(chunk, 2, 2), number(chunk, 4, 4), number(chunk, 12, 2),
                number(chunk, 14, 2)};
  // The coding proper stands first in the sub-format's GUID.
  if (format.coding == kExtensible && chunk.size() >= 26) format.coding = number(chunk, 24, 2);
  const bool pcm =
      format.coding == kPcm && (format.bits == 8 || format.bits == 16 || format.bits == 24);
  if (!pcm && !(format.coding == kFloat && format.bits == 32)) {
    fail(name, fmt::format("coding {} with {} bits a sample", format.coding, format.bits),
         "convert it to PCM of 8, 16 or 24 bits, or to float32");
  }
  if (format.channels == 0 || format.channels > kMostChannels ||
      format.frame_bytes != format.channels * format.bits / 8) {
    fail(name,
         fmt::format("format chunk at byte {} says {} channels of {} bits in {} bytes", at,
                     format.channels, format.bits, format.frame_bytes),
         "save it again as WAV");
  }
  if (format.rate == 0 || format.rate > kMostRate) {
    fail(name, fmt::format("format chunk at byte {} says {} frames a second", at, format.rate),
         fmt::format("resample it to at most {}", kMostRate));
  }
  return format;
}

float sample(const Format& format, std::string_view bytes, size_t at) {
  switch (format.bits) {
    case 8: return static_cast<float>(static_cast<int>(number(bytes, at, 1)) - 128) / 128.0f;
    case 16: return static_cast<float>(static_cast<int16_t>(number(bytes, at, 2))) / 32768.0f;
    case 24:  // into the high bytes, so that the sign comes along
      return static_cast<float>(static_cast<int32_t>(number(bytes, at, 3) << 8) >> 8) / 8388608.0f;
    default: return std::bit_cast<float>(number(bytes, at, 4));
  }
}

Wav decode(const Format& format, std::string_view data, size_t at, const std::string& name) {
  if (data.empty() || data.size() % format.frame_bytes != 0) {
    fail(name,
         fmt::format("data chunk at byte {} has {} bytes, not whole frames of {}", at, data.size(),
                     format.frame_bytes),
         "save it again as WAV");
  }
  Wav wav{format.rate, format.channels, {}};
  const size_t bytes = format.bits / 8;
  wav.samples.resize(data.size() / bytes);
  for (size_t i = 0; i < wav.samples.size(); ++i) {
    wav.samples[i] = sample(format, data, i * bytes);
    if (!std::isfinite(wav.samples[i])) {
      fail(name, fmt::format("sample {} at byte {} is not finite", i, at + i * bytes),
           "save it again as PCM");
    }
  }
  return wav;
}

}  // namespace

Wav parse_wav(std::string_view bytes, const std::string& name) {
  if (bytes.substr(0, 4) == "RIFX" || bytes.substr(0, 4) == "RF64") {
    fail(name, fmt::format("{} where RIFF is expected", bytes.substr(0, 4)),
         "save it as a WAV file of at most 4 GiB, little endian");
  }
  if (bytes.substr(0, 4) != "RIFF" || bytes.size() < 12 || bytes.substr(8, 4) != "WAVE") {
    fail(name, "wrong magic: not a WAV file", "use a file that starts with RIFF....WAVE");
  }
  std::optional<Format> format;
  for (size_t at = 12; at + 8 <= bytes.size();) {
    const std::string_view kind = bytes.substr(at, 4);
    const size_t size = number(bytes, at + 4, 4), begin = at + 8;
    if (size > bytes.size() - begin) {
      fail(name,
           fmt::format("truncated: a chunk of {} bytes at byte {} in a file of {}", size, at,
                       bytes.size()),
           "fetch the file again: this copy is incomplete");
    }
    const std::string_view chunk = bytes.substr(begin, size);
    if (kind == "fmt ") format = read_format(chunk, at, name);
    if (kind == "data") {
      if (!format)
        fail(name, fmt::format("data at byte {} before the format", at), "save it again as WAV");
      return decode(*format, chunk, begin, name);
    }
    at = begin + size + size % 2;  // chunks start at even bytes
  }
  fail(name, "has no data chunk", "fetch the file again: this copy is incomplete");
}

}  // namespace agon::datasets
