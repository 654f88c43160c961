// SPDX-License-Identifier: MIT
//
// A rule of any kind on a small problem that it can learn, driven through the ABI as the host does
// it: minibatches in a fixed order, guarded outputs. Threads: one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/conformance/check.h"
#include "harness/conformance/pages.h"
#include "harness/plugins/instance.h"

namespace agon::conformance {

using Bits = std::vector<float>;
bool same_bits(const Bits& a, const Bits& b);
bool same_numbers(const std::vector<double>& a, const std::vector<double>& b);  // NaN is NaN
bool finite(const Bits& values);
Bits bits_of(agon_cmat m);

enum class Kind { classify, regress, series, dynamics };
const char* name(Kind kind) noexcept;
// What the rule declares that it can run.
std::vector<Kind> kinds_of(const agon_rule& rule);
bool has_rows(Kind kind) noexcept;  // of flat rows

enum class Inputs { usual, constant, not_a_number, huge };

// Three noisy prototypes with values in [0, 1]: one-hot targets to classify, to regress two smooth
// functions of the inputs with values in [0, 1]; as series three levels that sway over 4 to 12 frames;
// as trajectory a circle in the plane.
struct Problem {
  Kind kind = Kind::classify;
  int64_t rows = 50;  // the last minibatch is a short one; of a trajectory: all steps
  int64_t batch = 16;
  uint64_t seed = 1;
  Inputs inputs = Inputs::usual;
  bool one_class = false;  // all rows are of class 0
  bool read_only = false;  // what a rule is given ends its process when it is written to
  int64_t columns = 64;    // inputs of flat rows
  int64_t keep_bytes = 0;  // what the rule may keep of rows between epochs
  double limit_s = 0;      // asks the rule to stop after so long; 0: never
};

// Some rows as they are given to a rule.
struct Portion {
  std::vector<int64_t> numbers;     // of the problem's rows, in the order here
  PageMatrix x, target;             // of a trajectory: drive, teacher
  Pages<int32_t> labels, lengths;   // where there are some
  int64_t steps = 0, channels = 0;  // of series

  int64_t rows() const noexcept { return static_cast<int64_t>(numbers.size()); }
  agon_batch batch() const;
  agon_series series(bool answers) const;
};

class Trial {
 public:
  // With usual_values(). Throws RuleFailure as Instance does.
  Trial(const Subject& subject, const Problem& problem);
  Trial(const Subject& subject, const Problem& problem, const std::vector<agon_value>& values);

  harness::Instance* operator->() { return &*instance_; }
  harness::Call& call() { return call_; }
  const Problem& problem() const { return problem_; }
  int64_t outputs() const noexcept;

  size_t portions() const { return portions_.size(); }
  const Portion& portion(size_t i) const { return portions_[i]; }
  // The problem's rows of these numbers, in an order that suits the kind.
  Portion portion_of(std::vector<int64_t> numbers) const;

  void prepare();
  double fit(const Portion& portion);
  double fit(size_t i) { return fit(portions_[i]); }
  double loss(const Portion& portion);
  double loss();  // mean over all rows
  // All portions, then end_epoch. Returns the mean loss that fit reported.
  double epoch(int64_t number);
  void epochs(int64_t count);  // numbered on from the last one

  // What predict or rollout writes, row by row of the problem. Throws BadOutput when some of it is
  // unwritten or something around it is not as it was.
  Bits answers();
  Bits answers(const Portion& portion);  // in the order of its rows
  Bits right_answers() const;            // the targets

  // Every tensor by name. Roles are those before the first fit.
  std::map<std::string, Bits> tensors();
  uint32_t role(const std::string& tensor) const { return roles_.at(tensor); }
  bool learns(const std::string& tensor) const;
  // Of those that are not only shown: what answering must leave as it is.
  std::map<std::string, Bits> kept();
  Bits learnt();

 private:
  void fill(Portion& portion, int64_t place, int64_t number) const;
  Portion trajectory() const;

  Problem problem_;
  std::vector<int64_t> shape_;
  std::vector<float> prototypes_;
  std::vector<Portion> portions_;
  harness::Call call_;
  std::optional<harness::Instance> instance_;
  std::map<std::string, uint32_t> roles_;
  int64_t epoch_ = 0;
};

// The rule's defaults where they take problems of this kind, else its first preset that does.
// Throws Fault when there is none. The first call of a process and kind makes a model.
const std::vector<agon_value>& usual_values(const Subject& subject, Kind kind);

// `values` with a whole number (or a list of one) for `key`; nullopt when the rule has no such
// parameter or not this value.
std::optional<std::vector<agon_value>> with(const Subject& subject, std::vector<agon_value> values,
                                            std::string_view key, int64_t number);

// Runs `visit` for each kind that the rule declares; what it throws is told with the kind.
// NotApplicable only when it was thrown for all of them.
void for_each_kind(const Subject& subject, const std::function<void(Kind)>& visit);

// Whether `work` was done; false when the rule refused it as it may: with a status for inputs or
// values that it does not take, for numbers that left the finite ones, for want of memory.
// Other statuses are a Fault.
bool done_or_refused(const std::function<void()>& work);

}  // namespace agon::conformance
