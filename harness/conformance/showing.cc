// SPDX-License-Identifier: MIT
//
// Level 2: what a rule shows of a model: tensors, metrics, pictures, inputs that it makes itself.
#include <array>
#include <cmath>
#include <string>

#include "harness/conformance/levels.h"
#include "harness/conformance/trial.h"
#include "harness/train/guarded_output.h"

namespace agon::conformance {
namespace {

using harness::RuleFailure;

void refuses(const std::function<void()>& work, const std::string& what) {
  try {
    work();
  } catch (const RuleFailure&) {
    return;
  }
  throw Fault{fmt::format("it accepts {}", what)};
}

// Learnt tensors change, fixed ones stay, n_params counts the learnt.
void tensors(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial m(s, {.kind = kind});
    m.prepare();
    const auto before = m.tensors();
    if (before.empty()) throw NotApplicable{"it shows no tensors"};
    m.epochs(2);
    int64_t learnt = 0;
    for (const auto& [tensor, values] : m.tensors()) {
      require(before.contains(tensor), "tensor '{}' was not there before the first fit", tensor);
      const bool changed = !same_bits(values, before.at(tensor));
      if (m.learns(tensor)) {
        require(changed, "tensor '{}' is called learnt and learning did not change it", tensor);
        learnt += static_cast<int64_t>(values.size());
      } else if (m.role(tensor) != AGON_TENSOR_SHOWN) {
        require(!changed, "tensor '{}' changed and is not called learnt", tensor);
      }
    }
    require(learnt > 0, "it shows tensors and none of them is learnt");
    require(m->n_params() == learnt, "n_params is {}, its learnt tensors have {} elements",
            m->n_params(), learnt);
  });
}

// set() takes what is settable, before the first fit, of the right shape, by name.
void settable(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial m(s, {.kind = kind});
    m.prepare();
    const std::vector<agon_tensor> all = m->tensors();
    if (all.empty()) throw NotApplicable{"it shows no tensors"};
    std::string last;
    for (const agon_tensor& t : all) {
      const bool takes = t.writable == AGON_TENSOR_LEARNT || t.writable == AGON_TENSOR_FIXED ||
                         t.writable == AGON_TENSOR_SETTING;
      last = t.name;
      PageMatrix same(t.view.rows, t.view.cols);
      for (int64_t r = 0; r < t.view.rows; ++r) {
        for (int64_t c = 0; c < t.view.cols; ++c)
          same.at(r, c) =
              t.writable == AGON_TENSOR_LEARNT ? 0.25f : t.view.data[r * t.view.stride + c];
      }
      const Bits wanted = bits_of(same.view());
      if (takes) {
        m->set_tensor(last, same.view());
        const agon_mat now = m->tensor(last).view;
        require(same_bits(bits_of({now.data, now.rows, now.cols, now.stride}), wanted),
                "tensor '{}' is not what it was set to", last);
      }
      const PageMatrix wrong(t.view.rows + 1, t.view.cols);
      refuses([&] { m->set_tensor(last, wrong.view()); },
              fmt::format("a matrix of another shape for tensor '{}'", last));
    }
    const PageMatrix some(1, 1);
    refuses([&] { m->set_tensor("no such tensor", some.view()); },
            "a tensor that it does not have");
    m.fit(0);
    const agon_tensor after = m->tensor(last);
    require(after.writable == AGON_TENSOR_SHOWN, "tensor '{}' can still be set after the first fit",
            last);
    const PageMatrix values(after.view.rows, after.view.cols);
    refuses([&] { m->set_tensor(last, values.view()); }, "a tensor after the first fit");
  });
}

void metrics(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial m(s, {.kind = kind});
    if (m->metric_schema().empty()) throw NotApplicable{"it has no metrics"};
    m.prepare();
    m->metrics();
    m.epochs(2);
    const auto once = m->metrics();  // infinity may be meant: never
    require(same_numbers(once, m->metrics()), "its metrics are others when they are read again");
  });
}

void pictures(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    Trial m(s, {.kind = kind});
    if (m->picture_count() == 0) throw NotApplicable{"it draws no pictures"};
    m.prepare();
    m.epochs(2);
    m.answers();
    const auto before = m.kept();
    for (size_t i = 0; i < m->picture_count(); ++i) {
      const auto picture = m->picture(i);
      if (!picture) continue;
      require(finite(bits_of(picture->values)), "picture '{}' holds what is no number",
              picture->about->key);
    }
    require(before == m.kept(), "drawing changes what is learnt");
  });
}

void generates(const Subject& s) {
  for_each_kind(s, [&](Kind kind) {
    if (!has_rows(kind)) throw NotApplicable{"inputs are made of rows only"};
    Trial m(s, {.kind = kind});
    if (!m->has_generate()) throw NotApplicable{"it makes no inputs"};
    m.prepare();
    m.epochs(1);
    const Portion& p = m.portion(0);
    harness::GuardedOutput out(p.numbers.size(), 64);
    const core::View v = out.clean(p.numbers.size());
    try {
      m->generate(p.target.view(), {v.data, static_cast<int64_t>(v.rows),
                                    static_cast<int64_t>(v.cols), static_cast<int64_t>(v.stride)});
    } catch (const RuleFailure& failure) {
      if (failure.status() == AGON_UNSUPPORTED) throw NotApplicable{failure.what()};
      throw;
    }
    require(out.check("generate") == 0, "the inputs it makes are not finite");
  });
}

constexpr auto kChecks = std::to_array<Check>({
    {"tensors", 2, "Learnt tensors change and all others stay; n_params counts the learnt",
     "give each Tensor the role it has", tensors},
    {"settable", 2, "Tensors are set by name before the first fit, with their shape, and not after",
     "offer them through tensors() and leave setting to the SDK", settable},
    {"metrics", 2, "Its metrics can be read before and after learning, twice the same",
     "report NaN for what is not known yet; let read_metrics() measure and not learn", metrics},
    {"pictures", 2, "Its pictures are of numbers, and drawing them changes nothing",
     "draw what is known, leave out the rest", pictures},
    {"generates", 2, "The inputs that it makes are written fully and finite",
     "write every element of out", generates},
});

}  // namespace

std::span<const Check> showing_checks() { return kChecks; }

}  // namespace agon::conformance
