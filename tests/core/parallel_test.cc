// SPDX-License-Identifier: MIT
#include "core/parallel.h"

#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/machine.h"
#include "core/sanitized.h"

namespace agon::test {
namespace {

using core::Backend;
// The thread sanitizer cannot see inside a libtbb that was built without it and reports races that
// are none.
constexpr Backend kOther = core::kThreadSanitizer ? Backend::std_threads : Backend::tbb;
constexpr std::array kBackends{kOther, Backend::std_threads, Backend::serial};

struct Restore {
  Backend backend = core::parallel_backend();
  unsigned threads = core::parallel_threads();
  ~Restore() { core::set_parallel(backend, threads); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(parallel)

BOOST_AUTO_TEST_CASE(back_ends_and_thread_counts_give_equal_bytes) {
  const Restore restore;
  const size_t n = 1003, grain = 10;
  std::vector<float> first;
  for (const Backend backend : kBackends) {
    for (const unsigned threads : {1u, 2u, 5u}) {
      core::set_parallel(backend, threads);
      BOOST_TEST((core::parallel_backend() == backend));
      BOOST_TEST(core::parallel_threads() == threads);
      std::vector<float> out(n), partial((n + grain - 1) / grain);
      core::parallel_for(n, grain, [&](size_t begin, size_t end) {
        float sum = 0;
        for (size_t i = begin; i < end; ++i) {
          out[i] = 1.0f / static_cast<float>(i + 1);
          sum += out[i];
        }
        partial[begin / grain] = sum;
      });
      out.insert(out.end(), partial.begin(), partial.end());
      if (first.empty()) first = out;
      BOOST_TEST(std::memcmp(first.data(), out.data(), out.size() * sizeof(float)) == 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(chunks_cover_the_range_once) {
  const Restore restore;
  for (const Backend backend : kBackends) {
    core::set_parallel(backend, 3);
    for (const size_t n : std::initializer_list<size_t>{0, 1, 7, 8, 9, 64}) {
      for (const size_t grain : std::initializer_list<size_t>{1, 4, 8, 1000}) {
        std::vector<std::atomic<int>> seen(n);
        std::atomic<int> wrong{0};
        core::parallel_for(n, grain, [&](size_t begin, size_t end) {
          if (begin % grain != 0 || end - begin > grain || begin >= end) ++wrong;
          for (size_t i = begin; i < end; ++i) ++seen[i];
        });
        BOOST_TEST(wrong == 0);
        for (const auto& s : seen) BOOST_REQUIRE(s == 1);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(calls_from_inside_a_chunk_run_in_the_same_thread) {
  const Restore restore;
  for (const Backend backend : kBackends) {
    core::set_parallel(backend, 4);
    std::atomic<int> strangers{0}, inner{0};
    core::parallel_for(8, 1, [&](size_t, size_t) {
      const auto self = std::this_thread::get_id();
      core::parallel_for(10, 1, [&](size_t, size_t) {
        ++inner;
        if (std::this_thread::get_id() != self) ++strangers;
      });
    });
    BOOST_TEST(strangers == 0);
    BOOST_TEST(inner == 80);
  }
}

BOOST_AUTO_TEST_CASE(first_exception_comes_back_after_all_chunks) {
  const Restore restore;
  for (const Backend backend : kBackends) {
    core::set_parallel(backend, 4);
    std::atomic<int> ran{0};
    const auto loop = [&] {
      core::parallel_for(20, 1, [&](size_t begin, size_t) {
        ++ran;
        if (begin == 3 || begin == 11) throw std::runtime_error("chunk " + std::to_string(begin));
      });
    };
    BOOST_CHECK_EXCEPTION(loop(), std::runtime_error, [](const std::runtime_error& e) {
      return std::string(e.what()) == "chunk 3";
    });
    BOOST_TEST(ran == 20);
    core::parallel_for(4, 1, [&](size_t, size_t) { ++ran; });  // still usable
    BOOST_TEST(ran == 24);
  }
}

// Denormals: the chunks see the caller's mode and leave their thread's mode alone.
BOOST_AUTO_TEST_CASE(chunks_run_in_the_callers_floating_point_mode) {
  const Restore restore;
  const auto flushes = [] {
    volatile float tiny = 1e-38f;
    volatile float product = tiny * 0.01f;
    return product == 0.0f;
  };
  for (const Backend backend : kBackends) {
    core::set_parallel(backend, 2);
    std::thread([&] {
      const auto count = [&] {
        std::atomic<int> flushed{0};
        core::parallel_for(64, 1, [&](size_t, size_t) { flushed += flushes() ? 1 : 0; });
        return flushed.load();
      };
      BOOST_TEST(count() == 0);
      core::flush_denormals();
      BOOST_TEST(count() == (flushes() ? 64 : 0));
#if defined(__SSE__)
      BOOST_TEST(flushes());
#endif
    }).join();
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::test
