// SPDX-License-Identifier: MIT
#include "datasets/task_file.h"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <vector>

#include "core/error.h"
#include "core/toml_limits.h"
#include "datasets/dynamics_section.h"
#include "datasets/task_section.h"

namespace agon::datasets {
namespace {

using Keys = std::vector<std::string_view>;

constexpr std::array<std::string_view, 14> kClassifyKeys = {
    "id",    "title",   "summary",     "kind",   "metric", "chance", "target",
    "shape", "classes", "nonnegative", "source", "split",  "phases", "rights"};
constexpr std::array<std::string_view, 12> kDynamicsKeys = {
    "id",    "title",  "summary", "kind",   "metric",   "chance",
    "ridge", "target", "shape",   "source", "episodes", "rights"};
constexpr std::array<std::string_view, 3> kRightsKeys = {"licence", "attribution", "obtain"};
constexpr std::array<std::string_view, 2> kKinds = {"classify", "dynamics"};
constexpr std::array<std::string_view, 1> kClassifyMetrics = {"accuracy"};
constexpr std::array<std::string_view, 1> kDynamicsMetrics = {"nrmse"};
constexpr std::array<std::string_view, 3> kSources = {"embedded", "generated", "folder"};
constexpr std::array<std::string_view, 2> kGenerators = {"parity", "spirals"};
constexpr std::array<std::string_view, 3> kSplits = {"all", "stratified", "given"};
constexpr int64_t kMaxSeed = std::numeric_limits<int64_t>::max();

int32_t small(const TaskSection& section, std::string_view key, int32_t low, int32_t high) {
  return static_cast<int32_t>(section.integer(key, low, high));
}

void read_top(const TaskSection& top, TaskInfo& info) {
  info.kind = top.choice("kind", kKinds) == "classify" ? Kind::classify : Kind::dynamics;
  const bool classify = info.kind == Kind::classify;
  classify ? top.allow_only(kClassifyKeys) : top.allow_only(kDynamicsKeys);
  info.id = top.text("id");
  info.title = top.text("title");
  info.summary = top.text("summary");
  info.metric =
      classify ? top.choice("metric", kClassifyMetrics) : top.choice("metric", kDynamicsMetrics);
  info.chance = top.number("chance", 0, 1);
  info.target = top.number("target", 0, 1);
  if (info.target <= info.chance)
    top.fail("target", "is not above 'chance'", "give a score a rule can reach");
  info.shape = top.integers("shape", 1, 65536);
  if (!classify) {
    info.ridge = top.number("ridge", 0, 1);
    return;
  }
  info.classes = small(top, "classes", 2, 1000);
  if (top.has("nonnegative")) info.nonnegative = top.boolean("nonnegative");
}

IdxRecipe read_idx_recipe(const TaskSection& source, TaskInfo& info) {
  Keys keys = {"type", "files", "scale", "train_rows", "crop", "pool", "keep_labels"};
  if (info.source == "folder") keys.push_back("folder");
  source.allow_only(keys);
  if (info.source == "folder") info.folder = source.text("folder");
  info.files = source.texts("files");
  if (info.files.size() != 2 && info.files.size() != 4) {
    source.fail("files", "has the wrong length",
                "name images and labels, once, or twice for training and test");
  }
  if (info.shape.size() != 2) source.fail("files", "needs a 'shape' of height and width", "");
  IdxRecipe recipe;
  recipe.scale = small(source, "scale", 1, 255);
  if (source.has("train_rows")) recipe.train_rows = source.integer("train_rows", 1, 1'000'000);
  if (source.has("crop")) recipe.crop = small(source, "crop", 1, 4096);
  if (source.has("pool")) recipe.pool = small(source, "pool", 1, 64);
  if (source.has("keep_labels")) {
    for (const int64_t label : source.integers("keep_labels", 0, 255)) {
      recipe.keep_labels.push_back(static_cast<int32_t>(label));
    }
    if (recipe.keep_labels.size() != static_cast<size_t>(info.classes)) {
      source.fail("keep_labels", "does not have one label for each of 'classes'",
                  "make them agree");
    }
  }
  return recipe;
}

Parity read_parity(const TaskSection& source, const TaskInfo& info) {
  source.allow_only(Keys{"type", "generator", "bits"});
  const Parity parity{.bits = small(source, "bits", 1, 16)};
  if (info.shape != std::vector<int64_t>{parity.bits} || info.classes != 2) {
    source.fail("bits", "does not fit 'shape' and 'classes'",
                fmt::format("set shape = [{}] and classes = 2", parity.bits));
  }
  return parity;
}

Spirals read_spirals(const TaskSection& source, const TaskInfo& info) {
  source.allow_only(Keys{"type", "generator", "points_per_class", "turns", "noise", "seed"});
  if (info.shape != std::vector<int64_t>{2} || info.classes != 2) {
    source.fail("generator", "does not fit 'shape' and 'classes'",
                "set shape = [2] and classes = 2");
  }
  return {.points_per_class = small(source, "points_per_class", 10, 1'000'000),
          .turns = source.number("turns", 0.1, 10),
          .noise = source.number("noise", 0, 1),
          .seed = static_cast<uint64_t>(source.integer("seed", 0, kMaxSeed))};
}

void read_source(const TaskSection& source, TaskFile& file) {
  file.info.source = source.choice("type", kSources);
  if (file.info.source != "generated") {
    file.source = read_idx_recipe(source, file.info);
  } else if (source.choice("generator", kGenerators) == "parity") {
    file.source = read_parity(source, file.info);
  } else {
    file.source = read_spirals(source, file.info);
  }
}

// A fraction of the rows: more than none, less than all.
double fraction(const TaskSection& split, std::string_view key) {
  return split.number(key, 0.001, 0.9);
}

void read_split(const TaskSection& split, TaskFile& file) {
  const std::string rule = split.choice("rule", kSplits);
  if (rule == "all") {
    split.allow_only(Keys{"rule"});
    file.split.kind = SplitRule::Kind::all;
  } else {
    Keys keys = {"rule", "validation", "seed"};
    if (rule == "stratified") keys.push_back("test");
    split.allow_only(keys);
    file.split.kind = rule == "given" ? SplitRule::Kind::given : SplitRule::Kind::stratified;
    if (rule == "stratified") file.split.test = fraction(split, "test");
    file.split.validation = fraction(split, "validation");
    file.split.seed = static_cast<uint64_t>(split.integer("seed", 0, kMaxSeed));
  }
  if ((rule == "given") != (file.info.files.size() == 4)) {
    split.fail("rule", "does not fit the number of files in [source]",
               "use \"given\" with four files, and only then");
  }
  file.info.split = describe(file.split);
}

}  // namespace

TaskFile parse_task_file(std::string_view text, const std::string& name) {
  core::check_toml_limits(text, name, Exit::usage);
  toml::table table;
  try {
    table = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    const auto& begin = error.source().begin;
    throw Error(Exit::usage, fmt::format("{}:{}:{}", name, begin.line, begin.column),
                std::string(error.description()), "write it as TOML 1.0");
  }
  const TaskSection top(table, name, "");
  TaskFile file;
  file.info.toml = text;
  read_top(top, file.info);
  if (file.info.kind == Kind::dynamics) {
    file.source = read_dynamics(top, file.info);
  } else {
    read_source(top.section("source"), file);
    read_split(top.section("split"), file);
    file.phases = read_phases(top, file.info);
  }
  const TaskSection rights = top.section("rights");
  rights.allow_only(kRightsKeys);
  file.info.licence = rights.text("licence");
  file.info.attribution = rights.text("attribution");
  file.info.obtain = rights.text("obtain");
  return file;
}

}  // namespace agon::datasets
