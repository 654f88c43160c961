// SPDX-License-Identifier: MIT
//
// Sections are data: typed, without markup, the same whatever form they are rendered in.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <set>
#include <string>
#include <variant>

#include "reports/render/html/blocks.h"
#include "reports/render/markdown/markdown.h"
#include "reports/sections/sections.h"
#include "tests/browser/sample.h"

namespace agon::reports {
namespace {

struct Made {
  explicit Made(const std::string& kind)
      : input(tests::make_sample(kind)),
        summary(summarise(input.records, input.run.tasks, input.run.studies)),
        page(input, summary) {}
  ReportInput input;
  Summary summary;
  PageInput page;
};

template <typename One>
const One& first_of(const Section& section) {
  for (const Block& block : section.blocks) {
    if (const auto* one = std::get_if<One>(&block.is)) return *one;
  }
  BOOST_REQUIRE_MESSAGE(false, section.id << " has no such block");
  throw 0;
}

// Every text of a block but those of charts and pictures.
void gather(const Block& block, std::string& out) {
  const auto add = [&](const Text& text) {
    for (const Piece& piece : text.pieces) out += piece.text + piece.more + "\n";
  };
  if (const auto* p = std::get_if<Paragraph>(&block.is)) add(p->text);
  if (const auto* h = std::get_if<Heading>(&block.is)) add(h->text);
  if (const auto* f = std::get_if<Fold>(&block.is)) {
    for (const Block& inner : f->blocks) gather(inner, out);
  }
  if (const auto* t = std::get_if<Table>(&block.is)) {
    for (const auto& row : t->rows) {
      for (const Cell& cell : row) add(cell.text);
    }
  }
  if (const auto* claims = std::get_if<Claims>(&block.is)) {
    for (const ClaimRow& row : claims->rows) {
      for (const ClaimRow::Line& line : row.lines) add(line.text);
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sections)

BOOST_AUTO_TEST_CASE(no_section_writes_markup) {
  for (const char* kind : {"full", "sweeps", "variants", "failures", "empty"}) {
    const Made made(kind);
    std::set<std::string> ids;
    for (const Section& section : sections_of(made.page)) {
      BOOST_TEST(ids.insert(section.id).second, section.id);
      BOOST_TEST(!section.blocks.empty(), section.id);
      std::string text;
      for (const Block& block : section.blocks) gather(block, text);
      for (const char* markup : {"</", "<p", "<s", "<b", "&lt;", "&amp;", "&#39;", "class="})
        BOOST_TEST(text.find(markup) == std::string::npos, kind << ' ' << section.id << markup);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_row_of_the_scoreboard_has_its_numbers) {
  const Made made("full");
  const Table table = first_of<Table>(scoreboard_section(made.page));
  BOOST_TEST(table.sortable);
  BOOST_TEST(table.columns[1].name == "Normalised score");
  BOOST_TEST(table.columns[1].number);
  BOOST_TEST(!table.columns[0].number);
  const auto& board = made.summary.scoreboard.rows;
  BOOST_TEST_REQUIRE(table.rows.size() == board.size());
  for (size_t i = 0; i < board.size(); ++i) {
    BOOST_TEST_REQUIRE(table.rows[i].size() == table.columns.size());
    const Piece& name = table.rows[i][0].text.pieces.front();
    BOOST_TEST((name.as == As::rule));
    BOOST_TEST(name.text == board[i].label);
    BOOST_TEST(name.look.open == made.page.is_control(board[i].rule));
    const Cell& score = table.rows[i][1];
    BOOST_TEST(score.value == board[i].normalised.value);
    if (board[i].normalised.ci.known())
      BOOST_TEST(score.interval.low == board[i].normalised.ci.low);
  }
}

BOOST_AUTO_TEST_CASE(the_verdict_opens_with_the_state_of_the_run) {
  const Section section = verdict_section(Made("failures").page);
  const RunState state = first_of<RunState>(section);
  BOOST_TEST((state.kind == RunState::Kind::failed));
  BOOST_TEST(state.text == "Unfinished: 15 of 18 cells");
  BOOST_TEST_REQUIRE(state.parts.size() == 2u);
  BOOST_TEST(state.parts[0].text == "15 failed");
  BOOST_TEST(state.parts[0].more == "failures");
}

BOOST_AUTO_TEST_CASE(text_is_escaped_where_it_becomes_html) {
  Section section{"a", "A"};
  section.note(Text("1 < 2 & ").add("<i>", As::emphasis).beside("'", As::badge, "\"why\""));
  section.add(Fold{"<f>", {{Verbatim{"<pre>"}}}});
  BOOST_TEST(blocks_html(section) ==
             "<p class=\"note\">1 &lt; 2 &amp; <i>&lt;i&gt;</i> <span class=\"tie\" "
             "title=\"&quot;why&quot;\">&#39;</span></p>"
             "<details><summary>&lt;f&gt;</summary><pre>&lt;pre&gt;</pre></details>");
}

BOOST_AUTO_TEST_CASE(a_rule_card_has_equations_limits_scores_and_options) {
  ReportInput input = tests::make_sample("full");
  RuleCard& rule = input.run.rules.front();
  rule.equations = {{"error", R"(\delta = y - t)"}, {"<i>", R"(a <script> \input{x})"}};
  rule.limits = {"It fails <at once>."};
  rule.options = {{"lr", "0.1", "1e-6 .. 10, log", "learning & rate"}};
  rule.expected_by = "standard-1";
  rule.expected = {{rule.id, "xor", "default", "accuracy", "", 0.75, 0.5, 1, kNaN, 5},
                   {rule.id, "digits", "default", "accuracy", "", 0.5, kNaN, kNaN, 1000, 5},
                   {rule.id, "xor", "tuned", "accuracy", "lr 0.1", 0.8, 0.5, 1, kNaN, 5}};
  const Summary summary = summarise(input.records, input.run.tasks, input.run.studies);
  const std::string html = blocks_html(rules_section(PageInput(input, summary)));
  for (const char* part :
       {"<mi>δ</mi><mo>=</mo>", "<code>a &lt;script&gt; \\input{x}</code>",
        "<small>&lt;i&gt;</small>", "Known limits", "It fails &lt;at once&gt;.",
        "learning &amp; rate", "1 option", "Expected scores, by the suite standard-1",
        "[0.500, 1.000]", "not counted"})
    BOOST_TEST(html.find(part) != std::string::npos, part);
  BOOST_TEST(html.find("0.800") < html.find(">digits<"));  // the rulesets of a task stand together
  const std::string markdown = render_markdown(input, summary);
  for (const char* part :
       {"- error: $\\delta = y - t$\n", "`a <script> \\input{x}`", "### Known limits"})
    BOOST_TEST(markdown.find(part) != std::string::npos, part);
  for (const Section& section : card_sections(input))
    BOOST_TEST(blocks_html(section).find("<details><summary>") == std::string::npos, section.id);
}

BOOST_AUTO_TEST_CASE(cells_carry_number_and_interval_beside_their_words) {
  Cell cell = number_cell("0.5", 0.5);
  add_interval(cell, {}, [](double) { return std::string("x"); });
  BOOST_TEST(cell.text.pieces.size() == 1u);
  add_interval(cell, {0.4, 0.6}, [](double v) { return v < 0.5 ? std::string("a") : "b"; });
  BOOST_TEST(cell.text.pieces.back().text == "[a, b]");
  BOOST_TEST(cell.interval.high == 0.6);
  BOOST_TEST(!cell.missing());
  BOOST_TEST(missing_cell("not run").missing());
  BOOST_TEST(std::isnan(missing_cell("not run").value));
  const Table table({"Rule", "#Score"});
  BOOST_TEST(table.columns[1].name == "Score");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
