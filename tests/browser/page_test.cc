// SPDX-License-Identifier: MIT
//
// The report in a real browser, used the way a reader does. Skipped where no Chromium is installed, or
// where it cannot start.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

#include "reports/render/csv/csv.h"
#include "reports/render/html/html.h"
#include "tests/browser/chrome.h"
#include "tests/browser/sample.h"

namespace agon::tests {
namespace {

namespace fs = std::filesystem;
constexpr int kSkipped = 77;  // to ctest

struct Browser {
  Browser() {
    const std::string program = Chrome::find();
    if (program.empty()) skip("no Chromium or Chrome is installed");
    try {
      chrome = std::make_unique<Chrome>(program);
      chrome->open("about:blank");
    } catch (const std::exception& e) {
      skip(std::string("the browser does not start here: ") + e.what());
    }
    char name[] = "/tmp/agon-page-XXXXXX";
    folder = mkdtemp(name);
  }
  ~Browser() {
    std::error_code error;
    fs::remove_all(folder, error);
  }
  [[noreturn]] static void skip(const std::string& why) {
    std::printf("skipped: %s\n", why.c_str());
    std::fflush(stdout);
    std::_Exit(kSkipped);
  }
  std::unique_ptr<Chrome> chrome;
  fs::path folder;
};

Browser& browser() {
  static Browser one;
  return one;
}

// Where a browser finds the report of a sample; made once.
const std::string& page_of(const std::string& kind) {
  static std::map<std::string, std::string> made;
  std::string& url = made[kind];
  if (url.empty()) {
    const fs::path file = browser().folder / (kind + ".html");
    const reports::ReportInput input = make_sample(kind);
    std::ofstream(file, std::ios::binary) << reports::render_html(
        input, reports::summarise(input.records, input.run.tasks, input.run.studies));
    url = "file://" + file.string();
  }
  return url;
}

struct Page {
  explicit Page(const std::string& kind, const std::string& fragment = "", int width = 1200)
      : chrome(*browser().chrome) {
    chrome.emulate("");
    chrome.open(page_of(kind) + fragment, width);
  }
  std::string text(const std::string& expression) {
    const auto value = chrome.eval(expression);
    return value.is_string() ? value.get<std::string>() : value.dump();
  }
  bool is(const std::string& expression) { return chrome.eval(expression) == true; }
  void quiet() {
    for (const std::string& line : chrome.console()) BOOST_ERROR("console: " << line);
    for (const std::string& url : chrome.requests()) BOOST_ERROR("request: " << url);
  }
  Chrome& chrome;
};

// Rows of a CSV without line breaks in its fields, by column name.
std::vector<std::map<std::string, std::string>> rows_of(const std::string& csv) {
  std::vector<std::string> names;
  std::vector<std::map<std::string, std::string>> rows;
  std::istringstream in(csv);
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) {
        fields.emplace_back();
      } else if (c != '"') {
        fields.back() += c;
      }
    }
    if (names.empty()) {
      names = fields;
      continue;
    }
    auto& row = rows.emplace_back();
    for (size_t i = 0; i < names.size() && i < fields.size(); ++i) row[names[i]] = fields[i];
  }
  return rows;
}

const std::string kCell = "document.querySelector('#heatmap button.open')";
const std::string kDrawer = "document.getElementById('drawer')";

}  // namespace

BOOST_AUTO_TEST_SUITE(page)

BOOST_AUTO_TEST_CASE(pages_of_every_kind_open_without_a_word_or_a_request) {
  for (const std::string& kind : sample_kinds()) {
    BOOST_TEST_CONTEXT("sample " << kind) {
      Page page(kind);
      BOOST_TEST(page.is("document.querySelector('#downloads h2') !== null"));
      BOOST_TEST(page.is("document.documentElement.id !== 'agon-injected'"));
      page.quiet();
    }
  }
}

BOOST_AUTO_TEST_CASE(the_browser_notices_what_a_page_must_not_do) {
  const fs::path file = browser().folder / "bad.html";
  std::ofstream(file)
      << "<img src=\"http://example.invalid/x.png\"><script>console.log('seen')</script>";
  Chrome& chrome = *browser().chrome;
  chrome.open("file://" + file.string());
  BOOST_TEST(!chrome.console().empty());
  BOOST_TEST(!chrome.requests().empty());
}

BOOST_AUTO_TEST_CASE(every_chart_is_drawn) {
  Page page("full");
  // A drawing has a size and marks, or it is behind a switch.
  BOOST_TEST(
      page.text("String([...document.querySelectorAll('figure.panel')].filter(f => "
                "getComputedStyle(f).display !== 'none').filter(f => { const s = "
                "f.querySelector('svg.chart'); return !(s && s.getBoundingClientRect().width "
                "> 100 && s.querySelector('path,circle,rect')); }).map(f => f.id))") == "");
  BOOST_TEST(page.is("document.querySelectorAll('figure.panel').length > 20"));
  if (page.is("Boolean(window.Plotly)")) {
    page.chrome.eval("document.querySelector('#curves figure').scrollIntoView()");
    BOOST_TEST(page.chrome.eventually("document.querySelector('#curves .plot.upgraded') !== null"));
  }
  page.quiet();
}

BOOST_AUTO_TEST_CASE(a_head_sorts_its_table_by_mouse_and_by_keyboard) {
  Page page("full");
  const std::string numbers =
      "[...document.querySelectorAll('#scoreboard tbody tr')].map(r => "
      "r.cells[1].dataset.v).filter(Boolean).map(Number)";
  const std::string head = "document.querySelectorAll('#scoreboard thead button')[1]";
  page.chrome.eval(head + ".click()");
  const std::vector<double> down = page.chrome.eval(numbers);
  BOOST_TEST(down.size() > 2u);
  BOOST_TEST(std::is_sorted(down.rbegin(), down.rend()));
  page.chrome.eval(head + ".focus()");
  page.chrome.press("Enter");
  const std::vector<double> up = page.chrome.eval(numbers);
  BOOST_TEST(std::is_sorted(up.begin(), up.end()));
  BOOST_TEST(page.is("location.hash.includes('sort=scoreboard.0:1a')"));
  page.quiet();
}

BOOST_AUTO_TEST_CASE(filters_hide_rows_columns_and_lines_and_say_so) {
  Page page("full");
  const std::string rows =
      "[...document.querySelectorAll('#scoreboard tbody tr')].filter(r => r.offsetParent).length";
  const std::string columns =
      "[...document.querySelectorAll('#heatmap thead th')].filter(c => c.offsetParent).length";
  BOOST_TEST(page.chrome.eval(rows) == 5);
  BOOST_TEST(page.chrome.eval(columns) == 5);
  page.chrome.eval("document.querySelector('.filter input[value=ed]').click()");
  page.chrome.eval("document.querySelector('.filter input[value=digits]').click()");
  BOOST_TEST(page.chrome.eval(rows) == 1);
  BOOST_TEST(page.chrome.eval(columns) == 2);
  BOOST_TEST(
      page.is("[...document.querySelectorAll('#learning-rate svg g[data-rule]')].every(g => "
              "(g.dataset.rule === 'ed') === (getComputedStyle(g).display !== 'none'))"));
  BOOST_TEST(page.is("document.querySelector('.filtered').textContent.includes('ed')"));
  BOOST_TEST(page.is("location.hash.includes('rule=ed') && location.hash.includes('task=digits')"));
  page.chrome.eval("document.querySelector('.filtered button').click()");
  BOOST_TEST(page.chrome.eval(rows) == 5);
  BOOST_TEST(!page.is("location.hash.includes('rule=')"));
  page.quiet();
}

BOOST_AUTO_TEST_CASE(a_score_opens_its_runs) {
  Page page("full");
  page.chrome.eval(kCell + ".focus()");
  page.chrome.press("Enter");
  BOOST_TEST(page.is(kDrawer + ".open"));
  BOOST_TEST(page.is(kDrawer + ".querySelectorAll('tbody tr').length > 1"));
  BOOST_TEST(
      page.is(kDrawer + ".querySelector('pre.command').textContent.startsWith('agon run ')"));
  BOOST_TEST(page.is(kDrawer + ".querySelectorAll('svg.chart path.l').length > 1"));
  BOOST_TEST(page.is(kDrawer + ".querySelector('dl').textContent.includes('lr')"));
  // Another run of it, then back to where the reader was.
  page.chrome.eval(kDrawer + ".querySelectorAll('tbody button')[1].click()");
  BOOST_TEST(
      page.is("/--seed 1( |$)/.test(" + kDrawer + ".querySelector('pre.command').textContent)"));
  BOOST_TEST(page.is("/cell=[0-9a-f]{12}\\.[0-9a-f]{12}/.test(location.hash)"));
  page.chrome.press("Escape");
  BOOST_TEST(page.chrome.eventually("!" + kDrawer + ".open"));
  BOOST_TEST(page.is("document.activeElement === " + kCell));
  BOOST_TEST(page.chrome.eventually("!location.hash.includes('cell=')"));
  page.quiet();
}

BOOST_AUTO_TEST_CASE(a_failed_cell_opens_its_own_run_with_its_log) {
  Page page("full");
  page.chrome.eval("document.querySelector('#failures button.open').click()");
  BOOST_TEST(page.is(kDrawer + ".querySelector('.run h3').textContent.includes('crashed')"));
  BOOST_TEST(page.is(kDrawer + ".querySelector('.log').textContent.includes('step 2')"));
  BOOST_TEST(page.is(kDrawer + ".querySelector('.run').textContent.includes('SIGSEGV in fit')"));
  page.quiet();
}

BOOST_AUTO_TEST_CASE(dark_by_the_system_and_by_the_button) {
  const std::string paper = "getComputedStyle(document.body).backgroundColor";
  const std::string ink = "getComputedStyle(document.querySelector('svg.chart text')).fill";
  Page page("full");
  const std::string light_paper = page.text(paper), light_ink = page.text(ink);
  page.chrome.emulate("", "prefers-color-scheme", "dark");
  const std::string dark_paper = page.text(paper), dark_ink = page.text(ink);
  BOOST_TEST(dark_paper != light_paper);
  BOOST_TEST(dark_ink != light_ink);
  page.chrome.eval("document.querySelector('.theme').click()");
  BOOST_TEST(page.text(paper) == light_paper);
  BOOST_TEST(page.text(ink) == light_ink);
  BOOST_TEST(page.is("location.hash.includes('theme=light')"));
  Page forced("full", "#?theme=dark");
  BOOST_TEST(forced.text(paper) == dark_paper);
  BOOST_TEST(forced.text(ink) == dark_ink);
  // Paper stays white.
  forced.chrome.emulate("print");
  BOOST_TEST(forced.text(paper) == "rgb(255, 255, 255)");
  BOOST_TEST(forced.text(ink) == light_ink);
  BOOST_TEST(forced.is("getComputedStyle(document.querySelector('nav')).display === 'none'"));
  forced.quiet();
}

BOOST_AUTO_TEST_CASE(a_link_restores_the_view) {
  Page page("full");
  page.chrome.eval("document.querySelector('nav a[href=\"#accuracy\"]').click()");
  page.chrome.eval("document.querySelector('.filter input[value=ed]').click()");
  page.chrome.eval("document.querySelector('.filter input[value=bp]').click()");
  page.chrome.eval("document.querySelectorAll('#heatmap thead button')[4].click()");
  page.chrome.eval("document.getElementById('by-samples').click()");
  page.chrome.eval("document.querySelector('.theme').click()");
  page.chrome.eval(
      "[...document.querySelectorAll('#heatmap button.open')].find(b => "
      "b.offsetParent).click()");
  const std::string state =
      "JSON.stringify([[...document.querySelectorAll('#heatmap tbody tr')].map(r => "
      "r.hasAttribute('data-off') + r.textContent), "
      "document.querySelector('.switch input:checked').id, "
      "getComputedStyle(document.body).backgroundColor, "
      "document.getElementById('drawer').open && "
      "document.getElementById('drawer').textContent])";
  const std::string seen = page.text(state), link = page.text("location.hash");
  BOOST_TEST(link.starts_with("#accuracy?"));
  Page again("full", link);
  BOOST_TEST(again.text(state) == seen);
  BOOST_TEST(again.text("location.hash") == link);
  // What the page does not have is no reason to show nothing.
  Page stale("full", "#?rule=gone&cell=000000000000&sort=nowhere.0:1d,x&theme=pink&curve-axis=x");
  BOOST_TEST(
      stale.is("[...document.querySelectorAll('#scoreboard tbody tr')].every(r => "
               "r.offsetParent)"));
  BOOST_TEST(stale.is("!" + kDrawer + ".open"));
  stale.quiet();
  again.quiet();
}

BOOST_AUTO_TEST_CASE(a_phone_reads_it_without_sideways_scrolling) {
  for (const std::string& kind : sample_kinds()) {
    BOOST_TEST_CONTEXT("sample " << kind) {
      Page page(kind, "", 390);
      BOOST_TEST(page.is("document.documentElement.scrollWidth <= innerWidth"));
      if (!page.is("Boolean(" + kCell + ")")) continue;
      page.chrome.eval(kCell + ".click()");
      BOOST_TEST(page.is(kDrawer + ".scrollWidth <= innerWidth"));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_tables_have_the_numbers_of_summary_csv) {
  Page page("full");
  std::map<std::string, double> shown;  // "rule task"
  const auto cells = page.chrome.eval(
      "[...document.querySelectorAll('#heatmap tbody tr')].flatMap(r => "
      "[...r.cells].slice(1).map((c, i) => [r.dataset.rule + ' ' + "
      "document.querySelectorAll('#heatmap thead th')[i + 1].dataset.task, "
      "c.dataset.v === undefined ? null : Number(c.dataset.v), c.textContent]))");
  size_t compared = 0;
  const std::string csv = page.text("agon.data.files['summary.csv']");
  const auto input = make_sample("full");
  BOOST_TEST((csv == reports::summary_csv(
                         reports::summarise(input.records, input.run.tasks, input.run.studies))));
  for (const auto& row : rows_of(csv)) {
    if (row.at("study") != "accuracy" || row.at("score_mean").empty()) continue;
    const double mean = std::strtod(row.at("score_mean").c_str(), nullptr);
    char text[16];
    std::snprintf(text, sizeof text, "%.3f", mean);
    for (const auto& cell : cells) {
      if (cell[0] != row.at("rule") + " " + row.at("task")) continue;
      BOOST_TEST(std::fabs(cell[1].get<double>() - mean) < 1e-9, cell[0]);
      BOOST_TEST(cell[2].get<std::string>().starts_with(text), cell[2]);
      ++compared;
    }
  }
  BOOST_TEST(compared == 20u);  // five rules, four tasks
}

BOOST_AUTO_TEST_CASE(charts_are_saved_as_drawings_and_pictures) {
  Page page("full", "#?theme=dark");
  page.chrome.eval(
      "window.saved = []; URL.createObjectURL = blob => { saved.push(blob); return "
      "'#'; }; HTMLAnchorElement.prototype.click = function () {};");
  page.chrome.eval(
      "[...document.querySelectorAll('#accuracy .tool')].slice(0, 2).forEach(b => "
      "b.click())");
  BOOST_TEST_REQUIRE(page.chrome.eventually("saved.length === 2"));
  const std::string svg = page.text("saved.find(b => b.type === 'image/svg+xml').text()");
  BOOST_TEST(svg.starts_with("<svg"));
  BOOST_TEST(svg.find("--paper: #fdfdfb") != std::string::npos);
  BOOST_TEST(svg.find("prefers-color-scheme") == std::string::npos);
  // A picture of three times the size that is not blank.
  const auto picture = page.chrome.eval(
      "createImageBitmap(saved.find(b => b.type === 'image/png')).then(image => { "
      "const c = document.createElement('canvas'); c.width = image.width; c.height "
      "= image.height; const p = c.getContext('2d'); p.drawImage(image, 0, 0); "
      "const d = p.getImageData(0, 0, c.width, c.height).data; let inked = 0; for "
      "(let i = 0; i < d.length; i += 4) inked += d[i] < 128; return [c.width, "
      "inked]; })");
  BOOST_TEST(picture[0] == 1380);
  BOOST_TEST(picture[1].get<int>() > 500);
  page.quiet();
}

BOOST_AUTO_TEST_CASE(without_scripts_the_page_has_everything_to_read) {
  browser().chrome->run_scripts(false);
  {
    Page page("full");
    page.chrome.screenshot((browser().folder / "plain.png").string());
    const auto text = page.chrome.call("DOM.getDocument", {{"depth", 0}})["root"]["nodeId"];
    const auto count = [&](const char* selector) {
      return page.chrome
          .call("DOM.querySelectorAll", {{"nodeId", text}, {"selector", selector}})["nodeIds"]
          .size();
    };
    BOOST_TEST(count("figure svg.chart") > 20u);
    BOOST_TEST(count("figure details table") > 20u);
    BOOST_TEST(count("noscript p") == 1u);
    BOOST_TEST(count(".filter, dialog, button.open") == 0u);
    page.quiet();
  }
  browser().chrome->run_scripts(true);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::tests
