// SPDX-License-Identifier: MIT
//
// Working memory of chunks that run at once: never in two hands, given back, and no more of it than met.
#include "agon/workspaces.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "core/parallel.h"

namespace agon::harness {
namespace {

struct Work {
  std::atomic<int> users = 0;
  int uses = 0;
};

struct Pool {
  int made = 0;
  Workspaces<Work> works{[this] {
    ++made;
    return std::make_unique<Work>();
  }};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(workspaces)

BOOST_AUTO_TEST_CASE(one_user_after_the_other_has_the_first) {
  Pool pool;
  for (int i = 0; i < 3; ++i) {
    const auto work = pool.works.take();
    BOOST_TEST(&*work == &pool.works.first());
  }
  BOOST_TEST(pool.made == 1);
}

BOOST_AUTO_TEST_CASE(users_at_once_have_their_own) {
  Pool pool;
  {
    const auto a = pool.works.take(), b = pool.works.take();
    BOOST_TEST(&*a != &*b);
  }
  const auto c = pool.works.take(), d = pool.works.take();
  BOOST_TEST(&*c != &*d);
  BOOST_TEST(pool.made == 2);
}

BOOST_AUTO_TEST_CASE(what_is_handed_on_is_given_back_once) {
  Pool pool;
  std::optional<Workspaces<Work>::Lease> kept;
  {
    auto work = pool.works.take();
    kept = std::move(work);
  }
  BOOST_TEST(&*pool.works.take() != &**kept);
  kept.reset();
  BOOST_TEST(pool.made == 2);
  const auto a = pool.works.take(), b = pool.works.take();
  BOOST_TEST(&*a != &*b);
  BOOST_TEST(pool.made == 2);
}

BOOST_AUTO_TEST_CASE(chunks_never_share_one) {
  Pool pool;
  core::set_parallel(core::Backend::std_threads, 4);
  core::parallel_for(1000, 1, [&](size_t, size_t) {
    const auto work = pool.works.take();
    if (work->users++ != 0) throw std::logic_error("somebody else has it");
    ++work->uses;
    --work->users;
  });
  core::set_parallel(core::Backend::serial, 1);
  BOOST_TEST(pool.made >= 1);
  BOOST_TEST(pool.made <= 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::harness
