// SPDX-License-Identifier: MIT
#include "harness/cli/new.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <system_error>

#include "agon_resources.h"
#include "core/text.h"
#include "harness/cli/cli.h"
#include "harness/plan/suite.h"
#include "harness/work/discover.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;

struct Noun {
  std::string_view name;
  int (*make)(const NewOptions& options);
};
constexpr std::array kNouns = {Noun{"rule", new_rule}, Noun{"task", new_task},
                               Noun{"suite", new_suite}};

constexpr size_t kLongestName = 64;

// A name is typed on command lines and becomes a file's.
void check_name(const std::string& what, const std::string& name) {
  const bool plain = !name.empty() && name.size() <= kLongestName && name.front() != '-' &&
                     std::ranges::all_of(name, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                     });
  if (plain) return;
  throw Error(Exit::usage, fmt::format("agon new {} {}", what, core::printable(name)),
              "the name becomes a file's and is typed on command lines",
              fmt::format("use a-z, 0-9 and '-' only, at most {} characters", kLongestName));
}

int make(const NewOptions& options) {
  std::vector<std::string> names;
  for (const Noun& noun : kNouns) names.emplace_back(noun.name);
  const auto noun = std::ranges::find(kNouns, options.what, &Noun::name);
  if (noun == kNouns.end()) {
    throw Error(Exit::usage, fmt::format("agon new {}", core::printable(options.what)),
                "this is nothing that can be made", core::suggest(options.what, names));
  }
  check_name(options.what, options.name);
  return noun->make(options);
}

}  // namespace

void check_free(const NewOptions& options, const datasets::Catalogue& catalogue) {
  const auto taken = [&](const std::string& by) {
    throw Error(Exit::usage, fmt::format("agon new {} {}", options.what, options.name),
                fmt::format("{} has this name", by), "choose another one");
  };
  for (const datasets::TaskInfo& task : catalogue.tasks()) {
    if (task.id == options.name)
      taken(task.folder_of_file.empty() ? "a built-in task" : "the task of " + task.origin);
  }
  const std::vector<std::string> suites = suite_names();
  if (std::ranges::count(suites, options.name) > 0) taken("a built-in suite");
  for (const RuleManifest& rule : discover({}).rules) {
    if (rule.id == options.name) taken("a rule");
  }
}

void check_absent(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(path, ignored))) return;
  throw Error(Exit::usage, path.string(), "is there already", "choose another name, or remove it");
}

std::string from_template(std::string_view name, const std::map<std::string, std::string>& words) {
  const auto all = templates::resources();
  const auto file = std::ranges::find(all, name, &Resource::name);
  if (file == all.end()) throw std::logic_error(fmt::format("no template {}", name));
  const std::string_view from = file->bytes;
  std::string out;
  for (size_t at = 0; at < from.size();) {
    const size_t begin = std::min(from.find('@', at), from.size());
    out += from.substr(at, begin - at);
    if (begin == from.size()) break;
    const size_t end = from.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", begin + 1);
    if (end == begin + 1 || end >= from.size() || from[end] != '@') {  // an @ of the file's own
      out += '@';
      at = begin + 1;
      continue;
    }
    const auto word = words.find(std::string(from.substr(begin + 1, end - begin - 1)));
    if (word == words.end())
      throw std::logic_error(
          fmt::format("{}: no word {}", name, from.substr(begin, end - begin + 1)));
    out += word->second;
    at = end + 1;
  }
  return out;
}

std::string title_of(const std::string& name) {
  std::string out = name;
  std::ranges::replace(out, '-', ' ');
  if (out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

void add_new(CommandLine& line) {
  auto o = std::make_shared<NewOptions>();
  const Verb verb = line.add("new", "Write a rule, a task or a suite to begin with");
  verb.option("what", o->what,
              "rule: a folder NAME that builds and learns; task: NAME.toml for data of your own; "
              "suite: NAME.toml")
      .required();
  verb.option("name", o->name, "The name it gets").required();
  verb.option("--task", o->task, "Of a rule: what it learns, classify, regress or dynamics")
      .takes("KIND")
      .shows_default();
  verb.option("--language", o->language, "Of a rule: c++ or python").shows_default();
  verb.option(
          "--from", o->from,
          "Of a task: the data, CSV, TSV, ARFF, TS, NPY, NPZ, IDX, or a folder of WAV; given again "
          "for those that belong together, x.npy and y.npy, or training and test")
      .takes("FILE")
      .one_at_a_time();
  verb.option("--label", o->label, "Of a task: the column to predict; by default it is found")
      .takes("COLUMN");
  verb.option("--tasks", o->folder,
              "Of a task: the folder to write into, with the data in it or below")
      .takes("DIR")
      .shows_default();
  verb.does([o] { return make(*o); });
}

}  // namespace agon::harness
