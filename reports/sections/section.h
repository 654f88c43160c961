// SPDX-License-Identifier: MIT
//
// A section of the report as data: what it says, and nothing of how that looks. A renderer (see
// render/) turns it into its form and alone escapes: text here is plain and may come from anywhere.
// Plain data, any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "reports/claims/claims.h"
#include "reports/record/record.h"
#include "reports/sections/chart.h"
#include "reports/statistics/interval.h"

namespace agon::reports {

// How a rule looks everywhere in the report.
struct Look {
  int style = 0;      // chooses colour and marker
  bool open = false;  // a control
};

// Which rule, task and study something speaks of; "" where that is several or none. A form whose
// reader asks for some of them leaves out what speaks of others.
struct About {
  std::string rule{}, task{}, study{};
};

// What a piece of text stands there as.
enum class As {
  plain,
  strong,    // the number that matters
  emphasis,  // a name inside a sentence
  small,     // beside a number: its interval, how many, of which
  below,     // small, on a line of its own
  bad,       // small, and no good news
  missing,   // words in the place of a number
  badge,     // a sign with its word
  aside,     // how a number came about
  reason,    // why there is no number, or what to know of it
  status,
  failed_status,
  code,
  command,  // a whole command line
  link,     // to the section `more`
  page,     // to the page `more`, relative to this one
  rule,     // the name of a rule or of a setting, with its look
  marker,   // the look alone
};

struct Piece {
  std::string text;
  As as = As::plain;
  std::string more{};  // of a badge what it means, of a link or page where it leads
  Look look{};
};

struct Text {
  std::vector<Piece> pieces;

  Text() = default;
  Text(std::string text) { add(std::move(text)); }
  Text(std::string_view text) : Text(std::string(text)) {}
  Text(const char* text) : Text(std::string(text)) {}

  bool empty() const { return pieces.empty(); }
  Text& add(std::string text, As as = As::plain, std::string more = "");
  // The same behind a space.
  Text& beside(std::string text, As as, std::string more = "");
};

// A rule's or setting's name with its marker; a control is called so.
Text rule_text(const Look& look, const std::string& label);

struct Cell {
  Text text;
  double value = kNaN;  // the number that the text says: sorts, as text where it is NaN
  Interval interval{};  // of the number
  bool number = false;  // in a column of numbers
  bool strong = false;
  std::string fold_title{}, fold{};  // lines as they are, to unfold below the text
  double shade = kNaN;               // of a heat map: 0 is chance, 1 the best there is
  std::string opens{};               // the drawer that has its cells: see drawers.h

  // Words stand where a number would.
  bool missing() const { return !text.empty() && text.pieces.front().as == As::missing; }
};

Cell text_cell(Text text);
Cell number_cell(std::string_view text, double value);
// "mean [low, high]".
Cell mean_cell(const MeanInterval& mean);
Cell missing_cell(std::string words, double value = kNaN);
// Adds " [low, high]" where the interval is known.
void add_interval(Cell& cell, const Interval& interval, std::string (*write)(double));

struct Table {
  struct Column {
    std::string name;
    bool number = false;
    About about{};
  };
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  std::vector<About> abouts{};  // of the rows, or fewer
  bool sortable = false;
  bool stacked = false;  // what stands beside a number goes below it
  bool heat = false;     // a heat map: its cells have shades

  // Columns whose name starts with '#' are numbers; the first one names the row.
  explicit Table(const std::vector<std::string>& names, bool sorts = false);
  void add(std::vector<Cell> row, About about = {}) {
    rows.push_back(std::move(row));
    abouts.resize(rows.size() - 1);
    abouts.push_back(std::move(about));
  }
};

struct Paragraph {
  enum class Kind {
    note,     // how to read what stands near it
    lead,     // what the section says in one sentence
    verdict,  // of the whole run
    warning,
    absent,  // what is not there, and what would fill it
  } kind = Kind::note;
  Text text;
};

struct Heading {
  Text text;
};

// Charts side by side. With choices the reader sees those of one of them at a time.
struct Charts {
  struct One {
    Chart chart;
    std::string choice{};  // key
    About about{};
  };
  struct Choice {
    std::string key, label;
  };
  std::vector<One> all;
  std::string question{};  // name of the choice, unique in the report: letters and '-'
  std::vector<Choice> choices{};
};

// What rules draw. The renderer draws as many as its form bears and names the others.
struct Pictures {
  struct One {
    const Picture* picture;  // of the records that the sections were made from
    std::string title;
    std::string rule;  // pictures of one rule and key are alike
    About about{};
  };
  std::vector<One> all;
};

// Names with what they are; what is empty is left out.
struct Facts {
  std::vector<std::pair<std::string, Text>> rows;
  void add(std::string name, Text text);
};

// What a rule computes, one line below the other.
struct Equations {
  struct One {
    std::string says, tex;  // tex: as math/tex.h reads it, or anything
  };
  std::vector<One> all;
};

struct Block;
struct Card {
  Text title;
  std::string summary;
  std::vector<std::string> tags;
  Facts facts;
  const Picture* samples = nullptr;  // of the records that the sections were made from
  About about{};
  std::vector<Block> more;  // below the facts
};
struct Cards {
  std::vector<Card> all;
};

// Lines as they are.
struct Verbatim {
  std::string text;
};

// Unfolds on a click.
struct Fold {
  std::string title;
  std::vector<Block> blocks;
  bool open = false;  // unfolded already
};

// A claim, what was measured for it, and whether it holds.
struct ClaimRow {
  struct Line {
    Verdict verdict = Verdict::unmeasured;
    Text text;
    std::string fold_title{};
    std::vector<Line> fold{};  // the lines that this one is the sum of
  };
  std::string source, claim, note;
  std::vector<Line> lines{};
  std::string unchecked{};  // why there are no lines
  Verdict verdict = Verdict::unmeasured;
};
struct Claims {
  std::vector<ClaimRow> rows;
};

// How far the run is, and with what result.
struct RunState {
  enum class Kind { complete, unfinished, failed } kind = Kind::complete;
  std::string text;
  std::vector<Piece> parts;  // counts, some with a link to their section
};

struct Block {
  std::variant<Paragraph, Heading, Table, Charts, Pictures, Facts, Equations, Cards, Verbatim, Fold,
               Claims, RunState>
      is;
};

// Without blocks the run does not have it.
struct Section {
  std::string id, title;  // id: letters, digits and '-'
  std::vector<Block> blocks{};

  template <typename One>
  void add(One block) {
    blocks.push_back({std::move(block)});
  }
  void note(Text text) { add(Paragraph{Paragraph::Kind::note, std::move(text)}); }
  void absent(Text text) { add(Paragraph{Paragraph::Kind::absent, std::move(text)}); }
};

}  // namespace agon::reports
