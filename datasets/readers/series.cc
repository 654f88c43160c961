// SPDX-License-Identifier: MIT
#include "datasets/readers/series.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "datasets/readers/lines.h"
#include "datasets/readers/table.h"

namespace agon::datasets {
namespace {

// Lines of a .ts header that change nothing here.
constexpr std::array<std::string_view, 9> kPassedOver = {
    "@problemname", "@missing",      "@univariate",  "@dimensions",  "@dimension",
    "@equallength", "@serieslength", "@targetlabel", "@multivariate"};

class Reader {
 public:
  Reader(const std::string& name, const SeriesVisit& visit) : name_(name), visit_(visit) {}

  std::vector<std::string> read(std::string_view text) {
    Lines lines(text, name_);
    std::optional<bool> ts;
    bool data = false;
    size_t cases = 0;
    for (Line line; lines.next(line);) {
      line.text = trimmed(line.text);
      line_ = line.number;
      if (line.text.empty()) continue;
      if (!ts) ts = line.text.front() == '@' || line.text.front() == '#';
      if (*ts && line.text.front() == '#') continue;
      if (*ts && !data) {
        data = header_line(line.text);
        continue;
      }
      *ts ? ts_case(line.text) : tsv_case(line.text);
      ++cases;
    }
    if (cases == 0) {
      throw Error(Exit::data, name_, ts && *ts && !data ? "has no @data" : "has no series",
                  "use a complete .ts or .tsv file of the UCR archive");
    }
    return classes_;
  }

 private:
  [[noreturn]] void fail(const std::string& reason, const std::string& fix) const {
    throw Error(Exit::data, at_line(name_, line_), reason, fix);
  }

  static std::string_view take_until(std::string_view& text, std::string_view ends) {
    const size_t end = std::min(text.find_first_of(ends), text.size());
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
  }

  // True for @data.
  bool header_line(std::string_view text) {
    const std::string key = lower(take_until(text, " \t"));
    text = trimmed(text);
    if (key == "@data") {
      if (!labelled_) fail("has no @classLabel before @data", "use a file of a task to classify");
      return true;
    }
    if (key == "@timestamps" && lower(text) != "false")
      fail("has time stamps", "resample the series to equal steps");
    if (key == "@classlabel") {
      check_utf8(text, at_line(name_, line_));
      labelled_ = lower(trimmed(take_until(text, " \t"))) == "true";
      while (!(text = trimmed(text)).empty()) classes_.emplace_back(take_until(text, " \t"));
    } else if (key != "@timestamps" && std::ranges::count(kPassedOver, key) == 0) {
      fail(fmt::format("{} is no line of a .ts header", shown(key)),
           core::suggest(key, std::vector<std::string>{"@classlabel", "@data", "@timestamps"}));
    }
    return false;
  }

  void ts_case(std::string_view text) {
    const size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
      fail("has no ':' before its label", "end each case with :label");
    begin_case(text.substr(colon + 1));
    text = text.substr(0, colon);
    while (true) {
      const size_t end = std::min(text.find(':'), text.size());
      std::string_view channel = text.substr(0, end);
      add_channel(channel, ",", false);
      if (end == text.size()) break;
      text.remove_prefix(end + 1);
    }
    end_case();
  }

  void tsv_case(std::string_view text) {
    const std::string_view ends = text.find('\t') != std::string_view::npos  ? "\t"
                                  : text.find(',') != std::string_view::npos ? ","
                                                                             : " ";
    begin_case(take_until(text, ends));
    add_channel(text, ends, true);
    end_case();
  }

  void begin_case(std::string_view label) {
    label_ = trimmed(label);
    check_utf8(label_, at_line(name_, line_));
    if (is_missing(label_)) fail("has no label", "remove the case: every one needs a label");
    values_.clear();
    channels_ = length_ = 0;
  }

  // padded: NaN behind the last value is no value.
  void add_channel(std::string_view text, std::string_view ends, bool padded) {
    const size_t before = values_.size();
    bool padding = false;
    while (true) {
      if (ends == " ") text = trimmed(text);
      const size_t end = std::min(text.find_first_of(ends), text.size());
      const std::string_view cell = trimmed(text.substr(0, end));
      const bool missing = is_missing(cell);
      if (missing && !(padded && !cell.empty() && cell != "?")) {
        fail(fmt::format("has no value {} of channel {}", values_.size() - before + 1, channels_),
             "fill it, or leave the case out");
      }
      if (!missing) add_value(cell, padding);
      padding = missing;
      if (end == text.size()) break;
      text.remove_prefix(end + 1);
    }
    const size_t length = values_.size() - before;
    if (length == 0 || (channels_ > 0 && length != length_)) {
      fail(fmt::format("has {} values in channel {} and {} in the first", length, channels_,
                       channels_ > 0 ? length_ : length),
           "give all channels of a case the same length, 1 or more");
    }
    length_ = length;
    ++channels_;
  }

  void add_value(std::string_view cell, bool padding) {
    const auto value = core::parse_real(cell);
    const float rounded = value ? static_cast<float>(*value) : 0;
    if (!value || !std::isfinite(rounded))
      fail(fmt::format("{} is no number", shown(cell)), "correct it");
    if (padding) fail("has a value behind NaN", "fill gaps; NaN may only stand at the end");
    values_.push_back(rounded);
  }

  void end_case() const { visit_({line_, label_, channels_, length_, values_}); }

  const std::string& name_;
  const SeriesVisit& visit_;
  size_t line_ = 0;
  bool labelled_ = false;
  std::vector<std::string> classes_;
  std::string_view label_;
  size_t channels_ = 0, length_ = 0;
  std::vector<float> values_;
};

}  // namespace

std::vector<std::string> read_series(std::string_view text, const std::string& name,
                                     const SeriesVisit& visit) {
  return Reader(name, visit).read(text);
}

}  // namespace agon::datasets
