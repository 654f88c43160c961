// SPDX-License-Identifier: MIT
//
// The module `agon` of a Python rule: its base class, the parameters, and the host's kernels and random
// streams. README.md of this folder lists the functions.
#include <pybind11/embed.h>
#include <pybind11/stl.h>

#include <cstring>
#include <optional>
#include <stdexcept>

#include "arrays.h"
#include "now.h"
#include "parameter.h"

namespace agon::python {

thread_local Now* Now::current_ = nullptr;

Now& Now::of(const char* function) {
  if (current_ == nullptr) {
    throw std::runtime_error(std::string("agon.") + function +
                             " works while agon calls the rule, not while its file is imported");
  }
  current_->context_.stop_if_asked();
  return *current_;
}

namespace {

// A number, or the sizes of the axes.
std::vector<py::ssize_t> shape_of(const py::handle& given) {
  if (py::isinstance<py::int_>(given)) return {given.cast<py::ssize_t>()};
  return given.cast<std::vector<py::ssize_t>>();
}

agon_activation activation(const std::string& name, float gain, float shift) {
  static constexpr const char* kNames[] = {"identity", "sigmoid", "tanh", "relu", "gelu"};
  for (int32_t kind = 0; kind < 5; ++kind) {
    if (name == kNames[kind]) return {kind, gain, shift};
  }
  throw py::value_error("there is no activation '" + name +
                        "': identity, sigmoid, tanh, relu, gelu");
}

void same_shape(const char* function, const Input& a, const Input& b) {
  if (a.rows() == b.rows() && a.cols() == b.cols()) return;
  throw py::value_error(std::string(function) + ": shapes differ, " + a.shape() + " and " +
                        b.shape());
}

// What a kernel of rows writes: `out`, or new zeros.
py::object result(const py::object& out, int64_t rows, int64_t cols) {
  return out.is_none() ? py::object(zeros({rows, cols})) : out;
}

py::object gemm(const py::handle& a, const py::handle& b, const py::object& out, float scale,
                bool accumulate, const py::object& bias, const std::string& activate, float gain,
                float shift, const py::object& multiply) {
  const Context& ctx = Now::of("gemm").context();
  const Input left(a, "gemm: a", true), right(b, "gemm: b", !left.transposed());
  if (left.cols() != right.rows())
    throw py::value_error("gemm: the inner sizes differ, " + left.shape() + " times " +
                          right.shape());
  py::object to = result(out, left.rows(), right.cols());
  Output c(to, "gemm: out");
  if (c.view().rows != left.rows() || c.view().cols != right.cols()) {
    throw py::value_error("gemm: out is " + shape_text(py::array(to)) + ", " +
                          std::to_string(left.rows()) + " x " + std::to_string(right.cols()) +
                          " is needed");
  }
  Epilogue e{
      .scale = scale, .accumulate = accumulate, .activation = activation(activate, gain, shift)};
  std::optional<Input> added, factor;
  if (!bias.is_none()) {
    added.emplace(bias, "gemm: bias");
    if (added->rows() != 1 || added->cols() != right.cols())
      throw py::value_error("gemm: bias is " + added->shape() + ", " +
                            std::to_string(right.cols()) + " numbers are needed");
    e.bias = added->view().data;
  }
  if (!multiply.is_none()) e.multiply = factor.emplace(multiply, "gemm: multiply").view();
  if (left.transposed()) {
    ctx.gemm_tn(left.view(), right.view(), c.view(), e);
  } else if (right.transposed()) {
    ctx.gemm_nt(left.view(), right.view(), c.view(), e);
  } else {
    ctx.gemm_nn(left.view(), right.view(), c.view(), e);
  }
  return to;
}

void add_products(py::module_& m) {
  using namespace py::literals;
  m.def("gemm", &gemm, "a"_a, "b"_a, py::kw_only(), "out"_a = py::none(), "scale"_a = 1.0f,
        "accumulate"_a = false, "bias"_a = py::none(), "activation"_a = "identity", "gain"_a = 1.0f,
        "shift"_a = 0.0f, "multiply"_a = py::none());
  m.def(
      "rank_k",
      [](const py::handle& a, const py::handle& b, const py::object& out, float scale) {
        const Context& ctx = Now::of("rank_k").context();
        const Input left(a, "rank_k: a"), right(b, "rank_k: b");
        Output c(out, "rank_k: out");
        if (left.rows() != right.rows() || c.view().rows != left.cols() ||
            c.view().cols != right.cols()) {
          throw py::value_error("rank_k: out " + shape_text(py::array(out)) + " += a^T b of " +
                                left.shape() + " and " + right.shape() + " does not fit");
        }
        ctx.rank_k(left.view(), right.view(), scale, c.view());
      },
      "a"_a, "b"_a, "out"_a, "scale"_a = 1.0f);
}

void add_elementwise(py::module_& m) {
  using namespace py::literals;
  m.def(
      "activate",
      [](const std::string& name, const py::handle& a, const py::object& out, float gain,
         float shift) {
        const Context& ctx = Now::of("activate").context();
        const Input in(a, "activate: a");
        py::object to = result(out, in.rows(), in.cols());
        ctx.activate(activation(name, gain, shift), in.view(), Output(to, "activate: out").view());
        return to;
      },
      "name"_a, "a"_a, "out"_a = py::none(), "gain"_a = 1.0f, "shift"_a = 0.0f);
  m.def(
      "derivative",
      [](const std::string& name, const py::handle& a, const py::handle& h, const py::object& out,
         float gain, float shift) {
        const Context& ctx = Now::of("derivative").context();
        const Input in(a, "derivative: a"), value(h, "derivative: h");
        same_shape("derivative", in, value);
        py::object to = result(out, in.rows(), in.cols());
        ctx.derivative(activation(name, gain, shift), in.view(), value.view(),
                       Output(to, "derivative: out").view());
        return to;
      },
      "name"_a, "a"_a, "h"_a, "out"_a = py::none(), "gain"_a = 1.0f, "shift"_a = 0.0f);
  m.def(
      "softmax",
      [](const py::handle& logits) {
        const Context& ctx = Now::of("softmax").context();
        const Input in(logits, "softmax: logits");
        py::array out = zeros({in.rows(), in.cols()});
        ctx.softmax(in.view(), rows_of_zeros(out));
        return out;
      },
      "logits"_a);
  m.def(
      "softmax_cross_entropy",
      [](const py::handle& logits, const py::handle& target) {
        const Context& ctx = Now::of("softmax_cross_entropy").context();
        const Input in(logits, "softmax_cross_entropy: logits"),
            wanted(target, "softmax_cross_entropy: target");
        same_shape("softmax_cross_entropy", in, wanted);
        py::array delta = zeros({in.rows(), in.cols()});
        const double loss =
            ctx.softmax_cross_entropy(in.view(), wanted.view(), rows_of_zeros(delta));
        return py::make_tuple(loss, delta);
      },
      "logits"_a, "target"_a);
  m.def(
      "column_sums",
      [](const py::handle& x, float scale) {
        const Context& ctx = Now::of("column_sums").context();
        const Input in(x, "column_sums: x");
        py::array out = zeros({in.cols()});
        ctx.column_sums(in.view(), scale, false, static_cast<float*>(out.mutable_data()));
        return out;
      },
      "x"_a, "scale"_a = 1.0f);
  m.def(
      "adam",
      [](const py::handle& gradient, const py::object& first, const py::object& second,
         const py::object& weights, float lr, int64_t step, float beta1, float beta2, float eps,
         float decay) {
        const Context& ctx = Now::of("adam").context();
        const agon_adam adam{sizeof(agon_adam), 0, lr, beta1, beta2, eps, decay, step};
        const Input g(gradient, "adam: gradient");
        Output a(first, "adam: m"), b(second, "adam: v"), w(weights, "adam: weights");
        ctx.adam(adam, g.view(), a.view(), b.view(), w.view());
      },
      "gradient"_a, "m"_a, "v"_a, "weights"_a, "lr"_a, "step"_a, "beta1"_a = 0.9f,
      "beta2"_a = 0.999f, "eps"_a = 1e-8f, "decay"_a = 0.0f);
}

void add_random(py::module_& m) {
  using namespace py::literals;
  m.def(
      "zeros", [](const py::handle& shape) { return zeros(shape_of(shape)); }, "shape"_a);
  m.def(
      "normal",
      [](uint64_t stream, const py::handle& shape, float scale) {
        const Now& now = Now::of("normal");
        py::array out = zeros(shape_of(shape));
        now.context().random_normal(now.seed(), stream, scale, rows_of_zeros(out));
        return out;
      },
      "stream"_a, "shape"_a, "scale"_a = 1.0f);
  m.def(
      "uniform",
      [](uint64_t stream, const py::handle& shape, float low, float high) {
        const Now& now = Now::of("uniform");
        py::array out = zeros(shape_of(shape));
        now.context().random_uniform(now.seed(), stream, low, high, rows_of_zeros(out));
        return out;
      },
      "stream"_a, "shape"_a, "low"_a = 0.0f, "high"_a = 1.0f);
  m.def(
      "integers",
      [](uint64_t stream, int32_t low, int32_t high, int64_t n) {
        const Now& now = Now::of("integers");
        const std::vector<int32_t> drawn =
            now.context().random_integers(now.seed(), stream, low, high, n);
        return py::array_t<int32_t>(static_cast<py::ssize_t>(drawn.size()), drawn.data());
      },
      "stream"_a, "low"_a, "high"_a, "n"_a);
  m.def(
      "permutation",
      [](uint64_t stream, int64_t n) {
        const Now& now = Now::of("permutation");
        const std::vector<int32_t> order = now.context().random_permutation(now.seed(), stream, n);
        return py::array_t<int32_t>(static_cast<py::ssize_t>(order.size()), order.data());
      },
      "stream"_a, "n"_a);
}

void add_services(py::module_& m) {
  using namespace py::literals;
  m.def(
      "log", [](const std::string& text) { Now::of("log").context().log(AGON_LOG_INFO, text); },
      "text"_a);
  m.def(
      "warn",
      [](const std::string& text) { Now::of("warn").context().log(AGON_LOG_WARNING, text); },
      "text"_a);
  m.def("stop_if_asked", [] { Now::of("stop_if_asked"); });
  m.def(
      "count_macs", [](int64_t n) { Now::of("count_macs").context().count_macs(n); }, "n"_a);
  for (const auto& [name, bits] : std::initializer_list<std::pair<const char*, uint64_t>>{
           {"CLASSIFY", AGON_CAN_CLASSIFY},
           {"REGRESS", AGON_CAN_REGRESS},
           {"DYNAMICS", AGON_CAN_DYNAMICS},
           {"NEEDS_NONNEGATIVE_INPUT", AGON_NEEDS_NONNEGATIVE_INPUT},
           {"LOCAL_UPDATES", AGON_LOCAL_UPDATES},
           {"WEIGHT_TRANSPORT", AGON_WEIGHT_TRANSPORT},
           {"ONLINE", AGON_ONLINE},
           {"SPIKING", AGON_SPIKING},
           {"CLOSED_FORM", AGON_CLOSED_FORM},
           {"DALE", AGON_DALE},
           {"FIXED_WEIGHTS", AGON_FIXED_WEIGHTS},
           {"CONTROL", AGON_CONTROL}})
    m.attr(name) = bits;
}

constexpr const char* kBase = R"(
class Rule:
    "What every rule of a file derives from; its attributes are its manifest."
    id = name = summary = reference = ""
    capabilities = 0
    phases = 1
    memory_per_parameter = 0.0
    params = {}
    metrics = {}
    equations = {}
    limits = []

class Invalid(ValueError):
    "A parameter or input that the rule cannot take."
class Unsupported(Exception):
    "A task or option that the rule does not do: raised by the constructor, the cell is skipped."
class Diverged(Exception):
    "The rule saw its state leave the finite numbers."
class HostError(RuntimeError):
    "A kernel refused, or agon asks the rule to stop."
    def __init__(self, text, status):
        super().__init__(text)
        self.status = status
)";

}  // namespace
}  // namespace agon::python

PYBIND11_EMBEDDED_MODULE(agon, m) {
  using namespace agon::python;
  py::exec(kBase, m.attr("__dict__"));
  py::register_exception_translator([](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
    } catch (const agon::RuleError& e) {
      const py::object type = py::module_::import("agon").attr("HostError");
      PyErr_SetObject(type.ptr(), type(e.what(), e.status()).ptr());
    }
  });
  add_parameters(m);
  add_products(m);
  add_elementwise(m);
  add_random(m);
  add_services(m);
}
