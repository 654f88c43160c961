// SPDX-License-Identifier: MIT
//
// Where the numbers come from: runs, machines, fingerprints.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "reports/sections/sections.h"
#include "reports/summary/hosts.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

template <typename Get>
std::vector<std::string> of_records(const PageInput& page, Get get) {
  std::set<std::string> values;
  for (const CellRecord& r : page.input.records) {
    const std::string value = get(r);
    if (!value.empty()) values.insert(value);
  }
  return {values.begin(), values.end()};
}

std::string seeds_text(const PageInput& page) {
  std::set<uint64_t> seeds;
  for (const CellRecord& r : page.input.records) seeds.insert(r.id.seed);
  std::vector<std::string> words;
  for (const uint64_t seed : seeds) {
    if (words.size() == 20) {
      words.push_back(fmt::format("{} more", seeds.size() - 20));
      break;
    }
    words.push_back(std::to_string(seed));
  }
  return join_words(words);
}

Facts machine_facts(const Provenance& p) {
  Facts facts;
  facts.add("Agon", p.agon_version);
  facts.add("Commit", p.git_commit + (p.git_dirty ? " with uncommitted changes" : ""));
  facts.add("Compiler", p.compiler);
  facts.add("Flags", p.flags);
  facts.add("CPU", p.cpu);
  facts.add("Frequency governor", p.governor);
  facts.add("SIMD target", p.simd_target);
  facts.add("Numerics", p.numerics);
  facts.add("Threads per cell", std::to_string(p.threads));
  facts.add("System", p.os);
  facts.add("Host id", p.host_id);
  return facts;
}

bool same(const Provenance& a, const Provenance& b) {
  return a.host_id == b.host_id && a.cpu == b.cpu && a.simd_target == b.simd_target &&
         a.numerics == b.numerics && a.compiler == b.compiler && a.flags == b.flags &&
         a.agon_version == b.agon_version && a.git_commit == b.git_commit && a.os == b.os &&
         a.git_dirty == b.git_dirty && a.governor == b.governor;
}

std::string speed_words(const PageInput& page) {
  const Hosts hosts(page.input.records);
  if (hosts.classes().empty()) return "";
  if (hosts.classes().size() == 1)
    return fmt::format(" Cells of speed all ran on one class of hosts: {}.",
                       hosts.classes().front());
  return fmt::format(
      " Cells of speed ran on {} classes of hosts, which the section on speed names and keeps "
      "apart.",
      hosts.classes().size());
}

Facts run_facts(const RunInfo& run) {
  Facts facts;
  facts.add("Run", run.run_id);
  facts.add("Title", run.title);
  facts.add("Suite", run.suite);
  if (!run.shard.empty()) {
    facts.add("Shard", fmt::format("{} of a plan of {} cells", run.shard, run.all_cells));
  }
  facts.add("Command", Text().add(run.command, As::command));
  facts.add("Started", run.started_utc);
  return facts;
}

void add_suite(Section& section, const RunInfo& run) {
  if (!run.suite_toml.empty()) section.add(Fold{"Text of the suite", {{Verbatim{run.suite_toml}}}});
}

void add_facts(Section& section, Facts facts) {
  if (!facts.rows.empty()) section.add(std::move(facts));
}

void add_hashes(Section& section, const PageInput& page) {
  std::set<std::pair<std::string, std::string>> data, plugins;
  for (const CellRecord& r : page.input.records) {
    if (!r.id.task_hash.empty()) data.insert({r.id.task, r.id.task_hash});
    if (!r.id.plugin_build.empty())
      plugins.insert({r.id.rule + (r.id.plugin_version.empty() ? "" : " " + r.id.plugin_version),
                      r.id.plugin_build});
  }
  Table table({"Of", "What", "Fingerprint"});
  const auto add = [&](const auto& all, const char* what) {
    for (const auto& [name, hash] : all)
      table.add({text_cell(name), text_cell(what), text_cell(Text().add(hash, As::code))});
  };
  add(data, "data and split");
  add(plugins, "plugin build");
  if (!table.rows.empty())
    section.add(Fold{"Fingerprints of data and plugins", {{std::move(table)}}});
}

}  // namespace

Section provenance_section(const PageInput& page) {
  Section section{"provenance", "Provenance"};
  const RunInfo& run = page.input.run;
  for (const std::string& note : page.input.notes) section.note(note + ".");
  for (const RunInfo& one : page.input.runs) {
    add_facts(section, run_facts(one));
    add_suite(section, one);
  }
  Facts facts = page.input.runs.empty() ? run_facts(run) : Facts();
  const std::vector<std::string> ends =
      of_records(page, [](const CellRecord& r) { return r.outcome.utc; });
  if (!ends.empty()) facts.add("Last cell ended", ends.back());
  double train = 0, wall = 0;
  for (const CellRecord& r : page.input.records) {
    if (std::isfinite(r.outcome.train_s)) train += r.outcome.train_s;
    if (std::isfinite(r.outcome.wall_s)) wall += r.outcome.wall_s;
  }
  if (wall > 0)
    facts.add("Time in cells", fmt::format("{}, of it {} training", seconds(wall), seconds(train)));
  facts.add("Seeds", seeds_text(page));
  add_facts(section, std::move(facts));

  std::vector<const Provenance*> machines;
  for (const CellRecord& r : page.input.records) {
    if (r.outcome.status == Status::skipped && r.provenance->agon_version.empty()) continue;
    const bool known =
        std::ranges::any_of(machines, [&](const Provenance* p) { return same(*p, *r.provenance); });
    if (!known && machines.size() < 16) machines.push_back(&*r.provenance);
  }
  if (machines.size() > 1) {
    section.add(Paragraph{
        Paragraph::Kind::warning,
        fmt::format(
            "These cells come from {} different builds or machines: their times must not be "
            "compared.{}",
            machines.size(), speed_words(page))});
  }
  for (const Provenance* machine : machines) add_facts(section, machine_facts(*machine));
  if (!run.studies.empty()) {
    Facts studies;
    for (const StudyCard& study : run.studies)
      studies.add(study.name, study.question.empty() ? "no question given" : study.question);
    section.add(Heading{"Studies"});
    section.add(std::move(studies));
  }
  add_hashes(section, page);
  add_suite(section, run);
  if (section.blocks.empty()) section.absent("Nothing is known of this run.");
  return section;
}

}  // namespace agon::reports
