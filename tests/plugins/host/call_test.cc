// SPDX-License-Identifier: MIT
#include "harness/plugins/call.h"

#include <boost/test/unit_test.hpp>
#include <thread>

namespace agon::harness {
namespace {

BOOST_AUTO_TEST_SUITE(call)

BOOST_AUTO_TEST_CASE(first_failure_is_kept_until_begin) {
  Call call;
  BOOST_CHECK(!call.failed());
  call.fail(AGON_INVALID, "first");
  call.fail(AGON_INTERNAL, "second");
  BOOST_CHECK(call.failed());
  BOOST_CHECK_EQUAL(call.fail_code(), AGON_INVALID);
  BOOST_CHECK_EQUAL(call.fail_text(), "first");
  call.begin();
  BOOST_CHECK(!call.failed());
  BOOST_CHECK_EQUAL(call.fail_text(), "");
}

BOOST_AUTO_TEST_CASE(long_failure_is_cut) {
  Call call;
  call.fail(AGON_INTERNAL, std::string(100000, 'x'));
  BOOST_CHECK_EQUAL(call.fail_text().size(), Call::kFailBytes);
}

BOOST_AUTO_TEST_CASE(log_keeps_its_tail_of_whole_lines) {
  Call call;
  call.log(AGON_LOG_DEBUG, "a");
  call.log(AGON_LOG_INFO, "b");
  call.log(AGON_LOG_WARNING, "c");
  BOOST_CHECK_EQUAL(call.log_tail(), "debug: a\ninfo: b\nwarning: c\n");
  for (int i = 0; i < 10000; ++i) call.log(AGON_LOG_INFO, "line " + std::to_string(i));
  const std::string tail = call.log_tail();
  BOOST_CHECK_LE(tail.size(), Call::kLogBytes);
  BOOST_CHECK_GT(tail.size(), Call::kLogBytes - 32);
  BOOST_CHECK(tail.starts_with("info: line "));
  BOOST_CHECK(tail.ends_with("info: line 9999\n"));
}

BOOST_AUTO_TEST_CASE(one_endless_line_is_cut) {
  Call call;
  call.log(AGON_LOG_INFO, std::string(100000, 'x'));
  BOOST_CHECK_LE(call.log_tail().size(), Call::kLogBytes);
  BOOST_CHECK_GT(call.log_tail().size(), Call::kLogBytes / 2);
}

BOOST_AUTO_TEST_CASE(stops_on_request_and_at_the_deadline) {
  Call asked;
  BOOST_CHECK(!asked.should_stop());
  asked.request_stop();
  BOOST_CHECK(asked.should_stop());
  asked.begin();
  BOOST_CHECK(asked.should_stop());

  Call late;
  late.set_deadline(Call::Clock::now() + std::chrono::hours(1));
  BOOST_CHECK(!late.should_stop());
  late.set_deadline(Call::Clock::now() - std::chrono::milliseconds(1));
  BOOST_CHECK(late.should_stop());
}

BOOST_AUTO_TEST_CASE(progress_is_clamped_and_harmless) {
  Call call;
  call.progress(0.5);
  double seen = -1;
  call.on_progress([&](double f) { seen = f; });
  call.progress(7);
  BOOST_CHECK_EQUAL(seen, 1.0);
  call.on_progress([](double) { throw std::runtime_error("listener"); });
  call.progress(0.1);
}

BOOST_AUTO_TEST_CASE(counts_and_logs_from_many_threads) {
  Call call;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          call.work().add(Counted::moved, 2);
          call.log(AGON_LOG_INFO, "x");
        }
      });
    }
  }
  BOOST_CHECK_EQUAL(call.macs(), 8000u);
  BOOST_CHECK_LE(call.log_tail().size(), Call::kLogBytes);
}

BOOST_AUTO_TEST_CASE(warnings_are_counted_and_outlive_the_tail) {
  Call call;
  for (int i = 0; i < 3; ++i) call.log(AGON_LOG_WARNING, "again");
  call.log(AGON_LOG_INFO, "no warning");
  call.log(AGON_LOG_WARNING, std::string(2 * Call::kWarningBytes, 'w'));
  for (int i = 0; i < 1000; ++i) call.log(AGON_LOG_DEBUG, "so much else");
  call.begin();
  BOOST_REQUIRE_EQUAL(call.warnings().size(), 2u);
  BOOST_CHECK_EQUAL(call.warnings()[0].text, "again");
  BOOST_CHECK_EQUAL(call.warnings()[0].times, 3);
  BOOST_CHECK_EQUAL(call.warnings()[1].text.size(), Call::kWarningBytes);
  for (int i = 0; i < 100; ++i) call.log(AGON_LOG_WARNING, std::to_string(i));
  BOOST_REQUIRE_EQUAL(call.warnings().size(), Call::kWarnings + 1);
  BOOST_CHECK_EQUAL(call.warnings().back().times, 102 - int64_t{Call::kWarnings});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::harness
