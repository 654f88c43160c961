// SPDX-License-Identifier: MIT
//
// What a cell brings back to be drawn: the rule's own pictures of every kind, and an input that it
// makes for each class.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "agon/rule.h"
#include "harness/train/protocols/train.h"
#include "harness/work/cell_job.h"

using namespace agon;
using namespace agon::harness;
using reports::Picture;

namespace {

constexpr uint32_t kUnknownKind = 77;

constexpr agon_picture of_kind(uint32_t kind, const char* key, const char* series) {
  return {sizeof(agon_picture), kind, key, "a title", "x", "y", "value", series};
}

class Painter {
 public:
  static constexpr RuleInfo info{.id = "painter", .name = "", .summary = "", .reference = ""};
  static constexpr auto params = std::to_array<agon_param>({batch_param(64)});
  static constexpr auto pictures = std::to_array<agon_picture>(
      {of_kind(AGON_HEATMAP, "tiles", ""), of_kind(AGON_LINES, "lines", "teacher,model"),
       of_kind(AGON_TRACKS, "tracks", "one"), of_kind(AGON_RASTER, "raster", ""),
       of_kind(AGON_IMAGES, "images", "a,b"), of_kind(AGON_IMAGES, "wrong_size", ""),
       of_kind(kUnknownKind, "unknown", ""), of_kind(AGON_LINES, "nothing", "")});

  Painter(Context&, const agon_task& task, const Values&) : images_(2, task.inputs), others_(3, 5) {
    for (int64_t c = 0; c < task.inputs; ++c) images_.at(1, c) = static_cast<float>(c);
    others_.at(2, 4) = 0.5f;
  }
  double fit(Context&, const agon_batch&) { return 1.0; }
  void predict(Context&, ConstView, View out) {
    for (int64_t r = 0; r < out.rows; ++r) std::ranges::fill(row_of(out, r), 0.0f);
  }
  ConstView picture(Context&, size_t index) {
    if (index == 7) return {};
    if (index == 4) return images_;
    return index == 2 ? others_.top(2) : others_.view();
  }
  // The class of each row in all its pixels.
  void generate(Context&, ConstView target, View out) {
    for (int64_t r = 0; r < target.rows; ++r) {
      const auto row = row_of(target, r);
      std::ranges::fill(row_of(out, r),
                        static_cast<float>(std::ranges::max_element(row) - row.begin()));
    }
  }

 private:
  Matrix images_, others_;
};

std::vector<Picture> pictures_on(const char* task_id, bool asked = true) {
  static const datasets::Catalogue catalogue({});
  const datasets::Task task = catalogue.load(catalogue.info(task_id));
  CellJob job;
  job.batch = 64;
  job.refit = false;
  job.pictures = asked;
  CellContext cell;
  cell.rule = &detail::Describe<Painter>::rule;
  cell.values = {Painter::params[0].default_value};
  cell.task = &task;
  cell.job = &job;
  reports::CellOutcome outcome = train_cell(cell);
  BOOST_TEST_REQUIRE((outcome.status == reports::Status::ok), outcome.status_detail);
  return outcome_from_json(to_json(outcome)).pictures;  // as they reach the parent
}

const Picture* find(const std::vector<Picture>& all, const std::string& key) {
  for (const Picture& p : all) {
    if (p.key == key) return &p;
  }
  return nullptr;
}

}  // namespace

BOOST_AUTO_TEST_CASE(pictures_of_every_kind_reach_the_parent) {
  const std::vector<Picture> all = pictures_on("digits");
  BOOST_TEST(all.size() == 6u);  // five of the rule, and the generated inputs
  for (const auto& [key, kind] : {std::pair{"tiles", "heatmap"},
                                  {"lines", "lines"},
                                  {"tracks", "tracks"},
                                  {"raster", "raster"},
                                  {"images", "images"}}) {
    BOOST_TEST_CONTEXT(key) {
      const Picture* const p = find(all, key);
      BOOST_TEST_REQUIRE(p != nullptr);
      BOOST_TEST(p->kind == kind);
      BOOST_TEST(p->title == "a title");
      BOOST_TEST(p->values.size() == static_cast<size_t>(p->rows * p->cols));
    }
  }
  BOOST_TEST(find(all, "tiles")->series.empty());
  BOOST_TEST(find(all, "tiles")->values[14] == 0.5f);
  BOOST_TEST((find(all, "lines")->series == std::vector<std::string>{"teacher", "model"}));
  BOOST_TEST((find(all, "tracks")->series == std::vector<std::string>{"one"}));
  BOOST_TEST(find(all, "tracks")->rows == 2);
  BOOST_TEST(find(all, "images")->image_rows == 8);
  BOOST_TEST(find(all, "images")->image_cols == 8);
  BOOST_TEST(find(all, "wrong_size") == nullptr);
  BOOST_TEST(find(all, "unknown") == nullptr);
  BOOST_TEST(find(all, "nothing") == nullptr);
  BOOST_TEST(pictures_on("digits", false).empty());
}

BOOST_AUTO_TEST_CASE(a_rule_that_generates_shows_an_input_for_every_class) {
  const std::vector<Picture> all = pictures_on("digits");
  const Picture* const made = find(all, "generated");
  BOOST_TEST_REQUIRE(made != nullptr);
  BOOST_TEST(made->kind == "images");
  BOOST_TEST(made->image_rows == 8);
  BOOST_TEST(made->rows == 10);
  BOOST_TEST(made->cols == 64);
  BOOST_TEST(made->series.size() == 10u);
  BOOST_TEST(made->series[3] == "3");
  for (size_t i = 0; i < 640; ++i)
    BOOST_TEST_REQUIRE(made->values[i] == static_cast<float>(i / 64));
  BOOST_TEST(find(pictures_on("two-spirals"), "generated") == nullptr);  // its inputs are no images
}
