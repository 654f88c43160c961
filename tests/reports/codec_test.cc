// SPDX-License-Identifier: MIT
//
// Decoders meet every prefix and every single-byte change of valid bytes without reading past the
// end.
#include "reports/codec.h"

#include <boost/test/unit_test.hpp>
#include <stdexcept>

namespace agon::reports {

BOOST_AUTO_TEST_SUITE(codec)

BOOST_AUTO_TEST_CASE(a_constant_column_costs_nine_bytes_and_counts_few) {
  std::vector<CurvePoint> curve(100);
  for (size_t i = 0; i < curve.size(); ++i) curve[i].epoch = static_cast<int64_t>(i);
  // 1 format, 1 count, epoch 1 + 100, two zero counts of 2, five constant numbers of 9.
  BOOST_TEST(encode_curve(curve).size() == 152u);
  BOOST_TEST(encode_curve({}).empty());
  BOOST_TEST(decode_curve("").empty());
}

BOOST_AUTO_TEST_CASE(counts_of_any_sign_and_size_round_trip) {
  std::vector<CurvePoint> curve(4);
  curve[0].updates = std::numeric_limits<int64_t>::min();
  curve[1].updates = std::numeric_limits<int64_t>::max();
  curve[2].updates = -1;
  const auto read = decode_curve(encode_curve(curve));
  for (size_t i = 0; i < curve.size(); ++i) BOOST_TEST(read.at(i).updates == curve[i].updates);
}

BOOST_AUTO_TEST_CASE(damaged_curves_throw_or_decode_but_never_overrun) {
  std::vector<CurvePoint> curve(7);
  for (size_t i = 0; i < curve.size(); ++i) {
    curve[i] = {
        static_cast<int64_t>(i), 300, 5000, 0.5 * static_cast<double>(i), kNaN, 0.25, 0.5, 0.1};
  }
  const std::string bytes = encode_curve(curve);
  for (size_t n = 1; n < bytes.size(); ++n) {
    BOOST_CHECK_THROW(decode_curve(std::string_view(bytes).substr(0, n)), std::runtime_error);
  }
  BOOST_CHECK_THROW(decode_curve(bytes + "x"), std::runtime_error);
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int change : {1, 0x80, 0xff}) {
      std::string other = bytes;
      other[i] = static_cast<char>(other[i] ^ change);
      try {
        BOOST_TEST(decode_curve(other).size() <= 1'000'000u);
      } catch (const std::runtime_error&) {
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(json_of_other_shapes_is_refused) {
  BOOST_CHECK_THROW(decode_run("[]"), std::runtime_error);
  BOOST_CHECK_THROW(decode_run("{\"run_id\": 3}"), std::runtime_error);
  BOOST_CHECK_THROW(decode_run("{\"rules\": [3]}"), std::runtime_error);
  BOOST_CHECK_THROW(decode_run("{"), std::runtime_error);
  BOOST_CHECK_THROW(decode_metrics("{\"a\": \"many\"}"), std::runtime_error);
  BOOST_TEST(decode_run("{}").run_id == "");
}

BOOST_AUTO_TEST_CASE(text_that_is_no_utf8_does_not_break_the_run) {
  RunInfo run;
  run.command = "agon run \xff\xfe";
  BOOST_TEST(decode_run(encode_run(run)).command.starts_with("agon run "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
