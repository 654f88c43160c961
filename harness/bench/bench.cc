// SPDX-License-Identifier: MIT
#include "harness/bench/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/error.h"
#include "core/machine.h"
#include "core/neighbours.h"
#include "harness/bench/case.h"
#include "harness/bench/fair.h"
#include "harness/bench/measure.h"
#include "harness/bench/python_peers.h"
#include "harness/bench/workload.h"
#include "harness/plan/build_info.h"
#include "harness/plugins/instance.h"
#include "harness/plugins/loader.h"
#include "harness/work/discover.h"
#include "harness/work/utc.h"

namespace agon::harness::bench {
namespace {

namespace fs = std::filesystem;

// Peers that are plugins: what each is called, whose work it does, and how it is asked for.
struct PluginPeer {
  std::string_view name, rule, plugin, settings, about;
};
constexpr auto kPluginPeers = std::to_array<PluginPeer>({
    {"eigen", "bp", "bp-eigen", "", "for the vectors in use"},
    {"libtorch", "bp", "bp-torch", "engine=eager", "eager"},
    {"aten", "bp", "bp-torch", "engine=aten", "ATen by hand, without autograd"},
});

// Where they lie: beside the built-in rules, compiled for the vectors that are in use or for any.
std::vector<fs::path> peer_folders() {
  const char* level = core::simd_vectors() == core::SimdVectors::avx512 ? "avx512"
                      : core::simd_vectors() == core::SimdVectors::avx2 ? "avx2"
                                                                        : "plain";
  std::vector<fs::path> folders;
  for (const PluginPlace& place : plugin_places({})) {
    for (const char* own : {level, "any"}) {
      const fs::path folder = place.path.parent_path() / "peers" / own;
      std::error_code ignored;
      if (place.built_in && fs::is_directory(folder, ignored)) folders.push_back(folder);
    }
  }
  return folders;
}

class Bencher {
 public:
  explicit Bencher(const Options& options) : options_(options) {
    core::flush_denormals();
    for (const Case& one : cases()) {
      if (!options_.only || std::regex_search(one.name.begin(), one.name.end(), *options_.only))
        chosen_.push_back(&one);
    }
    if (chosen_.empty()) {
      throw Error(Exit::usage, "agon bench --only", "is in the name of no case",
                  "see them all with agon bench --list");
    }
    rules_ = discover({}).rules;
    if (options_.peers) find_peers();
  }

  reports::Bench run() {
    const core::Neighbours neighbours;
    const core::Machine machine = core::machine();
    out_.utc = utc_now();
    out_.agon_version = agon_version();
    out_.cpu = machine.cpu;
    out_.simd_target = core::simd_target();
    out_.compiler = core::compiler();
    out_.load_per_core = core::Neighbours::load_per_core();
    for (size_t i = 0; i < chosen_.size(); ++i) {
      if (options_.on_case) options_.on_case(i, chosen_.size(), chosen_[i]->name);
      out_.rows.push_back(measure(*chosen_[i]));
    }
    out_.stolen = neighbours.stolen();
    return std::move(out_);
  }

 private:
  const RuleManifest* rule(std::string_view id) const {
    const auto at = std::ranges::find(rules_, id, &RuleManifest::id);
    return at == rules_.end() ? nullptr : &*at;
  }

  const RuleManifest& our_rule(std::string_view id) const {
    if (const RuleManifest* found = rule(id)) return *found;
    throw Error(Exit::plugin, fmt::format("rule {}", id), "is not among the built-in ones",
                "build the whole tree, and see agon list rules");
  }

  void find_peers() {
    make_fair();
    const std::vector<fs::path> folders = peer_folders();
    Discovery found = folders.empty() ? Discovery{} : discover(folders);
    for (const PluginPeer& peer : kPluginPeers) {
      const auto at = std::ranges::find(found.rules, peer.plugin, &RuleManifest::id);
      if (at == found.rules.end()) {
        out_.peers.push_back({std::string(peer.name), "was not built", false});
        continue;
      }
      out_.peers.push_back(
          {std::string(peer.name), fmt::format("{}, {}", at->summary, peer.about), true});
      peer_rules_.push_back(*at);
    }
    python_ = std::make_unique<PythonPeers>(options_.python);
    for (const PythonPeers::Peer& peer : python_->peers())
      out_.peers.push_back({peer.name, peer.about, peer.present});
  }

  reports::BenchRow measure(const Case& one) {
    std::vector<std::string> names;
    std::vector<std::unique_ptr<Contender>> all;
    std::unique_ptr<Workload> ours =
        workload(our_rule(one.rule), one.settings, one, one.work == Work::fit_again);
    // Rows that were seen before are counted as if they had been worked through again.
    const double macs =
        one.work == Work::fit_again ? 0 : static_cast<double>(ours->macs()) / steps_of(one);
    all.push_back(std::move(ours));
    if (!one.beside.empty()) {
      names.emplace_back(one.beside);
      all.push_back(workload(our_rule(one.beside_rule), one.beside_settings, one, false));
    }
    if (options_.peers) add_peers(one, names, all);
    std::vector<Contender*> contenders;
    for (const auto& contender : all) contenders.push_back(contender.get());
    return row(one, macs, names, compare(std::string(one.name), contenders, options_.rounds));
  }

  void add_peers(const Case& one, std::vector<std::string>& names,
                 std::vector<std::unique_ptr<Contender>>& all) {
    const auto add = [&](std::string_view name, const auto& make) {
      try {
        all.push_back(make());
        names.emplace_back(name);
      } catch (const NotForMe&) {
      } catch (const NotForThis&) {
      }
    };
    for (const PluginPeer& peer : kPluginPeers) {
      const auto at = std::ranges::find(peer_rules_, peer.plugin, &RuleManifest::id);
      if (at == peer_rules_.end() || peer.rule != one.rule || one.work != Work::fit) continue;
      const std::string settings =
          fmt::format("{}{}{}", one.settings, peer.settings.empty() ? "" : ",", peer.settings);
      add(peer.name, [&] { return workload(*at, settings, one, false); });
    }
    for (const PythonPeers::Peer& peer : python_->peers()) {
      if (peer.present) add(peer.name, [&] { return python_->make(peer.name, one); });
    }
  }

  static reports::BenchRow row(const Case& one, double macs, const std::vector<std::string>& names,
                               const Comparison& measured) {
    reports::BenchRow out;
    const double steps = steps_of(one);
    const Timed& ours = measured.all.front();
    out.name = one.name;
    out.median_s = ours.median / steps;
    out.p10_s = ours.p10 / steps;
    out.peak_gflops = measured.peak / 1e9;
    if (macs > 0) {
      out.macs = macs;
      out.of_peak = 2 * macs / out.median_s / measured.peak;
    }
    out.again_low = ours.ratio.ci.low;
    out.again_high = ours.ratio.ci.high;
    out.rounds = measured.rounds;
    out.discarded = measured.discarded;
    for (size_t i = 0; i < names.size(); ++i) {
      const Timed& other = measured.all[i + 1];
      out.rivals.push_back({names[i], other.median / steps, other.p10 / steps, other.ratio.median,
                            other.ratio.ci.low, other.ratio.ci.high});
    }
    return out;
  }

  const Options& options_;
  std::vector<const Case*> chosen_;
  std::vector<RuleManifest> rules_, peer_rules_;
  std::unique_ptr<PythonPeers> python_;
  reports::Bench out_;
};

}  // namespace

reports::Bench run(const Options& options) { return Bencher(options).run(); }

}  // namespace agon::harness::bench
