// SPDX-License-Identifier: MIT
#include "datasets/draft/draft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <system_error>

#include "core/error.h"
#include "core/text.h"
#include "datasets/draft/look.h"
#include "datasets/fetch/sha256.h"
#include "datasets/readers/file.h"
#include "datasets/readers/gzip.h"
#include "datasets/readers/lines.h"
#include "datasets/readers/table.h"
#include "datasets/task_file.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

struct Format {
  std::string_view ending;  // of a file's name, in small letters and without .gz
  Seen (*look)(const DraftRequest& request);
};
// What has another ending is looked at as a table.
constexpr std::array kFormats = {
    Format{".npy", look_at_arrays},  Format{".npz", look_at_arrays}, Format{".ts", look_at_series},
    Format{"ubyte", look_at_images}, Format{".idx", look_at_images}, Format{".wav", look_at_sounds},
};

constexpr size_t kMostBytes = size_t{4} << 30;  // of a file, unpacked
constexpr size_t kWidth = 98;                   // of a comment
constexpr size_t kFewRows = 16;                 // all of so few are patterns to learn, not samples
constexpr double kUnequal = 3;      // largest class over smallest, from which accuracy misleads
constexpr double kTestShare = 0.2;  // of the rows, and for validation of those left
constexpr size_t kLeastRowsOfClass = 3;  // one for each part
constexpr size_t kMostNamed = 12;        // classes in a comment

double rounded(double v) { return std::round(v * 1e4) / 1e4; }

// The text under construction: comments above keys.
class Writer {
 public:
  void comment(const std::string& text) {
    std::string line = "#";
    size_t at = 0;
    while (at < text.size()) {
      const size_t end = std::min(text.find(' ', at), text.size());
      if (line.size() + 1 + end - at > kWidth && line.size() > 1) {
        out_ += line + '\n';
        line = "#";
      }
      line += ' ' + text.substr(at, end - at);
      at = end + 1;
    }
    out_ += line + '\n';
  }
  void key(const std::string& key, const std::string& value, const std::string& why) {
    if (!why.empty()) comment(why);
    out_ += fmt::format("{} = {}\n", key, value);
  }
  void key(const DraftLine& line) { key(line.key, line.value, line.why); }
  void section(const std::string& name) { out_ += fmt::format("\n[{}]\n", name); }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Below the folder of the task file, as [source] names it.
std::string inside(const fs::path& file, const fs::path& folder) {
  const fs::path relative = fs::absolute(file).lexically_normal().lexically_relative(
      fs::absolute(folder).lexically_normal());
  if (relative.empty() || *relative.begin() == "..") {
    throw Error(Exit::usage, file.string(),
                fmt::format("is not below {}, the folder of the task file", folder.string()),
                fmt::format("write the task file beside it: --tasks {}",
                            file.has_parent_path() ? file.parent_path().string() : "."));
  }
  return relative.generic_string();
}

std::string classes_text(const Seen& seen) {
  std::vector<std::string> parts;
  for (const auto& [name, rows] : seen.classes) {
    if (parts.size() == kMostNamed) {
      parts.emplace_back("...");
      break;
    }
    parts.push_back(fmt::format("{} ({} rows)", core::printable(name), rows));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

struct Scoring {
  std::string metric, metric_why, chance_why;
  double chance = 0;
};

Scoring scoring_of(const Seen& seen) {
  if (seen.classes.empty()) {
    return {"r2",
            "R^2: 1 is perfect, 0 what the mean of the targets scores, below 0 is worse than that.",
            "What the mean of the targets scores.", 0};
  }
  size_t least = std::numeric_limits<size_t>::max(), most = 0;
  for (const auto& [name, rows] : seen.classes) {
    least = std::min(least, rows);
    most = std::max(most, rows);
  }
  const auto largest = static_cast<double>(most), smallest = static_cast<double>(least);
  if (largest > kUnequal * smallest) {
    return {
        "balanced-accuracy",
        fmt::format("The largest class has {} rows and the smallest {}: the mean of the classes' "
                    "shares of right answers. Else \"accuracy\"{}.",
                    most, least, seen.classes.size() == 2 ? ", or \"auroc\"" : ""),
        "1 / classes.", 1.0 / static_cast<double>(seen.classes.size())};
  }
  return {
      "accuracy",
      fmt::format("The share of right answers; \"balanced-accuracy\" weighs all classes alike{}.",
                  seen.classes.size() == 2 ? ", \"auroc\" asks for their order only" : ""),
      "The share of the largest class: what always answers it scores.",
      largest / static_cast<double>(seen.rows)};
}

void write_split(const Seen& seen, Writer& out) {
  out.section("split");
  size_t least = seen.rows;
  for (const auto& [name, rows] : seen.classes) least = std::min(least, rows);
  const bool few = seen.rows <= kFewRows && !seen.test_part;
  if (few) {
    out.key("rule", toml_text("all"),
            fmt::format("{} rows are too few to keep some for a test: all of them in every part. "
                        "With more: \"stratified\" with test, validation and seed.",
                        seen.rows));
    return;
  }
  if (seen.test_part) {
    out.key("rule", toml_text("given"), "The last of the files are the test.");
  } else if (seen.classes.empty()) {
    out.key("rule", toml_text("random"),
            "Or \"time\": the last rows are the test, where rows follow one another.");
    out.key("test", fmt::format("{}", kTestShare), "The share of all rows.");
  } else {
    out.key(
        "rule", toml_text("stratified"),
        "The same share of every class. Or \"time\", the last rows; or \"group\", where the rows "
        "of a person or a machine must not be in two parts (and 'group' in [source]).");
    out.key("test", fmt::format("{}", kTestShare), "The share of all rows.");
  }
  if (least < kLeastRowsOfClass) {
    out.comment(fmt::format("Beware: a class has {} {}, so some part has none of it.", least,
                            least == 1 ? "row" : "rows"));
  }
  out.key("validation", fmt::format("{}", kTestShare),
          "The share of the other rows by which settings are chosen.");
  out.key("seed", "1", "Which rows; the same in every run, whatever its seed.");
}

// Of the unpacked bytes, as agon fetch checks them.
void write_checksums(const Seen& seen, const std::string& id, Writer& out) {
  std::vector<std::string> sums;
  for (const fs::path& file : seen.files) {
    const std::string bytes = unpacked(read_bytes(file), file.string(), kMostBytes);
    Sha256 sum;
    sum.update({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
    sums.push_back(sum.hex());
  }
  out.section("fetch");
  out.key(
      "sha256", toml_text(sums),
      fmt::format("Of the unpacked files, by which agon fetch {} --from DIR knows copies of them "
                  "on another machine. With 'mirrors', URLs of folders, it downloads them.",
                  id));
}

std::string text_of(const DraftRequest& request, const Seen& seen) {
  std::vector<std::string> files, names;
  for (const fs::path& file : seen.patterns.empty() ? seen.files : seen.patterns) {
    files.push_back(inside(file, request.folder));
    names.push_back(file.filename().string());
  }
  const bool classify = !seen.classes.empty();
  const std::string all = core::printable(fmt::format("{}", fmt::join(names, ", ")));
  Writer out;
  out.comment(
      fmt::format("A task out of {}, drafted by agon new task. Everything may be changed.", all));
  out.comment("After #: what was seen, and what else may stand there.");
  out.key("\nid", toml_text(request.id), "");
  out.key("title", toml_text(request.id), "What reports call it.");
  out.key("summary", toml_text(fmt::format("{} rows of {}.", seen.rows, all)), "");
  out.key("kind", toml_text(classify ? "classify" : "regress"),
          fmt::format("To predict: {}.", seen.answer));
  if (classify) {
    out.key("classes", std::to_string(seen.classes.size()), classes_text(seen) + ".");
  } else {
    out.key("targets", std::to_string(seen.targets),
            fmt::format("From {:.4g} to {:.4g}.", seen.low, seen.high));
  }
  const Scoring scoring = scoring_of(seen);
  const double chance = rounded(scoring.chance);
  out.key("metric", toml_text(scoring.metric), scoring.metric_why);
  out.key("chance", fmt::format("{}", chance), scoring.chance_why);
  out.key("target", fmt::format("{}", rounded(chance + 0.8 * (1 - chance))),
          "A score worth reaching: reports tell how long rules take to it. Four fifths of the way "
          "from chance to 1.");
  out.key("shape", fmt::format("[{}]", fmt::join(seen.shape, ", ")), seen.shape_why);
  if (seen.time)
    out.key("time", "true", "Rows are series: a rule that works on time gets them frame by frame.");
  out.key("nonnegative", seen.nonnegative ? "true" : "false",
          seen.nonnegative ? "No input is below 0." : "Some inputs are below 0.");
  out.key("scaling", toml_text(seen.scaled ? "minmax" : "none"),
          seen.scaled
              ? "Every input into [0, 1], by the training rows: what every rule takes. Or "
                "\"standard\", to mean 0 and standard deviation 1, which some rules skip; or "
                "\"none\"."
              : seen.scaled_why);
  out.section("source");
  out.key("type", toml_text("folder"), "");
  out.key("format", toml_text(seen.format), "");
  out.key("files", toml_text(files), "Below the folder of this file.");
  for (const DraftLine& line : seen.source) out.key(line);
  write_split(seen, out);
  out.section("rights");
  out.key("licence", toml_text("not stated"), "Reports name all three.");
  out.key("attribution", toml_text("not stated"), "");
  out.key("obtain", toml_text(fmt::format("Put {} beside the task file", all)), "");
  if (seen.patterns.empty()) write_checksums(seen, request.id, out);
  return out.take();
}

}  // namespace

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string toml_text(const std::vector<std::string>& texts) {
  std::vector<std::string> all;
  for (const std::string& text : texts) all.push_back(toml_text(text));
  return fmt::format("[{}]", fmt::join(all, ", "));
}

fs::path sibling(const fs::path& file, std::string_view from, std::string_view to) {
  const std::string name = file.filename().string();
  const size_t at = lower(name).rfind(from);
  if (at == std::string::npos) return {};
  const auto upper = [&](size_t i) { return name[i] >= 'A' && name[i] <= 'Z'; };
  std::string other(to);
  const auto raise = [](char& c) { c = static_cast<char>(c - 'a' + 'A'); };
  if (upper(at)) raise(other[0]);
  if (upper(at + from.size() - 1))
    std::for_each(other.begin() + (upper(at) ? 1 : 0), other.end(), raise);
  const fs::path path =
      file.parent_path() / (name.substr(0, at) + other + name.substr(at + from.size()));
  std::error_code ignored;
  return path != file && fs::is_regular_file(path, ignored) ? path : fs::path();
}

void check_count(const DraftRequest& request, size_t most, const std::string& what) {
  if (request.from.size() <= most) return;
  throw Error(Exit::usage, request.from[most].string(),
              fmt::format("is one file too many for {}", what),
              fmt::format("give at most {}", most));
}

TaskInfo draft_task(const DraftRequest& request) {
  std::error_code ignored;
  const bool folder = fs::is_directory(request.from.front(), ignored);
  std::string name = folder ? ".wav" : lower(request.from.front().filename().string());
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  const auto format =
      std::ranges::find_if(kFormats, [&](const Format& f) { return name.ends_with(f.ending); });
  Seen seen = format == kFormats.end() ? look_at_table(request) : format->look(request);
  if (seen.classes.size() == 1) {
    throw Error(Exit::data, request.from.front().string(),
                fmt::format("has one class only: every row has {} as {}",
                            shown(seen.classes.front().first), seen.answer),
                "give rows of two classes at least, or predict something else: --label COLUMN");
  }
  const std::string text = text_of(request, seen);
  TaskInfo info = parse_task_file(text, (request.folder / (request.id + ".toml")).string()).info;
  info.folder_of_file = request.folder;
  return info;
}

}  // namespace agon::datasets
