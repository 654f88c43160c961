// SPDX-License-Identifier: MIT
//
// The cache of decoded data: what comes back, what is thrown away, and that a task gives the same
// with it as without.
#include "datasets/decoded.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <optional>

#include "core/file.h"
#include "datasets/task.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

namespace fs = std::filesystem;

constexpr size_t kRows = 30'000, kCols = 40;  // a little more than kLeastDecoded with its padding

Decoded example(size_t rows = kRows) {
  Decoded decoded;
  decoded.data.x = agon::core::Matrix(rows, kCols);
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < kCols; ++c)
      decoded.data.x.at(r, c) = static_cast<float>((r * 31 + c) % 997);
    decoded.data.labels.push_back(static_cast<int32_t>(r % 3));
  }
  decoded.data.shape = {5, 8};
  decoded.data.classes = 3;
  decoded.data.phase.assign(rows, 1);
  decoded.split = {{0, 2, 5}, {1}, {3, 4}};
  return decoded;
}

bool same(const Decoded& a, const Decoded& b) {
  const agon::core::Matrix &x = a.data.x, &y = b.data.x;
  if (x.rows() != y.rows() || x.cols() != y.cols() || x.stride() != y.stride()) return false;
  return std::equal(x.data(), x.data() + x.rows() * x.stride(), y.data()) &&
         a.data.labels == b.data.labels && a.data.shape == b.data.shape &&
         a.data.classes == b.data.classes && a.data.lengths == b.data.lengths &&
         a.data.phase == b.data.phase && a.split.train == b.split.train &&
         a.split.validation == b.split.validation && a.split.test == b.split.test;
}

std::string read(const fs::path& file) { return agon::core::read_regular(file, agon::Exit::data); }

}  // namespace

BOOST_AUTO_TEST_SUITE(decoded)

BOOST_AUTO_TEST_CASE(what_is_kept_comes_back) {
  const TemporaryFolder folder;
  const Decoded first = example();
  Decoded kept = example();
  BOOST_TEST(!read_decoded(folder.path(), "a"));
  keep_decoded(folder.path(), "a", kept);
  BOOST_TEST(same(kept, first));  // in shared pages now
  const std::optional<Decoded> back = read_decoded(folder.path(), "a");
  BOOST_TEST_REQUIRE(back.has_value());
  BOOST_TEST(same(*back, first));
  BOOST_TEST(reinterpret_cast<uintptr_t>(back->data.x.data()) % 64 == 0u);
  BOOST_TEST(!read_decoded(folder.path(), "b"));
  const DecodedUse use = decoded_use(folder.path());
  BOOST_TEST(use.files == 1u);
  BOOST_TEST(use.bytes > kLeastDecoded);
}

BOOST_AUTO_TEST_CASE(a_write_to_a_row_stays_in_its_process) {
  const TemporaryFolder folder;
  Decoded kept = example();
  keep_decoded(folder.path(), "a", kept);
  kept.data.x.at(7, 7) = -1;
  BOOST_TEST(same(*read_decoded(folder.path(), "a"), example()));
}

BOOST_AUTO_TEST_CASE(small_data_are_not_kept) {
  const TemporaryFolder folder;
  Decoded small = example(100);
  keep_decoded(folder.path(), "a", small);
  BOOST_TEST(decoded_use(folder.path()).files == 0u);
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_removed) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "a.bin";
  Decoded kept = example();
  keep_decoded(folder.path(), "a", kept);
  const std::string good = read(file);
  const size_t places[] = {0, 20, 60, 90, 300, good.size() / 2, good.size() - 1};
  for (const size_t place : places) {
    std::string bad = good;
    bad[place] = static_cast<char>(bad[place] ^ 4);
    write_file(file, bad);
    BOOST_TEST_CONTEXT("byte " << place) {
      BOOST_TEST(!read_decoded(folder.path(), "a"));
      BOOST_TEST(!fs::exists(file));
    }
  }
  for (const size_t size :
       {size_t{0}, size_t{5}, size_t{79}, size_t{100}, good.size() / 2, good.size() - 64}) {
    write_file(file, good.substr(0, size));
    BOOST_TEST(!read_decoded(folder.path(), "a"));
  }
  write_file(file, good + std::string(64, '\0'));
  BOOST_TEST(!read_decoded(folder.path(), "a"));
  agon::core::Stream random(1, 2);
  for (int i = 0; i < 200; ++i) {
    write_file(file, damaged(good.substr(0, 4096), random));
    BOOST_TEST(!read_decoded(folder.path(), "a"));
  }
  keep_decoded(folder.path(), "a", kept);
  BOOST_TEST(read_decoded(folder.path(), "a").has_value());
}

BOOST_AUTO_TEST_CASE(two_that_write_at_once_both_succeed) {
  const TemporaryFolder folder;
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    Decoded mine = example();
    for (int again = 0; again < 3; ++again) keep_decoded(folder.path(), "a", mine);
    _exit(same(mine, example()) ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    BOOST_TEST(status == 0);
  }
  const std::optional<Decoded> back = read_decoded(folder.path(), "a");
  BOOST_TEST_REQUIRE(back.has_value());
  BOOST_TEST(same(*back, example()));
  BOOST_TEST(decoded_use(folder.path()).files == 1u);
}

BOOST_AUTO_TEST_CASE(a_cache_that_cannot_be_written_changes_nothing) {
  const TemporaryFolder folder;
  write_file(folder.path() / "file", "in the way");
  Decoded kept = example();
  keep_decoded(folder.path() / "file", "a", kept);
  BOOST_TEST(same(kept, example()));
  BOOST_TEST(!read_decoded(folder.path() / "file", "a"));
  BOOST_TEST(!read_decoded({}, "a"));
}

BOOST_AUTO_TEST_CASE(a_task_is_the_same_with_and_without) {
  const TemporaryFolder root;
  setenv("XDG_CACHE_HOME", (root.path() / "cache").c_str(), 1);
  write_small_mnist(root.path() / "mnist", 200);
  const Catalogue catalogue({root.path()});
  const TaskInfo& info = catalogue.info("mnist");
  const auto load = [&] {
    Task task = catalogue.load(info);
    BOOST_TEST(task.hash == catalogue.fingerprint(info));
    return Decoded{std::move(task.data), std::move(task.split)};
  };
  const Decoded first = load();
  BOOST_TEST(decoded_use(decoded_folder()).files == 1u);
  BOOST_TEST(same(load(), first));
  // Other data are another task.
  write_small_mnist(root.path() / "mnist", 201);
  BOOST_TEST(load().data.x.rows() == first.data.x.rows() + 10);
  BOOST_TEST(decoded_use(decoded_folder()).files == 2u);
  unsetenv("XDG_CACHE_HOME");
}

BOOST_AUTO_TEST_SUITE_END()
