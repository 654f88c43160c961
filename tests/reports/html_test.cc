// SPDX-License-Identifier: MIT
//
// The report as text: complete, well formed, loads nothing, and foreign text stays text.
#include "reports/render/html.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "reports/render/reproduce.h"
#include "reports/render/text.h"
#include "tests/browser/sample.h"

namespace {

using namespace agon::reports;

std::string render(const ReportInput& input) {
  return render_html(input, summarise(input.records, input.run.tasks, input.run.studies));
}
std::string render(const std::string& kind) { return render(agon::tests::make_sample(kind)); }

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

struct Tag {
  std::string name;  // with a leading '/' for an end tag
  std::vector<std::pair<std::string, std::string>> attributes;
  bool self_closing = false;
};

// The tags of a page, by the few rules that our pages use: quoted attributes, raw text in script
// and style.
std::vector<Tag> tags_of(std::string_view page) {
  std::vector<Tag> tags;
  for (size_t i = 0; i < page.size();) {
    if (page[i] != '<') {
      ++i;
      continue;
    }
    size_t k = i + 1;
    if (page[k] == '!') {
      i = page.find('>', k);
      continue;
    }
    Tag tag;
    while (page[k] != ' ' && page[k] != '>' && !(page[k] == '/' && k > i + 1))
      tag.name += page[k++];
    while (page[k] != '>') {
      if (page[k] == ' ' || page[k] == '/') {
        tag.self_closing = page[k] == '/';
        ++k;
        continue;
      }
      std::string name, value;
      while (page[k] != '=' && page[k] != '>' && page[k] != ' ') name += page[k++];
      if (page[k] == '=') {
        BOOST_REQUIRE_MESSAGE(page[k + 1] == '"',
                              "attribute " << name << " of " << tag.name << " has no quotes");
        const size_t end = page.find('"', k + 2);
        value = page.substr(k + 2, end - k - 2);
        k = end + 1;
      }
      tag.attributes.emplace_back(name, value);
    }
    i = k + 1;
    const std::string raw = tag.name == "script" || tag.name == "style" ? "</" + tag.name : "";
    tags.push_back(std::move(tag));
    if (!raw.empty()) i = page.find(raw, i);
  }
  return tags;
}

const std::set<std::string> kVoid{"meta", "link", "input", "br"};

void check_page(const std::string& page, const std::string& kind) {
  BOOST_TEST_CONTEXT("sample " << kind) {
    BOOST_TEST(page.size() < 6'000'000u);
    for (const char* section : {"scoreboard", "accuracy", "curves", "learning-rate", "depth",
                                "speed", "failures", "provenance", "rules", "tasks", "downloads"}) {
      BOOST_TEST(contains(page, "<section id=\"" + std::string(section) + "\""), section);
      BOOST_TEST(contains(page, "href=\"#" + std::string(section) + "\""), section);
    }
    size_t scripts = 0;
    std::set<std::string> ids;
    std::vector<std::string> open;
    for (const Tag& tag : tags_of(page)) {
      if (tag.name[0] == '/') {
        BOOST_REQUIRE_MESSAGE(!open.empty() && "/" + open.back() == tag.name,
                              tag.name << " closes " << (open.empty() ? "nothing" : open.back()));
        open.pop_back();
        continue;
      }
      scripts += tag.name == "script";
      BOOST_TEST(tag.name != "img");
      BOOST_TEST(tag.name != "iframe");
      for (const auto& [name, value] : tag.attributes) {
        BOOST_TEST(!name.starts_with("on"), tag.name << " has a handler " << name);
        BOOST_TEST(name != "src", tag.name << " loads " << value);
        if (name == "href")
          BOOST_TEST((value.starts_with("#") || value == "data:,"), "a link to " << value);
        if (name == "id")
          BOOST_TEST(ids.insert(value).second, "the id " << value << " is there twice");
      }
      if (!tag.self_closing && !kVoid.contains(tag.name)) open.push_back(tag.name);
    }
    BOOST_TEST(open.empty());
    BOOST_TEST((scripts == 2 || scripts == 3));  // data, page, Plotly
    BOOST_TEST(!contains(page, "@import"));
    BOOST_TEST(!contains(page, ">nan<"));
    BOOST_TEST(!contains(page, ">inf<"));
  }
}

nlohmann::json data_of(const std::string& page) {
  const std::string head = "id=\"agon-data\">";
  const size_t begin = page.find(head) + head.size();
  return nlohmann::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

size_t count_of(std::string_view text, std::string_view part) {
  size_t n = 0;
  for (size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size()))
    ++n;
  return n;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(html)

BOOST_AUTO_TEST_CASE(every_sample_is_a_complete_page) {
  for (const std::string& kind : agon::tests::sample_kinds()) check_page(render(kind), kind);
}

BOOST_AUTO_TEST_CASE(equal_input_gives_equal_bytes) {
  BOOST_TEST((render("full") == render("full")));
  BOOST_TEST((render("hostile") == render("hostile")));
}

BOOST_AUTO_TEST_CASE(shows_what_the_run_has) {
  const std::string page = render("full");
  for (const char* text : {"Complete: 140 cells", "SIGSEGV in fit", "linear has no parameter depth",
                           "agon run quick --study accuracy -r ", "chance 0.1", "0123456789ab",
                           "A processor", "Backpropagation", "UCI digits", "6 failed"}) {
    BOOST_TEST(contains(page, text), text);
  }
  BOOST_TEST(contains(page, "Noise floor: two identical measurements differed by 1.7 %"));
  BOOST_TEST(contains(page, "prefers-color-scheme: dark"));
  BOOST_TEST(contains(page, "@media print"));
  // Every chart: a drawing, a caption, a table of its numbers.
  const size_t figures = count_of(page, "<figure ");
  BOOST_TEST(figures == 20u);  // 4 tasks, 4 x 3 curves, 1 rate, 1 depth, 2 speed
  BOOST_TEST(count_of(page, "<svg class=\"chart\"") == figures);
  BOOST_TEST(count_of(page, "<figcaption>") == figures);
  BOOST_TEST(count_of(page, "<summary>Numbers</summary>") == figures);
}

BOOST_AUTO_TEST_CASE(data_is_json_with_charts_and_files) {
  const nlohmann::json data = data_of(render("full"));
  BOOST_TEST(data["charts"].size() == 20u);
  BOOST_TEST(data["files"]["cells.csv"].get<std::string>().starts_with("schema_version,"));
  BOOST_TEST(data["files"].contains("summary.csv"));
  for (const nlohmann::json& chart : data["charts"]) {
    for (const nlohmann::json& s : chart["series"]) {
      BOOST_TEST(s["x"].size() == s["y"].size());
      BOOST_TEST(s["low"].size() == s["note"].size());
    }
  }
}

BOOST_AUTO_TEST_CASE(runs_without_studies_say_so) {
  const std::string page = render("accuracy");
  BOOST_TEST(contains(page, "This run varies no learning rate."));
  BOOST_TEST(contains(page, "This run varies no depth."));
  BOOST_TEST(contains(page, "This run measures no speed."));
  BOOST_TEST(contains(page, "None: every finished cell is ok."));
}

BOOST_AUTO_TEST_CASE(an_empty_run_has_a_page) {
  const std::string page = render("empty");
  BOOST_TEST(contains(page, "No cell has finished"));
  BOOST_TEST(contains(page, "No rule has a finished training run yet"));
  check_page(render(ReportInput{}), "nothing at all");
}

BOOST_AUTO_TEST_CASE(a_run_of_failures_has_a_page) {
  const std::string page = render("failures");
  BOOST_TEST(contains(page, "Unfinished: 15 of 18 cells"));
  BOOST_TEST(contains(page, "15 cells failed"));
  BOOST_TEST(count_of(page, "SIGABRT in create") >= 15u);
  BOOST_TEST(!contains(page, ">nan"));
}

BOOST_AUTO_TEST_CASE(hostile_text_stays_text) {
  const std::string page = render("hostile");
  // The only scripts are ours; check_page counts them. Here: the text is shown, escaped.
  BOOST_TEST(contains(page, "&lt;img src=x onerror=&quot;"));
  const std::string ours = page.substr(0, page.find("id=\"agon-data\""));
  BOOST_TEST(!contains(ours, "<img"));
  BOOST_TEST(!contains(ours, "\x01"));
  BOOST_TEST(!contains(ours, "\x1b"));
  const nlohmann::json data = data_of(page);
  BOOST_TEST(data["files"].contains("cells.csv"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(clean_text_keeps_utf8_and_drops_the_rest) {
  BOOST_TEST(clean_text("µ ≥ 3\n\t") == "µ ≥ 3\n\t");
  BOOST_TEST(clean_text("a\x1b[31mred\x1b[0m") == "ared");
  BOOST_TEST(clean_text("a\r\nb") == "a\nb");
  BOOST_TEST(clean_text("\xff\xc0\xaf") == "\uFFFD\uFFFD\uFFFD");  // never valid, overlong
  BOOST_TEST(clean_text("\xed\xa0\x80") == "\uFFFD\uFFFD\uFFFD");  // a surrogate
  BOOST_TEST(clean_text("\xe2\x82") == "\uFFFD\uFFFD");            // cut short
  BOOST_TEST(clean_text(std::string_view("\0x", 2)) == "\uFFFDx");
  BOOST_TEST(clean_text("\xc2\x85") == "\uFFFD");  // a control of Latin-1
  BOOST_TEST(escape_html("<a href=\"x\">'&") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
  BOOST_TEST(escape_script("{\"a\":\"</script>\"}") == "{\"a\":\"\\u003c/script>\"}");
}

BOOST_AUTO_TEST_CASE(numbers) {
  BOOST_TEST(fixed(0.12345) == "0.123");
  BOOST_TEST(fixed(-0.0001) == "0.000");
  BOOST_TEST(fixed(std::nan("")) == "not measured");
  BOOST_TEST(si(999.6) == "1 k");
  BOOST_TEST(si(1234567) == "1.23 M");
  BOOST_TEST(si(21000) == "21 k");
  BOOST_TEST(si(0) == "0");
  BOOST_TEST(seconds(0.0021) == "2.1 ms");
  BOOST_TEST(seconds(4000) == "66.7 min");
  BOOST_TEST(count(1234567) == "1\u2009234\u2009567");
  BOOST_TEST(count(-1000) == "-1\u2009000");
  BOOST_TEST(plural(1, "cell") == "1 cell");
  BOOST_TEST(plural(2, "was", "were") == "2 were");
  BOOST_TEST(join_words(std::array<std::string, 3>{"a", "b", "c"}) == "a, b and c");
  BOOST_TEST(with_interval(0.5, 0.4, 0.6, 1) == "0.5 [0.4, 0.6]");
}

BOOST_AUTO_TEST_CASE(commands_are_safe_to_paste) {
  BOOST_TEST(shell_word("quick") == "quick");
  BOOST_TEST(shell_word("") == "''");
  BOOST_TEST(shell_word("a'b;$(x)") == "'a'\\''b;$(x)'");
  CellRecord record;
  record.study = "accuracy";
  record.id.rule = "ed";
  record.id.params_json = R"({"activation":"tanh","batch":32,"lr":0.05})";
  record.id.task = "digits";
  record.id.seed = 3;
  RunInfo run;
  run.suite = "quick";
  BOOST_TEST(reproduce_command(run, record) ==
             "agon run quick --study accuracy -r 'ed[activation=tanh,batch=32,lr=0.05]' -t digits "
             "--seed 3");
  record.id.params_json = "broken";
  BOOST_TEST(reproduce_command(run, record) ==
             "agon run quick --study accuracy -r ed -t digits --seed 3");
}

BOOST_AUTO_TEST_SUITE_END()
