// SPDX-License-Identifier: MIT
#include "datasets/task_file.h"

#include <array>
#include <limits>
#include <vector>

#include "datasets/metrics.h"

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
constexpr std::array<std::string_view, 3> kSplits = {"all", "stratified", "given"};
constexpr int64_t kMaxSeed = std::numeric_limits<int64_t>::max();

void read_top(const TomlTable& top, TaskInfo& info) {
  info.kind = top.choice("kind", kKinds) == "classify" ? Kind::classify : Kind::dynamics;
  const bool classify = info.kind == Kind::classify;
  classify ? top.allow_only(kClassifyKeys) : top.allow_only(kDynamicsKeys);
  info.id = top.text("id");
  info.title = top.text("title");
  info.summary = top.text("summary");
  info.metric = top.choice("metric", metric_names(info.kind));
  const Metric& scored = metric(info.metric, info.kind);
  info.chance = top.number("chance", scored.low, scored.high);
  info.target = top.number("target", scored.low, scored.high);
  if (info.target <= info.chance)
    top.fail("target", "is not above 'chance'", "give a score a rule can reach");
  info.shape = top.integers("shape", 1, 65536);
  if (!classify) {
    info.ridge = top.number("ridge", scored.low, scored.high);
    return;
  }
  info.classes = static_cast<int32_t>(top.integer("classes", 2, 1000));
  if (scored.classes != 0 && info.classes != scored.classes) {
    top.fail("metric", "does not fit 'classes'",
             fmt::format("{} is for tasks of {} classes", scored.name, scored.classes));
  }
  if (top.has("nonnegative")) info.nonnegative = top.boolean("nonnegative");
}

// A fraction of the rows: more than none, less than all.
double fraction(const TomlTable& split, std::string_view key) {
  return split.number(key, 0.001, 0.9);
}

void read_split(const TomlTable& split, TaskFile& file) {
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
  if ((rule == "given") != file.source.test_part) {
    split.fail("rule", "does not fit the number of files or arrays in [source]",
               "use \"given\" with a test part (four files or arrays), and only then");
  }
  file.info.split = describe(file.split);
}

}  // namespace

TaskFile parse_task_file(std::string_view text, const std::string& name) {
  const core::TomlFile toml(text, name);
  const TomlTable top = toml.top();
  TaskFile file;
  file.info.toml = text;
  file.info.origin = name;
  read_top(top, file.info);
  file.source = read_source(top, file.info);
  if (file.info.kind == Kind::classify) {
    read_split(top.section("split"), file);
    file.phases = read_phases(top, file.info);
  }
  const TomlTable rights = top.section("rights");
  rights.allow_only(kRightsKeys);
  file.info.licence = rights.text("licence");
  file.info.attribution = rights.text("attribution");
  file.info.obtain = rights.text("obtain");
  return file;
}

}  // namespace agon::datasets
