// SPDX-License-Identifier: MIT
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <numeric>
#include <set>

#include "core/error.h"
#include "data_hash.h"
#include "datasets/task.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

const Catalogue& catalogue() {
  static const Catalogue built_in({});
  return built_in;
}

Task load(const std::string& id) { return catalogue().load(catalogue().info(id)); }

std::vector<int> class_counts(const Task& task) {
  std::vector<int> counts(static_cast<size_t>(task.data.classes));
  for (const int32_t label : task.data.labels) ++counts[static_cast<size_t>(label)];
  return counts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(catalogue_)

BOOST_AUTO_TEST_CASE(lists_its_tasks_in_order) {
  const std::vector<std::string> expected{"xor",
                                          "parity-3",
                                          "parity-4",
                                          "parity-5",
                                          "parity-8",
                                          "two-spirals",
                                          "digits",
                                          "digits-folds",
                                          "digits-imbalanced",
                                          "mnist",
                                          "mnist-4v9",
                                          "mnist-8x8",
                                          "kmnist",
                                          "fashion-mnist",
                                          "spoken-digits",
                                          "spoken-digits-unseen",
                                          "japanese-vowels",
                                          "air-digits",
                                          "heartbeats",
                                          "uci-har",
                                          "audio-glide",
                                          "imu-phase",
                                          "coupling-anomaly",
                                          "split-digits",
                                          "permuted-digits",
                                          "oscillator",
                                          "van-der-pol",
                                          "double-well",
                                          "lorenz",
                                          "mackey-glass",
                                          "narma-10",
                                          "friedman-1",
                                          "sine"};
  BOOST_TEST(catalogue().ids() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_task_is_described) {
  std::set<std::string> fingerprinted_texts;
  for (const TaskInfo& info : catalogue().tasks()) {
    BOOST_TEST_CONTEXT(info.id) {
      // The mean of the test rows is what R^2 counts from.
      BOOST_TEST((info.kind() == Kind::regress ? info.chance == 0 : info.chance > 0));
      BOOST_TEST(info.target > info.chance);
      BOOST_TEST(info.target <= 1);
      BOOST_TEST(!info.split.empty());
      BOOST_TEST((info.licence != "not stated" && !info.attribution.empty()));
      if (info.kind() == Kind::classify) {
        BOOST_TEST(info.chance == 1.0 / info.classes(), boost::test_tools::tolerance(1e-12));
        // Rules that need such inputs run on every task that is not listed here.
        const std::set<std::string> with_signs{"japanese-vowels", "air-digits", "heartbeats",
                                               "uci-har",         "imu-phase",  "coupling-anomaly"};
        BOOST_TEST(info.nonnegative == !with_signs.contains(info.id));
      }
      fingerprinted_texts.insert(info.toml);
    }
  }
  BOOST_TEST(fingerprinted_texts.size() == catalogue().tasks().size());
}

BOOST_AUTO_TEST_CASE(embedded_tasks_agree_with_their_description) {
  for (const TaskInfo& info : catalogue().tasks()) {
    if (info.source == "folder" || info.kind() == Kind::dynamics) continue;
    BOOST_TEST_CONTEXT(info.id) {
      BOOST_TEST(!catalogue().missing(info));
      const Task task = catalogue().load(info);
      BOOST_TEST(task.info.id == info.id);
      BOOST_TEST(task.data.shape == info.shape, boost::test_tools::per_element());
      BOOST_TEST(task.data.classes == info.classes());
      BOOST_TEST(task.data.labels.size() == (info.classes() > 0 ? task.data.x.rows() : 0));
      BOOST_TEST(task.data.targets.rows() == (info.targets() > 0 ? task.data.x.rows() : 0));
      BOOST_TEST(task.data.targets.cols() == static_cast<size_t>(info.targets()));
      BOOST_TEST(task.data.x.cols() ==
                 static_cast<size_t>(std::accumulate(info.shape.begin(), info.shape.end(),
                                                     int64_t{1}, std::multiplies<>())));
      for (size_t r = 0; r < task.data.x.rows(); ++r) {
        // Generated signals may pass 1 by their noise, or have signs.
        const bool unit = !info.id.starts_with("audio-") && info.nonnegative;
        for (const float v : task.data.x.row(r)) {
          BOOST_TEST_REQUIRE((v >= (info.nonnegative ? 0.0f : -4.0f) && v <= (unit ? 1.0f : 4.0f)));
        }
        if (info.classes() == 0) continue;
        BOOST_TEST_REQUIRE((task.data.labels[r] >= 0 && task.data.labels[r] < info.classes()));
      }
      BOOST_TEST(!task.split.train.empty());
      BOOST_TEST(!task.split.validation.empty());
      BOOST_TEST(!task.split.test.empty());
      if (info.kind() == Kind::regress) BOOST_TEST(task.split.test.size() >= 4000u);
    }
  }
}

BOOST_AUTO_TEST_CASE(dynamics_tasks_agree_with_their_description) {
  size_t tasks = 0;
  for (const TaskInfo& info : catalogue().tasks()) {
    if (info.kind() != Kind::dynamics) continue;
    ++tasks;
    BOOST_TEST_CONTEXT(info.id) {
      const Task task = catalogue().load(info);
      const Trajectories& all = task.trajectories;
      const auto dims = static_cast<size_t>(info.shape.front());
      const auto drives = static_cast<size_t>(info.dynamics().drives);
      BOOST_TEST(all.train.size() == static_cast<size_t>(info.dynamics().episodes));
      BOOST_TEST(!all.validation.empty());
      BOOST_TEST((all.test.size() >= 10u));
      BOOST_TEST(all.runs.empty() ==
                 (info.dynamics().statistics == DynamicsInfo::Statistics::none));
      for (const auto* part : {&all.train, &all.validation, &all.test, &all.runs}) {
        for (const Trajectory& t : *part) {
          BOOST_TEST_REQUIRE(t.steps(dims) >
                             static_cast<size_t>(info.dynamics().warmup() + info.dynamics().lead));
          BOOST_TEST_REQUIRE((t.drive.empty() || t.drive.size() == t.steps(dims) * drives));
          const auto [low, high] = std::ranges::minmax(t.state);
          BOOST_TEST_REQUIRE((low > -10.0f && high < 10.0f));  // O(1)
        }
      }
    }
  }
  BOOST_TEST(tasks == 6u);
}

BOOST_AUTO_TEST_CASE(digits_have_their_known_counts) {
  const Task task = load("digits");
  BOOST_TEST(task.data.x.rows() == 1797u);
  BOOST_TEST(task.data.x.cols() == 64u);
  const std::vector<int> expected{178, 182, 177, 183, 181, 182, 181, 179, 174, 180};
  BOOST_TEST(class_counts(task) == expected, boost::test_tools::per_element());
  BOOST_TEST(task.split.test.size() == 360u);
  BOOST_TEST(task.split.validation.size() == 288u);
  BOOST_TEST(task.split.train.size() == 1149u);
}

// Facts about the UCI file: the first image is a zero whose top row starts 0 0 5 13 9 1, and the
// sum of all values is 561718.
BOOST_AUTO_TEST_CASE(digits_have_their_known_values) {
  const Task task = load("digits");
  const float top[8] = {0, 0, 5, 13, 9, 1, 0, 0};
  for (size_t c = 0; c < 8; ++c) BOOST_TEST(task.data.x.at(0, c) == top[c] / 16);
  for (int32_t i = 0; i < 10; ++i) BOOST_TEST(task.data.labels[static_cast<size_t>(i)] == i);
  double sum = 0;
  for (size_t r = 0; r < task.data.x.rows(); ++r) {
    for (const float v : task.data.x.row(r)) sum += static_cast<double>(v) * 16;
  }
  BOOST_TEST(sum == 561718.0);
}

BOOST_AUTO_TEST_CASE(spirals_split_keeps_both_classes_equal) {
  const Task task = load("two-spirals");
  BOOST_TEST(task.data.x.rows() == 1000u);
  for (const auto* part : {&task.split.train, &task.split.validation, &task.split.test}) {
    const auto ones = std::count_if(part->begin(), part->end(), [&](int32_t r) {
      return task.data.labels[static_cast<size_t>(r)] == 1;
    });
    BOOST_TEST(2 * static_cast<size_t>(ones) == part->size());
  }
}

// Frozen: results of earlier runs refer to these data. A change here means other data or another
// split; raise kDataVersion then, and list it in the changelog under "Scores changed".
BOOST_AUTO_TEST_CASE(hashes_are_frozen) {
  BOOST_TEST(data_hash(load("xor")) == "4ef457c27d84c0f3ef234d2bc6875196");
  BOOST_TEST(data_hash(load("parity-3")) == "0a25fc11db635617ae05606467528395");
  BOOST_TEST(data_hash(load("parity-4")) == "d3d971372b63d2b6b02a8ff8ebf24445");
  BOOST_TEST(data_hash(load("parity-8")) == "eda18fd77c3dd77866e3437d6d6d6d19");
  BOOST_TEST(data_hash(load("two-spirals")) == "1a9a26dfe9d6f4a98dc641e60bd2ce58");
  BOOST_TEST(data_hash(load("digits")) == "d05054244d2bfb65072a28d3bb697fe3");
  BOOST_TEST(data_hash(load("split-digits")) == "f74a8d1813488eae15de745ce2d7ec79");
  BOOST_TEST(data_hash(load("permuted-digits")) == "e02512e8947abc4f544deec4210b6325");
  BOOST_TEST(data_hash(load("parity-5")) == "a7cb7c807e5130be842c66e0ef6e63f0");
  BOOST_TEST(data_hash(load("digits-folds")) == "f83363cd1a6a2abe11eb3af25a9e4f90");
  BOOST_TEST(data_hash(load("digits-imbalanced")) == "5e4695145da2271707de6e77fcac7232");
  BOOST_TEST(data_hash(load("audio-glide")) == "e661f33cdeb7c0cb9b7f97814b4d0f54");
  BOOST_TEST(data_hash(load("imu-phase")) == "42a0afe0b9620dba7681a0c60e0e3c9f");
  BOOST_TEST(data_hash(load("coupling-anomaly")) == "30bf33a6b27e4496c252851f1975aedc");
  BOOST_TEST(data_hash(load("friedman-1")) == "37bdc280c9f7dd53c081edff9b00362c");
  BOOST_TEST(data_hash(load("sine")) == "7cfe7f8bf76234f599835265c7df386d");
  BOOST_TEST(data_hash(load("oscillator")) == "065b94f727c09d587f1982d7fd8b9df5");
  BOOST_TEST(data_hash(load("van-der-pol")) == "cca4d2db3faba3a53097bb1563e4af87");
  BOOST_TEST(data_hash(load("double-well")) == "c7b47b944347e0502735e55373c05fe4");
  BOOST_TEST(data_hash(load("lorenz")) == "9bc2ce4f43fba8b08d741377ecf7be87");
  BOOST_TEST(data_hash(load("mackey-glass")) == "268c51e520383aec40990dd79f3992a3");
  BOOST_TEST(data_hash(load("narma-10")) == "216861298c9e7e30195bad074a3cf9f2");
}

BOOST_AUTO_TEST_CASE(hashes_and_fingerprints_repeat_and_differ) {
  std::set<std::string> hashes, fingerprints;
  const Catalogue other({});
  size_t tasks = 0;
  for (const TaskInfo& info : catalogue().tasks()) {
    if (info.source == "folder") continue;
    ++tasks;
    const Task task = catalogue().load(info);
    const std::string hash = data_hash(task);
    BOOST_TEST(hash.size() == 32u);
    BOOST_TEST(hash == data_hash(other.load(other.info(info.id))));
    BOOST_TEST(task.hash == catalogue().fingerprint(info));
    BOOST_TEST(catalogue().fingerprint(info) == other.fingerprint(other.info(info.id)));
    hashes.insert(hash);
    fingerprints.insert(catalogue().fingerprint(info));
  }
  BOOST_TEST(hashes.size() == tasks);
  BOOST_TEST(fingerprints.size() == tasks);
}

BOOST_AUTO_TEST_CASE(fingerprint_follows_the_task_file) {
  TaskInfo changed = catalogue().info("two-spirals");
  const std::string before = catalogue().fingerprint(changed);
  changed.toml.replace(changed.toml.find("noise = 0.02"), 12, "noise = 0.03");
  BOOST_TEST(catalogue().fingerprint(changed) != before);
  const Task loaded = catalogue().load(changed);
  BOOST_TEST(loaded.hash == catalogue().fingerprint(changed));
  BOOST_TEST(data_hash(loaded) != data_hash(load("two-spirals")));
}

BOOST_AUTO_TEST_CASE(unknown_ids_answer_with_the_nearest) {
  const Caught near = caught([] { catalogue().info("digit"); });
  BOOST_TEST(near.exit == static_cast<int>(agon::Exit::usage));
  BOOST_TEST(near.text == "task 'digit': there is no such task\n  fix: did you mean 'digits'?");
  BOOST_TEST(caught([] { catalogue().info("imagenet"); }).has("valid names: xor, parity-3"));
}

BOOST_AUTO_TEST_CASE(task_files_of_a_folder_follow_the_built_in_ones) {
  const TemporaryFolder folder;
  std::string text = catalogue().info("parity-3").toml;
  write_file(folder.path() / "notes.txt", "no task");
  const auto file = folder.path() / "mine.toml";
  write_file(file, text);
  const std::filesystem::path folders[] = {folder.path()};
  const Caught taken = caught([&] { Catalogue({}, folders); });
  BOOST_TEST(taken.exit == static_cast<int>(agon::Exit::usage));
  BOOST_TEST(
      taken.text.starts_with(file.string() + ": its id 'parity-3' is that of tasks/parity-3"));

  text.replace(text.find("parity-3"), 8, "my-bits");
  write_file(file, text);
  const Catalogue mine({}, folders);
  BOOST_TEST(mine.ids().back() == "my-bits");
  const TaskInfo& info = mine.info("my-bits");
  BOOST_TEST(info.origin == file.string());
  const Task task = mine.load(info);
  BOOST_TEST(task.hash == mine.fingerprint(info));
  BOOST_TEST(task.data.x.rows() == 8u);

  write_file(file, "id = 3\n");
  BOOST_TEST(caught([&] { Catalogue({}, folders); }).text.starts_with(file.string() + ":1:1: "));
  const std::filesystem::path nowhere[] = {folder.path() / "none"};
  BOOST_TEST(caught([&] { Catalogue({}, nowhere); }).has("name a folder of task files"));
}

BOOST_AUTO_TEST_SUITE_END()
