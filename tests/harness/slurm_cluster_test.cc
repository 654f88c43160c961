// SPDX-License-Identifier: MIT
//
// --executor slurm on a real Slurm of two virtual nodes of this machine, one of which dies on the way.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <iostream>

#include "tests/support/results.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";
const std::string kCluster = "bash '" + std::string(std::getenv("AGON_SLURM_CLUSTER")) + "' ";
const std::string kSuite =
    "run quick -t xor -t digits --study accuracy -s 2 -r bp -r linear -r ed ";

}  // namespace

BOOST_AUTO_TEST_CASE(a_node_dies_and_the_results_are_those_of_one_machine) {
  TemporaryFolder folder;
  if (run(folder, "PATH=$PATH:/usr/sbin; command -v slurmctld && command -v munged").code != 0) {
    std::cout << "skipped: Slurm (slurm-wlm, munge) is not installed\n";
    std::exit(77);
  }
  std::filesystem::permissions(folder.path(), std::filesystem::perms::others_exec,
                               std::filesystem::perm_options::add);
  const std::string cluster = "$PWD/cluster";
  const Ran up = run(folder, kCluster + "up " + cluster);
  BOOST_TEST_REQUIRE(up.code == 0, up.err);
  folder.write("cluster.toml", "[slurm]\ncells_per_task = 2\npoll_s = 0.2\n");
  // Every element is short, the run is not: the second node is there for a while, then killed with what
  // it runs, then back.
  const Ran ran =
      run(folder,
          "export SLURM_CONF=" + cluster + "/slurm.conf; (" + kAgon + kSuite +
              "--executor slurm --slurm cluster.toml -o out; echo $? > code) & "
              "while [ -z \"$(squeue -h -t R -w n2)\" ]; do sleep 0.1; done; "
              "kill -9 $(cat cluster/run/slurmd.n2.pid); pkill -9 -f 'agon batch.*/out/slurm' ; "
              "sleep 20; PATH=$PATH:/usr/sbin slurmd -c -f $SLURM_CONF -N n2; wait");
  run(folder, kCluster + "down " + cluster);
  BOOST_TEST(read_file(folder / "code") == "0\n", ran.err);
  const Ran local = run(folder, kAgon + kSuite + "-o local");
  BOOST_TEST(local.code == 0, local.err);
  const std::string expected = result_bytes(folder / "local/cells.csv");
  BOOST_TEST(!expected.empty());
  BOOST_TEST(result_bytes(folder / "out/cells.csv") == expected);
}
