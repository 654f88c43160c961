// SPDX-License-Identifier: MIT
//
// "spoken-digits": the recordings of the Free Spoken Digit Dataset, DIGIT_SPEAKER_NUMBER.wav, as log-mel
// pictures 32x20, digits and speakers (by alphabet). Numbers 0 to 4 are the published test; each part
// is shuffled by seed 0.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>
#include <tuple>

#include "core/error.h"
#include "datasets/fetch/homes/conversion.h"
#include "datasets/log_mel.h"
#include "datasets/readers/wav.h"

namespace agon::datasets {
namespace {

constexpr uint32_t kSeed = 0;
constexpr int kTested = 5;  // recordings of each speaker and digit

struct Recording {
  int digit = 0;
  std::string speaker;
  int number = 0;
  const NamedFile* file = nullptr;
};

std::optional<int> whole(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= 0
             ? std::optional(value)
             : std::nullopt;
}

Recording recording_of(const NamedFile& file) {
  std::string_view name(file.name);
  name.remove_prefix(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1);
  const size_t first = name.find('_'), last = name.rfind('_'), end = name.rfind(".wav");
  if (first < last && last != std::string_view::npos && end != std::string_view::npos &&
      last < end) {
    const auto digit = whole(name.substr(0, first));
    const auto number = whole(name.substr(last + 1, end - last - 1));
    if (digit && *digit < 10 && number)
      return {*digit, std::string(name.substr(first + 1, last - first - 1)), *number, &file};
  }
  throw Error(Exit::data, file.name, "is not called DIGIT_SPEAKER_NUMBER.wav", kOtherRelease);
}

NamedFiles make(std::span<const NamedFile> raw) {
  std::vector<Recording> all;
  std::set<std::string> speakers;
  for (const NamedFile& file : raw) {
    all.push_back(recording_of(file));
    speakers.insert(all.back().speaker);
  }
  std::ranges::sort(all, {},
                    [](const Recording& r) { return std::tie(r.digit, r.speaker, r.number); });
  NamedFiles made;
  const LogMel mel;
  for (const bool test : {false, true}) {
    std::vector<const Recording*> part;
    for (const Recording& one : all) {
      if ((one.number < kTested) == test) part.push_back(&one);
    }
    std::string pictures, digits, who;
    for (const size_t i : NumpyRandom(kSeed).permutation(part.size())) {
      const Recording& one = *part[i];
      const Wav wav = parse_wav(one.file->bytes, one.file->name);
      if (wav.rate != mel.rate || wav.channels != 1)
        throw Error(Exit::data, one.file->name, "is not one channel of 8000 Hz", kOtherRelease);
      for (const float level : log_mel(mel, wav.samples))
        pictures += static_cast<char>(std::lround(255 * level));
      digits += static_cast<char>(one.digit);
      who += static_cast<char>(std::distance(speakers.begin(), speakers.find(one.speaker)));
    }
    const std::string name = test ? "test" : "train";
    const auto rows = static_cast<uint32_t>(part.size());
    made.push_back(
        {name + "-logmel-idx3-ubyte.gz",
         idx_gz_of({rows, static_cast<uint32_t>(mel.frames), static_cast<uint32_t>(mel.bands)},
                   pictures)});
    made.push_back({name + "-labels-idx1-ubyte.gz", idx_gz_of({rows}, digits)});
    made.push_back({name + "-speakers-idx1-ubyte.gz", idx_gz_of({rows}, who)});
  }
  return made;
}

}  // namespace

extern const Conversion kSpokenDigits;
constinit const Conversion kSpokenDigits{"spoken-digits", make};

}  // namespace agon::datasets
