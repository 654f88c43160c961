// SPDX-License-Identifier: MIT
//
// Series of the UCR and UEA archives: how many channels, how long, which classes.
#include "datasets/readers/series.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "core/error.h"
#include "datasets/draft/look.h"
#include "datasets/readers/file.h"
#include "datasets/readers/gzip.h"

namespace agon::datasets {

Seen look_at_series(const DraftRequest& request) {
  check_count(request, 2, "series: one for training, one for the test");
  Seen seen;
  seen.format = "ts";
  seen.files = request.from;
  if (seen.files.size() == 1) {
    if (const auto test = sibling(seen.files.front(), "train", "test"); !test.empty())
      seen.files.push_back(test);
  }
  seen.test_part = seen.files.size() == 2;
  size_t channels = 0, longest = 0, shortest = std::numeric_limits<size_t>::max();
  std::map<std::string, size_t, std::less<>> counts;
  for (const std::filesystem::path& file : seen.files) {
    const std::string name = file.string();
    const std::string text = unpacked(read_bytes(file, kMostText), name, kMostText);
    const auto declared = read_series(text, name, [&](const SeriesCase& series) {
      ++seen.rows;
      channels = std::max(channels, series.channels);
      longest = std::max(longest, series.length);
      shortest = std::min(shortest, series.length);
      ++counts[std::string(series.label)];
      for (const float value : series.values) seen.nonnegative = seen.nonnegative && !(value < 0);
    });
    for (const std::string& label : declared) counts.try_emplace(label, 0);
  }
  if (seen.rows == 0)
    throw Error(Exit::data, seen.files.front().string(), "has no series", "save some behind @data");
  seen.classes.assign(counts.begin(), counts.end());
  seen.answer = "the label of each series";
  seen.shape = {static_cast<int64_t>(longest), static_cast<int64_t>(channels)};
  seen.time = true;
  seen.shape_why = fmt::format("{} of {} to {} frames: [time, channels].",
                               channels == 1 ? "One channel" : fmt::format("{} channels", channels),
                               shortest, longest);
  if (shortest < longest) {
    seen.scaled = false;
    seen.scaled_why =
        "Zeros stand behind the end of shorter series, and scaling would move them. Else "
        "\"standard\" or \"minmax\".";
    seen.source.push_back(
        {"mask", "false",
         "true: one more channel, 1 in frames of the series and 0 behind its end; "
         "add 1 to the last of 'shape'."});
  }
  return seen;
}

}  // namespace agon::datasets
