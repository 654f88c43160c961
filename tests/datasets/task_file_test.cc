// SPDX-License-Identifier: MIT
#include "datasets/task_file.h"

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

const std::string kParity = R"(id = "p"
title = "t"
summary = "s"
kind = "classify"
metric = "accuracy"
chance = 0.5
target = 1
shape = [3]
classes = 2

[source]
type = "generated"
generator = "parity"
bits = 3

[split]
rule = "all"

[rights]
licence = "MIT"
attribution = "a"
obtain = "o"
)";

const std::string kPictures = R"(id = "p"
title = "t"
summary = "s"
kind = "classify"
metric = "accuracy"
chance = 0.1
target = 0.9
shape = [8, 8]
classes = 2
[source]
type = "folder"
folder = "f"
files = ["a", "b", "c", "d"]
scale = 255
keep_labels = [4, 9]
[split]
rule = "given"
validation = 0.25
seed = 7
[rights]
licence = "MIT"
attribution = "a"
obtain = "o"
)";

const std::string kCycle = R"(id = "p"
title = "t"
summary = "s"
kind = "dynamics"
metric = "nrmse"
chance = 0.4
ridge = 0.5
target = 0.9
shape = [2]
[source]
type = "generated"
generator = "van-der-pol"
dt = 0.001
command = 3.0
seed = 7
[episodes]
train = 30
train_s = 2.0
validation = 4
test = 5
test_s = 1.5
stride = 20
statistics = "cycle"
runs = 1
run_s = 20
[rights]
licence = "MIT"
attribution = "a"
obtain = "o"
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  BOOST_TEST_REQUIRE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

// The edited file must fail at tasks/p.toml:`place` with both texts.
void check_fails(const std::string& text, const std::string& place, const std::string& reason,
                 const std::string& fix) {
  const Caught error = caught([&] { parse_task_file(text, "tasks/p.toml"); });
  BOOST_TEST_CONTEXT(error.text) {
    BOOST_TEST(error.exit == static_cast<int>(agon::Exit::usage));
    BOOST_TEST(error.text.starts_with("tasks/p.toml:" + place + ": "));
    BOOST_TEST(error.has(reason));
    BOOST_TEST(error.has(fix));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(task_file)

BOOST_AUTO_TEST_CASE(reads_a_generated_task) {
  const TaskFile file = parse_task_file(kParity, "p");
  BOOST_TEST(file.info.id == "p");
  BOOST_TEST(file.info.chance == 0.5);
  BOOST_TEST(file.info.target == 1.0);
  BOOST_TEST(file.info.nonnegative);
  BOOST_TEST(file.info.toml == kParity);
  BOOST_TEST(file.info.split == "all patterns for training, validation and test");
  TaskFiles none(file.info, {});
  const auto rows = std::get<RowData>(file.source.load(none));
  BOOST_TEST(rows.data.x.rows() == 8u);
  BOOST_TEST(rows.data.x.cols() == 3u);
}

BOOST_AUTO_TEST_CASE(a_task_names_any_metric_of_its_kind) {
  const TaskFile file = parse_task_file(replaced(kParity, "accuracy", "balanced-accuracy"), "p");
  BOOST_TEST(file.info.metric == "balanced-accuracy");
}

BOOST_AUTO_TEST_CASE(reads_a_folder_task) {
  const TaskFile file = parse_task_file(kPictures, "p");
  BOOST_TEST(file.info.folder == "f");
  BOOST_TEST(file.info.files.size() == 4u);
  BOOST_TEST(file.split.seed == 7u);
  BOOST_TEST(file.source.test_part);
  BOOST_TEST(file.info.split.starts_with("the published test part, 25 % of the training part"));
}

BOOST_AUTO_TEST_CASE(reads_a_dynamics_task) {
  const TaskFile file = parse_task_file(kCycle, "p");
  BOOST_TEST((file.info.kind() == Kind::dynamics));
  BOOST_TEST(file.info.classes() == 0);
  BOOST_TEST(file.info.ridge() == 0.5);
  BOOST_TEST(
      file.info.split ==
      "episodes: 30 of 2 s with commands to train, 4 of 1.5 s for validation, 5 of 1.5 s for "
      "the test, seed 7");
  const DynamicsInfo& about = file.info.dynamics();
  BOOST_TEST(about.is_flow());
  BOOST_TEST(about.dt == 1e-3);
  BOOST_TEST(about.drives == 2);
  BOOST_TEST(about.inputs == 2);
  BOOST_TEST(about.episodes == 30);
  BOOST_TEST(about.stride == 20);
  BOOST_TEST((about.statistics == DynamicsInfo::Statistics::cycle));
  TaskFiles none(file.info, {});
  const auto all = std::get<Trajectories>(file.source.load(none));
  BOOST_TEST(all.train.size() == 30u);
  BOOST_TEST(all.train[0].steps(2) == 2000u);
  BOOST_TEST(!all.train[0].drive.empty());
  BOOST_TEST(all.test.size() == 5u);
  BOOST_TEST(all.test[0].steps(2) == 1500u);
  BOOST_TEST(all.test[0].drive.empty());
  BOOST_TEST(all.runs[0].steps(2) == 20000u);
}

BOOST_AUTO_TEST_CASE(refuses_dynamics_that_do_not_fit) {
  check_fails(replaced(kCycle, "shape = [2]", "shape = [3]"), "12:13",
              "'source.generator' does not fit 'shape'", "set shape = [2]");
  check_fails(replaced(kCycle, "\"nrmse\"", "\"accuracy\""), "5:10",
              "'metric' has the unknown value 'accuracy'", "nrmse");
  check_fails(replaced(kCycle, "\"van-der-pol\"", "\"van-der-poll\""), "12:13",
              "has the unknown value", "did you mean 'van-der-pol'?");
  check_fails(replaced(kCycle, "stride", "strid"), "22:1", "unknown key 'episodes.strid'",
              "did you mean 'stride'?");
  check_fails(replaced(kCycle, "stride = 20", "window = 3"), "22:10", "does not fit the generator",
              "flows have none");
  check_fails(replaced(kCycle, "\"cycle\"", "\"attractor\""), "23:14",
              "needs a state of 3 dimensions", "leave it out");
  check_fails(replaced(kCycle, "run_s = 20", "run_s = 0.001"), "25:9", "is 1 steps of dt", "2 to");
  check_fails(replaced(kCycle, "runs = 1\n", ""), "16:1", "'episodes.runs' is missing", "add it");
  check_fails(replaced(kCycle, "shape = [2]", "shape = [2]\nclasses = 2"), "10:1",
              "unknown key 'classes'", "");
  check_fails(replaced(kCycle, "ridge = 0.5\n", ""), "1:1", "'ridge' is missing", "add it");
}

BOOST_AUTO_TEST_CASE(names_the_place_and_the_nearest_key) {
  check_fails(replaced(kParity, "metric", "metrik"), "5:1", "unknown key 'metrik'",
              "did you mean 'metric'?");
  check_fails(replaced(kParity, "bits = 3", "bits = 3\n  bist = 4"), "15:3",
              "unknown key 'source.bist'", "did you mean 'bits'?");
  check_fails(replaced(kParity, "licence", "license"), "20:1", "unknown key 'rights.license'",
              "did you mean 'licence'?");
  check_fails(replaced(kPictures, "seed", "sede"), "19:1", "unknown key 'split.sede'",
              "did you mean 'seed'?");
  check_fails(replaced(kParity, "[rights]", "[wrongs]"), "19:2", "unknown key 'wrongs'", "");
}

BOOST_AUTO_TEST_CASE(keys_belong_to_their_source_and_split) {
  check_fails(replaced(kParity, "bits = 3", "bits = 3\nnoise = 0.1"), "15:1",
              "unknown key 'source.noise'", "valid names: type, generator, bits");
  check_fails(replaced(kParity, "rule = \"all\"", "rule = \"all\"\ntest = 0.2"), "18:1",
              "unknown key 'split.test'", "valid names: rule");
}

BOOST_AUTO_TEST_CASE(refuses_missing_keys) {
  check_fails(replaced(kParity, "title = \"t\"\n", ""), "1:1", "'title' is missing",
              "add it to the top level");
  check_fails(replaced(kParity, "bits = 3\n", ""), "11:1", "'source.bits' is missing",
              "add it to the table [source]");
}

BOOST_AUTO_TEST_CASE(refuses_wrong_values) {
  check_fails(replaced(kParity, "chance = 0.5", "chance = 1.5"), "6:10",
              "'chance' must be a number", "from 0 to 1");
  check_fails(replaced(kParity, "chance = 0.5", "chance = nan"), "6:10",
              "'chance' must be a number", "from 0 to 1");
  check_fails(replaced(kParity, "target = 1", "target = 0.5"), "7:10",
              "'target' is not above 'chance'", "fix: ");
  check_fails(replaced(kParity, "\"accuracy\"", "\"acuracy\""), "5:10",
              "'metric' has the unknown value 'acuracy'", "did you mean 'accuracy'?");
  check_fails(replaced(kParity, "\"parity\"", "\"pairity\""), "13:13",
              "'source.generator' has the unknown value", "did you mean 'parity'?");
  check_fails(replaced(kParity, "title = \"t\"", "title = 3"), "2:9", "'title' must be a text",
              "in quotes");
  check_fails(replaced(kParity, "shape = [3]", "shape = [0]"), "8:10", "'shape' must be a whole",
              "number from 1 to 65536");
  check_fails(replaced(kParity, "bits = 3", "bits = 4"), "14:8", "'source.bits' does not fit",
              "set shape = [4] and classes = 2");
  check_fails(replaced(kPictures, "[4, 9]", "[4]"), "15:15",
              "does not have one label for each of 'classes'", "");
  check_fails(replaced(kPictures, "\"c\", \"d\"", ""), "17:8",
              "does not fit the number of files or arrays", "given");
  check_fails(replaced(kPictures, ", \"d\"", ""), "13:9", "'source.files' has the wrong length",
              "name images");
  check_fails(replaced(kPictures, "type = \"folder\"", "type = \"folder\"\nformat = \"idy\""),
              "12:10", "'source.format' has the unknown value 'idy'", "idx");
  check_fails(replaced(kCycle, "\"generated\"", "\"folder\""), "11:8",
              "'source.type' has the unknown value 'folder'", "generated");
  check_fails(replaced(kPictures, "0.25", "0"), "18:14", "'split.validation' must be a number",
              "0.001");
}

BOOST_AUTO_TEST_CASE(rights_may_be_left_out_and_not_in_part) {
  const std::string rights = "[rights]\nlicence = \"MIT\"\nattribution = \"a\"\nobtain = \"o\"\n";
  const TaskInfo own = parse_task_file(replaced(kParity, rights, ""), "p").info;
  BOOST_TEST(own.licence == "not stated");
  BOOST_TEST(!own.obtain.empty());
  check_fails(replaced(kParity, "attribution = \"a\"\n", ""), "19:1",
              "'rights.attribution' is missing", "[rights]");
}

BOOST_AUTO_TEST_CASE(an_id_can_stand_in_a_command_and_a_file_name) {
  BOOST_TEST(parse_task_file(replaced(kParity, "\"p\"", "\"My_bits-2.0\""), "p").info.id ==
             "My_bits-2.0");
  for (const char* id : {"../p", "a b", "a,b", "\\u001b[31m", "\\u00e9"})
    check_fails(replaced(kParity, "id = \"p\"", std::string("id = \"") + id + "\""), "1:6",
                "'id' is no id", "letters");
  check_fails(replaced(kParity, "\"p\"", '"' + std::string(65, 'a') + '"'), "1:6", "'id' is no id",
              "64");
}

BOOST_AUTO_TEST_CASE(refuses_broken_toml) {
  check_fails(replaced(kParity, "classes = 2", "classes = = 2"), "9:11", "", "TOML");
  check_fails(replaced(kParity, "[split]\n", "[split\n"), "16:7", "", "TOML");
}

// One byte of a good file is another: it is still a task, or one error at a place of the file.
BOOST_AUTO_TEST_CASE(a_changed_byte_is_a_task_or_an_error_with_its_place) {
  size_t tasks = 0, errors = 0;
  for (const std::string& text : {kParity, kPictures, kCycle}) {
    for (size_t at = 0; at < text.size(); ++at) {
      for (const char byte : {'\0', '"', '[', '.', '\n', '9', '-', '\xff'}) {
        std::string changed = text;
        changed[at] = byte;
        try {
          parse_task_file(changed, "t.toml");
          ++tasks;
        } catch (const agon::Error& error) {
          ++errors;
          BOOST_TEST_REQUIRE((error.exit() == agon::Exit::usage));
          BOOST_TEST_REQUIRE(error.thing().starts_with("t.toml:"), error.what()
                                                                       << " in " << changed);
        }
      }
    }
  }
  BOOST_TEST(tasks > 100u);
  BOOST_TEST(errors > 1000u);
}

BOOST_AUTO_TEST_SUITE_END()
