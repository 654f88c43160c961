// SPDX-License-Identifier: MIT
#include "reports/render/html/drawers.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <vector>

#include "reports/sections/drawers.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// What a drawer says with fewer bytes: points of a curve and bytes of a log.
struct Detail {
  size_t points, log;
};
constexpr Detail kDetails[]{{32, 1200}, {12, 400}, {6, 100}};

std::string json_text(std::string_view text) {
  using Json = nlohmann::json;
  return escape_script(Json(clean_text(text)).dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string json_number(double x) { return std::isfinite(x) ? fmt::format("{:.5g}", x) : "null"; }

std::string json_numbers(const std::vector<double>& values) {
  std::string out = "[";
  for (const double v : values) {
    if (out.size() > 1) out += ',';
    out += json_number(v);
  }
  return out + "]";
}

// What many share, each once, in order of first appearance.
class Pool {
 public:
  size_t place(const std::string& json) {
    const auto [at, fresh] = places_.try_emplace(json, places_.size());
    if (fresh) {
      if (!list_.empty()) list_ += ',';
      list_ += json;
    }
    return at->second;
  }
  const std::string& list() const { return list_; }
  size_t bytes() const { return list_.size(); }

 private:
  std::unordered_map<std::string, size_t> places_;
  std::string list_;
};

class Writer {
 public:
  void add(const Drawer& d) {
    if (!drawers_.empty()) drawers_ += ',';
    append("\"{}\":{{\"title\":{},\"task\":{},\"study\":{},\"finding\":{},\"facts\":[", d.key,
           text(d.title), text(d.task), text(d.study), text(d.finding));
    for (const auto& [name, value] : d.facts)
      append("{}{},{}", &name == &d.facts.front().first ? "" : ",", text(name), text(value));
    drawers_ += "],\"runs\":[";
    for (const DrawerRun& run : d.runs) {
      append("{}[{},\"{}\",{},{},{},{},{},{},{},{},{},{},{},{},{}]",
             &run == d.runs.data() ? "" : ",", json_text(run.key), run.seed, json_number(run.lr),
             text(run.status), text(run.detail), text(run.log), text(run.command_head),
             text(run.command_tail), json_number(run.val), json_number(run.test),
             json_number(run.train_s), text(run.axis), axes_.place(json_numbers(run.x)),
             json_numbers(run.score), json_numbers(run.loss));
    }
    drawers_ += "]}";
    ++count_;
  }
  size_t bytes() const { return drawers_.size() + texts_.bytes() + axes_.bytes(); }
  size_t count() const { return count_; }
  std::string json() const {
    return "{\"texts\":[" + texts_.list() + "],\"axes\":[" + axes_.list() + "],\"drawers\":{" +
           drawers_ + "}}";
  }

 private:
  template <typename... Args>
  void append(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(drawers_), format, std::forward<Args>(args)...);
  }
  size_t text(const std::string& text) { return texts_.place(json_text(text)); }

  Pool texts_, axes_;
  std::string drawers_;
  size_t count_ = 0;
};

}  // namespace

DrawerData drawer_data(const PageInput& page, size_t bytes) {
  const std::vector<const Group*> order = drawer_order(page);
  for (const Detail& detail : kDetails) {
    const bool last = &detail == std::end(kDetails) - 1;
    Writer writer;
    for (const Group* group : order) {
      writer.add(make_drawer(page, *group, detail.points, detail.log));
      if (writer.bytes() > bytes) break;
    }
    if (last || (writer.count() == order.size() && writer.bytes() <= bytes))
      return {writer.json(), writer.count(), order.size(), detail.points};
  }
  return {};
}

}  // namespace agon::reports
