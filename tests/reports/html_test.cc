// SPDX-License-Identifier: MIT
//
// The report as text: complete, well formed, loads nothing, and foreign text stays text.
#include "reports/render/html/html.h"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/text.h"
#include "reports/sections/reproduce.h"
#include "reports/text.h"
#include "tests/browser/sample.h"
#include "tests/reports/make.h"
#include "tests/reports/page.h"

namespace {

using namespace agon::reports;

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
    // Sweeps alone rank nothing; claims, sweeps and pictures are there for runs that have them.
    const bool ranks = kind != "sweeps";
    const bool more = kind == "full" || kind == "sweeps" || kind == "hostile" ||
                      kind == "one-seed" || kind == "failing" || kind == "names";
    for (const auto& [section, expected] : std::vector<std::pair<std::string, bool>>{
             {"claims", more || kind == "one-cell"},
             {"scoreboard", ranks},
             {"heatmap", ranks && kind != "empty" && kind != "nothing at all"},
             {"accuracy", ranks},
             {"curves", ranks},
             {"over", more},
             {"learning-rate", true},
             {"depth", true},
             {"speed", ranks},
             {"pictures", more},
             {"failures", true},
             {"provenance", true},
             {"rules", true},
             {"tasks", true},
             {"downloads", true}}) {
      BOOST_TEST(contains(page, "<section id=\"" + section + "\"") == expected, section);
      BOOST_TEST(contains(page, "href=\"#" + section + "\"") == expected, section);
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
    BOOST_TEST((scripts == 3 || scripts == 4));  // data, drawers, page, Plotly
    BOOST_TEST(!contains(page, "@import"));
    BOOST_TEST(!contains(page, ">nan<"));
    BOOST_TEST(!contains(page, ">inf<"));
  }
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
  for (const char* text : {"Complete: 237 cells", "SIGSEGV in fit", "linear has no parameter depth",
                           "agon run quick --study accuracy -r ", "chance 0.1", "0123456789ab",
                           "A processor", "Backpropagation", "UCI digits", "6 failed"}) {
    BOOST_TEST(contains(page, text), text);
  }
  BOOST_TEST(contains(page, "CPU time; the wall clock took up to 1.1 times as long."));
  BOOST_TEST(contains(page, "prefers-color-scheme: dark"));
  BOOST_TEST(contains(page, "@media print"));
  // Every chart: a drawing, a caption, a table of its numbers.
  const size_t figures = count_of(page, "<figure ");
  // 4 tasks, 4 x 3 curves, 1 sweep, 1 rate, 1 depth, 2 speed, 1 of trials, 9 pictures
  BOOST_TEST(figures == 31u);
  BOOST_TEST(count_of(page, "<svg class=\"chart\"") == figures);
  BOOST_TEST(count_of(page, "<figcaption>") == figures);
  BOOST_TEST(count_of(page, "<summary>Numbers</summary>") == figures);
}

BOOST_AUTO_TEST_CASE(data_is_json_with_charts_and_files) {
  const nlohmann::json data = data_of(render("full"));
  BOOST_TEST(data["charts"].size() == 22u);
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

BOOST_AUTO_TEST_CASE(claims_are_a_table_with_a_sentence_above) {
  const std::string page = render("full");
  const size_t begin = page.find("<section id=\"claims\"");
  const std::string section = page.substr(begin, page.find("</section>", begin) - begin);
  BOOST_TEST(contains(section,
                      "<p class=\"lead\">1 of 7 claims holds, 2 hold partly, 1 does not hold, "
                      "3 were not measured.</p>"));
  BOOST_TEST(contains(page, "<p class=\"verdict\">1 of 7 claims holds"));
  BOOST_TEST(count_of(section, "<tr><th scope=\"row\">") == 7u);
  BOOST_TEST(contains(section, "<small>Figure c1</small><p>A network with one hidden layer"));
  BOOST_TEST(contains(section, "<p class=\"remark\">The article trains for 1000 updates"));
  // Words, estimate, interval, bound; the verdict is a shape and a word.
  BOOST_TEST(contains(section,
                      "ED, worst seed, width 8: <b>0.9584</b> <span class=\"how\">smallest of "
                      "3 seeds; bound ≥ 0.955</span>"));
  BOOST_TEST(contains(section, "95 % t interval over seeds only, n = 3; bound ≥ -0.025"));
  BOOST_TEST(contains(section, "no cell of study sweeps-to-solve has finished"));
  BOOST_TEST(contains(section, "<circle class=\"disc\""));
  for (const char* words : {"holds<", "holds partly<", "does not hold<", "not measured<"}) {
    BOOST_TEST(contains(section, "</svg>" + std::string(words)), words);
  }
  // Of eight values one line says what they have in common, the single ones are folded below it.
  BOOST_TEST(contains(section,
                      "ED, worst seed: at 8 of 8 values of width: <b>0.5859 to 0.9695</b><span "
                      "class=\"how\">; bound ≥ 0.5</span><details><summary>Each value of width"
                      "</summary><ul><li>"));
  BOOST_TEST(count_of(section, "<details>") == 1u);
  BOOST_TEST(contains(section, "ED, worst seed, width 1: <b>0.5859</b>"));
  BOOST_TEST(data_of(page)["files"].contains("claims.csv"));
  BOOST_TEST(!data_of(render("accuracy"))["files"].contains("claims.csv"));
}

BOOST_AUTO_TEST_CASE(a_check_of_many_values_names_those_that_do_not_hold) {
  ReportInput input = agon::tests::make_sample("full");
  ClaimCheck& widths = input.run.claims[1].checks[0];
  const auto line = [&] {
    const std::string page = render(input);
    const size_t at = page.find("<p>The rule learns with any number");
    const size_t list = page.find("<ul><li>", at);
    return page.substr(list, page.find("<details>", list) - list);
  };
  widths.at_least = 0.81;
  BOOST_TEST(contains(line(), "</svg>holds partly</span>"));
  BOOST_TEST(
      contains(line(),
               "at 6 of 8 values of width: <b>0.9275 to 0.9695</b><span class=\"how\">; bound "
               "≥ 0.81; not at width 1: 0.5859 and 2: 0.8057</span>"));
  widths.at_least = 0.99;
  BOOST_TEST(contains(line(), "</svg>does not hold</span>"));
  BOOST_TEST(contains(line(),
                      "at none of 8 values of width<span class=\"how\">; bound ≥ 0.99; not at "
                      "width 1: 0.5859, 2: 0.8057, 4: 0.9275, 8: 0.9584, 16: 0.9695, 32: "
                      "0.9608 and 2 others</span>"));
  // Values that were asked for and did not run.
  widths.at_least = 0.5;
  widths.of.params = {{"width", {"2", "4", "8", "512", "1024"}}};
  BOOST_TEST(contains(line(),
                      "at 3 of 5 values of width: <b>0.8057 to 0.9584</b><span "
                      "class=\"how\">; bound ≥ 0.5; not measured at width 512 and 1024<"));
  widths.of.params = {{"width", {"1", "2", "4", "8"}}};
  widths.value = "m_none";
  BOOST_TEST(contains(line(), "</svg>not measured</span>"));
  BOOST_TEST(contains(line(), "at none of 4 values of width, no cell has a number m_none</span>"));
  // A mean may meet the bound that its interval does not.
  widths.value = "score_test";
  widths.take = "mean";
  widths.at_least = 0.963;
  BOOST_TEST(contains(line(), "; partly at width 8: 0.9634 [0.9"), line());
}

BOOST_AUTO_TEST_CASE(labels_are_explained_once) {
  const char* note = "A label names what differs from most settings of its study";
  BOOST_TEST(count_of(render("variants"), note) == 1u);
  BOOST_TEST(count_of(render("sweeps"), note) == 1u);
  BOOST_TEST(count_of(render("full"), note) == 1u);
  BOOST_TEST(count_of(render("accuracy"), note) == 0u);
  const std::string page = render("variants");
  const size_t at = page.find(note);
  BOOST_TEST(page.find("<section id=\"scoreboard\"") < at);
  BOOST_TEST(page.find("<section id=\"accuracy\"") > at);
}

BOOST_AUTO_TEST_CASE(studies_over_a_parameter_have_a_chart_for_each_task) {
  const nlohmann::json data = data_of(render("sweeps"));
  std::map<std::string, nlohmann::json> charts;
  for (const nlohmann::json& chart : data["charts"]) charts[chart["id"]] = chart;
  BOOST_TEST_REQUIRE(charts.contains("over-0-0"));
  const nlohmann::json& units = charts["over-0-0"];
  BOOST_TEST(units["x"]["title"] == "width");
  BOOST_TEST(units["x"]["scale"] == "log2");
  BOOST_TEST_REQUIRE(units["series"].size() == 3u);
  BOOST_TEST(units["series"][0]["name"] == "ed");
  BOOST_TEST(units["series"][1]["name"] == "bp activation=sigmoid");
  BOOST_TEST((units["series"][0]["x"] == nlohmann::json{1, 2, 4, 8, 16, 32, 64, 128}));
  BOOST_TEST(units["series"][2]["y"][0] == 0.1);  // diverged in every seed
  BOOST_TEST(units["series"][2]["note"][0] == "n = 3, 3 failed");
  BOOST_TEST(units["references"].size() == 1u);
  const nlohmann::json& target = charts["over-1-0"];
  BOOST_TEST(target["references"].empty());
  BOOST_TEST(target["series"][0]["note"][0] == "n = 5, 3 did not reach it");
  const nlohmann::json& words = charts["over-2-0"];
  BOOST_TEST(words["x"]["scale"] == "category");
  BOOST_TEST(words["x"]["categories"].size() == 8u);
  BOOST_TEST(words["series"][0]["line"] == false);
  BOOST_TEST(charts["over-3-0"]["y"]["scale"] == "log10");
  BOOST_TEST(charts["over-3-0"]["series"][0]["note"][0] == "one process");
  BOOST_TEST(!charts.contains("over-4-0"));

  const std::string page = render("sweeps");
  BOOST_TEST(contains(page, "How many hidden units does each rule need?"));
  BOOST_TEST(
      contains(page, "3 of 30 runs did not reach the target, most of all ed at width 4 (3 of 5)."));
  BOOST_TEST(
      contains(page, "no cell has a number, they were skipped: the data of mnist is missing"));
  BOOST_TEST(
      contains(page, "The studies of this run go over width and xmode; none of them ranks rules."));
}

BOOST_AUTO_TEST_CASE(harmed_models_have_a_chart_and_a_table_for_each_harm) {
  ReportInput input = agon::tests::make_sample("full");
  BOOST_TEST(!contains(render(input), "id=\"robustness\""));
  for (CellRecord& r : input.records) {
    CellOutcome& o = r.outcome;
    if (r.study != "accuracy" || r.id.task != "xor" || o.status != Status::ok) continue;
    const double half = o.score_chance + 0.5 * (o.score_test - o.score_chance);
    o.series = {{"score@input-noise", 0, 1, o.score_test}, {"score@input-noise", 0.3, 3, half}};
    if (r.id.rule == "ed") {
      o.series.push_back({"score@lesion", kNaN, 0, kNaN, "ed offers <no> lesion"});
    } else {
      o.series.push_back({"score@lesion", 0, 1, o.score_test});
      o.series.push_back({"score@lesion", 0.4, 3, o.score_test});
    }
  }
  const std::string page = render(input);
  check_page(page, "full");
  const size_t begin = page.find("<section id=\"robustness\"");
  BOOST_TEST_REQUIRE(begin != std::string::npos);
  const std::string section = page.substr(begin, page.find("</section>", begin) - begin);
  BOOST_TEST(contains(section, "Noise on the inputs, "));
  BOOST_TEST(contains(section, "Units silenced, "));
  BOOST_TEST(contains(section, "<small>-50 %</small>"));
  BOOST_TEST(contains(section, "<small>0 %</small>"));
  BOOST_TEST(contains(section, "ed offers &lt;no&gt; lesion"));
  BOOST_TEST(!contains(section, "Noise on the weights"));
  const nlohmann::json data = data_of(page);
  size_t charts = 0;
  for (const auto& chart : data["charts"]) {
    if (!chart["id"].get<std::string>().starts_with("robustness-")) continue;
    const bool lesion = contains(chart["x"]["title"].get<std::string>(), "units");
    for (const auto& series : chart["series"]) {
      BOOST_TEST(series["x"].size() == 2u);
      BOOST_TEST(!(lesion && series["name"].get<std::string>().starts_with("ed")));
    }
    ++charts;
  }
  BOOST_TEST(charts == 2u);
  BOOST_TEST(data["files"].contains("series.csv"));
}

BOOST_AUTO_TEST_CASE(forgetting_has_three_charts_a_task_and_names_what_never_matched) {
  ReportInput input = agon::tests::make_sample("full");
  BOOST_TEST(!contains(render(input), "id=\"forgetting\""));
  const size_t before = input.records.size();
  for (uint64_t seed = 0; seed < 3; ++seed) {
    const double spread = 0.01 * static_cast<double>(seed);
    for (const auto& [rule, a] :
         std::map<std::string, double>{{"bp", 0.2}, {"ed", 0.7}, {"elm", kNaN}})
      input.records.push_back(testing::forgetting(rule, "digits", seed, a + spread));
    CellRecord skipped = testing::forgetting("bp", "xor", seed, kNaN);
    skipped.outcome = CellOutcome{};
    skipped.outcome.status_detail = "task xor is <one> task";
    input.records.push_back(skipped);
  }
  std::string page = render(input);
  check_page(page, "full");
  const auto section_of = [](const std::string& text) {
    const size_t begin = text.find("<section id=\"forgetting\"");
    BOOST_TEST_REQUIRE(begin != std::string::npos);
    return text.substr(begin, text.find("</section>", begin) - begin);
  };
  const std::string section = section_of(page);
  BOOST_TEST(contains(section, "ed has most of A, 0.710 ["));
  BOOST_TEST(contains(section, "bp least, 0.210 ["));
  BOOST_TEST(contains(section, "B never came to its level under elm (0.750): not comparable."));
  BOOST_TEST(contains(section, "never: B at most 0.750"));
  BOOST_TEST(contains(section, "Skipped: task xor is &lt;one&gt; task."));
  BOOST_TEST(!contains(section, "nan"));
  const nlohmann::json data = data_of(page);
  size_t charts = 0;
  for (const auto& chart : data["charts"]) {
    if (!chart["id"].get<std::string>().starts_with("forgetting-")) continue;
    ++charts;
    BOOST_TEST(chart["series"].size() == 3u);
    for (const auto& series : chart["series"]) {
      const bool moments = chart["x"]["scale"] == "category";
      BOOST_TEST(series["x"].size() == (moments ? 3u : 2u));  // of the curve only what follows A
      if (!moments) BOOST_TEST(series["x"][0] == 500.0);
      if (moments) BOOST_TEST(series["y"][1].is_null() == (series["name"] == "elm"));
    }
  }
  BOOST_TEST(charts == 3u);

  // Alone it ranks nothing.
  input.records.erase(input.records.begin(),
                      input.records.begin() + static_cast<ptrdiff_t>(before));
  input.run.claims.clear();
  page = render(input);
  section_of(page);
  for (const char* id : {"scoreboard", "accuracy", "curves"})
    BOOST_TEST(!contains(page, std::string("<section id=\"") + id + "\""), id);
}

BOOST_AUTO_TEST_CASE(pictures_are_drawn_and_the_rest_is_named) {
  ReportInput input = agon::tests::make_sample("full");
  const std::string page = render(input);
  BOOST_TEST(count_of(page, "<figure id=\"picture-") == 9u);
  BOOST_TEST(contains(page, "Synthesised digits: ed on XOR"));
  BOOST_TEST(contains(page, "A trajectory starts at the ring and ends at the dot."));
  BOOST_TEST(contains(page, "Activity of each layer over time: monolith on XOR"));
  BOOST_TEST(contains(page, "Mean |a|: highest 0.371 at layer z 0, step 23"));
  const Picture one = [&] {
    for (const CellRecord& r : input.records) {
      if (r.id.rule == "monolith" && !r.outcome.pictures.empty()) return r.outcome.pictures[0];
    }
    return Picture{};
  }();
  for (CellRecord& r : input.records) {
    if (r.id.rule != "linear") continue;
    r.outcome.pictures.assign(7, one);
    r.outcome.pictures[2].rows = 7;  // does not fit its values
    r.outcome.pictures[3].kind = "<hologram>";
  }
  const std::string many = render(input);
  BOOST_TEST(count_of(many, "<figure id=\"picture-") == 9u + 6u);  // of many alike six
  BOOST_TEST(contains(many, "more picture"));
  BOOST_TEST(contains(many, "(7 x 24 tiles cannot be drawn)"));
  BOOST_TEST(contains(many, "(pictures of kind &lt;hologram&gt; are not known here)"));
  for (CellRecord& r : input.records) {
    if (r.id.rule != "linear") continue;
    for (size_t k = 0; k < r.outcome.pictures.size(); ++k)
      r.outcome.pictures[k].key = std::to_string(k);
  }
  BOOST_TEST(count_of(render(input), "<figure id=\"picture-") == 24u);
  for (CellRecord& r : input.records) r.outcome.pictures.clear();
  BOOST_TEST(!contains(render(input), "id=\"pictures\""));
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

BOOST_AUTO_TEST_CASE(texts_that_differ_in_numbers_are_alike_without_them) {
  BOOST_TEST(without_numbers("gamma=0.03 is above 2.9e-05, at 12") == "gamma=# is above #, at #");
  BOOST_TEST(without_numbers("1. e5 1e 3e+ 4.e2 5e+06x") == "#. e# #e #e+ #.e# #x");
  BOOST_TEST(without_numbers("") == "");
  BOOST_TEST(without_numbers("none") == "none");
}

BOOST_AUTO_TEST_CASE(clean_text_keeps_utf8_and_drops_the_rest) {
  BOOST_TEST(clean_text("µ ≥ 3\n\t") == "µ ≥ 3\n\t");
  BOOST_TEST(clean_text("a\x1b[31mred\x1b[0m") == "ared");
  BOOST_TEST(clean_text("a\r\nb") == "a\nb");
  BOOST_TEST(clean_text("\xff\xc0\xaf") == "\uFFFD\uFFFD\uFFFD");  // never valid, overlong
  BOOST_TEST(clean_text("\xed\xa0\x80") == "\uFFFD\uFFFD\uFFFD");  // a surrogate
  BOOST_TEST(clean_text("\xe2\x82") == "\uFFFD\uFFFD");            // cut short
  BOOST_TEST(clean_text(std::string_view("\0x", 2)) == "\uFFFDx");
  BOOST_TEST(clean_text("\xc2\x85") == "\uFFFD");  // a control of Latin-1
  BOOST_TEST(clean_text("a\u202eb\u2066c\u200fد規") == "a\uFFFDb\uFFFDc\u200fد規");
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
  BOOST_TEST(agon::core::shell_word("quick") == "quick");
  BOOST_TEST(agon::core::shell_word("") == "''");
  BOOST_TEST(agon::core::shell_word("a'b;$(x)") == "'a'\\''b;$(x)'");
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
  record.id.condition = "share=0.1";
  BOOST_TEST(reproduce_command(run, record) ==
             "agon run quick --study accuracy -r ed -t digits --condition share=0.1 --seed 3");
}

BOOST_AUTO_TEST_SUITE_END()
