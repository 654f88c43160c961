// SPDX-License-Identifier: MIT
//
// Source "wav": recordings as log-mel pictures, shape = [frames, bands] (log_mel.h). `files` may
// hold patterns such as "*.wav". Labels and groups are parts of the file's name, or stand in a list.
#include "datasets/readers/wav.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>

#include "core/error.h"
#include "datasets/log_mel.h"
#include "datasets/readers/csv.h"
#include "datasets/sources/labels.h"
#include "datasets/sources/source.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 1> kNames = {"wav"};
// name: "{label}_{group}_*.wav", what the names of files (without folders) say; list: true, the
// first of `files` is a table with a header: file, label and, where there are groups, group; one of
// both. labels: texts of the classes in order. rate, seconds, low, high: as in LogMel.
constexpr std::array<std::string_view, 7> kKeys = {"name",    "list", "labels", "rate",
                                                   "seconds", "low",  "high"};

struct WavRecipe {
  std::string pattern{};  // empty: a list
  std::vector<std::string> labels{};
  LogMel mel{};
  std::vector<int64_t> shape{};
  int32_t classes = 0;
};

struct Said {
  std::string label, group;
};

// What `name` says by `pattern`: each part in brackets and each * is the shortest text up to what
// follows it. nullopt when they do not fit.
std::optional<Said> match(std::string_view pattern, std::string_view name) {
  Said said;
  while (!pattern.empty()) {
    if (pattern.front() != '{' && pattern.front() != '*') {
      if (name.empty() || name.front() != pattern.front()) return std::nullopt;
      pattern.remove_prefix(1), name.remove_prefix(1);
      continue;
    }
    const size_t close = pattern.front() == '*' ? 0 : pattern.find('}');
    const std::string_view part = pattern.substr(0, close + 1);
    pattern.remove_prefix(close + 1);
    const std::string_view next = pattern.substr(0, pattern.find_first_of("{*"));
    const size_t end = next.empty() ? name.size() : name.find(next, 1);
    if (name.empty() || end == std::string_view::npos) return std::nullopt;
    if (part == "{label}") said.label = name.substr(0, end);
    if (part == "{group}") said.group = name.substr(0, end);
    name.remove_prefix(end);
  }
  return name.empty() ? std::optional(said) : std::nullopt;
}

// Of every file that the list names, by its name in the task's folder.
std::map<std::string, Said> read_list(TaskFiles& files) {
  const std::string text = files.text(0), &name = files.name(0);
  const CsvLayout layout = csv_layout(text, name, {.header = true});
  std::array<std::optional<size_t>, 3> at;  // file, label, group
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    for (size_t i = 0; i < at.size(); ++i) {
      if (layout.columns[c].name == std::array{"file", "label", "group"}[i]) at[i] = c;
    }
  }
  if (!at[0] || !at[1]) {
    throw Error(Exit::data, name, "has no columns 'file' and 'label'",
                "write file,label or file,label,group into its first line");
  }
  std::map<std::string, Said> said;
  read_csv(text, name, layout, [&](const Record& record) {
    const auto cell = [&](size_t i) { return std::string(trimmed(record.cells[*at[i]])); };
    if (!said.emplace(cell(0), Said{cell(1), at[2] ? cell(2) : ""}).second) {
      throw Error(Exit::data, at_line(name, record.line),
                  fmt::format("names {} twice", shown(cell(0))), "name each file once");
    }
  });
  return said;
}

// One channel: the mean of all.
std::vector<float> mono(const Wav& wav) {
  if (wav.channels == 1) return wav.samples;
  std::vector<float> out(wav.samples.size() / wav.channels);
  for (size_t i = 0; i < wav.samples.size(); ++i)
    out[i / wav.channels] += wav.samples[i] / static_cast<float>(wav.channels);
  return out;
}

RowData combine(const WavRecipe& recipe, TaskFiles& files) {
  const bool list = recipe.pattern.empty();
  const std::map<std::string, Said> listed =
      list ? read_list(files) : std::map<std::string, Said>{};
  std::vector<Said> said;
  Labels labels(recipe.labels, recipe.classes);
  for (size_t i = list ? 1 : 0; i < files.size(); ++i) {
    const std::string inner = files.inner_name(i);
    if (list) {
      const auto found = listed.find(inner);
      if (found == listed.end()) {
        throw Error(Exit::data, files.name(i), fmt::format("is not in the list {}", files.name(0)),
                    fmt::format("add {} to it, or name fewer files", inner));
      }
      said.push_back(found->second);
    } else {
      const auto parts =
          match(recipe.pattern, std::string_view(inner).substr(inner.rfind('/') + 1));
      if (!parts) {
        throw Error(Exit::data, files.name(i),
                    fmt::format("its name does not fit '{}'", recipe.pattern),
                    "rename it, or correct 'name' in [source]");
      }
      said.push_back(*parts);
    }
    labels.see(said.back().label, files.name(i));
  }
  for (const auto& [name, unused] : listed) {
    bool there = false;
    for (size_t i = 1; i < files.size() && !there; ++i) there = files.inner_name(i) == name;
    if (!there) {
      throw Error(Exit::data, files.name(0),
                  fmt::format("names {}, which is none of the files", shown(name)),
                  "correct it, or 'files' in [source]");
    }
  }
  labels.settle(files.name(0), "and the other names give");

  RowData rows;
  rows.data.x = core::Matrix(said.size(), recipe.mel.frames * recipe.mel.bands);
  rows.data.shape = recipe.shape;
  rows.data.classes = recipe.classes;
  for (size_t r = 0; r < said.size(); ++r) {
    const size_t i = r + (list ? 1 : 0);
    const Wav wav = parse_wav(files.read(i, kMostWav), files.name(i));
    if (wav.rate != recipe.mel.rate) {
      throw Error(Exit::data, files.name(i),
                  fmt::format("{} frames a second where 'rate' says {}", wav.rate, recipe.mel.rate),
                  "resample it, or correct 'rate' in [source]");
    }
    std::ranges::copy(log_mel(recipe.mel, mono(wav)), rows.data.x.row(r).begin());
    rows.data.labels.push_back(labels.of(said[r].label, files.name(i)));
    if (!said[r].group.empty()) rows.groups.push_back(said[r].group);
  }
  labels.check_part(files.name(0), rows.data.labels);
  if (!rows.groups.empty() && rows.groups.size() != said.size())
    throw Error(Exit::data, files.name(0), "has files with and without a group", "give all one");
  return rows;
}

Recipe read(const TomlTable& top, TaskInfo& info) {
  const TomlTable source = top.section("source");
  WavRecipe recipe{.shape = info.shape, .classes = info.classes()};
  const bool list = source.has("list") && source.boolean("list");
  if (list == source.has("name"))
    source.fail("name", "or 'list' must say where the labels are", "give one of both");
  if (!list) recipe.pattern = source.text("name");
  if (!list && (recipe.pattern.find("{label}") == std::string::npos ||
                std::ranges::count(recipe.pattern, '{') != std::ranges::count(recipe.pattern, '}')))
    source.fail("name", "has no '{label}', or a bracket that is not closed", "write {label}_*.wav");
  if (source.has("labels")) recipe.labels = source.texts("labels");
  LogMel& mel = recipe.mel;
  mel.rate = static_cast<uint32_t>(source.integer("rate", 1000, 1'000'000));
  mel.seconds = source.number("seconds", 0.01, 600);
  mel.high = mel.rate / 2.0;
  if (source.has("low")) mel.low = source.number("low", 0, mel.high);
  if (source.has("high")) mel.high = source.number("high", mel.low + 1, mel.high);
  if (info.shape.size() != 2)
    source.fail("format", "does not fit 'shape'", "set shape = [frames, bands]");
  mel.frames = static_cast<size_t>(info.shape[0]);
  mel.bands = static_cast<size_t>(info.shape[1]);
  return {.load = [recipe](TaskFiles& files) { return combine(recipe, files); }};
}

}  // namespace

extern const Source kWavSource;
constinit const Source kWavSource{.names = kNames,
                                  .kind = Kind::classify,
                                  .files = true,
                                  .keys = kKeys,
                                  .read = read,
                                  .version = ".2"};

}  // namespace agon::datasets
