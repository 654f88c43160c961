// SPDX-License-Identifier: MIT
//
// Where the numbers come from: provenance, rule cards and task cards.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "reports/render/svg/svg.h"
#include "reports/sections/page.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

// Name and value pairs as a definition list; empty values are left out.
class Facts {
 public:
  void add(std::string_view name, const std::string& text) {
    if (!text.empty()) add_html(name, escape_html(text));
  }
  void add_html(std::string_view name, const std::string& html) {
    html_ += "<dt>" + escape_html(name) + "</dt><dd>" + html + "</dd>";
  }
  std::string html() const { return html_.empty() ? "" : "<dl>" + html_ + "</dl>"; }

 private:
  std::string html_;
};

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

std::string machine_html(const Provenance& p) {
  Facts facts;
  facts.add("Agon", p.agon_version);
  facts.add("Commit", p.git_commit + (p.git_dirty ? " with uncommitted changes" : ""));
  facts.add("Compiler", p.compiler);
  facts.add("Flags", p.flags);
  facts.add("CPU", p.cpu);
  facts.add("SIMD target", p.simd_target);
  facts.add("Numerics", p.numerics);
  facts.add("Threads per cell", std::to_string(p.threads));
  facts.add("System", p.os);
  facts.add("Host id", p.host_id);
  return facts.html();
}

bool same(const Provenance& a, const Provenance& b) {
  return a.host_id == b.host_id && a.cpu == b.cpu && a.simd_target == b.simd_target &&
         a.numerics == b.numerics && a.compiler == b.compiler && a.flags == b.flags &&
         a.agon_version == b.agon_version && a.git_commit == b.git_commit && a.os == b.os &&
         a.git_dirty == b.git_dirty && a.threads == b.threads;
}

Facts run_facts(const RunInfo& run) {
  Facts facts;
  facts.add("Run", run.run_id);
  facts.add("Title", run.title);
  facts.add("Suite", run.suite);
  if (!run.command.empty())
    facts.add_html("Command", "<code class=\"command\">" + escape_html(run.command) + "</code>");
  facts.add("Started", run.started_utc);
  return facts;
}

std::string suite_html(const RunInfo& run) {
  if (run.suite_toml.empty()) return "";
  return details("Text of the suite", "<pre>" + escape_html(run.suite_toml) + "</pre>");
}

std::string hashes_html(const PageInput& page) {
  std::set<std::pair<std::string, std::string>> data, plugins;
  for (const CellRecord& r : page.input.records) {
    if (!r.id.task_hash.empty()) data.insert({r.id.task, r.id.task_hash});
    if (!r.id.plugin_build.empty())
      plugins.insert({r.id.rule + (r.id.plugin_version.empty() ? "" : " " + r.id.plugin_version),
                      r.id.plugin_build});
  }
  Table table({"Of", "What", "Fingerprint"});
  for (const auto& [task, hash] : data)
    table.add({text_cell(task), text_cell("data and split"),
               html_cell("<code>" + escape_html(hash) + "</code>")});
  for (const auto& [rule, build] : plugins)
    table.add({text_cell(rule), text_cell("plugin build"),
               html_cell("<code>" + escape_html(build) + "</code>")});
  return table.empty() ? "" : details("Fingerprints of data and plugins", table.html());
}

}  // namespace

Panel provenance_panel(const PageInput& page) {
  Panel panel{"provenance", "Provenance", "", {}};
  const RunInfo& run = page.input.run;
  for (const std::string& note : page.input.notes)
    panel.html += "<p class=\"note\">" + escape_html(note) + ".</p>";
  for (const RunInfo& one : page.input.runs) panel.html += run_facts(one).html() + suite_html(one);
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
  panel.html += facts.html();

  std::vector<const Provenance*> machines;
  for (const CellRecord& r : page.input.records) {
    if (r.outcome.status == Status::skipped && r.provenance.agon_version.empty()) continue;
    const bool known =
        std::ranges::any_of(machines, [&](const Provenance* p) { return same(*p, r.provenance); });
    if (!known && machines.size() < 16) machines.push_back(&r.provenance);
  }
  if (machines.size() > 1) {
    panel.html += "<p class=\"warn\">These cells come from " + std::to_string(machines.size()) +
                  " different builds or machines: their speeds must not be compared.</p>";
  }
  for (const Provenance* machine : machines) panel.html += machine_html(*machine);
  if (!run.studies.empty()) {
    Facts studies;
    for (const StudyCard& study : run.studies)
      studies.add(study.name, study.question.empty() ? "no question given" : study.question);
    panel.html += "<h3>Studies</h3>" + studies.html();
  }
  panel.html += hashes_html(page);
  panel.html += suite_html(run);
  if (panel.html.empty()) panel.html = absent("Nothing is known of this run.");
  return panel;
}

Panel rules_panel(const PageInput& page) {
  Panel panel{"rules", "Rules", "", {}};
  if (page.input.run.rules.empty()) {
    panel.html = absent("The run names no rules.");
    return panel;
  }
  panel.html = "<div class=\"grid cards\">";
  for (const RuleCard& card : page.input.run.rules) {
    // The first variant's look: the one that the charts show first.
    Look look = page.look(card.id, "");
    for (const SummaryRow& row : page.summary.rows) {
      if (row.rule == card.id) {
        look = page.look(row.rule, row.variant);
        break;
      }
    }
    panel.html += "<article class=\"card\"><h3>" + marker_icon(look.style, card.control) +
                  escape_html(card.id);
    if (!card.name.empty() && card.name != card.id)
      panel.html += " <small>" + escape_html(card.name) + "</small>";
    panel.html += "</h3><p>" + escape_html(card.summary) + "</p>";
    if (card.control || !card.properties.empty()) {
      panel.html += "<ul class=\"tags\">";
      if (card.control) panel.html += "<li>control</li>";
      for (const std::string& property : card.properties)
        panel.html += "<li>" + escape_html(property) + "</li>";
      panel.html += "</ul>";
    }
    Facts facts;
    facts.add("Phases per step", std::to_string(card.phases));
    facts.add("Extra memory per parameter", shortest(card.memory_per_parameter, 3));
    facts.add("Reference", card.reference);
    facts.add("Plugin", card.plugin + (card.version.empty() ? "" : " " + card.version) +
                            (card.license.empty() ? "" : ", " + card.license));
    panel.html += facts.html() + "</article>";
  }
  panel.html += "</div>";
  return panel;
}

Panel tasks_panel(const PageInput& page) {
  Panel panel{"tasks", "Tasks", "", {}};
  if (page.input.run.tasks.empty()) {
    panel.html = absent("The run names no tasks.");
    return panel;
  }
  panel.html = "<div class=\"grid cards\">";
  for (const TaskCard& card : page.input.run.tasks) {
    panel.html +=
        "<article class=\"card\"><h3>" + escape_html(card.title.empty() ? card.id : card.title);
    if (!card.title.empty() && card.title != card.id)
      panel.html += " <small>" + escape_html(card.id) + "</small>";
    panel.html += "</h3><p>" + escape_html(card.summary) + "</p>";
    Facts facts;
    const bool forecast = std::isfinite(card.ridge);
    std::string metric = card.metric;
    if (!metric.empty())
      metric += (forecast ? ", persistence " : ", chance ") + shortest(card.chance, 3);
    if (forecast) metric += ", ridge " + shortest(card.ridge, 3);
    facts.add("Metric", metric);
    facts.add("Kind", card.kind);
    facts.add("Split", card.split);
    facts.add("Licence", card.licence);
    facts.add("Attribution", card.attribution);
    panel.html += facts.html() + "</article>";
  }
  panel.html += "</div>";
  return panel;
}

}  // namespace agon::reports
