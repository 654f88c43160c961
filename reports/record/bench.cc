// SPDX-License-Identifier: MIT
#include "reports/record/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace agon::reports {
namespace {

using Json = nlohmann::json;

template <typename Part>
using Number = std::pair<const char*, double Part::*>;

constexpr auto kRivalNumbers =
    std::to_array<Number<BenchRival>>({{"median_s", &BenchRival::median_s},
                                       {"p10_s", &BenchRival::p10_s},
                                       {"ratio", &BenchRival::ratio},
                                       {"low", &BenchRival::low},
                                       {"high", &BenchRival::high}});
constexpr auto kRowNumbers =
    std::to_array<Number<BenchRow>>({{"median_s", &BenchRow::median_s},
                                     {"p10_s", &BenchRow::p10_s},
                                     {"macs", &BenchRow::macs},
                                     {"of_peak", &BenchRow::of_peak},
                                     {"peak_gflops", &BenchRow::peak_gflops},
                                     {"again_low", &BenchRow::again_low},
                                     {"again_high", &BenchRow::again_high}});
constexpr auto kBenchNumbers = std::to_array<Number<Bench>>(
    {{"load_per_core", &Bench::load_per_core}, {"stolen", &Bench::stolen}});
constexpr auto kBenchTexts = std::to_array<std::pair<const char*, std::string Bench::*>>(
    {{"utc", &Bench::utc},
     {"agon_version", &Bench::agon_version},
     {"cpu", &Bench::cpu},
     {"simd_target", &Bench::simd_target},
     {"compiler", &Bench::compiler}});

// What is not known is left out.
template <typename Part, size_t N>
void write(const std::array<Number<Part>, N>& numbers, const Part& part, Json& json) {
  for (const auto& [name, member] : numbers) {
    if (std::isfinite(part.*member)) json[name] = part.*member;
  }
}

template <typename Part, size_t N>
void read(const std::array<Number<Part>, N>& numbers, const Json& json, Part& part) {
  for (const auto& [name, member] : numbers) {
    if (json.contains(name)) part.*member = json.at(name).template get<double>();
  }
}

BenchRow row_from(const Json& json) {
  BenchRow row;
  row.name = json.at("name");
  read(kRowNumbers, json, row);
  row.rounds = json.at("rounds");
  row.discarded = json.at("discarded");
  for (const Json& one : json.at("rivals")) {
    BenchRival& rival = row.rivals.emplace_back();
    rival.name = one.at("name");
    read(kRivalNumbers, one, rival);
  }
  return row;
}

}  // namespace

std::string bench_json(const Bench& bench) {
  Json out = {{"schema", 1}};
  for (const auto& [name, member] : kBenchTexts) out[name] = bench.*member;
  write(kBenchNumbers, bench, out);
  out["peers"] = Json::array();
  for (const BenchPeer& peer : bench.peers)
    out["peers"].push_back({{"name", peer.name}, {"about", peer.about}, {"present", peer.present}});
  out["rows"] = Json::array();
  for (const BenchRow& row : bench.rows) {
    Json one = {{"name", row.name}, {"rounds", row.rounds}, {"discarded", row.discarded}};
    write(kRowNumbers, row, one);
    one["rivals"] = Json::array();
    for (const BenchRival& rival : row.rivals) {
      Json other = {{"name", rival.name}};
      write(kRivalNumbers, rival, other);
      one["rivals"].push_back(std::move(other));
    }
    out["rows"].push_back(std::move(one));
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Bench bench_from_json(std::string_view text) {
  try {
    const Json json = Json::parse(text);
    Bench bench;
    for (const auto& [name, member] : kBenchTexts) bench.*member = json.at(name);
    read(kBenchNumbers, json, bench);
    for (const Json& peer : json.at("peers"))
      bench.peers.push_back({peer.at("name"), peer.at("about"), peer.at("present")});
    for (const Json& row : json.at("rows")) bench.rows.push_back(row_from(row));
    return bench;
  } catch (const Json::exception& e) {
    throw std::runtime_error(e.what());
  }
}

std::vector<std::string> peers_of(const Bench& bench) {
  std::vector<std::string> names;
  for (const BenchPeer& peer : bench.peers) {
    const auto has = [&](const BenchRow& row) { return rival(row, peer.name) != nullptr; };
    if (std::ranges::any_of(bench.rows, has)) names.push_back(peer.name);
  }
  return names;
}

const BenchRival* beside(const Bench& bench, const BenchRow& row) {
  for (const BenchRival& rival : row.rivals) {
    if (std::ranges::find(bench.peers, rival.name, &BenchPeer::name) == bench.peers.end())
      return &rival;
  }
  return nullptr;
}

const BenchRival* rival(const BenchRow& row, std::string_view name) {
  const auto at = std::ranges::find(row.rivals, name, &BenchRival::name);
  return at == row.rivals.end() ? nullptr : &*at;
}

std::string duration_text(double seconds) {
  constexpr std::array<std::pair<double, const char*>, 4> kUnits{
      {{1, "s"}, {1e-3, "ms"}, {1e-6, "us"}, {1e-9, "ns"}}};
  if (!std::isfinite(seconds)) return "";
  for (const auto& [unit, name] : kUnits) {
    if (seconds < unit && unit > 1e-9) continue;
    const double value = seconds / unit;
    return fmt::format("{:.{}f} {}", value, value < 10 ? 2 : value < 100 ? 1 : 0, name);
  }
  return "";
}

}  // namespace agon::reports
