// SPDX-License-Identifier: MIT
//
// A task of one's own over NumPy's files: its TOML, its data folder, what it gives and refuses.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "core/error.h"
#include "datasets/task.h"
#include "npy_testing.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

const std::string kTask = R"(id = "mine"
title = "Two kinds of point"
summary = "Points left and right of zero."
kind = "classify"
metric = "accuracy"
chance = 0.5
target = 0.9
shape = [2]
classes = 2
nonnegative = false

[source]
type = "folder"
format = "npy"
folder = "points"
files = ["x.npy", "y.npy"]
scale = 2.0

[split]
rule = "all"

[rights]
licence = "MIT"
attribution = "a"
obtain = "Run make_points.py"
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  BOOST_TEST_REQUIRE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

const std::string kX = npy_bytes("<f8", "(3, 2)", raw<double>({-2, 1, 4, 0, -6, 1}));
const std::string kY = npy_bytes("<i8", "(3,)", raw<int64_t>({0, 1, 0}));

struct Mine {
  TemporaryFolder root;
  std::filesystem::path data = root.path() / "data";

  Mine() {
    put("x.npy", kX);
    put("y.npy", kY);
  }
  void put(const std::string& name, const std::string& bytes) const {
    write_file(data / "points" / name, bytes);
  }
  Task load(const std::string& toml = kTask) const {
    write_file(root.path() / "tasks" / "mine.toml", toml);
    const std::filesystem::path folders[] = {root.path() / "tasks"};
    const Catalogue catalogue({data}, folders);
    const TaskInfo& info = catalogue.info("mine");
    Task task = catalogue.load(info);
    BOOST_TEST(task.hash == catalogue.fingerprint(info));
    return task;
  }
  Caught error(const std::string& toml = kTask) const {
    return caught([&] { load(toml); });
  }
  // With one file replaced.
  std::string error_with(const std::string& name, const std::string& bytes) const {
    put(name, bytes);
    const Caught caught = error();
    put("x.npy", kX);
    put("y.npy", kY);
    BOOST_TEST(caught.exit == static_cast<int>(agon::Exit::data));
    const std::string place = (data / "points" / name).string() + ": ";
    BOOST_TEST(caught.text.starts_with(place), caught.text);
    return caught.text.substr(std::min(place.size(), caught.text.size()));
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(npy_source)

BOOST_AUTO_TEST_CASE(two_files) {
  const Task task = Mine().load();
  BOOST_TEST(task.data.x.rows() == 3u);
  BOOST_TEST(task.data.x.at(0, 0) == -1.0f);
  BOOST_TEST(task.data.x.at(2, 1) == 0.5f);
  BOOST_TEST(task.data.labels == (std::vector<int32_t>{0, 1, 0}), boost::test_tools::per_element());
  BOOST_TEST(task.data.shape == (std::vector<int64_t>{2}), boost::test_tools::per_element());
  BOOST_TEST(task.split.test.size() == 3u);
}

BOOST_AUTO_TEST_CASE(one_archive_gives_the_same) {
  const Mine mine;
  const Task two = mine.load();
  for (const bool deflate : {false, true}) {
    mine.put("all.npz", zip_bytes({{"labels.npy", kY}, {"points.npy", kX}}, deflate));
    const Task one = mine.load(
        replaced(kTask, R"("x.npy", "y.npy"])", "\"all.npz\"]\narrays = [\"points\", \"labels\"]"));
    BOOST_TEST(one.data.labels == two.data.labels, boost::test_tools::per_element());
    for (size_t r = 0; r < 3; ++r)
      BOOST_TEST(one.data.x.row(r) == two.data.x.row(r), boost::test_tools::per_element());
  }
  const std::string npz = replaced(kTask, R"("x.npy", "y.npy")", "\"all.npz\"");
  BOOST_TEST(mine.error(npz).has("all.npz: has no member 'x.npy'"));
}

BOOST_AUTO_TEST_CASE(four_files_have_a_test_part) {
  const Mine mine;
  mine.put("tx.npy", npy_bytes("|u1", "(2, 2)", raw<uint8_t>({1, 2, 3, 4})));
  mine.put("ty.npy", npy_bytes("|i1", "(2,)", raw<int8_t>({1, 0})));
  const std::string four = replaced(kTask, "\"y.npy\"", R"("y.npy", "tx.npy", "ty.npy")");
  const Task task =
      mine.load(replaced(four, "rule = \"all\"", "rule = \"given\"\nvalidation = 0.2\nseed = 1"));
  BOOST_TEST(task.split.test == (std::vector<int32_t>{3, 4}), boost::test_tools::per_element());
  BOOST_TEST(task.data.x.at(4, 1) == 2.0f);
  BOOST_TEST(mine.error(four).has("'split.rule' does not fit"));
}

BOOST_AUTO_TEST_CASE(answers_may_be_real_targets) {
  const Mine mine;
  const std::string real =
      replaced(replaced(replaced(kTask, "\"classify\"", "\"regress\""), "\"accuracy\"", "\"r2\""),
               "classes = 2", "targets = 2");
  mine.put("y.npy", npy_bytes("<f4", "(3, 2)", raw<float>({1, -2.5f, 3, 4, 5, 6})));
  const Task task = mine.load(real);
  BOOST_TEST(task.data.labels.empty());
  BOOST_TEST(task.data.targets.at(0, 1) == -2.5f);
  BOOST_TEST(task.data.targets.at(2, 0) == 5.0f);
  const auto refused = [&](const std::string& y) {
    mine.put("y.npy", y);
    return mine.error(real);
  };
  BOOST_TEST(refused(npy_bytes("<f4", "(3,)", raw<float>({1, 2, 3})))
                 .has("wrong shape 3: it is not 3 x 2"));
  BOOST_TEST(refused(npy_bytes("<f4", "(2, 2)", raw<float>({1, 2, 3, 4}))).has("it is not 3 x 2"));
  BOOST_TEST(refused(npy_bytes("<f4", "(3, 2)", raw<float>({1, 2, 3, 4, NAN, 6})))
                 .has("target nan in row 2"));
}

BOOST_AUTO_TEST_CASE(a_row_may_have_a_shape_or_be_flat) {
  const Mine mine;
  const std::string image = replaced(kTask, "shape = [2]", "shape = [2, 1]");
  const Task flat = mine.load(image);
  mine.put("x.npy", replaced(kX, "(3, 2), }   ", "(3, 2, 1), }"));
  const Task shaped = mine.load(image);
  BOOST_TEST(flat.data.x.row(1) == shaped.data.x.row(1), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(data_that_do_not_fit) {
  const Mine mine;
  const auto y = [](const std::vector<int64_t>& labels) {
    return npy_bytes("<i8", "(" + std::to_string(labels.size()) + ",)", raw(labels));
  };
  BOOST_TEST(
      mine.error_with("y.npy", y({1, 2, 1})).starts_with("label 2 in row 1, valid are 0 to 1"));
  BOOST_TEST(mine.error_with("y.npy", y({1, -1, 1})).starts_with("label -1 in row 1"));
  BOOST_TEST(mine.error_with("y.npy", y({1, 1, 1})).starts_with("no row of class 0"));
  BOOST_TEST(mine.error_with("y.npy", y({1, 0})).starts_with("2 labels for 3 rows of "));
  BOOST_TEST(mine.error_with("y.npy", kX).starts_with("wrong shape or type"));
  BOOST_TEST(mine.error_with("y.npy", npy_bytes("<f4", "(3,)", raw<float>({0, 1, 0})))
                 .starts_with("wrong shape or type"));
  const auto x = [](double bad) {
    return npy_bytes("<f8", "(3, 2)", raw<double>({1, 1, 1, bad, 1, 1}));
  };
  BOOST_TEST(mine.error_with("x.npy", x(NAN)).starts_with("value nan in row 1"));
  BOOST_TEST(mine.error_with("x.npy", x(1e300)).starts_with("value 5e+299 in row 1"));
  BOOST_TEST(mine.error_with("x.npy", npy_bytes("<f8", "(2, 3)", std::string(48, '\0')))
                 .starts_with("wrong shape 2 x 3: it is not rows x 2"));
  BOOST_TEST(mine.error_with("x.npy", npy_bytes("<f8", "()", std::string(8, '\0')))
                 .starts_with("wrong shape"));
  BOOST_TEST(mine.error_with("x.npy", "").starts_with("truncated"));
  BOOST_TEST(mine.error(replaced(kTask, "nonnegative = false\n", ""))
                 .has("value -1 in row 0 of a task without negative"));
}

BOOST_AUTO_TEST_CASE(task_files_that_do_not_fit) {
  const Mine mine;
  const auto has = [&mine](const std::string& from, const std::string& to,
                           const std::string& words) {
    const Caught error = mine.error(replaced(kTask, from, to));
    BOOST_TEST(error.exit == static_cast<int>(agon::Exit::usage));
    BOOST_TEST(error.has(words), error.text);
  };
  has("scale = 2.0", "scal = 2.0", "did you mean 'scale'?");
  has("scale = 2.0", "scale = 0", "'source.scale' must be a number");
  has("scale = 2.0", "arrays = [\"x\", \"y\"]", "belongs to one .npz file");
  has(", \"y.npy\"", ", \"y.npy\", \"z.npy\"", "'source.files' has the wrong length");
  has("\"x.npy\", \"y.npy\"]", "\"a.npz\"]\narrays = [\"x\"]",
      "'source.arrays' has the wrong length");
  has("format = \"npy\"", "format = \"npz\"", "did you mean 'npy'?");
}

BOOST_AUTO_TEST_SUITE_END()
