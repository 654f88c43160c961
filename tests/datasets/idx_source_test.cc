// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include "datasets/sources/idx.h"
#include "own_task.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

IdxPair pair(const std::vector<uint32_t>& dims, const std::string& pixels,
             const std::string& labels) {
  return {parse_idx(idx_bytes(dims, pixels), "images"),
          parse_idx(idx_bytes({static_cast<uint32_t>(labels.size())}, labels), "labels"), "images",
          "labels"};
}

std::string error_of(const IdxRecipe& recipe, const IdxPair& one,
                     const std::vector<int64_t>& shape) {
  size_t last_rows = 0;
  return caught([&] { combine(recipe, {&one, 1}, shape, 2, last_rows); }).text;
}

const std::string kTwoLabels{0, 1};

}  // namespace

BOOST_AUTO_TEST_SUITE(idx_source)

BOOST_AUTO_TEST_CASE(scales) {
  const IdxPair one = pair({2, 1, 2}, {0, 16, 8, 4}, kTwoLabels);
  size_t last_rows = 0;
  const Dataset data = combine({.scale = 16}, {&one, 1}, {1, 2}, 2, last_rows);
  BOOST_TEST(last_rows == 2u);
  BOOST_TEST(data.x.at(0, 0) == 0.0f);
  BOOST_TEST(data.x.at(0, 1) == 1.0f);
  BOOST_TEST(data.x.at(1, 0) == 0.5f);
  BOOST_TEST(data.x.at(1, 1) == 0.25f);
  BOOST_TEST(data.labels == (std::vector<int32_t>{0, 1}), boost::test_tools::per_element());
}

// Big-endian 32-bit floats: -1.5, 2, 0.25, 100.
BOOST_AUTO_TEST_CASE(takes_floats_as_they_are) {
  std::string bytes =
      idx_bytes({2, 1, 2}, std::string("\xbf\xc0\0\0\x40\0\0\0\x3e\x80\0\0\x42\xc8\0\0", 16));
  bytes[2] = 0x0d;
  const auto read = [](const std::string& all) {
    return parse_idx(all, "images", IdxElements::bytes_or_floats);
  };
  IdxPair one = pair({2, 1, 2}, {0, 0, 0, 0}, kTwoLabels);
  one.images = read(gzipped(bytes));
  size_t last_rows = 0;
  const Dataset data = combine({.scale = 2}, {&one, 1}, {1, 2}, 2, last_rows);
  BOOST_TEST(data.x.at(0, 0) == -0.75f);
  BOOST_TEST(data.x.at(0, 1) == 1.0f);
  BOOST_TEST(data.x.at(1, 0) == 0.125f);
  BOOST_TEST(data.x.at(1, 1) == 50.0f);

  const auto error = [&](const std::string& all) { return caught([&] { read(all); }).text; };
  BOOST_TEST(error(bytes.substr(0, 30)).find("truncated") != std::string::npos,
             error(bytes.substr(0, 30)));
  BOOST_TEST(error(bytes + "x").find("trailing bytes") != std::string::npos);
  std::string not_finite = bytes;
  not_finite[20] = 0x7f, not_finite[21] = static_cast<char>(0xc0);
  BOOST_TEST(error(not_finite).find("nan at byte 20 where a finite number is expected") !=
                 std::string::npos,
             error(not_finite));
  BOOST_TEST(caught([&] { parse_idx(bytes, "labels"); }).text.find("0x0d where unsigned bytes") !=
             std::string::npos);
}

// 6x6 images, the middle 4x4 pooled 2x2: output (i, j) is the mean of pixels (1+2i.., 1+2j..).
BOOST_AUTO_TEST_CASE(crops_the_middle_and_pools) {
  const std::string pixels = counting(72, 100);
  const IdxPair one = pair({2, 6, 6}, pixels, kTwoLabels);
  size_t last_rows = 0;
  const Dataset data = combine({.crop = 4, .pool = 2}, {&one, 1}, {2, 2}, 2, last_rows);
  for (size_t r = 0; r < 2; ++r) {
    for (size_t i = 0; i < 2; ++i) {
      for (size_t j = 0; j < 2; ++j) {
        double mean = 0;
        for (const size_t offset : {0u, 1u, 6u, 7u}) {
          mean += pixels[r * 36 + (1 + 2 * i) * 6 + 1 + 2 * j + offset] / (4.0 * 255);
        }
        BOOST_TEST(std::abs(static_cast<double>(data.x.at(r, 2 * i + j)) - mean) < 1e-7);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(keeps_labels_and_first_rows) {
  const IdxPair train = pair({5, 1, 1}, {1, 2, 3, 4, 5}, {9, 3, 4, 9, 4});
  const IdxPair test = pair({3, 1, 1}, {6, 7, 8}, {4, 9, 0});
  const IdxRecipe recipe{.scale = 10, .train_rows = 4, .keep_labels = {4, 9}};
  const IdxPair pairs[] = {train, test};
  size_t last_rows = 0;
  const Dataset data = combine(recipe, pairs, {1, 1}, 2, last_rows);
  BOOST_TEST(last_rows == 2u);
  BOOST_TEST(data.labels == (std::vector<int32_t>{1, 0, 1, 0, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(data.x.at(0, 0) == 0.1f);
  BOOST_TEST(data.x.at(2, 0) == 0.4f);
  BOOST_TEST(data.x.at(4, 0) == 0.7f);
}

BOOST_AUTO_TEST_CASE(names_file_and_reason) {
  const std::vector<int64_t> shape{1, 2};
  BOOST_TEST(error_of({.scale = 16}, pair({2, 1, 2}, {0, 17, 0, 0}, kTwoLabels), shape)
                 .starts_with("images: value 17 in row 0, valid are 0 to 16"));
  BOOST_TEST(error_of({}, pair({2, 1, 2}, counting(4), {0, 2}), shape)
                 .starts_with("labels: label 2 in row 1, valid are 0 to 1"));
  BOOST_TEST(error_of({}, pair({2, 1, 2}, counting(4), {0, 1, 0}), shape)
                 .starts_with("labels: 3 labels for 2 rows of images"));
  BOOST_TEST(error_of({}, pair({2, 1, 3}, counting(6), kTwoLabels), shape)
                 .starts_with("images: wrong shape 2 x 1 x 3: it does not give inputs of 1 x 2"));
  BOOST_TEST(error_of({}, pair({2, 2}, counting(4), kTwoLabels), shape)
                 .starts_with("images: wrong shape 2 x 2"));
  BOOST_TEST(error_of({.crop = 4}, pair({2, 3, 3}, counting(18), kTwoLabels), {4, 4})
                 .starts_with("images: wrong shape 2 x 3 x 3"));
  BOOST_TEST(error_of({}, pair({2, 1, 2}, counting(4), {1, 1}), shape)
                 .starts_with("labels: no row of class 0"));
  BOOST_TEST(error_of({.train_rows = 3}, pair({2, 1, 2}, counting(4), kTwoLabels), shape)
                 .starts_with("labels: 2 rows where the task uses the first 3"));
}

BOOST_AUTO_TEST_CASE(a_third_file_says_whose_row_it_is) {
  const OwnTask task{
      .shape = "[1, 1]",
      .source = "files = [\"x\", \"y\", \"g\"]\ngroups = true\nscale = 255\n",
      .split = "rule = \"group\"\ntest_groups = [\"7\"]\nvalidation = 0.3\nseed = 1\n",
      .nonnegative = true};
  const File x{"x", idx_bytes({6, 1, 1}, "abcdef")};
  const File y{"y", idx_bytes({6}, std::string("\0\1\0\1\0\1", 6))};
  const Task made = Folder{x, y, {"g", idx_bytes({6}, "\7\5\7\6\5\6")}}.load(task);
  BOOST_TEST(made.split.test == (std::vector<int32_t>{0, 2}), boost::test_tools::per_element());
  BOOST_TEST(made.split.train.size() == 2u);
  const Caught fewer = Folder{x, y, {"g", idx_bytes({5}, "\7\5\7\6\5")}}.error(task);
  BOOST_TEST(fewer.has("g: shape 5 where that of the labels is 6"), fewer.text);
}

BOOST_AUTO_TEST_SUITE_END()
