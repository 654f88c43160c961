// SPDX-License-Identifier: MIT
#include "datasets/sources/source.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace agon::datasets {

// Each in the file of its name.
extern const Source kIdxSource;
extern const Source kNpySource;
extern const Source kCsvSource;
extern const Source kArffSource;
extern const Source kTsSource;
extern const Source kWavSource;
extern const Source kChannelsSource;
extern const Source kParitySource;
extern const Source kSpiralsSource;
extern const Source kStreamsSource;
extern const Source kDynamicsSource;
extern const Source kFriedmanSource;
extern const Source kSineSource;

namespace {

// The first format of a kind is the one of task files that name none.
constexpr std::array kSources = {
    &kIdxSource,      &kNpySource,      &kCsvSource,    &kArffSource,    &kTsSource,
    &kWavSource,      &kChannelsSource, &kParitySource, &kSpiralsSource, &kStreamsSource,
    &kDynamicsSource, &kFriedmanSource, &kSineSource,
};

using Words = std::vector<std::string_view>;

Words names(Kind kind, bool files) {
  Words words;
  for (const Source* source : kSources) {
    if (source->serves(kind) && source->files == files)
      words.insert(words.end(), source->names.begin(), source->names.end());
  }
  return words;
}

const Source& named(Kind kind, bool files, std::string_view name) {
  return **std::ranges::find_if(kSources, [&](const Source* source) {
    return source->serves(kind) && source->files == files &&
           std::ranges::count(source->names, name) > 0;
  });
}

// A task file of a stranger must not read what lies elsewhere.
void check_inside(const TomlTable& section, std::string_view key, const std::string& name) {
  const std::filesystem::path path(name);
  if (path.is_relative() && std::ranges::find(path, "..") == path.end()) return;
  section.fail(key, "leaves the data folder", "name something below it, without '..'");
}

}  // namespace

Recipe read_source(const TomlTable& top, TaskInfo& info) {
  const TomlTable section = top.section("source");
  const Words formats = names(info.kind(), true);
  info.source = section.choice(
      "type", formats.empty() ? Words{"generated"} : Words{"embedded", "generated", "folder"});
  const bool files = info.source != "generated";
  const std::string_view key = files ? "format" : "generator";
  const std::string name = files && !section.has(key)
                               ? std::string(formats.front())
                               : section.choice(key, files ? formats : names(info.kind(), false));
  const Source& source = named(info.kind(), files, name);
  info.data_version = source.version;

  Words keys = {"type", key};
  if (files) keys.push_back("files");
  keys.insert(keys.end(), source.keys.begin(), source.keys.end());
  if (info.source == "folder") keys.push_back("folder");
  section.allow_only(keys);
  if (info.source == "folder") {
    info.folder = section.text_or("folder", ".");
    check_inside(section, "folder", info.folder);
  }
  if (files) info.files = section.texts("files");
  for (const std::string& file : info.files) check_inside(section, "files", file);
  return source.read(top, info);
}

}  // namespace agon::datasets
