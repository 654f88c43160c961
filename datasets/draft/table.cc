// SPDX-License-Identifier: MIT
//
// Tables: which column is to be predicted, which are inputs, which say nothing.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "datasets/draft/look.h"
#include "datasets/readers/arff.h"
#include "datasets/readers/csv.h"
#include "datasets/readers/file.h"
#include "datasets/readers/gzip.h"
#include "datasets/readers/lines.h"

namespace agon::datasets {
namespace {

constexpr size_t kMostTexts = 1000;  // different ones of a column, as the sources take them
constexpr size_t kMostWhole = 20;    // whole numbers with more values are no classes
constexpr std::array<std::string_view, 6> kAnswers = {"label",   "labels", "class",
                                                      "classes", "target", "y"};

// All that one column holds.
struct Cells {
  std::string name;
  Column::Kind declared = Column::Kind::any;
  size_t missing = 0, numbers = 0, whole = 0, texts = 0;
  std::map<std::string, size_t, std::less<>> counts{};  // of the different cells
  bool more = false;                                    // than there is room for
  bool counts_up = true;                                // each is the one before plus 1
  double low = std::numeric_limits<double>::infinity(), high = -low, last = 0;

  size_t filled() const { return numbers + texts; }
  // Names of classes, or numbers for them.
  bool few() const {
    const bool short_list = !more && counts.size() >= 2 && 2 * counts.size() <= filled();
    return short_list && (texts > 0 || (whole == numbers && counts.size() <= kMostWhole));
  }
};

struct Survey {
  std::vector<Cells> columns;
  size_t rows = 0;
  DraftLine separator{}, header{};  // of a CSV
};

void see(std::string_view cell, size_t most, Cells& column) {
  if (is_missing(cell)) {
    ++column.missing;
    return;
  }
  const auto value = core::parse_real(cell);
  if (value) {
    column.counts_up =
        column.counts_up && std::trunc(*value) == *value &&
        (column.numbers == 0 ? *value == 0 || *value == 1 : *value == column.last + 1);
    column.last = *value;
    column.low = std::min(column.low, *value);
    column.high = std::max(column.high, *value);
    ++column.numbers;
    if (core::parse_whole(cell)) ++column.whole;
  } else {
    ++column.texts;
  }
  const auto at = column.counts.find(cell);
  if (at != column.counts.end()) {
    ++at->second;
  } else if (column.counts.size() == (column.texts > 0 ? most : kMostWhole + 1)) {
    column.more = true;
  } else {
    column.counts.emplace(cell, 1);
  }
}

void begin(const std::vector<Column>& columns, const std::string& name, Survey& survey) {
  if (survey.columns.empty()) {
    for (const Column& column : columns) {
      Cells& cells = survey.columns.emplace_back();
      cells.name = column.name;
      cells.declared = column.kind;
      for (const std::string& category : column.categories) cells.counts.emplace(category, 0);
    }
  } else if (columns.size() != survey.columns.size()) {
    throw Error(Exit::data, name,
                fmt::format("has {} columns where the first file has {}", columns.size(),
                            survey.columns.size()),
                "give both parts the same columns");
  }
}

void look_at(const std::filesystem::path& file, bool arff, Survey& survey) {
  const std::string name = file.string();
  const std::string text = unpacked(read_bytes(file, kMostText), name, kMostText);
  const size_t before = survey.rows;
  const auto take = [&](const Record& record) {
    ++survey.rows;
    // Of a very wide table a column may hold fewer texts: memory.
    const size_t most = survey.columns.size() > 1000 ? kMostWhole + 1 : kMostTexts;
    for (size_t c = 0; c < survey.columns.size(); ++c)
      see(trimmed(record.cells[c]), most, survey.columns[c]);
  };
  if (arff) {
    const ArffHeader header = arff_header(text, name);
    begin(header.columns, name, survey);
    read_arff(text, name, header, take);
  } else {
    const CsvLayout layout = csv_layout(text, name, {});
    begin(layout.columns, name, survey);
    read_csv(text, name, layout, take);
    survey.separator = {"separator", toml_text(std::string_view(&layout.separator, 1)),
                        "Between cells: \",\", \"\\t\", \";\" or \"|\"."};
    survey.header = {"header", layout.header ? "true" : "false",
                     layout.header ? "The first line names the columns."
                                   : "The first line is a row already: columns are called by their "
                                     "numbers, from 1."};
  }
  if (survey.rows == before)
    throw Error(Exit::data, name, "has no rows behind its header", "save some rows");
}

Survey survey_of(const DraftRequest& request, bool arff) {
  Survey survey;
  for (const std::filesystem::path& file : request.from) look_at(file, arff, survey);
  return survey;
}

struct Choice {
  size_t column = 0;
  std::string why;
};

Choice find_answer(const Survey& survey, const DraftRequest& request) {
  const std::vector<Cells>& columns = survey.columns;
  std::vector<std::string> names;
  for (const Cells& column : columns) names.push_back(column.name);
  if (!request.label.empty()) {
    const auto at = std::ranges::find(names, request.label);
    if (at != names.end()) return {static_cast<size_t>(at - names.begin()), "which was asked for"};
    const auto number = core::parse_whole(request.label);
    if (number && *number >= 1 && *number <= std::ssize(names))
      return {static_cast<size_t>(*number - 1), "which was asked for"};
    throw Error(Exit::usage, "--label " + request.label,
                fmt::format("{} has no such column", request.from.front().string()),
                core::suggest(request.label, names));
  }
  for (size_t c = 0; c < names.size(); ++c) {
    if (std::ranges::count(kAnswers, lower(names[c])) > 0) return {c, "by its name"};
  }
  const size_t last = names.size() - 1;
  if (columns[last].few() || columns[last].texts == 0) return {last, "the last one"};
  for (size_t c = last; c-- > 0;) {
    if (columns[c].few()) return {c, "the last one with few different values"};
  }
  throw Error(Exit::data, request.from.front().string(),
              "no column looks like something to predict: the last one is text of its own in "
              "every row",
              "say which: --label COLUMN");
}

// Its name, or its number where a name would not be read again.
std::string key_of(const Survey& survey, size_t column) {
  const std::string& name = survey.columns[column].name;
  return core::printable(name) == name ? name : std::to_string(column + 1);
}

// What becomes of the columns that are not predicted.
struct Inputs {
  size_t count = 0, numbers = 0, missing = 0;
  bool nonnegative = true;
  std::vector<std::string> skip{}, skip_why{}, categorical{}, categories{};
};

Inputs inputs_of(const Survey& survey, size_t answer) {
  Inputs out;
  for (size_t c = 0; c < survey.columns.size(); ++c) {
    const Cells& column = survey.columns[c];
    if (c == answer || column.declared == Column::Kind::text) continue;
    const auto skip = [&](const std::string& why) {
      out.skip.push_back(column.name);
      out.skip_why.push_back(fmt::format("{} {}", shown(column.name), why));
    };
    if (column.filled() == 0 && column.declared == Column::Kind::any) {
      skip("is empty");
    } else if (column.texts == 0 && column.counts_up && column.numbers == survey.rows &&
               survey.rows > 2) {
      skip("counts the rows");
    } else if (column.texts > 0 && (column.more || 2 * column.counts.size() > survey.rows)) {
      skip("is other text in most rows");
    } else if (column.texts > 0 || column.declared == Column::Kind::categories) {
      out.count += column.counts.size();
      out.categories.push_back(fmt::format("{} x {}", shown(column.name), column.counts.size()));
      if (column.numbers > 0 && column.declared == Column::Kind::any)
        out.categorical.push_back(column.name);
      out.missing += column.missing;
    } else {
      ++out.count;
      ++out.numbers;
      out.missing += column.missing;
      out.nonnegative = out.nonnegative && !(column.low < 0);
    }
  }
  return out;
}

std::vector<std::pair<std::string, size_t>> classes_of(const Cells& column) {
  std::vector<std::pair<std::string, size_t>> classes(column.counts.begin(), column.counts.end());
  if (column.texts == 0) {
    std::ranges::stable_sort(classes, {},
                             [](const auto& c) { return core::parse_real(c.first).value_or(0); });
  }
  return classes;
}

std::string listed(const std::vector<std::string>& all) {
  constexpr size_t kMost = 6;
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(std::min(kMost, all.size()));
  return fmt::format("{}{}", fmt::join(all.begin(), end, ", "), all.size() > kMost ? ", ..." : "");
}

}  // namespace

Seen look_at_table(const DraftRequest& request) {
  check_count(request, 2, "a table: one for training, one for the test");
  const std::filesystem::path& file = request.from.front();
  std::string ending = lower(file.string());
  if (ending.ends_with(".gz")) ending.resize(ending.size() - 3);
  const bool arff = ending.ends_with(".arff");
  const Survey survey = survey_of(request, arff);
  const Choice answer = find_answer(survey, request);
  const Cells& predicted = survey.columns[answer.column];
  const bool classify = predicted.texts > 0 || predicted.few() || predicted.counts.size() == 1;

  Seen seen;
  seen.format = arff ? "arff" : "csv";
  seen.files = request.from;
  seen.test_part = request.from.size() == 2;
  seen.rows = survey.rows;
  seen.answer = fmt::format("column {}, {}", shown(predicted.name), answer.why);
  if (classify) {
    seen.classes = classes_of(predicted);
    if (predicted.more) {
      throw Error(Exit::data, file.string(),
                  fmt::format("has more than {} different values in {}", kMostTexts, seen.answer),
                  "predict another column: --label COLUMN");
    }
  } else {
    seen.low = predicted.low;
    seen.high = predicted.high;
  }
  if (!arff) seen.source = {survey.separator, survey.header};
  seen.source.push_back({classify ? "label" : "target", toml_text(key_of(survey, answer.column)),
                         "The column to predict; a name, or a number from 1."});
  const Inputs inputs = inputs_of(survey, answer.column);
  if (inputs.count == 0) {
    throw Error(Exit::data, file.string(), fmt::format("has no input beside {}", seen.answer),
                "add columns of numbers, or predict another one: --label COLUMN");
  }
  seen.shape = {static_cast<int64_t>(inputs.count)};
  seen.shape_why = fmt::format("{} columns of numbers", inputs.numbers);
  if (!inputs.categories.empty())
    seen.shape_why += fmt::format(", and an input for each text of {}", listed(inputs.categories));
  seen.shape_why += ".";
  seen.nonnegative = inputs.nonnegative;
  if (!inputs.skip.empty()) {
    seen.source.push_back(
        {"skip", toml_text(inputs.skip), fmt::format("No inputs: {}.", listed(inputs.skip_why))});
  }
  if (!inputs.categorical.empty()) {
    seen.source.push_back({"categorical", toml_text(inputs.categorical),
                           "Numbers and texts in one column: an input for each of them."});
  }
  if (inputs.missing > 0) {
    seen.source.push_back({"missing", toml_text("median"),
                           fmt::format("{} inputs have no value: the median of the training rows. "
                                       "Or \"mean\", or \"refuse\".",
                                       inputs.missing)});
  }
  return seen;
}

}  // namespace agon::datasets
