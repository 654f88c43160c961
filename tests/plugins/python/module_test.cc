// SPDX-License-Identifier: MIT
//
// The module agon: what the kernels give a Python rule is what they give a C++ one, without copies where the
// layout allows it. The checks are Python's own assertions, in the constructor of a rule.
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "harness/plugins/instance.h"
#include "harness/plugins/loader.h"
#include "tests/support/shell.h"

namespace agon::test {
namespace {

// Makes a model whose constructor runs these lines; a failing assertion is the error's text.
void holds(const std::string& lines) {
  static int number = 0;
  const TemporaryFolder folder;
  std::string body;
  for (size_t at = 0; at < lines.size();) {
    const size_t end = std::min(lines.find('\n', at), lines.size());
    body += "        " + lines.substr(at, end - at) + "\n";
    at = end + 1;
  }
  const auto file = folder.write(
      "checks" + std::to_string(++number) + ".py",
      "import agon\nimport numpy as np\nclass Checks(agon.Rule):\n"
      "    id, capabilities = 'checks', agon.CLASSIFY\n    def __init__(self, task, p):\n" +
          body + "    def fit(self, x, target): pass\n    def predict(self, x): return x\n");
  const agon_rule& rule = *harness::open_plugin(file).rules[0];
  const int64_t shape[] = {3};
  agon_task task{};
  task.struct_size = sizeof task;
  task.inputs = task.outputs = 3;
  task.seed = 5;
  task.max_batch = 4;
  task.shape = shape;
  task.shape_rank = 1;
  harness::Call call;
  try {
    const harness::Instance model(rule, call, task, {});
  } catch (const harness::RuleFailure& e) {
    BOOST_ERROR(lines << ": " << e.what() << "\n" << call.log_tail());
  }
}

BOOST_AUTO_TEST_SUITE(python_module)

BOOST_AUTO_TEST_CASE(products_agree_with_numpy_whatever_the_layout) {
  holds(R"(a, b = np.random.rand(5, 7).astype('f4'), np.random.rand(7, 3).astype('f4')
for left in a, np.asfortranarray(a), np.repeat(a, 2, 1)[:, ::2]:
    for right in b, np.asfortranarray(b):
        assert np.allclose(agon.gemm(left, right), a @ b, atol=1e-6)
w = agon.normal(0, (3, 7))
assert np.allclose(agon.gemm(a, w.T), a @ w.T, atol=1e-5)
assert np.allclose(agon.gemm(w.T, np.ascontiguousarray(b.T)), w.T @ b.T, atol=1e-5)
c = agon.gemm(a, b, bias=np.ones(3), activation='relu', gain=2, scale=-1, multiply=np.full((5, 3), 2))
assert np.allclose(c, 2 * np.maximum(2 * (1 - a @ b), 0), atol=1e-5)
out = np.zeros((5, 9), 'f4')
agon.gemm(a, b, out=out[:, 3:6])
assert np.allclose(out[:, 3:6], a @ b, atol=1e-6) and out[:, 6:].max() == 0 == out[:, :3].max()
g = agon.zeros((7, 3))
agon.rank_k(a, c, g, 0.5)
assert np.allclose(g, 0.5 * a.T @ c, atol=1e-5))");
}

BOOST_AUTO_TEST_CASE(the_rest_of_the_kernels) {
  holds(R"(x = np.random.randn(4, 6).astype('f4')
p = np.exp(x) / np.exp(x).sum(1, keepdims=True)
assert np.allclose(agon.softmax(x), p, atol=1e-6)
t = np.eye(6, dtype='f4')[:4]
loss, delta = agon.softmax_cross_entropy(x, t)
assert np.allclose(delta, p - t, atol=1e-6) and abs(loss + (t * np.log(p)).sum() / 4) < 1e-5
h = agon.activate('tanh', x)
assert np.allclose(h, np.tanh(x), atol=1e-6) and np.allclose(agon.derivative('tanh', x, h), 1 - h**2, atol=1e-6)
assert np.allclose(agon.column_sums(x, 2), 2 * x.sum(0), atol=1e-5)
w, m, v = agon.zeros((4, 6)), agon.zeros((4, 6)), agon.zeros((4, 6))
agon.adam(x, m, v, w, lr=0.1, step=1)
assert np.allclose(w, -0.1 * np.sign(x), atol=1e-3))");
}

BOOST_AUTO_TEST_CASE(draws_follow_seed_and_stream_whatever_the_shape) {
  holds(R"(a = agon.normal(3, (4, 20))
assert (a == agon.normal(3, (4, 20))).all() and (a != agon.normal(4, (4, 20))).any()
assert (agon.normal(3, 80) == a.reshape(-1)).all() and agon.normal(3, (2, 2, 20)).shape == (2, 2, 20)
assert a.ctypes.data % 64 == 0 and a.strides[0] % 64 == 0
u = agon.uniform(1, (50, 3), -2, 5)
assert u.min() >= -2 and u.max() < 5 and u.dtype == np.float32
assert sorted(agon.permutation(2, 9)) == list(range(9)) and agon.integers(2, 0, 3, 50).max() == 2)");
}

BOOST_AUTO_TEST_CASE(errors_name_the_function_and_the_shapes) {
  holds(R"(def says(text, f, *a, **k):
    try: f(*a, **k)
    except (ValueError, TypeError) as e: assert text in str(e), str(e)
    else: assert False, text
says('gemm: the inner sizes differ, 2 x 3 times 2 x 3', agon.gemm, np.ones((2, 3)), np.ones((2, 3)))
says('out is 2 x 2, 2 x 4 is needed', agon.gemm, np.ones((2, 3)), np.ones((3, 4)), out=agon.zeros((2, 2)))
says('no array of float32', agon.gemm, np.ones((2, 3)), np.ones((3, 4)), out=np.zeros((2, 4)))
says('no array of numbers', agon.gemm, 'a', np.ones((3, 4)))
says('there is no activation', agon.activate, 'sinus', np.ones((3, 4)))
says('rows x columns', agon.softmax, np.ones((2, 3, 4))))");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::test
