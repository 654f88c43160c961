// SPDX-License-Identifier: MIT
#include "reports/render/site/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "reports/render/html/figure.h"
#include "reports/site/history.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr size_t kLinesOfChart = 8;

// root: what leads from the page to the folder of the site, "" or "../".
std::string page(const std::string& title, const std::string& root, const std::string& kicker,
                 const std::string& body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self' "
      "'unsafe-inline'; img-src data:\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"generator\" content=\"Agon\">"
      "<link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"{1}style.css\">"
      "<title>{0}</title></head>\n<body><header><p class=\"kicker\">{3}</p><h1>{0}</h1></header>\n"
      "<main>{2}</main>\n</body></html>\n",
      escape_html(title), root, body, kicker);
}

std::string home(const char* words) {
  return fmt::format("<a href=\"../index.html\">Agon</a> · {}", words);
}

std::string link(const std::string& to, const std::string& words) {
  return fmt::format("<a href=\"{}\">{}</a>", escape_html(to), escape_html(words));
}

std::string day(const std::string& utc) { return escape_html(utc.substr(0, 10)); }

std::string section(const char* id, const std::string& title, const std::string& body) {
  return fmt::format("<section id=\"{}\"><h2>{}</h2>{}</section>\n", id, escape_html(title), body);
}

// Rows of cells that are markup; a name that starts with '#' is a column of numbers.
std::string table(const std::vector<std::string>& names,
                  const std::vector<std::vector<std::string>>& rows) {
  std::string out = "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>";
  for (const std::string& name : names) {
    const bool number = name.starts_with('#');
    out += number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">";
    out += escape_html(name.substr(number ? 1 : 0)) + "</th>";
  }
  out += "</tr></thead><tbody>";
  for (const auto& row : rows) {
    out += "<tr>";
    for (size_t c = 0; c < row.size(); ++c)
      out += (names[c].starts_with('#') ? "<td class=\"n\">" : "<td>") + row[c] + "</td>";
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

std::string score_text(double mean, double low, double high) {
  std::string out = fixed(mean);
  if (low <= high) out += fmt::format(" <small>[{}, {}]</small>", fixed(low), fixed(high));
  return out;
}

std::string board_file(const std::string& board) { return "boards/" + file_name(board) + ".html"; }
std::string rule_file(const std::string& rule) { return "rules/" + file_name(rule) + ".html"; }
std::string run_file(const SiteRun& run) { return "runs/" + run.folder + "/report.html"; }

std::string cells_text(const SiteRun& run) {
  std::string out = count(run.cells);
  if (run.cells < run.planned) out += fmt::format(" <small>of {}</small>", count(run.planned));
  if (run.failed > 0) out += fmt::format(" <small class=\"bad\">{} failed</small>", run.failed);
  return out;
}

std::string step_text(const HistoryPoint& point) {
  std::string out;
  switch (point.step) {
    case Step::first: return "";
    case Step::same: out = "same"; break;
    case Step::changed: out = "changed, no evidence"; break;
    case Step::improved: out = "<b>▲ better</b>"; break;
    case Step::worse: out = "<b class=\"bad\">▼ worse</b>"; break;
    case Step::apart: out = "other data or seeds"; break;
  }
  if (point.step == Step::improved || point.step == Step::worse || point.step == Step::changed) {
    const Difference& d = point.difference;
    out += fmt::format(" <small>{}</small>", with_interval(d.mean, d.ci.low, d.ci.high));
  }
  return out;
}

std::vector<const SiteRun*> of_board(const std::vector<SiteRun>& runs, const std::string& board) {
  std::vector<const SiteRun*> out;
  for (const SiteRun& run : runs) {
    if (board_name(run) == board) out.push_back(&run);
  }
  return out;
}

// Lines over runs, a line a setting, of one study.
std::vector<Chart> charts_of(const std::vector<History>& all,
                             const std::vector<const SiteRun*>& runs, const std::string& id) {
  std::vector<Chart> charts;
  std::vector<std::string> names;
  for (const SiteRun* run : runs) names.push_back(run->begun_utc.substr(0, 10));
  std::string study;
  for (const History& history : all) {
    if (history.points.size() < 2) continue;
    if (charts.empty() || study != history.study || charts.back().series.size() == kLinesOfChart) {
      study = history.study;
      Chart& chart = charts.emplace_back();
      chart.id = fmt::format("{}-{}", id, charts.size());
      chart.title = clean_text(study);
      chart.finding = "Score of each setting over the runs, oldest first.";
      chart.x.title = "run";
      chart.x.scale = Scale::category;
      chart.x.categories = names;
      chart.y.title = "score on the test set";
      chart.y.low_bound = 0;
      chart.y.high_bound = 1;
    }
    ChartSeries& series = charts.back().series.emplace_back();
    series.name = clean_text(history.task + ", " + history.setting);
    series.style = static_cast<int>(charts.back().series.size()) - 1;
    for (const HistoryPoint& p : history.points) {
      const auto at = std::ranges::find(runs, p.run);
      ChartPoint point;
      point.x = static_cast<double>(at - runs.begin());
      point.y = p.score->mean;
      point.low = p.score->low;
      point.high = p.score->high;
      if (p.step == Step::improved) point.note = "▲ better than the run before";
      if (p.step == Step::worse) point.note = "▼ worse than the run before";
      series.points.push_back(std::move(point));
    }
  }
  return charts;
}

std::string history_section(const std::vector<SiteRun>& runs, const std::string& board,
                            const std::string& rule, size_t number) {
  const std::vector<const SiteRun*> own = of_board(runs, board);
  const std::vector<History> all = histories(own, rule);
  if (all.empty()) return "";
  const std::string id = fmt::format("board-{}", number);
  std::string body = "<p class=\"note\">" +
                     link("../" + board_file(board), "Leaderboard of " + board) +
                     "</p><div class=\"grid\">";
  for (const Chart& chart : charts_of(all, own, id)) body += figure_html(chart);
  body += "</div>";
  std::vector<std::vector<std::string>> rows;
  for (const History& history : all) {
    for (auto p = history.points.rbegin(); p != history.points.rend(); ++p) {
      rows.push_back(
          {escape_html(history.study), escape_html(history.task), escape_html(history.setting),
           link("../" + run_file(*p->run), p->run->run_id) + " <small>" + day(p->run->begun_utc) +
               "</small>",
           score_text(p->score->mean, p->score->low, p->score->high),
           fmt::format("{}{}", p->score->runs,
                       p->score->failed > 0 ? fmt::format(", {} failed", p->score->failed) : ""),
           step_text(*p) + (p->new_build ? " <small>new build</small>" : "")});
    }
  }
  body += table({"Study", "Task", "Setting", "Run", "#Score", "#Seeds", "Step"}, rows);
  return section(id.c_str(), board, body);
}

}  // namespace

std::vector<std::string> boards_of(const std::vector<SiteRun>& runs) {
  std::vector<std::string> out;
  for (const SiteRun& run : runs) {
    if (std::ranges::find(out, board_name(run)) == out.end()) out.push_back(board_name(run));
  }
  return out;
}

std::vector<std::string> rules_of(const std::vector<SiteRun>& runs) {
  std::set<std::string> out;
  for (const SiteRun& run : runs) {
    for (const SiteScore& score : run.scores) out.insert(score.rule);
  }
  return {out.begin(), out.end()};
}

std::string document_page(const Document& document) {
  std::string root;
  for (const char c : document.path) root += c == '/' ? "../" : "";
  // Its first heading is the page's.
  std::string body = document.body;
  if (const size_t end = body.find("</h1>"); body.starts_with("<h1>") && end != body.npos)
    body.erase(0, end + 5);
  return page(document.title, root,
              fmt::format("<a href=\"{}index.html\">Agon</a> · document", root),
              "<article>" + body + "</article>");
}

std::string index_page(const std::vector<SiteRun>& runs, const std::vector<Document>& documents) {
  std::vector<std::vector<std::string>> rows;
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    const std::string best = run->ranks.empty() ? "" : run->ranks.front().label;
    rows.push_back({link(run_file(*run), run->run_id), day(run->begun_utc), escape_html(run->title),
                    link(board_file(board_name(*run)), board_name(*run)), cells_text(*run),
                    escape_html(best), escape_html(run->agon_version), escape_html(run->cpu)});
  }
  std::string boards = "<ul>", rules = "<ul>", texts = "<ul>";
  for (const Document& document : documents)
    texts += "<li>" + link(document.path, document.title) + "</li>";
  for (const std::string& board : boards_of(runs)) {
    boards += fmt::format("<li>{} <small>{}</small></li>", link(board_file(board), board),
                          plural(static_cast<int64_t>(of_board(runs, board).size()), "run"));
  }
  for (const std::string& rule : rules_of(runs))
    rules += "<li>" + link(rule_file(rule), rule) + "</li>";
  const std::string body =
      section("runs", "Runs",
              table({"Run", "Date", "Title", "Suite", "#Cells", "Highest score", "Agon", "Machine"},
                    rows)) +
      section(
          "boards", "Leaderboards",
          "<p class=\"note\">One for each version of a suite: scores of two versions never stand "
          "side by side.</p>" +
              boards + "</ul>") +
      section("rules", "Rules", rules + "</ul>") +
      section("documents", "Documents", texts + "</ul>");
  return page("Learning rules", "", "Agon", body);
}

std::string board_page(const std::vector<SiteRun>& runs, const std::string& board) {
  struct Row {
    const SiteRun* run;
    const SiteRank* rank;
  };
  const std::vector<const SiteRun*> own = of_board(runs, board);
  std::vector<Row> best;
  std::set<std::string> seen;
  for (auto run = own.rbegin(); run != own.rend(); ++run) {  // the latest first
    for (const SiteRank& rank : (*run)->ranks) {
      if (seen.insert(rank.rule + '\n' + rank.label).second) best.push_back({*run, &rank});
    }
  }
  std::ranges::stable_sort(best, std::greater<>(), [](const Row& row) { return row.rank->score; });
  std::vector<std::vector<std::string>> rows;
  for (const Row& row : best) {
    std::string name = link("../" + rule_file(row.rank->rule), row.rank->label);
    if (row.rank->baseline) name += " <small>reference</small>";
    rows.push_back({std::move(name), score_text(row.rank->score, row.rank->low, row.rank->high),
                    std::isfinite(row.rank->mean_rank) ? fixed(row.rank->mean_rank, 1) : "",
                    std::to_string(row.rank->tasks),
                    link("../" + run_file(*row.run), row.run->run_id), day(row.run->begun_utc),
                    escape_html(row.run->agon_version)});
  }
  std::string body =
      rows.empty()
          ? "<p class=\"absent\">No run of this suite ranks rules.</p>"
          : table({"Rule", "#Normalised score", "#Mean rank", "#Tasks", "Run", "Date", "Agon"},
                  rows) +
                "<p class=\"note\">Each rule from the latest run that has it, by the mean over tasks: 0 is "
                "chance, 1 is the reference of that run, or a perfect score where it has none. The report "
                "of a run says which differences are shown by its data; rows of two runs were not held "
                "against each other.</p>";
  std::vector<std::vector<std::string>> all;
  for (auto run = own.rbegin(); run != own.rend(); ++run) {
    all.push_back({link("../" + run_file(**run), (*run)->run_id), day((*run)->begun_utc),
                   cells_text(**run), escape_html((*run)->commit.substr(0, 12)),
                   "<code>" + escape_html((*run)->command) + "</code>"});
  }
  return page(
      board, "../", home("leaderboard"),
      section("leaderboard", "Leaderboard", body) +
          section("runs", "Runs", table({"Run", "Date", "#Cells", "Commit", "Command"}, all)));
}

std::string rule_page(const std::vector<SiteRun>& runs, const std::string& rule) {
  std::string body =
      "<p class=\"note\">A step is better or worse where the difference of the two runs, paired by seed and "
      "corrected over all steps of the rule on this board, shows it (from 5 seeds on). It speaks of "
      "the same test rows.</p>";
  size_t number = 0;
  for (const std::string& board : boards_of(runs))
    body += history_section(runs, board, rule, ++number);
  return page(rule, "../", home("history of a rule"), body);
}

}  // namespace agon::reports
