// SPDX-License-Identifier: MIT
//
// Bad files, flags and folders: one clear error of at most four lines that names the thing, the
// reason and the fix, with the documented exit code, before any cell runs, and no finished cell
// lost.
#include <sys/mount.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = std::getenv("AGON");
const std::string kPlugins = std::getenv("AGON_TEST_PLUGINS");

const std::string kSuite =
    "schema = 1\n"                                                 // 1
    "name = \"mine\"\n"                                            // 2
    "[[study]]\n"                                                  // 3
    "name = \"accuracy\"\n"                                        // 4
    "seeds = 1\n"                                                  // 5
    "[[study.grid]]\n"                                             // 6
    "tasks = [\"xor\"]\n"                                          // 7
    "rules = [\"linear[epochs=2]\", \"bp[lr=0.01,epochs=2]\"]\n";  // 8

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  BOOST_TEST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void check_error(const Ran& ran, int code, const std::vector<std::string>& parts) {
  BOOST_TEST(ran.code == code, ran.code << " instead of " << code << ": " << ran.err);
  BOOST_TEST(lines(ran.err).size() <= 4u, ran.err);
  BOOST_TEST(ran.err.starts_with("error: "), ran.err);
  for (const std::string& part : parts)
    BOOST_TEST(ran.err.find(part) != std::string::npos, part << " not in: " << ran.err);
}

struct SuiteCase {
  const char* name;
  const char* from;
  const char* to;
  std::vector<std::string> parts;
};

const std::vector<SuiteCase> kSuiteCases = {
    {"unknown key", "seeds = 1", "sedes = 1", {"suite.toml:5:1", "unknown key 'sedes'", "'seeds'"}},
    {"unknown top key",
     "name = \"mine\"",
     "name = \"mine\"\ntitel = \"x\"",
     {"suite.toml:3:1", "'titel'", "'title'"}},
    {"syntax", "seeds = 1", "seeds = ", {"suite.toml:5"}},
    {"negative seeds", "seeds = 1", "seeds = -1", {"suite.toml:5:9", "'seeds'", "from 1 to 1000"}},
    {"seeds as text", "seeds = 1", "seeds = \"three\"", {"suite.toml:5:9", "whole number"}},
    {"unknown rule", "linear[", "liner[", {"suite.toml:8:11", "unknown rule 'liner'", "'linear'"}},
    {"unknown task",
     "[\"xor\"]",
     "[\"xorr\"]",
     {"suite.toml:7:11", "unknown task 'xorr'", "'xor'"}},
    {"unknown parameter", "lr=0.01", "rl=0.01", {"suite.toml:8:34", "no parameter 'rl'", "'lr'"}},
    {"negative learning rate", "lr=0.01", "lr=-0.01", {"suite.toml:8:37", "lr=-0.01", "info bp"}},
    {"learning rate as text", "lr=0.01", "lr=abc", {"suite.toml:8:37", "abc"}},
    {"missing bracket", "epochs=2]\", \"bp", "epochs=2\", \"bp", {"suite.toml:8:26", "']'"}},
    {"no learning rates", "lr=0.01", "lr=log(0,1,3)", {"suite.toml:8:41", "a > 0"}},
    {"unknown kind",
     "name = \"accuracy\"",
     "name = \"acuracy\"",
     {"suite.toml:4:8", "'acuracy'", "'accuracy'"}},
    {"other schema", "schema = 1", "schema = 2", {"suite.toml:1:10", "'schema'"}},
    {"a name that is a path", "\"mine\"", "\"../mine\"", {"suite.toml:2:8", "name"}},
    {"empty list", "[\"xor\"]", "[]", {"suite.toml:7:9", "'tasks'"}},
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_wrong_suite_is_refused_with_its_position) {
  for (const SuiteCase& c : kSuiteCases) {
    BOOST_TEST_CONTEXT(c.name) {
      TemporaryFolder folder;
      folder.write("suite.toml", replaced(kSuite, c.from, c.to));
      check_error(run(folder, "'" + kAgon + "' run suite.toml -o out"), 2, c.parts);
      BOOST_TEST(!std::filesystem::exists(folder / "out"));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_command_line_is_refused_with_the_nearest_name) {
  TemporaryFolder folder;
  const std::string agon = "'" + kAgon + "' ";
  check_error(run(folder, agon + "rnu quick"), 2, {"'run'"});
  check_error(run(folder, agon + "run quick --job 2"), 2, {"--job", "--jobs"});
  check_error(run(folder, agon + "run quik"), 2, {"suite 'quik'", "'quick'"});
  check_error(run(folder, agon + "run quick -r pb"), 2, {"unknown rule 'pb'", "'bp'"});
  check_error(run(folder, agon + "run quick -t digit"), 2, {"unknown task 'digit'", "'digits'"});
  check_error(run(folder, agon + "run quick -r 'ed[lr=-1]'"), 2, {"column 7", "lr=-1"});
  check_error(run(folder, agon + "run quick -r 'ed[preset=articel]'"), 2, {"preset", "'article'"});
  check_error(run(folder, agon + "run quick --study acuracy"), 2, {"acuracy", "'accuracy'"});
  check_error(run(folder, agon + "run quick -s 0"), 2, {"-s"});
  check_error(run(folder, agon + "info dd"), 2, {"dd"});
  check_error(run(folder, agon + "list rulez"), 2, {"'rules'"});
  check_error(run(folder, agon + "report nowhere"), 2, {"nowhere", "results.sqlite"});
  check_error(run(folder, agon + "run quick --simd AVX9"), 2, {"AVX9"});
}

BOOST_AUTO_TEST_CASE(a_broken_plugin_file_named_on_the_command_line_is_refused) {
  TemporaryFolder folder;
  const auto text = folder.write("text.agon.so", "this is no ELF file\n");
  const Ran ran = run(folder, "'" + kAgon + "' run quick --plugin '" + text.string() + "' -o out");
  check_error(ran, 4, {"text.agon.so", "ELF"});
  BOOST_TEST(!std::filesystem::exists(folder / "out"));
  check_error(run(folder, "'" + kAgon + "' run quick --plugin absent.agon.so"), 4,
              {"absent.agon.so"});
}

BOOST_AUTO_TEST_CASE(a_broken_plugin_file_in_a_folder_is_a_warning) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder / "plugins");
  folder.write("plugins/broken.agon.so", "this is no ELF file\n");
  folder.write("suite.toml", kSuite);
  const Ran ran = run(folder, "'" + kAgon + "' run suite.toml --plugin plugins -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(ran.err.find("warning: plugin refused") != std::string::npos);
  BOOST_TEST(ran.err.find("broken.agon.so") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(truncated_data_is_an_error_of_its_cells_only) {
  TemporaryFolder folder;
  std::filesystem::create_directories(folder / "data/mnist");
  for (const char* name : {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz",
                           "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}) {
    folder.write(std::string("data/mnist/") + name, "\x1f\x8b\x08");
  }
  folder.write("suite.toml", replaced(kSuite, "[\"xor\"]", "[\"xor\", \"mnist\"]"));
  const Ran ran = run(folder, "'" + kAgon + "' run suite.toml --data data -o out");
  BOOST_TEST(ran.code == 3, ran.err);
  BOOST_TEST(ran.err.find("error: ") != std::string::npos, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(cells.where("status", "ok").size() == 2u);
  BOOST_TEST_REQUIRE(cells.where("task", "mnist").size() == 2u);
  for (const size_t row : cells.where("task", "mnist")) {
    BOOST_TEST(cells.at(row, "status") == "error");
    BOOST_TEST(cells.at(row, "status_detail").find("ubyte.gz") != std::string::npos,
               cells.at(row, "status_detail"));
  }
}

BOOST_AUTO_TEST_CASE(missing_data_is_a_skipped_row_with_the_way_to_get_it) {
  TemporaryFolder folder;
  folder.write("suite.toml", replaced(kSuite, "[\"xor\"]", "[\"xor\", \"mnist\"]"));
  const Ran ran = run(folder, "AGON_DATA_DIR= HOME=/nonexistent XDG_CACHE_HOME= '" + kAgon +
                                  "' run suite.toml -o out");
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(cells.where("status", "skipped").size() == 2u);
  for (const size_t row : cells.where("status", "skipped")) {
    BOOST_TEST(cells.at(row, "status_detail").find("AGON_DATA_DIR") != std::string::npos,
               cells.at(row, "status_detail"));
  }
}

BOOST_AUTO_TEST_CASE(an_output_folder_that_cannot_be_written_is_refused_before_any_cell_runs) {
  TemporaryFolder folder;
  folder.write("a-file", "");
  check_error(run(folder, "'" + kAgon + "' run quick -o a-file"), 6, {"a-file"});
  check_error(run(folder, "'" + kAgon + "' run quick -o /proc/agon"), 6, {"/proc/agon"});
}

BOOST_AUTO_TEST_CASE(a_results_file_that_is_none_is_refused_and_kept) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder / "out");
  folder.write("out/results.sqlite", "these are somebody's notes\n");
  check_error(run(folder, "'" + kAgon + "' run quick -o out"), 6, {"results.sqlite"});
  BOOST_TEST(read_file(folder / "out/results.sqlite") == "these are somebody's notes\n");
}

BOOST_AUTO_TEST_CASE(a_full_disk_loses_no_finished_cell) {
  TemporaryFolder folder;
  std::filesystem::create_directory(folder / "small");
  const std::string small = (folder / "small").string();
  if (mount("tmpfs", small.c_str(), "tmpfs", 0, "size=160k") != 0) {
    BOOST_TEST_MESSAGE("skipped: no right to mount a small tmpfs");
    return;
  }
  folder.write("suite.toml", replaced(replaced(kSuite, "seeds = 1", "seeds = 900"),
                                      "linear[epochs=2]", "linear[epochs=30]"));
  const Ran full = run(folder, "'" + kAgon + "' run suite.toml -o small/out");
  const size_t finished =
      lines(run(folder, "sqlite3 small/out/results.sqlite 'select cell_key from cells' 2>/dev/null")
                .out)
          .size();
  check_error(full, 6, {"small/out"});
  BOOST_TEST((mount("tmpfs", small.c_str(), "tmpfs", MS_REMOUNT, "size=64m") == 0));
  const Ran again = run(folder, "'" + kAgon + "' run suite.toml -o small/out");
  BOOST_TEST(again.code == 0, again.err);
  if (finished > 0) BOOST_TEST(again.err.find("resuming") != std::string::npos, again.err);
  umount(small.c_str());
}
