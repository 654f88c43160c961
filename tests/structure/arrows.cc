// SPDX-License-Identifier: MIT
#include "tests/structure/arrows.h"

#include <filesystem>
#include <optional>
#include <regex>

#include "tests/structure/tree.h"

namespace agon::structure {
namespace {

namespace fs = std::filesystem;

// The SDK is included as <agon/...> or "agon/...", the way an outside plugin does.
constexpr std::string_view kSdk = "plugins/sdk/agon/";

std::string resolve(const std::string& from, const std::string& name, const Exists& exists) {
  const std::string beside =
      (fs::path(from).parent_path() / name).lexically_normal().generic_string();
  if (exists(beside)) return beside;
  if (name.starts_with("agon/")) return "plugins/sdk/" + name;
  return fs::path(name).lexically_normal().generic_string();
}

const Arrow* room_of(std::string_view path) {
  const Arrow* best = nullptr;
  for (const Arrow& a : arrows()) {
    if (path.starts_with(a.room) && (best == nullptr || a.room.size() > best->room.size()))
      best = &a;
  }
  return best;
}

// The folder whose files belong together: the room itself, or for plugins/ the one rule.
std::string own_folder(const Arrow& room, std::string_view path) {
  if (room.room != "plugins/") return std::string(room.room);
  const size_t end = path.find('/', room.room.size());
  return std::string(end == std::string_view::npos ? path : path.substr(0, end + 1));
}

// A name without a folder that is no file of the project: a generated header or one of the system.
bool is_outside(const std::string& target, const Exists& exists) {
  return !exists(target) && room_of(target) == nullptr;
}

std::string allowed_text(const Arrow& room) {
  std::string text;
  for (std::string_view p : room.may_include) {
    if (!text.empty()) text += ", ";
    text += p;
  }
  return text.empty() ? "nothing of ours" : text;
}

}  // namespace

std::span<const Arrow> arrows() {
  // A run flows one way: suite, cells, worker, record, store, summary, page. The three ground rooms
  // core, plugins/sdk and reports know nothing of each other, except that reports uses the light
  // base headers of core (no kernels, no threads), so that reading results needs no numeric core.
  //
  // Inside harness: cli -> catalogue -> run -> conformance -> work -> studies -> train -> plan -> plugins, and
  // bench -> work beside run. Inside reports:
  // render -> sections -> studies -> claims -> summary -> statistics, and all of them -> record, as
  // store does; comparison of runs -> summary. Where a room needs one file against that order, the file stands here by name.
  static const std::vector<std::string_view> base{"core/error.h", "core/file.h",    "core/hash.h",
                                                  "core/lock.h",  "core/matrix.h",  "core/rng.h",
                                                  "core/text.h",  "core/resource.h"};
  const auto with_base = [](std::vector<std::string_view> more) {
    more.insert(more.begin(), base.begin(), base.end());
    return more;
  };
  static const std::vector<Arrow> table{
      {"core/", {}},
      {kSdk, {}},
      {"plugins/", {kSdk}},
      {"reports/", with_base({})},
      {"reports/record/", with_base({"reports/claims/claims.h"})},
      {"reports/store/", with_base({"reports/record/"})},
      {"reports/statistics/", with_base({})},
      {"reports/math/", with_base({"reports/text.h"})},
      {"reports/summary/",
       with_base({"reports/text.h", "reports/report.h", "reports/record/", "reports/statistics/"})},
      {"reports/comparison/",
       with_base({"reports/text.h", "reports/report.h", "reports/merge.h", "reports/record/",
                  "reports/statistics/", "reports/summary/"})},
      {"reports/merge/", with_base({"reports/record/", "reports/store/", "reports/comparison/"})},
      {"reports/site/", with_base({"reports/text.h", "reports/report.h", "reports/record/",
                                   "reports/statistics/", "reports/summary/"})},
      {"reports/claims/", with_base({"reports/text.h", "reports/report.h", "reports/record/",
                                     "reports/statistics/", "reports/summary/"})},
      {"reports/studies/",
       with_base({"reports/text.h", "reports/report.h", "reports/record/", "reports/statistics/",
                  "reports/summary/", "reports/claims/"})},
      {"reports/sections/",
       with_base({"reports/text.h", "reports/report.h", "reports/record/", "reports/statistics/",
                  "reports/summary/", "reports/claims/", "reports/studies/"})},
      {"reports/render/",
       with_base({"reports/text.h", "reports/report.h", "reports/record/", "reports/statistics/",
                  "reports/summary/", "reports/claims/", "reports/studies/", "reports/sections/",
                  "reports/site/", "reports/math/"})},
      {"datasets/", {"core/"}},
      {"harness/", {"core/", kSdk, "datasets/", "reports/"}},
      {"harness/plugins/", {"core/", kSdk}},
      {"harness/plan/",
       {"core/", kSdk, "datasets/", "reports/", "harness/plugins/",
        "harness/train/courses/kind.h"}},
      {"harness/train/",
       {"core/", kSdk, "datasets/", "reports/record/", "reports/statistics/", "harness/plugins/",
        "harness/plan/cell.h"}},
      {"harness/studies/",
       {"core/", kSdk, "datasets/", "reports/", "harness/plugins/", "harness/plan/",
        "harness/train/"}},
      {"harness/work/",
       {"core/", kSdk, "datasets/", "reports/record/", "harness/plugins/", "harness/plan/",
        "harness/train/", "harness/studies/"}},
      {"harness/conformance/",
       {"core/", kSdk, "datasets/", "reports/record/", "reports/math/tex.h", "harness/plugins/",
        "harness/plan/", "harness/train/", "harness/work/"}},
      {"harness/bench/",
       {"core/", kSdk, "reports/record/", "reports/statistics/", "reports/text.h",
        "harness/plugins/", "harness/plan/", "harness/train/", "harness/work/"}},
      {"harness/run/",
       {"core/", kSdk, "datasets/", "reports/", "harness/plan/", "harness/studies/",
        "harness/work/", "harness/conformance/level.h", "harness/plugins/values.h"}},
      {"harness/catalogue/",
       {"core/", kSdk, "datasets/", "reports/", "harness/plugins/", "harness/plan/",
        "harness/work/", "harness/conformance/", "harness/run/"}},
      {"tests/", {"core/", "plugins/", "datasets/", "reports/", "harness/"}},
  };
  return table;
}

std::vector<std::string> wrong_arrows(const std::string& path, std::string_view text,
                                      const Exists& exists) {
  std::vector<std::string> wrong;
  const Arrow* room = room_of(path);
  if (room == nullptr) {
    return {path + ": is in no room of the include table (tests/structure/arrows.cc)"};
  }
  static const std::regex include(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
  size_t number = 0;
  for (std::string_view line : lines_of(text)) {
    ++number;
    std::cmatch m;
    if (!std::regex_search(line.data(), line.data() + line.size(), m, include)) continue;
    const std::string target = resolve(path, m[2].str(), exists);
    if (is_outside(target, exists) || target.starts_with(own_folder(*room, path))) continue;
    bool allowed = false;
    for (std::string_view prefix : room->may_include)
      allowed = allowed || target.starts_with(prefix);
    if (!allowed) {
      wrong.push_back(path + ":" + std::to_string(number) + ": includes " + target + "; " +
                      std::string(room->room) + " may include: " + allowed_text(*room));
    }
  }
  return wrong;
}

}  // namespace agon::structure
