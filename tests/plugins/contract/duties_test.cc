// SPDX-License-Identifier: MIT
//
// What a rule owes its host that good rules hardly show: that it ends when asked to, that numbers
// which are none are not turned into answers, that threads change nothing. Every check is tried on
// rules made here that break the duty as well: it must see them.
#include <atomic>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <thread>

#include "agon/rule.h"
#include "core/parallel.h"
#include "trial.h"

namespace agon::test {
namespace {

using harness::RuleFailure;

const auto kOfRows = boost::unit_test::data::make(subjects_that(AGON_CAN_CLASSIFY));

// ---- the checks: what is wrong, or ""

// 10 ms of work at 10 multiply-accumulates a nanosecond.
constexpr uint64_t kMostUnpolled = 100'000'000;

// Asked to stop, every verb ends with AGON_STOPPED, or has no more than 10 ms of work to do.
std::string stop_fault(const agon_rule& rule) {
  constexpr int64_t kMany = 2048;
  Rows d(AGON_CLASSIFY, kMany);
  std::string fault;
  const auto asked = [&](const char* verb, auto&& call) {
    RowModel m(rule, d, kMany);
    m.prepare();
    if (std::string(verb) == "end_epoch") m->fit(d.batch(0, kMany));
    m.call().request_stop();
    m.call().reset_macs();
    try {
      call(m);
      if (m.call().macs() > kMostUnpolled) fault += std::string(verb) + " goes on; ";
    } catch (const RuleFailure& e) {
      if (e.status() != AGON_STOPPED) fault += std::string(verb) + ": " + e.what() + "; ";
    }
  };
  asked("fit", [&](RowModel& m) { m->fit(d.batch(0, kMany)); });
  asked("end_epoch", [&](RowModel& m) { m->end_epoch(1); });
  asked("predict", [&](RowModel& m) { m.predict(); });
  return fault;
}

// Learning from NaN ends with a reason, or shows as outputs that are no numbers.
std::string nan_fault(const agon_rule& rule) {
  Rows d(AGON_CLASSIFY, 48);
  d.x.fill(std::numeric_limits<float>::quiet_NaN());
  try {
    RowModel m(rule, d);
    m.prepare();
    m.epochs(1);
    const Bits y = m.predict();
    const bool shows = std::ranges::any_of(y, [](float v) { return !std::isfinite(v); });
    return shows ? "" : "answers with finite numbers after learning from none";
  } catch (const RuleFailure& e) {
    if (e.status() == AGON_STOPPED || std::strlen(e.what()) == 0) return "gives no reason";
    return "";
  }
}

std::string thread_fault(const agon_rule& rule) {
  Rows d(AGON_CLASSIFY, 48);
  std::vector<Bits> learnt, answers;
  for (const unsigned threads : {1u, 4u}) {
    core::set_parallel(core::Backend::std_threads, threads);
    RowModel m(rule, d);
    m.prepare();
    m.epochs(1);
    learnt.push_back(m.learnt());
    answers.push_back(m.predict());
  }
  core::set_parallel(core::Backend::serial, 1);
  return same_bits(learnt[0], learnt[1]) && same_bits(answers[0], answers[1])
             ? ""
             : "other bits on four threads than on one";
}

// ---- rules that keep or break a duty

template <typename Own>
class Base {
 public:
  static constexpr RuleInfo info{.id = "own", .name = "", .summary = "", .reference = ""};
  static constexpr auto params = std::to_array<agon_param>({batch_param(16)});
  Base(Context&, const agon_task& task, const Values&) : w_(1, 64), y_(task.outputs) {}
  void predict(Context&, ConstView, View out) {
    for (int64_t r = 0; r < out.rows; ++r) std::ranges::fill(row_of(out, r), w_.at(0, 0));
  }
  std::vector<Tensor> tensors() { return {{"w", w_}}; }

 protected:
  Matrix w_;
  int64_t y_;
};

// Three times the work that may go on unasked.
template <bool kAsks>
class Busy : public Base<Busy<kAsks>> {
 public:
  using Base<Busy<kAsks>>::Base;
  double fit(Context& ctx, const agon_batch&) {
    for (int i = 0; i < 300; ++i) {
      if (kAsks) ctx.stop_if_asked();
      ctx.count_macs(1'000'000);
    }
    return 1;
  }
};

// Takes NaN for nothing, as a maximum with 0 does.
class Swallows : public Base<Swallows> {
 public:
  using Base::Base;
  double fit(Context&, const agon_batch& batch) {
    for (const float v : row_of(batch.x, 0)) w_.at(0, 0) += v > 0 ? v : 0.0f;
    return 1;
  }
};

// Sums chunk by chunk; kTells: of which thread a chunk ran on as well. The first chunk waits a
// while for another thread, so that there is one.
std::atomic<int> g_chunks_elsewhere = 0;
template <bool kTells>
class Chunks : public Base<Chunks<kTells>> {
 public:
  using Base<Chunks<kTells>>::Base;
  double fit(Context& ctx, const agon_batch& batch) {
    const std::thread::id here = std::this_thread::get_id();
    std::atomic<bool> other = false;
    ctx.parallel_for(64, 1, [&](int64_t begin, int64_t end) {
      const bool elsewhere = std::this_thread::get_id() != here;
      if (elsewhere) other = true;
      if (elsewhere) ++g_chunks_elsewhere;
      for (int tries = 0; core::parallel_threads() > 1 && !other && tries < 1'000'000; ++tries)
        std::this_thread::yield();
      for (int64_t i = begin; i < end; ++i)
        this->w_.at(0, i) +=
            row_of(batch.x, 0)[static_cast<size_t>(i)] + (kTells && elsewhere ? 1.0f : 0.0f);
    });
    return 1;
  }
};

template <typename R>
const agon_rule& own() {
  return detail::Describe<R>::rule;
}

// ---- tests

BOOST_AUTO_TEST_CASE(a_rule_that_does_not_ask_whether_to_stop_is_seen) {
  BOOST_CHECK_EQUAL(stop_fault(own<Busy<false>>()), "fit goes on; ");
  BOOST_CHECK_EQUAL(stop_fault(own<Busy<true>>()), "");
}
BOOST_DATA_TEST_CASE(asked_to_stop_a_rule_stops, kOfRows) {
  BOOST_CHECK_EQUAL(stop_fault(sample.rule()), "");
}

BOOST_AUTO_TEST_CASE(a_rule_that_swallows_what_is_no_number_is_seen) {
  BOOST_CHECK_NE(nan_fault(own<Swallows>()), "");
}
BOOST_DATA_TEST_CASE(numbers_that_are_none_are_not_answered_with_numbers, kOfRows) {
  BOOST_CHECK_EQUAL(nan_fault(sample.rule()), "");
}

BOOST_AUTO_TEST_CASE(a_rule_whose_bits_depend_on_its_threads_is_seen) {
  BOOST_CHECK_NE(thread_fault(own<Chunks<true>>()), "");
  g_chunks_elsewhere = 0;
  BOOST_CHECK_EQUAL(thread_fault(own<Chunks<false>>()), "");
  BOOST_CHECK_GT(g_chunks_elsewhere.load(), 0);  // threads there were
}
BOOST_DATA_TEST_CASE(threads_change_no_bit, kOfRows) {
  BOOST_CHECK_EQUAL(thread_fault(sample.rule()), "");
}

}  // namespace
}  // namespace agon::test
