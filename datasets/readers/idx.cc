// SPDX-License-Identifier: MIT
#include "datasets/readers/idx.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <span>
#include <utility>

#include "core/error.h"
#include "datasets/readers/gzip.h"

namespace agon::datasets {
namespace {

constexpr uint8_t kUnsignedByte = 0x08, kFloat = 0x0d;
constexpr size_t kMaxDims = 4;
constexpr size_t kMostRatio = 64;  // of unpacked to packed bytes that pictures are believed to have
constexpr size_t kMostAtOnce = size_t{64} << 20;
constexpr size_t kStep = size_t{1} << 20;  // the first step

[[noreturn]] void fail(const std::string& name, const std::string& reason, const std::string& fix) {
  throw Error(Exit::data, name, reason, fix);
}

[[noreturn]] void fail_truncated(const std::string& name, const std::string& reason) {
  fail(name, "truncated: " + reason, "fetch the file again: this copy is incomplete");
}

struct Header {
  std::vector<size_t> dims;
  size_t element = 1;  // bytes
};

Header read_header(GzipSource& source, const std::string& name, IdxElements allowed) {
  std::array<uint8_t, 4> magic{};
  if (source.read(magic) < magic.size())
    fail_truncated(name, "shorter than the 4 bytes of IDX's magic");
  if (magic[0] != 0 || magic[1] != 0) {
    fail(name, fmt::format("wrong magic {:02x}: not an IDX file", fmt::join(magic, " ")),
         "use the file in IDX format (.gz or unpacked), which starts with 00 00 08");
  }
  const bool floats = magic[2] == kFloat && allowed == IdxElements::bytes_or_floats;
  if (magic[2] != kUnsignedByte && !floats) {
    fail(name,
         fmt::format(
             "IDX element type {:#04x} where unsigned bytes (0x08){} are expected, at byte 2",
             magic[2], allowed == IdxElements::bytes ? "" : " or floats (0x0d)"),
         "use the ubyte file");
  }
  if (magic[3] < 1 || magic[3] > kMaxDims) {
    fail(name,
         fmt::format("{} dimensions in its header, 1 to {} are valid, at byte 3", magic[3],
                     kMaxDims),
         "fetch the file again: its header is damaged");
  }
  std::vector<size_t> dims(magic[3]);
  for (size_t& dim : dims) {
    std::array<uint8_t, 4> word{};
    if (source.read(word) < word.size()) {
      fail_truncated(name, fmt::format("it ends inside the header of {} bytes", 4 + 4 * magic[3]));
    }
    dim = size_t{word[0]} << 24 | size_t{word[1]} << 16 | size_t{word[2]} << 8 | size_t{word[3]};
  }
  return {std::move(dims), floats ? sizeof(float) : 1};
}

// Its bytes, which the header alone decides: checked before it is believed.
size_t payload_size(const Header& header, const std::string& name) {
  const std::vector<size_t>& dims = header.dims;
  size_t size = header.element;
  bool valid = true;
  for (const size_t dim : dims) {
    valid = valid && dim > 0 && dim <= kMostIdxPayload / size;
    if (valid) size *= dim;
  }
  if (!valid) {
    fail(name,
         fmt::format("absurd size {} in its header, 1 to {} bytes are read", fmt::join(dims, " x "),
                     kMostIdxPayload),
         "fetch the file again: its header is damaged");
  }
  return size;
}

std::vector<float> reals_of(std::span<const uint8_t> payload, size_t start,
                            const std::string& name) {
  std::vector<float> out(payload.size() / sizeof(float));
  for (size_t i = 0; i < out.size(); ++i) {
    const uint8_t* const b = payload.data() + i * sizeof(float);
    const uint32_t bits = uint32_t{b[0]} << 24 | uint32_t{b[1]} << 16 | uint32_t{b[2]} << 8 | b[3];
    out[i] = std::bit_cast<float>(bits);
    if (!std::isfinite(out[i])) {
      fail(name,
           fmt::format("{} at byte {} where a finite number is expected", out[i],
                       start + i * sizeof(float)),
           "leave out rows without a number, or fill them in before the file is written");
    }
  }
  return out;
}

}  // namespace

Idx parse_idx(std::string_view bytes, const std::string& name, IdxElements allowed) {
  GzipSource source(bytes, name);
  Idx idx;
  Header header = read_header(source, name, allowed);
  const size_t size = payload_size(header, name);
  idx.dims = std::move(header.dims);
  // The header may lie: all at once what so many bytes can give, else doubling steps, so that memory
  // follows those that really arrive.
  if (size / kMostRatio <= bytes.size()) idx.payload.reserve(std::min(size, kMostAtOnce));
  while (idx.payload.size() < size) {
    const size_t have = idx.payload.size();
    const size_t want = std::min(size - have, std::max(kStep, have));
    idx.payload.resize(have + want);
    const size_t got = source.read(std::span(idx.payload).subspan(have));
    if (got < want) {
      fail_truncated(name, fmt::format("{} of {} data bytes ({})", have + got, size,
                                       fmt::join(idx.dims, " x ")));
    }
  }
  std::array<uint8_t, 1> beyond{};
  if (source.read(beyond) > 0) {
    fail(name, fmt::format("trailing bytes after the {} that its header announces", size),
         "fetch the file again: header and data disagree");
  }
  if (header.element != sizeof(float)) return idx;
  idx.reals = reals_of(idx.payload, 4 + 4 * idx.dims.size(), name);
  idx.payload = {};
  return idx;
}

}  // namespace agon::datasets
