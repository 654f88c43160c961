// SPDX-License-Identifier: MIT
//
// The recipes of harness/recipes give the run that one machine gives: GNU parallel where it is installed,
// HyperQueue beside a stand-in for its command, Kubernetes by what its YAML says a pod runs.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <iostream>

#include "tests/support/results.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = std::getenv("AGON");
const std::string kRecipes = "'" + std::string(std::getenv("AGON_RECIPES")) + "'/";

// A suite whose selectors have what a shell would take for its own.
struct Suite : TemporaryFolder {
  Suite() {
    write(
        "my suite.toml",
        "schema = 1\nname = \"parts\"\n[defaults]\nseeds = 2\n[[study]]\nname = \"accuracy\"\n"
        "[[study.grid]]\ntasks = [\"xor\", \"parity-3\"]\nrules = [\"linear\", \"bp[epochs=3]\"]\n");
    std::filesystem::create_directory(*this / "bin");
    std::filesystem::create_symlink(kAgon, *this / "bin/agon");
    BOOST_TEST(sh("agon run 'my suite.toml' " + kMore + " -o whole").code == 0);
  }
  Ran sh(const std::string& command) const {
    return run(*this, "export PATH=$PWD/bin:$PATH; " + command);
  }
  bool is_whole(const std::string& folder) const {
    const std::string expected = result_bytes(*this / "whole/cells.csv");
    return !expected.empty() && result_bytes(*this / (folder + "/cells.csv")) == expected;
  }
  const std::string kMore = "-r 'bp[lr=[0.1,0.2]]' -r linear";
};

bool there(const Suite& suite, const std::string& what, const std::string& command) {
  if (suite.sh(command).code == 0) return true;
  std::cout << "skipped: " << what << "\n";
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(recipes)

BOOST_AUTO_TEST_CASE(gnu_parallel) {
  const Suite suite;
  if (!there(suite, "GNU parallel is not installed", "parallel --version | grep -q GNU")) return;
  const std::string command =
      "bash " + kRecipes + "parallel.sh 3 out 'my suite.toml' -j 1 " + suite.kMore;
  const Ran ran = suite.sh("JOBS=2 " + command);
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(suite.is_whole("out/all"));
  // A shard that is gone runs again, the others have nothing to do.
  std::filesystem::remove_all(suite / "out/s2");
  std::filesystem::remove_all(suite / "out/all");
  const Ran again = suite.sh(command);
  BOOST_TEST(again.code == 0, again.err);
  BOOST_TEST(suite.is_whole("out/all"));
  BOOST_TEST(suite.sh("bash " + kRecipes + "parallel.sh 3 out").code == 2);
}

BOOST_AUTO_TEST_CASE(hyperqueue) {
  const Suite suite;
  std::filesystem::permissions(
      suite.write("bin/hq",
                  "#!/bin/bash\n"
                  "while [ \"$1\" != -- ]; do\n"
                  "  [ \"$1\" = --array ] && last=${2#1-}; shift\n"
                  "done; shift\n"
                  "for i in $(seq $last); do HQ_TASK_ID=$i \"$@\"; done\n"),
      std::filesystem::perms::owner_all);
  const Ran ran = suite.sh("CPUS=1 bash " + kRecipes +
                           "hyperqueue.sh 2 'the out' 'my suite.toml' " + suite.kMore);
  BOOST_TEST(ran.code == 0, ran.err);
  BOOST_TEST(suite.is_whole("the out/all"));
}

BOOST_AUTO_TEST_CASE(kubernetes) {
  const Suite suite;
  if (!there(suite, "python3-yaml is not installed", "python3 -c 'import yaml'")) return;
  const Ran read = suite.sh("python3 - " + kRecipes +
                            "kubernetes.yaml <<'END'\n"
                            "import sys, yaml\n"
                            "job = yaml.safe_load(open(sys.argv[1]))\n"
                            "spec = job['spec']\n"
                            "assert job['apiVersion'] == 'batch/v1' and job['kind'] == 'Job'\n"
                            "assert spec['completionMode'] == 'Indexed'\n"
                            "shard, = spec['template']['spec']['containers']\n"
                            "env = {e['name']: e['value'] for e in shard['env']}\n"
                            "assert env['SHARDS'] == str(spec['completions'])\n"
                            "assert env['OUT'].startswith(shard['volumeMounts'][0]['mountPath'])\n"
                            "assert shard['command'] == ['/bin/sh', '-c']\n"
                            "open('pod.sh', 'w').write(shard['args'][0])\n"
                            "END\n");
  BOOST_TEST_REQUIRE(read.code == 0, read.err);
  const Ran pods = suite.sh(
      "for i in 0 1; do JOB_COMPLETION_INDEX=$i SHARDS=2 SUITE='my suite.toml' OUT=pods "
      "sh -e pod.sh || exit 9; done; agon merge pods/s1 pods/s2 -o pods/all");
  BOOST_TEST(pods.code == 0, pods.err);
  // The suite as it stands, without what the commands above add to it.
  BOOST_TEST(suite.sh("agon run 'my suite.toml' -o plain").code == 0);
  BOOST_TEST(result_bytes(suite / "pods/all/cells.csv") == result_bytes(suite / "plain/cells.csv"));
}

BOOST_AUTO_TEST_SUITE_END()
