// SPDX-License-Identifier: MIT
#include "datasets/sources/table_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/number.h"
#include "core/text.h"
#include "datasets/sources/labels.h"

namespace agon::datasets {
namespace {

struct TableRecipe {
  std::string answer{};  // the column of the label or the target; empty: the last
  bool real = false;     // a target
  std::string group{};
  std::vector<std::string> labels{}, skip{}, categorical{};
  Missing missing = Missing::refuse;
  std::vector<int64_t> shape{};
  int32_t classes = 0;
  bool nonnegative = true;
};

constexpr std::array<std::string_view, 3> kMissingRules = {"refuse", "mean", "median"};
constexpr size_t kMostCategories = 1000;  // of one column

[[noreturn]] void fail(const std::string& place, const std::string& reason,
                       const std::string& fix) {
  throw Error(Exit::data, place, reason, fix);
}

// What the cells of one column are, over all parts.
struct Survey {
  Column::Kind kind = Column::Kind::any;
  bool numbers = false;
  std::string text_place{}, text{};            // the first cell that is no number
  std::set<std::string, std::less<>> texts{};  // of columns that may be categories
};

enum class Use { none, label, target, group, number, categories };

// What becomes of one column.
struct Plan {
  Use use = Use::none;
  std::string name{};
  size_t input = 0;                                     // the first one it fills
  std::map<std::string, int32_t, std::less<>> index{};  // of categories
};

std::vector<std::string> names_of(std::span<const Column> columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  return names;
}

size_t find_column(const Table& table, const std::string& wanted) {
  const std::vector<std::string> names = names_of(table.columns);
  const auto found = std::ranges::find(names, wanted);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  const auto number = core::parse_whole(wanted);
  if (number && *number >= 1 && *number <= static_cast<int64_t>(names.size()))
    return static_cast<size_t>(*number - 1);
  fail(table.name, fmt::format("has no column {}", shown(wanted)), core::suggest(wanted, names));
}

void check_same_columns(const Table& first, const Table& other) {
  if (names_of(first.columns) == names_of(other.columns)) return;
  fail(other.name, fmt::format("has other columns than {}", first.name),
       "give both parts the same header");
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

class Rows {
 public:
  Rows(const TableRecipe& recipe, std::span<const Table> tables)
      : recipe_(recipe),
        tables_(tables),
        first_(tables.front()),
        labels_(recipe.labels, recipe.classes) {
    for (const Table& table : tables_.subspan(1)) check_same_columns(first_, table);
    answer_ =
        recipe.answer.empty() ? first_.columns.size() - 1 : find_column(first_, recipe.answer);
    if (!recipe.real) labels_.declare(first_.columns[answer_].categories);
    if (!recipe.group.empty()) group_ = find_column(first_, recipe.group);
    for (const std::string& name : recipe.skip) find_column(first_, name);
    for (const std::string& name : recipe.categorical) find_column(first_, name);
  }

  RowData make() {
    survey();
    plan();
    RowData rows;
    rows.missing = recipe_.missing;
    rows.data.x = core::Matrix(total_, inputs_);
    rows.data.shape = recipe_.shape;
    rows.data.classes = recipe_.classes;
    rows.data.labels.reserve(total_);  // of rows with targets, too: they count the rows
    if (recipe_.real) rows.data.targets = core::Matrix(total_, 1);
    for (const Table& table : tables_) {
      const size_t before = rows.data.labels.size();
      table.walk([&](const Record& record) { fill(table, record, rows); });
      if (!recipe_.real)
        labels_.check_part(table.name, std::span(rows.data.labels).subspan(before));
      if (&table != &first_) rows.test_rows = rows.data.labels.size() - before;
    }
    if (recipe_.real) rows.data.labels.clear();
    return rows;
  }

 private:
  void survey() {
    surveys_.resize(first_.columns.size());
    for (size_t c = 0; c < surveys_.size(); ++c) {
      const Column& column = first_.columns[c];
      surveys_[c].kind =
          contains(recipe_.categorical, column.name) ? Column::Kind::categories : column.kind;
      surveys_[c].texts.insert(column.categories.begin(), column.categories.end());
      if (contains(recipe_.skip, column.name) || c == group_) surveys_[c].kind = Column::Kind::text;
    }
    for (const Table& table : tables_) {
      table.walk([&](const Record& record) {
        ++total_;
        for (size_t c = 0; c < surveys_.size(); ++c) look(table, record, c);
      });
    }
    if (total_ == 0) fail(first_.name, "has no records behind its header", "save some rows");
    if (total_ > std::numeric_limits<int32_t>::max())
      fail(first_.name, fmt::format("{} rows are too many", total_), "take fewer");
  }

  void look(const Table& table, const Record& record, size_t c) {
    Survey& survey = surveys_[c];
    const bool used = c == answer_ || c == group_;  // and needed
    if (survey.kind == Column::Kind::text && !used) return;
    const std::string_view cell = trimmed(record.cells[c]);
    if (is_missing(cell)) {
      if (!used && recipe_.missing != Missing::refuse) return;
      fail(at_line(table.name, record.line),
           fmt::format("column {} has no value", shown(first_.columns[c].name)),
           used ? "remove the row: every row needs one"
                : "fill it, or set missing = \"mean\" or \"median\" in [source]");
    }
    if (c == answer_ && recipe_.real && !core::parse_real(cell)) {
      fail(at_line(table.name, record.line),
           fmt::format("{} in column {}, which holds the target", shown(cell),
                       shown(first_.columns[c].name)),
           "correct the cell, or name another column as 'target' in [source]");
    }
    if (c == answer_ && !recipe_.real) return labels_.see(cell, at_line(table.name, record.line));
    if (used) return;
    const bool number = core::parse_real(cell).has_value();
    survey.numbers = survey.numbers || number;
    if (!number && survey.text_place.empty()) {
      survey.text_place = at_line(table.name, record.line);
      survey.text = cell;
    }
    if (number && survey.kind != Column::Kind::categories) return;
    if (survey.texts.find(cell) != survey.texts.end()) return;
    if (!first_.columns[c].categories.empty()) {
      fail(at_line(table.name, record.line),
           fmt::format("{} is none of the declared values of column {}", shown(cell),
                       shown(first_.columns[c].name)),
           "declare it, or correct the cell");
    }
    if (survey.texts.size() == kMostCategories) {
      fail(at_line(table.name, record.line),
           fmt::format("column {} has more than {} different texts", shown(first_.columns[c].name),
                       kMostCategories),
           "leave it out with 'skip' in [source]");
    }
    survey.texts.emplace(cell);
  }

  void plan() {
    plans_.resize(surveys_.size());
    for (size_t c = 0; c < surveys_.size(); ++c) {
      const Survey& survey = surveys_[c];
      Plan& plan = plans_[c];
      plan.name = first_.columns[c].name;
      if (c == answer_ && recipe_.real) {
        plan.use = Use::target;
      } else if (c == answer_) {
        plan.use = Use::label;
        labels_.settle(first_.name, fmt::format("column {} has", shown(plan.name)));
      } else if (c == group_) {
        plan.use = Use::group;
      } else if (survey.kind == Column::Kind::categories ||
                 (survey.kind == Column::Kind::any && !survey.numbers && !survey.texts.empty())) {
        plan.use = Use::categories;
        plan.input = inputs_;
        for (const std::string& text : survey.texts)
          plan.index.emplace(text, static_cast<int32_t>(plan.index.size()));
        inputs_ += plan.index.size();
      } else if (survey.kind != Column::Kind::text) {
        if (!survey.text_place.empty()) {
          fail(survey.text_place,
               fmt::format("{} in column {}, which holds numbers", shown(survey.text),
                           shown(plan.name)),
               "correct the cell, or name the column in 'categorical' or 'skip' of [source]");
        }
        plan.use = Use::number;
        plan.input = inputs_++;
      }
    }
    size_t shaped = 1;
    for (const int64_t side : recipe_.shape) shaped *= static_cast<size_t>(side);
    if (inputs_ != shaped || inputs_ == 0) {
      fail(
          first_.name,
          fmt::format("gives {} inputs ({}) where 'shape' says {}", inputs_, input_names(), shaped),
          fmt::format("set shape = [{}], or leave columns out with 'skip'", inputs_));
    }
  }

  std::string input_names() const {
    std::vector<std::string> names;
    for (const Plan& plan : plans_) {
      if (plan.use == Use::number) names.push_back(core::printable(plan.name));
      if (plan.use == Use::categories)
        names.push_back(fmt::format("{} x {}", core::printable(plan.name), plan.index.size()));
      if (names.size() > 8) return fmt::format("{}, ...", fmt::join(names, ", "));
    }
    return fmt::format("{}", fmt::join(names, ", "));
  }

  void fill(const Table& table, const Record& record, RowData& rows) const {
    Dataset& data = rows.data;
    if (data.labels.size() == total_)
      fail(table.name, "changed while it was read", "read it when it is complete");
    const auto row = data.x.row(data.labels.size());
    int32_t label = 0;
    for (size_t c = 0; c < plans_.size(); ++c) {
      const Plan& plan = plans_[c];
      const std::string_view cell = trimmed(record.cells[c]);
      if (plan.use == Use::label) {
        label = labels_.of(cell, at_line(table.name, record.line));
      } else if (plan.use == Use::target) {
        data.targets.at(data.labels.size(), 0) = finite(table, record, plan, cell);
      } else if (plan.use == Use::group) {
        rows.groups.emplace_back(cell);
      } else if (plan.use == Use::categories && !is_missing(cell)) {
        row[plan.input + static_cast<size_t>(plan.index.find(cell)->second)] = 1;
      } else if (plan.use == Use::number) {
        row[plan.input] = is_missing(cell) ? std::numeric_limits<float>::quiet_NaN()
                                           : number(table, record, plan, cell);
      }
    }
    data.labels.push_back(label);
  }

  float finite(const Table& table, const Record& record, const Plan& plan,
               std::string_view cell) const {
    const auto rounded = static_cast<float>(core::parse_real(cell).value_or(0));
    if (!std::isfinite(rounded)) {
      fail(at_line(table.name, record.line),
           fmt::format("{} in column {} is too large", shown(cell), shown(plan.name)),
           "give another unit");
    }
    return rounded;
  }

  float number(const Table& table, const Record& record, const Plan& plan,
               std::string_view cell) const {
    const float rounded = finite(table, record, plan, cell);
    if (recipe_.nonnegative && rounded < 0) {
      fail(at_line(table.name, record.line),
           fmt::format("{} in column {} of a task without negative inputs", shown(cell),
                       shown(plan.name)),
           "set nonnegative = false in the task file");
    }
    return rounded;
  }

  const TableRecipe& recipe_;
  const std::span<const Table> tables_;
  const Table& first_;
  Labels labels_;
  size_t answer_ = 0, total_ = 0, inputs_ = 0;
  std::optional<size_t> group_{};
  std::vector<Survey> surveys_;
  std::vector<Plan> plans_;
};

TableRecipe read_keys(const TomlTable& source, const TaskInfo& info) {
  TableRecipe recipe{
      .shape = info.shape, .classes = info.classes(), .nonnegative = info.nonnegative};
  recipe.real = info.targets() > 0;
  for (const std::string_view key : {"label", "labels", "target"}) {
    if (source.has(key) && recipe.real != (key == "target")) {
      source.fail(key, "belongs to another kind of task",
                  recipe.real ? "name the column as 'target'" : "name the column as 'label'");
    }
  }
  if (recipe.real && info.targets() != 1)
    source.fail("target", "is one column", "set targets = 1, or use an .npz");
  const std::string_view answer = recipe.real ? "target" : "label";
  if (source.has(answer)) recipe.answer = source.text(answer);
  if (source.has("group")) recipe.group = source.text("group");
  if (source.has("labels")) recipe.labels = source.texts("labels");
  if (source.has("skip")) recipe.skip = source.texts("skip");
  if (source.has("categorical")) recipe.categorical = source.texts("categorical");
  if (source.has("missing")) {
    const std::string rule = source.choice("missing", kMissingRules);
    recipe.missing = rule == "mean"     ? Missing::mean
                     : rule == "median" ? Missing::median
                                        : Missing::refuse;
  }
  return recipe;
}

}  // namespace

Recipe table_recipe(const TomlTable& source, const TaskInfo& info, OpenTable open) {
  if (info.files.size() > 2)
    source.fail("files", "has the wrong length",
                "name one file, or one for training and one for test");
  const auto load = [recipe = read_keys(source, info), open = std::move(open)](TaskFiles& files) {
    std::vector<Table> tables;
    for (size_t i = 0; i < files.size(); ++i) {
      const std::string& name = files.name(i);
      tables.push_back(open(std::make_shared<const std::string>(files.text(i)), name));
    }
    return Rows(recipe, tables).make();
  };
  return {.load = load, .test_part = info.files.size() == 2};
}

}  // namespace agon::datasets
