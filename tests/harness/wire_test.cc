// SPDX-License-Identifier: MIT
//
// Frames between parent and worker, and what of a cell crosses in them.
#include "harness/work/wire.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "harness/work/cell_job.h"
#include "reports/render/csv/csv.h"
#include "tests/reports/filled.h"

using namespace agon::harness;
using nlohmann::json;

namespace {

json through(const json& message) {
  FrameReader reader;
  reader.add(to_frame(message));
  return reader.next().value();
}

}  // namespace

BOOST_AUTO_TEST_CASE(frames_come_whole_however_the_pipe_cuts_them) {
  const std::string stream = to_frame({{"n", 1}}) + to_frame({{"n", 2}}) + to_frame({{"n", 3}});
  for (const size_t cut : {size_t{1}, size_t{3}, size_t{7}, stream.size()}) {
    FrameReader reader;
    int expected = 1;
    for (size_t at = 0; at < stream.size(); at += cut) {
      reader.add(std::string_view(stream).substr(at, cut));
      while (const auto message = reader.next())
        BOOST_TEST(message->at("n").get<int>() == expected++);
    }
    BOOST_TEST(expected == 4);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_frame_is_refused) {
  for (const std::string& junk :
       {std::string("this is no event\n"), std::string(4, '\0'), std::string("\1\0\0\0\xff", 5),
        std::string("\2\0\0\0\xf6\xf6", 6)}) {
    FrameReader reader;
    reader.add(junk);
    BOOST_CHECK_THROW(reader.next(), BadFrame);
  }
  // Arrays in each other, a byte each: a parser that goes down with them comes to the end of its stack.
  for (const char head : {'\x81', '\x9f', '\xbf'}) {
    FrameReader reader;
    reader.add(std::string("\0\0\x80\0", 4) + std::string(8 << 20, head));
    BOOST_CHECK_THROW(reader.next(), BadFrame);
  }
  BOOST_CHECK_THROW(to_frame(json::binary(std::vector<uint8_t>(kLongestFrame))), BadFrame);
  BOOST_CHECK_NO_THROW(to_frame(json::binary(std::vector<uint8_t>(kLongestFrame - 16))));
}

BOOST_AUTO_TEST_CASE(a_job_crosses_as_it_is) {
  CellJob job;
  job.cell_key = "0123";
  job.nonce = ~uint64_t{0};
  job.plugin_path = "/caf\xe9/\xff rule.agon.so";
  job.values = {0.1, 3, true, "relu"};
  job.seed = ~uint64_t{0} - 1;
  job.timeout_s = 1e300;
  job.conditions = {{"lesion", {0.0, 0.5}}};
  const CellJob back = job_from_json(through(to_json(job)));
  BOOST_TEST(back.cell_key == job.cell_key);
  BOOST_TEST(back.nonce == job.nonce);
  BOOST_TEST(back.plugin_path == job.plugin_path);
  BOOST_TEST((back.values == job.values));
  BOOST_TEST(back.seed == job.seed);
  BOOST_TEST(back.timeout_s == job.timeout_s);
  BOOST_TEST(std::isnan(back.lr));
  BOOST_TEST(back.conditions.at(0).values.at(1) == 0.5);
}

BOOST_AUTO_TEST_CASE(every_field_of_an_outcome_crosses) {
  agon::reports::ReportInput sent, come;
  sent.records = come.records = {agon::reports::testing::filled()};
  come.records[0].outcome = outcome_from_json(through(to_json(sent.records[0].outcome)));
  BOOST_TEST(cells_csv(come) == cells_csv(sent));
  BOOST_TEST(
      (come.records[0].outcome.repetitions_train == sent.records[0].outcome.repetitions_train));
}

BOOST_AUTO_TEST_CASE(an_outcome_crosses_with_every_bit_and_byte) {
  const double infinity = std::numeric_limits<double>::infinity();
  agon::reports::CellOutcome outcome;
  outcome.status = agon::reports::Status::diverged;
  outcome.status_detail = "caf\xe9";
  outcome.log_tail = std::string("nul \0 and \xff", 11);
  outcome.score_test = 0.1;
  outcome.loss_init = -0.0;
  outcome.loss_final = infinity;
  outcome.repetitions_train = {1e-300, 3.0};
  outcome.rule_metrics = {{"nan", agon::reports::kNaN}, {"minus", -infinity}, {"third", 1.0 / 3}};
  agon::reports::Picture picture;
  picture.key = "k";
  picture.title = "t\xff";
  picture.rows = picture.cols = 256;
  picture.series = {"a\xfe"};
  for (int i = 0; i < 65536; ++i) picture.values.push_back(static_cast<float>(i) * 0.1f);
  outcome.pictures = {picture};
  outcome.test_rows = {agon::reports::pack_rows("score_test", {1, 0, 1})};
  outcome.series = {{"score@lesion", 0.5, 3, infinity, "why\xff"}};
  const auto back = outcome_from_json(through(to_json(outcome)));
  BOOST_TEST((back.status == outcome.status));
  BOOST_TEST(back.status_detail == outcome.status_detail);
  BOOST_TEST(back.log_tail == outcome.log_tail);
  BOOST_TEST(back.score_test == 0.1);
  BOOST_TEST(std::signbit(back.loss_init));
  BOOST_TEST(back.loss_final == infinity);
  BOOST_TEST(std::isnan(back.score_val));
  BOOST_TEST((back.repetitions_train == outcome.repetitions_train));
  BOOST_TEST(std::isnan(back.rule_metrics.at("nan")));
  BOOST_TEST(back.rule_metrics.at("minus") == -infinity);
  BOOST_TEST(back.rule_metrics.at("third") == 1.0 / 3);
  BOOST_TEST_REQUIRE(back.pictures.size() == 1u);
  BOOST_TEST((back.pictures[0].values == picture.values));
  BOOST_TEST(back.pictures[0].title == picture.title);
  BOOST_TEST((back.pictures[0].series == picture.series));
  BOOST_TEST((back.test_rows.at(0).data == std::vector<uint8_t>{5}));
  BOOST_TEST(back.test_rows.at(0).rows == 3);
  BOOST_TEST(back.series.at(0).reason == "why\xff");
  BOOST_TEST(back.series.at(0).value == infinity);
}
