// SPDX-License-Identifier: MIT
#include "datasets/readers/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "core/error.h"

namespace agon::datasets {
namespace {

constexpr std::string_view kMagic = "\x1f\x8b";
constexpr int kGzipWindow = 15 + 16;  // the largest window, gzip framing only
constexpr const char* kFix = "fetch the file again: this copy is incomplete or damaged";
constexpr size_t kFirstStep = size_t{1} << 16;
constexpr size_t kChunk = std::numeric_limits<uInt>::max() / 2;  // zlib counts in 32 bits

}  // namespace

struct GzipSource::Inflater {
  z_stream stream{};
  Inflater() {
    if (inflateInit2(&stream, kGzipWindow) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

GzipSource::GzipSource(std::string_view bytes, std::string name)
    : bytes_(bytes), name_(std::move(name)) {
  if (bytes_.starts_with(kMagic)) inflater_ = std::make_unique<Inflater>();
}

GzipSource::~GzipSource() = default;

size_t GzipSource::read(std::span<uint8_t> out) {
  return inflater_ ? read_gzip(out) : read_plain(out);
}

size_t GzipSource::read_plain(std::span<uint8_t> out) {
  const size_t n = std::min(out.size(), bytes_.size() - position_);
  if (n > 0) std::memcpy(out.data(), bytes_.data() + position_, n);
  position_ += n;
  return n;
}

size_t GzipSource::read_gzip(std::span<uint8_t> out) {
  z_stream& stream = inflater_->stream;
  size_t done = 0;
  while (done < out.size() && !ended_) {
    const size_t input = std::min(bytes_.size() - position_, kChunk);
    const size_t room = std::min(out.size() - done, kChunk);
    // zlib never writes to its input; its interface only predates const.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes_.data() + position_));
    stream.avail_in = static_cast<uInt>(input);
    stream.next_out = out.data() + done;
    stream.avail_out = static_cast<uInt>(room);
    const int status = inflate(&stream, Z_NO_FLUSH);
    position_ += input - stream.avail_in;
    done += room - stream.avail_out;
    if (status == Z_STREAM_END) {
      ended_ = !next_member();
    } else if (status == Z_BUF_ERROR ||
               (status == Z_OK && position_ == bytes_.size() && stream.avail_out > 0)) {
      throw Error(
          Exit::data, name_,
          "truncated: the gzip data stops before its end, at byte " + std::to_string(bytes_.size()),
          kFix);
    } else if (status == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (status != Z_OK) {
      throw Error(Exit::data, name_,
                  std::string("damaged gzip data: ") +
                      (stream.msg ? stream.msg : "unknown defect") + ", before byte " +
                      std::to_string(position_),
                  kFix);
    }
  }
  return done;
}

bool GzipSource::next_member() {
  const std::string_view rest = bytes_.substr(position_);
  // Tapes and block devices pad with zeros, which gzip itself passes over.
  if (rest.find_first_not_of('\0') == std::string_view::npos) return false;
  if (!rest.starts_with(kMagic)) {
    throw Error(Exit::data, name_,
                std::to_string(rest.size()) +
                    " trailing bytes after the end of the gzip data, at byte " +
                    std::to_string(position_),
                kFix);
  }
  inflateReset(&inflater_->stream);
  return true;
}

std::string unpacked(std::string bytes, const std::string& name, size_t most) {
  const auto check = [&](size_t size) {
    if (size > most) {
      throw Error(Exit::data, name, "unpacks to more than " + std::to_string(most) + " bytes",
                  "split the file, or store the data as NPY or IDX");
    }
  };
  if (!bytes.starts_with(kMagic)) {
    check(bytes.size());
    return bytes;
  }
  GzipSource source(bytes, name);
  std::string text;
  while (true) {
    const size_t have = text.size();
    const size_t want = std::min(std::max(kFirstStep, have), most - have);
    text.resize(have + want);
    const size_t got = source.read({reinterpret_cast<uint8_t*>(text.data()) + have, want});
    text.resize(have + got);
    if (text.size() == most) {
      // One more is asked for by itself: a text as large as allowed must not be copied for it.
      uint8_t beyond = 0;
      check(most + source.read({&beyond, 1}));
      return text;
    }
    if (got < want) return text;
  }
}

}  // namespace agon::datasets
