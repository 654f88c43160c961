// SPDX-License-Identifier: MIT
//
// Tasks in a folder of a user's own, as a user meets them.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/support/shell.h"

using namespace agon::test;
using nlohmann::json;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";

const std::string kTask = R"(id = "mine"
title = "Two heaps"
summary = "s"
kind = "classify"
metric = "accuracy"
chance = 0.5
target = 0.9
shape = [2]
classes = 2
[source]
type = "folder"
format = "csv"
files = ["rows.csv"]
[split]
rule = "stratified"
test = 0.25
validation = 0.25
seed = 1
[rights]
licence = "mine"
attribution = "me"
obtain = "ask me"
)";

std::string rows() {
  std::string text = "a,b,heap\n";
  for (int i = 0; i < 80; ++i)
    text += std::to_string(i % 7) + "," + std::to_string(i % 2 == 0 ? i % 5 : 20 + i % 5) +
            (i % 2 == 0 ? ",low\n" : ",high\n");
  return text;
}

// A folder "own" with the task, its data beside it, and a suite, which is no task.
struct Own : TemporaryFolder {
  Own() {
    std::filesystem::create_directory(path() / "own");
    write("own/mine.toml", kTask);
    write("own/rows.csv", rows());
    write("own/suite.toml",
          "schema = 1\nname = \"small\"\n[defaults]\nseeds = 1\n[[study]]\nname = \"accuracy\"\n"
          "[[study.grid]]\nrules = [\"linear[epochs=3]\", \"pc[epochs=1]\"]\ntasks = [\"mine\"]\n");
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_task_of_a_folder_is_listed_told_and_run) {
  const Own own;
  for (const std::string& line : {kAgon + "list tasks --json --tasks own",
                                  "AGON_TASK_PATH=/nowhere:own " + kAgon + "list tasks --json"}) {
    const json tasks = json::parse(run(own, line).out);
    BOOST_TEST(tasks.back().at("id") == "mine");
    BOOST_TEST(tasks.back().at("available") == true);
  }
  BOOST_TEST(run(own, "AGON_TASK_PATH=own " + kAgon + "doctor --json").out.find("/own\"") !=
             std::string::npos);
  const Ran info = run(own, kAgon + "info mine --tasks own");
  for (const char* part :
       {"own/mine.toml", "classes      40 40 rows", "80: 45 to train, 15 for validation"})
    BOOST_TEST(info.out.find(part) != std::string::npos, part << " not in " << info.out);
  const Ran ran = run(own, kAgon + "run own/suite.toml --tasks own -o out");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  const Table cells(own / "out/cells.csv");
  BOOST_TEST_REQUIRE(cells.size() == 2u);
  for (size_t r = 0; r < 2; ++r) {
    BOOST_TEST(cells.at(r, "task") == "mine");
    BOOST_TEST(cells.at(r, "status") == "ok");
  }
}

BOOST_AUTO_TEST_CASE(the_environment_names_folders_for_workers_too) {
  const Own own;
  const Ran ran = run(own, "AGON_TASK_PATH=own " + kAgon + "run own/suite.toml -r linear -o out");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  BOOST_TEST(Table(own / "out/cells.csv").where("status", "ok").size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_key_of_a_cell_follows_the_task_file_and_its_data) {
  const Own own;
  const std::string line = kAgon + "run own/suite.toml --tasks own -r linear -o ";
  const auto key = [&](const std::string& out) {
    BOOST_TEST_REQUIRE(run(own, line + out).code == 0);
    return Table(own / (out + "/cells.csv")).at(0, "cell_key");
  };
  const std::string first = key("a");
  BOOST_TEST(key("b") == first);
  own.write("own/mine.toml", kTask + "# changed\n");
  const std::string second = key("c");
  BOOST_TEST(second != first);
  own.write("own/rows.csv", rows() + "1,1,low\n");
  BOOST_TEST(key("d") != second);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_place) {
  const Own own;
  const auto refused = [&](const std::string& line, const std::vector<std::string>& parts) {
    const Ran ran = run(own, kAgon + line);
    BOOST_TEST(ran.code == 2);
    for (const std::string& part : parts)
      BOOST_TEST(ran.err.find(part) != std::string::npos, part << " not in " << ran.err);
  };
  refused("list tasks --tasks nowhere", {"--tasks nowhere", "no such folder"});
  refused("run own/suite.toml --tasks own -t mime", {"unknown task 'mime'", "'mine'"});
  own.write("own/z.toml", kTask);
  refused("list tasks --tasks own", {"own/z.toml", "'mine'", "own/mine.toml", "another id"});
  std::string taken = kTask;
  taken.replace(taken.find("mine"), 4, "xor");
  own.write("own/z.toml", taken);
  refused("list tasks --tasks own", {"own/z.toml", "'xor'", "tasks/xor.toml"});
  own.write("own/z.toml", "kind = \"classify\"\nid = \n");
  refused("list tasks --tasks own", {"own/z.toml:2:"});
}

BOOST_AUTO_TEST_CASE(a_broken_file_of_the_environment_stops_nobody_else) {
  const Own own;
  own.write("own/worse.toml", "id = \"bad\"\nkind = \"clasify\"\n");
  const std::string agon = "AGON_TASK_PATH=own " + kAgon;
  const auto warned = [](const Ran& ran) {
    return ran.err.find("warning: task file passed over: ") != std::string::npos &&
           ran.err.find("own/worse.toml:2:") != std::string::npos;
  };
  const Ran list = run(own, agon + "list tasks --json");
  BOOST_TEST(list.code == 0);
  BOOST_TEST(warned(list), list.err);
  BOOST_TEST(json::parse(list.out).back().at("id") == "mine");
  BOOST_TEST(run(own, agon + "info mine").code == 0);
  const Ran ran = run(own, agon + "run own/suite.toml -r linear -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(warned(ran), ran.err);
  BOOST_TEST(Table(own / "out/cells.csv").where("status", "ok").size() == 1u);
  BOOST_TEST(run(own, agon + "doctor").out.find("worse.toml:2:") != std::string::npos);
  // Asked for, by its id or the name of its file, it is an error with the place.
  for (const std::string line : {"info bad", "info worse", "fetch bad", "run quick -t bad -o no"}) {
    const Ran asked = run(own, agon + line);
    BOOST_TEST(asked.code == 2, line);
    const size_t error = asked.err.find("error: ");
    BOOST_TEST_REQUIRE(error != std::string::npos, asked.err);
    BOOST_TEST(asked.err.find("own/worse.toml:2:", error) != std::string::npos, asked.err);
  }
  BOOST_TEST(run(own, kAgon + "list tasks --tasks own").code == 2);
  BOOST_TEST(run(own, agon + "list tasks --tasks own").code == 2);
}

BOOST_AUTO_TEST_CASE(info_shows_what_the_data_look_like) {
  const Own own;
  const std::string digits = run(own, kAgon + "info digits").out;
  BOOST_TEST(
      digits.find("1149 to train, 288 for validation, 360 for the test") != std::string::npos,
      digits);
  const std::vector<std::string> all = lines(digits);
  BOOST_TEST_REQUIRE(all.size() > 9u);
  BOOST_TEST(all[all.size() - 9].empty());  // before 8 lines of 4 images of 8 x 8
  for (size_t i = all.size() - 8; i < all.size(); ++i) BOOST_TEST(all[i].size() == 4u * 16 + 3 * 2);
  const json counted = json::parse(run(own, kAgon + "info digits --json").out);
  BOOST_TEST(counted.at("class_counts").size() == 10u);
  BOOST_TEST(counted.at("rows").at("test") == 360);
  BOOST_TEST(counted.at("baselines").at("ridge") > 0.9);
  BOOST_TEST(run(own, kAgon + "info oscillator").out.find('*') != std::string::npos);
  BOOST_TEST(run(own, kAgon + "info friedman-1").out.find("target       ") != std::string::npos);
}

// The example of datasets/tasks/README.md, as it stands there.
BOOST_AUTO_TEST_CASE(the_example_of_the_documentation_runs) {
  const TemporaryFolder folder;
  const std::string page = read_file(std::getenv("AGON_TASK_PAGE"));
  std::string task;
  for (const std::string& line : lines(page)) {
    if (line.starts_with("    ")) task += line.substr(4) + "\n";
  }
  std::filesystem::create_directory(folder / "own");
  folder.write("own/flowers.toml", task);
  std::string text = "a,b,c,kind\n";
  for (int i = 0; i < 90; ++i) {
    const int kind = i % 3;
    text += std::to_string(kind * 10 + i % 4) + "," + std::to_string(i % 7) + ",-" +
            std::to_string(i % 5) + ",kind " + std::to_string(kind) + "\n";
  }
  folder.write("own/flowers.csv", text);
  const Ran ran = run(
      folder, kAgon + "run quick -r linear -t flowers -s 1 --study accuracy --tasks own -o out");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST_REQUIRE(cells.size() == 1u);
  BOOST_TEST(cells.at(0, "status") == "ok");
  BOOST_TEST(std::stod(cells.at(0, "score_test")) > 0.8);
}

// Series of unequal length through a worker: rules that work on time get them as such.
BOOST_AUTO_TEST_CASE(series_of_a_folder_are_learnt_frame_by_frame_and_flat) {
  const Own own;
  std::string series;
  for (int i = 0; i < 120; ++i) {
    series += i % 2 == 0 ? "up" : "down";
    for (int t = 0; t < 8 + i % 7; ++t) {
      const double turns = 0.37 * i + (i % 2 == 0 ? 0.11 : -0.11) * t;
      series += "\t" + std::to_string(turns - std::floor(turns));
    }
    series += "\n";
  }
  own.write("own/saws.tsv", series);
  own.write("own/saws.toml",
            "id = \"saws\"\ntitle = \"Saws\"\nsummary = \"s\"\nkind = \"classify\"\nmetric = "
            "\"accuracy\"\nchance = 0.5\ntarget = 0.9\nshape = [14]\ntime = true\nclasses = 2\n"
            "[source]\ntype = \"folder\"\nformat = \"ts\"\nfiles = [\"saws.tsv\"]\n"
            "[split]\nrule = \"stratified\"\ntest = 0.25\nvalidation = 0.25\nseed = 1\n");
  own.write("own/time.toml",
            "schema = 1\nname = \"time\"\n[defaults]\nseeds = 1\n[[study]]\nname = \"accuracy\"\n"
            "[[study.grid]]\nrules = [\"linear[epochs=3]\", \"monolith[preset=stream]\", "
            "\"ebn[preset=stream,width=50,epochs=1]\"]\ntasks = [\"saws\", \"mine\"]\n");
  const Ran ran = run(own, kAgon + "run own/time.toml --tasks own -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(own / "out/cells.csv");
  for (const size_t r : cells.where("task", "saws"))
    BOOST_TEST(cells.at(r, "status") == "ok", cells.at(r, "status_detail"));
  // Rows without time are not for models that want series.
  for (const size_t r : cells.where("task", "mine"))
    BOOST_TEST(cells.at(r, "status") == (cells.at(r, "rule") == "linear" ? "ok" : "skipped"),
               cells.at(r, "rule"));
}
