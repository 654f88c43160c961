// SPDX-License-Identifier: MIT

// --executor slurm beside a stand-in for Slurm's commands that starts elements on this machine and can refuse,
// lose and kill them. slurm_cluster_test.cc has Slurm itself.
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "tests/support/results.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";
const std::string kSuite = " quick -t xor -t parity-3 --study accuracy -s 2 -r bp -r linear ";

// The stand-in keeps a file run/<element> while an element runs. MODE, by the number of the array:
// "half" kills an element at its second result, "lose" never starts it.
constexpr const char* kSbatch = R"sh(#!/bin/bash
here=$(dirname "$0"); id=$(( $(cat "$here/last" 2>/dev/null || echo 0) + 1 )); echo $id > "$here/last"
for word; do
  case $word in
    --array=0-*) last=${word#--array=0-}; last=${last%%%*} ;;
    --partition=none) echo "sbatch: error: invalid partition specified: none" >&2; exit 1 ;;
  esac
  script=$word
done
echo "$@" >> "$here/asked"
mode=$(sed -n "${id}p" "$here/mode" 2>/dev/null)
mkdir -p "$here/run"
for k in $(seq 0 $last); do
  [ "$mode" = lose ] && continue
  touch "$here/run/$id.$k"
  ( export SLURM_ARRAY_TASK_ID=$k
    if [ "$mode" = half ]; then
      sh "$script" & pid=$!
      results=$(dirname "$script")/$k.results
      while [ "$(grep -ac outcome "$results" 2>/dev/null)" -lt 1 ] 2>/dev/null; do sleep .01; done
      pkill -9 -P $pid; kill -9 $pid
      printf 'torn' >> "$results"
    else
      sh "$script"
    fi
    rm "$here/run/$id.$k" ) > /dev/null 2>> "$here/errors" < /dev/null &
done
echo $id
)sh";
constexpr const char* kSqueue = R"sh(#!/bin/bash
here=$(dirname "$0")
for word; do case $word in --jobs=*) id=${word#--jobs=} ;; esac; done
[ -e "$here/silent" ] && { echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1; }
for file in "$here/run/$id."*; do [ -e "$file" ] && echo "${file##*.} None"; done
[ -e "$here/held" ] && echo "$(cat "$here/held") launch failed requeued held"; exit 0
)sh";

class Cluster {
 public:
  explicit Cluster(const std::string& mode = "") {
    std::filesystem::create_directory(folder_ / "bin");
    for (
        const auto& [name, text] :
        {std::pair{"sbatch", kSbatch},
         {"squeue", kSqueue},
         {"scancel",
          "#!/bin/sh\nrm -f \"$(dirname \"$0\")/held\"; echo \"$@\" >> \"$(dirname \"$0\")/cancelled\"\n"},
         {"scontrol", "#!/bin/sh\nexit 1\n"}}) {
      std::filesystem::permissions(folder_.write("bin/" + std::string(name), text),
                                   std::filesystem::perms::owner_all);
    }
    folder_.write("bin/mode", mode);
    settings("cells_per_task = 3\n");
  }
  void settings(const std::string& keys) {
    folder_.write("cluster.toml", "[slurm]\npoll_s = 0.05\n" + keys);
  }
  Ran agon(const std::string& command) {
    return run(folder_, "export PATH='" + (folder_ / "bin").string() + "':$PATH; " + command);
  }
  Ran slurm(const std::string& more = "-o out") {
    return agon(kAgon + "run" + kSuite + "--executor slurm --slurm cluster.toml " + more);
  }
  const TemporaryFolder& folder() const { return folder_; }
  size_t arrays() const { return lines(read_file(folder_ / "bin/asked")).size(); }

 private:
  TemporaryFolder folder_;
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void check_same_as_local(Cluster& cluster) {
  const Ran local = run(cluster.folder(), kAgon + "run" + kSuite + "-o local");
  BOOST_TEST(local.code == 0, local.err);
  const std::string expected = result_bytes(cluster.folder() / "local/cells.csv");
  BOOST_TEST(lines(expected).size() == 8u);
  BOOST_TEST(result_bytes(cluster.folder() / "out/cells.csv") == expected);
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_array_gives_what_this_machine_gives) {
  Cluster cluster;
  cluster.settings(
      "cells_per_task = 3\npartition = \"main\"\ntime = \"00:10:00\"\nmemory_mib = 500\n"
      "at_once = 2\nlines = [\"--constraint=fast\"]\n");
  const Ran ran = cluster.slurm();
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(cluster.arrays() == 1u);
  const std::string asked = read_file(cluster.folder() / "bin/asked");
  for (const char* word : {"--array=0-2%2 ", "--partition=main", "--time=00:10:00", "--mem=500M",
                           "--constraint=fast", "--signal=B:TERM@120"}) {
    BOOST_TEST(has(asked, word), asked);
  }
  check_same_as_local(cluster);
  // Nothing is left to do for the same command.
  BOOST_TEST(cluster.slurm().code == 0);
  BOOST_TEST(cluster.arrays() == 1u);
}

BOOST_AUTO_TEST_CASE(elements_that_are_killed_or_lost_are_handed_out_again) {
  for (const char* mode : {"half\n", "lose\n", "half\nlose\nhalf\n"}) {
    Cluster cluster(mode);
    cluster.settings("cells_per_task = 3\ntries = 5\n");
    const Ran ran = cluster.slurm();
    BOOST_TEST_CONTEXT(mode << ran.err << read_file(cluster.folder() / "bin/errors")) {
      BOOST_TEST(ran.code == 0);
      BOOST_TEST(cluster.arrays() > 1u);
      BOOST_TEST(has(ran.err, "is gone"));
      check_same_as_local(cluster);
    }
  }
}

BOOST_AUTO_TEST_CASE(cells_that_are_lost_too_often_say_so) {
  Cluster cluster("lose\nlose\n");
  cluster.settings("tries = 2\n");
  const Ran ran = cluster.slurm();
  BOOST_TEST(ran.code == 1, ran.err);
  const Table cells(cluster.folder() / "out/cells.csv");
  BOOST_TEST(cells.where("status", "error").size() == 8u);
  BOOST_TEST(has(cells.at(0, "status_detail"), "Slurm lost it 2 times; see "));
  BOOST_TEST(cluster.slurm("-o out --retry").code == 0);
  check_same_as_local(cluster);
}

BOOST_AUTO_TEST_CASE(what_slurm_could_not_launch_is_cancelled_and_handed_out_again) {
  Cluster cluster("lose\n");
  cluster.settings("");
  cluster.folder().write("bin/held", "0");
  const Ran ran = cluster.slurm();
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(read_file(cluster.folder() / "bin/cancelled") == "1_0\n");
  check_same_as_local(cluster);
}

// The run is killed; what it submitted goes on, and the same command follows it.
BOOST_AUTO_TEST_CASE(a_run_that_is_killed_follows_its_arrays_when_it_is_started_again) {
  Cluster cluster;
  cluster.agon(kAgon + "run" + kSuite +
               "--executor slurm --slurm cluster.toml -o out >/dev/null 2>&1 & "
               "while [ ! -e out/slurm/cells/0/id ]; do sleep .01; done; kill -9 $!; wait");
  const Ran again = cluster.slurm();
  BOOST_TEST(again.code == 0, again.err);
  BOOST_TEST(cluster.arrays() == 1u);
  check_same_as_local(cluster);
}

BOOST_AUTO_TEST_CASE(a_silent_controller_loses_nothing) {
  Cluster cluster;
  cluster.folder().write("bin/silent", "");
  const Ran ran = cluster.slurm();
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(cluster.arrays() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_one_error) {
  Cluster cluster;
  const auto refused = [&](const std::string& keys, int code, const std::string& reason) {
    cluster.settings(keys);
    const Ran ran = cluster.slurm("-o refused");
    BOOST_TEST_CONTEXT(keys << ran.err) {
      BOOST_TEST(ran.code == code);
      BOOST_TEST(has(ran.err, reason));
      BOOST_TEST(has(ran.err, "fix: "));
    }
  };
  refused("partition = \"none\"\n", 6, "slurm: refuses the job: sbatch: error: invalid partition");
  refused("partitoin = \"main\"\n", 2, "partition");
  refused("cells_per_task = 0\n", 2, "cells_per_task");
  refused("lines = [\"rm -rf /\"]\n", 2, "no option of sbatch");
  cluster.settings("");
  const Ran missing =
      cluster.agon(kAgon + "run" + kSuite + "--executor slurm --slurm nowhere.toml");
  BOOST_TEST(missing.code == 2, missing.err);
  std::filesystem::remove(cluster.folder() / "bin/sbatch");
  if (std::system("command -v sbatch >/dev/null") != 0) {
    const Ran none = cluster.slurm("-o none");
    BOOST_TEST(none.code == 2, none.err);
    BOOST_TEST(has(none.err, "there is no sbatch on this machine"));
  }
  const Ran batch = cluster.agon(kAgon + "batch cluster.toml");
  BOOST_TEST(batch.code == 6, batch.err);
}
