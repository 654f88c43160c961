// SPDX-License-Identifier: MIT
//
// A folder of recordings: what their names say, how long they are.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "datasets/draft/look.h"
#include "datasets/readers/file.h"
#include "datasets/readers/lines.h"
#include "datasets/readers/table.h"
#include "datasets/readers/wav.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

constexpr double kFramesPerSecond = 32;
constexpr int64_t kLeastFrames = 8, kMostFrames = 128, kBands = 20;
constexpr size_t kMostGroups = 1000;

std::vector<fs::path> recordings(const DraftRequest& request) {
  if (request.from.size() > 1) return request.from;
  const fs::path& from = request.from.front();
  std::error_code error;
  if (!fs::is_directory(from, error)) {
    throw Error(Exit::usage, from.string(), "is one recording",
                "name the folder of all of them: --from FOLDER");
  }
  std::vector<fs::path> files;
  for (fs::directory_iterator it(from, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with('.') && name.ends_with(".wav")) files.push_back(it->path());
  }
  if (files.empty()) {
    throw Error(Exit::data, from.string(), "holds no file *.wav",
                "name a folder of recordings, not of folders; or a table: --from FILE.csv");
  }
  std::ranges::sort(files);
  return files;
}

// The parts of a name before its ending.
std::vector<std::string> parts_of(const fs::path& file, char between) {
  std::vector<std::string> parts(1);
  for (const char c : file.stem().string()) {
    if (c == between) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

struct Names {
  std::string pattern;
  std::map<std::string, size_t> labels;
  bool groups = false;
};

// The label stands first; where three parts do, the second may say whose it is.
Names names_of(const std::vector<fs::path>& files) {
  for (const char between : {'_', '-'}) {
    Names names;
    std::set<std::string> seconds;
    size_t least = 3;
    bool whole = true;
    for (const fs::path& file : files) {
      const std::vector<std::string> parts = parts_of(file, between);
      least = std::min(least, parts.size());
      whole = whole && std::ranges::none_of(parts, &std::string::empty);
      ++names.labels[parts.front()];
      if (parts.size() > 1) seconds.insert(parts[1]);
    }
    if (!whole || least < 2 || 2 * names.labels.size() > files.size()) continue;
    names.groups = least == 3 && seconds.size() > 1 && seconds.size() <= kMostGroups &&
                   2 * seconds.size() <= files.size();
    names.pattern = names.groups ? fmt::format("{{label}}{0}{{group}}{0}*.wav", between)
                                 : fmt::format("{{label}}{}*.wav", between);
    return names;
  }
  throw Error(
      Exit::data, files.front().string(), "its name does not say what it is",
      "call the files LABEL_NUMBER.wav or LABEL_SPEAKER_NUMBER.wav; or write a task file with "
      "list = true (datasets/sources/wav.cc)");
}

}  // namespace

Seen look_at_sounds(const DraftRequest& request) {
  const std::vector<fs::path> files = recordings(request);
  Seen seen;
  seen.format = "wav";
  seen.files = files;
  seen.patterns = request.from.size() > 1 ? files : std::vector{request.from.front() / "*.wav"};
  const Names names = names_of(files);
  uint32_t rate = 0;
  double longest = 0;
  for (const fs::path& file : files) {
    const Wav wav = parse_wav(read_bytes(file, kMostWav), file.string());
    if (rate == 0) rate = wav.rate;
    if (wav.rate != rate) {
      throw Error(Exit::data, file.string(),
                  fmt::format("{} frames a second where {} has {}", wav.rate,
                              files.front().filename().string(), rate),
                  "resample it: all recordings need one rate");
    }
    longest = std::max(longest, static_cast<double>(wav.samples.size()) /
                                    static_cast<double>(wav.channels) / wav.rate);
  }
  const double seconds = std::clamp(std::ceil(longest * 10) / 10, 0.1, 600.0);
  const auto frames =
      std::clamp(std::llround(seconds * kFramesPerSecond), static_cast<long long>(kLeastFrames),
                 static_cast<long long>(kMostFrames));
  seen.rows = files.size();
  seen.answer = fmt::format("the first part of the names, {}", names.pattern);
  seen.classes.assign(names.labels.begin(), names.labels.end());
  seen.shape = {frames, kBands};
  seen.shape_why = "Frames and bands of the log-mel picture that each recording becomes.";
  seen.time = true;
  seen.source = {
      {"name", toml_text(names.pattern),
       names.groups
           ? "What names say. With rule = \"group\" in [split] and test_groups, those of some "
             "groups are tested."
           : "What names say; {group} may say whose a recording is."},
      {"rate", std::to_string(rate), "Samples a second."},
      {"seconds", fmt::format("{:.1f}", seconds),
       fmt::format("That are looked at; the longest has {:.2f}. Silence behind shorter ones.",
                   longest)}};
  seen.scaled = false;
  seen.scaled_why = "Levels are in [0, 1] as they are. Else \"standard\" or \"minmax\".";
  return seen;
}

}  // namespace agon::datasets
