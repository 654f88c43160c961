// SPDX-License-Identifier: MIT
#include "reports/comparison/facts.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace agon::reports {
namespace {

using Values = std::set<std::string>;

std::string words(const Values& values) {
  std::string out;
  for (const std::string& value : values)
    out += (out.empty() ? "" : " and ") + (value.empty() ? "unknown" : value);
  return out.empty() ? "none" : out;
}

// "what: a in A, b in B", or "" where all agree. of(run) is null for a run that has no such thing.
template <typename Of>
std::string two_values(const std::string& what, std::span<const FactsOfRun> runs, Of of) {
  std::map<Values, std::string> places;  // of the first run with each
  std::string list;
  for (const FactsOfRun& run : runs) {
    const Values* values = of(run);
    if (values == nullptr || !places.emplace(*values, run.place).second) continue;
    list += fmt::format("{}{} in {}", list.empty() ? "" : ", ", words(*values), run.place);
  }
  return places.size() < 2 ? "" : what + ": " + list;
}

using Named = std::map<std::string, Values>;

void add_named(std::vector<std::string>& out, const char* what, std::span<const FactsOfRun> runs,
               const Named RunFacts::*member) {
  Values names;
  for (const FactsOfRun& run : runs) {
    for (const auto& [name, values] : run.facts.*member) names.insert(name);
  }
  for (const std::string& name : names) {
    const std::string text =
        two_values(fmt::format("{} {}", what, name), runs, [&](const FactsOfRun& run) {
          const auto at = (run.facts.*member).find(name);
          return at == (run.facts.*member).end() ? nullptr : &at->second;
        });
    if (!text.empty()) out.push_back(text);
  }
}

// The same of one text a run.
template <typename Of>
std::string two_texts(const char* what, std::span<const FactsOfRun> runs, Of of) {
  std::vector<Values> texts;
  for (const FactsOfRun& run : runs) texts.push_back({of(run)});
  return two_values(what, runs, [&](const FactsOfRun& run) {
    return &texts[static_cast<size_t>(&run - runs.data())];
  });
}

}  // namespace

std::vector<std::string> differences(std::span<const FactsOfRun> runs) {
  std::vector<std::string> out;
  const auto add = [&](std::string text) {
    if (!text.empty()) out.push_back(std::move(text));
  };
  add(two_texts("layout of results.sqlite", runs,
                [](const FactsOfRun& r) { return std::to_string(r.facts.layout); }));
  add(two_texts("suite version", runs, [](const FactsOfRun& r) { return r.run.version; }));
  add_named(out, "build of the plugin of", runs, &RunFacts::builds);
  add_named(out, "data of", runs, &RunFacts::data);
  return out;
}

std::string numerics_difference(std::span<const FactsOfRun> runs) {
  return two_values("agon's sources, flags or class of SIMD target", runs,
                    [](const FactsOfRun& run) { return &run.facts.numerics; });
}

}  // namespace agon::reports
