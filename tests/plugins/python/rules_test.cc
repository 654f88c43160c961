// SPDX-License-Identifier: MIT
//
// Rules in Python as a user runs them: one that learns, and one clear row or error for each way to be wrong.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>

#include "tests/support/shell.h"

using namespace agon::test;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";

// A delta rule with `fit` and `predict` to be replaced; body: what stands before the class.
std::string rule(const std::string& fit, const std::string& predict = "return agon.gemm(x, self.w)",
                 const std::string& before = "") {
  return "import agon\n" + before +
         "class Delta(agon.Rule):\n"
         "    id, capabilities = 'py-delta', agon.CLASSIFY\n"
         "    params = {'lr': agon.real(0.1, 1e-4, 10, log=True), 'batch': 32, 'epochs': 3}\n"
         "    metrics = {'weight': ('', 'largest weight')}\n"
         "    def __init__(self, task, p):\n"
         "        self.lr, self.w = p.lr, agon.normal(0, (task.inputs, task.outputs), 0.01)\n"
         "    def fit(self, x, target):\n        " +
         fit +
         "\n"
         "    def predict(self, x):\n        " +
         predict +
         "\n"
         "    def tensors(self):\n        return {'w': self.w}\n"
         "    def read_metrics(self):\n        return {'weight': abs(self.w).max()}\n";
}

const std::string kLearns =
    "loss, e = agon.softmax_cross_entropy(self.predict(x), target)\n"
    "        agon.rank_k(x, e, self.w, -self.lr / len(x))\n"
    "        return loss";

const std::string kRun =
    kAgon + "run quick --plugin my_rule.py -r py-delta -t digits --study accuracy -s 1 ";

// Runs the rule and returns its one cell.
Table cell_of(const TemporaryFolder& folder, const std::string& text, const std::string& options,
              int code) {
  folder.write("my_rule.py", text);
  const Ran ran = run(folder, kRun + options + " -o out");
  BOOST_TEST_REQUIRE(ran.code == code, ran.err);
  return Table(folder / "out/cells.csv");
}

void failing(const std::string& text, const std::string& status, const std::string& says,
             const std::string& log = "", const std::string& options = "", int code = 1) {
  const TemporaryFolder folder;
  const Table cells = cell_of(folder, text, options, code);
  BOOST_TEST_REQUIRE(cells.size() == 1u);
  BOOST_TEST(cells.at(0, "status") == status);
  BOOST_TEST(cells.at(0, "status_detail").find(says) != std::string::npos,
             cells.at(0, "status_detail"));
  BOOST_TEST(cells.at(0, "log_tail").find(log) != std::string::npos, cells.at(0, "log_tail"));
}

void refused(const std::string& text, const std::string& says) {
  const TemporaryFolder folder;
  folder.write("my_rule.py", text);
  const Ran ran = run(folder, kRun + "-o out");
  BOOST_TEST(ran.code == 4, ran.err);
  BOOST_TEST(ran.err.find("my_rule.py") != std::string::npos, ran.err);
  BOOST_TEST(ran.err.find(says) != std::string::npos, ran.err);
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_learns_under_its_own_name_with_metrics_and_weights) {
  const TemporaryFolder folder;
  const Table cells = cell_of(folder, rule(kLearns), "", 0);
  BOOST_TEST_REQUIRE(cells.size() == 1u);
  BOOST_TEST(cells.at(0, "rule") == "py-delta");
  BOOST_TEST(std::stod(cells.at(0, "score_test")) > 0.85);
  BOOST_TEST(cells.at(0, "n_params") == "640");
  BOOST_TEST(std::stod(cells.at(0, "m_weight")) > 0);
  const Ran again = run(folder, kRun + "-o again --jobs 2");
  BOOST_TEST_REQUIRE(again.code == 0, again.err);
  BOOST_TEST(Table(folder / "again/cells.csv").at(0, "score_val") == cells.at(0, "score_val"));

  // Another source is another build: its cells are stale.
  folder.write("my_rule.py", rule(kLearns) + "# changed\n");
  const Ran stale = run(folder, kRun + "-o out --dry-run");
  BOOST_TEST(stale.out.find("the plugin changed") != std::string::npos, stale.out);
  const Ran sweep = run(folder, kAgon +
                                    "run quick --plugin my_rule.py -r 'py-delta[lr=[0.01,0.1]]' -t "
                                    "digits --study accuracy -s 1 -o sweep");
  BOOST_TEST_REQUIRE(sweep.code == 0, sweep.err);
  BOOST_TEST(Table(folder / "sweep/cells.csv").size() == 2u);
  const Ran info = run(folder, kAgon + "info py-delta --plugin my_rule.py");
  BOOST_TEST(info.out.find("NumPy") != std::string::npos, info.out);
}

BOOST_AUTO_TEST_CASE(what_it_raises_is_a_row_with_its_line_and_the_traceback) {
  failing(rule("return {}['key']"), "error", "line 9 in fit: KeyError: 'key'",
          "Traceback (most recent call last)");
  failing(rule(kLearns, "return agon.gemm(x, self.w.T)"), "error", "the inner sizes differ");
  failing(rule("raise agon.Diverged('too large')"), "diverged", "too large", "", "", 0);
}

BOOST_AUTO_TEST_CASE(answers_of_a_wrong_shape_are_told) {
  failing(rule("return 0.0", "return x"), "error", "predict returned ");
  failing(rule("return 'low'"), "error", "fit returned ");
}

BOOST_AUTO_TEST_CASE(one_that_never_returns_is_out_of_time) {
  failing(rule("while True: pass"), "timeout", "no end after 1 s", "", "--timeout 1");
}

BOOST_AUTO_TEST_CASE(endless_output_is_cut) {
  failing(rule("while True: print('all work and no play')"), "timeout", "no end after 1 s",
          "all work and no play", "--timeout 1");
}

BOOST_AUTO_TEST_CASE(a_fork_costs_its_own_cell_only_and_is_told) {
  const TemporaryFolder folder;
  folder.write("my_rule.py",
               rule("if not hasattr(self, 'child'): self.child = os.fork()\n        if self.child "
                    "== 0: time.sleep(60)\n        " +
                        kLearns,
                    "return agon.gemm(x, self.w)", "import os, time\n"));
  const Ran ran = run(folder, kRun + "-r bp --timeout 30 -o out");
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST_REQUIRE(cells.size() == 2u, ran.err);
  const size_t own = cells.where("rule", "py-delta").front();
  BOOST_TEST(cells.at(own, "warnings").find("left behind: child process") != std::string::npos,
             cells.at(own, "warnings"));
  BOOST_TEST(cells.at(cells.where("rule", "bp").front(), "status") == "ok");
}

BOOST_AUTO_TEST_CASE(a_rule_is_named_by_its_file) {
  const TemporaryFolder folder;
  std::string other = rule(kLearns).substr(std::string("import agon\n").size());
  other.replace(other.find("Delta"), 5, "Other").replace(other.find("py-delta"), 8, "py-other");
  folder.write("my_rule.py", rule(kLearns) + other);
  const std::string run_it = kAgon + "run quick -t digits --study accuracy -s 1 -o out -r ";
  const Ran several = run(folder, run_it + "'python[file=my_rule.py]'");
  BOOST_TEST(several.code == 2);
  BOOST_TEST(several.err.find("the file has several rules") != std::string::npos, several.err);
  const Ran ran = run(folder, run_it + "'python[file=my_rule.py,rule=py-other,lr=0.2]'");
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST_REQUIRE(cells.size() == 1u);
  BOOST_TEST(cells.at(0, "rule") == "py-other");
  BOOST_TEST(cells.at(0, "lr") == "0.2");
  const Ran none = run(folder, run_it + "'python[lr=0.2]'");
  BOOST_TEST(none.code == 2);
  BOOST_TEST(none.err.find("python[file=my_rule.py]") != std::string::npos, none.err);
  BOOST_TEST(run(folder, run_it + "'python[file=lost.py]'").code == 4);
}

BOOST_AUTO_TEST_CASE(a_rule_has_a_card) {
  const TemporaryFolder folder;
  std::string text = rule(kLearns);
  text.insert(
      text.find("    metrics"),
      "    name, summary, reference = 'Delta', 'a delta rule', 'nobody'\n"
      "    equations = {'error': r'e = \\frac{1}{2} x', 'step': 'w_i'}\n    limits = ['It is a test.']\n");
  text.insert(text.find("class"), "__version__, __license__ = '1.0.0', 'MIT'\n");
  folder.write("my_rule.py", text);
  const Ran page = run(folder, kAgon + "info py-delta --plugin my_rule.py --html");
  for (const char* part : {"<mfrac>", "It is a test.", "<small>error</small>"})
    BOOST_TEST(page.out.find(part) != std::string::npos, part << page.err);
  const Ran checked = run(
      folder, "XDG_CACHE_HOME=\"$PWD\" " + kAgon + "check my_rule.py --only 'card|allocations'");
  BOOST_TEST(checked.code == 0, checked.out);
  text.replace(text.find("'w_i'"), 5, "'w_'");
  folder.write("my_rule.py", text);
  const Ran broken =
      run(folder, "XDG_CACHE_HOME=\"$PWD\" " + kAgon + "check my_rule.py --only card");
  BOOST_TEST(broken.code == 1);
  BOOST_TEST(
      broken.out.find("equation 2 'w_', column 3: nothing stands behind _") != std::string::npos,
      broken.out);
}

BOOST_AUTO_TEST_CASE(torch_learns_where_it_is_installed) {
  const TemporaryFolder folder;
  if (run(folder, std::string(std::getenv("AGON_PYTHON")) + " -c 'import torch'").code != 0) return;
  const Ran ran =
      run(folder, kAgon + "run quick --study accuracy -t digits -s 1 -o out -r 'python[file=" +
                      std::string(std::getenv("AGON_TORCH_PY")) + "]'");
  BOOST_TEST(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST_REQUIRE(cells.size() == 1u);
  BOOST_TEST(std::stod(cells.at(0, "score_test")) > 0.95);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_rule_is_refused_with_its_line) {
  refused("import agon\nimport not_there\n",
          "line 2: ModuleNotFoundError: No module named 'not_there'");
  refused("import agon\nclass A(agon.Rule)\n", "line 2: SyntaxError");
  refused("import agon\n", "no class in it derives from agon.Rule");
  refused("import agon\nclass A(agon.Rule):\n    id, capabilities = 'py-a', agon.CLASSIFY\n",
          "A has no fit(self, x, target)");
  refused(rule(kLearns, "return x", "agon.normal(0, 3)\n"),
          "agon.normal works while agon calls the rule");
  std::string text = rule(kLearns);
  text.replace(text.find("agon.real("), 4, "dict");
  refused(text, "dict");
}
