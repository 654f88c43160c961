// SPDX-License-Identifier: MIT
//
// Level 5: structs that another version of the ABI would pass (agon/plugin.h, "Growth"): larger ones with
// something unknown at their end, smaller ones whose rest counts as zero.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "harness/conformance/levels.h"
#include "harness/conformance/trial.h"
#include "harness/plugins/call.h"
#include "harness/plugins/host.h"
#include "harness/plugins/sized.h"

namespace agon::conformance {
namespace {

using harness::Call;

constexpr size_t kMore = 64;  // bytes of a later version

// A copy of a struct as a version of `size` bytes would pass it; what lies beyond the known is noise.
template <typename T>
class Resized {
 public:
  Resized(const T& from, size_t size)
      : bytes_(std::max(size, sizeof(T)) / sizeof(std::max_align_t) + 1) {
    std::memset(bytes_.data(), 0xa5, bytes_.size() * sizeof(std::max_align_t));
    std::memcpy(bytes_.data(), &from, std::min(size, sizeof(T)));
    get()->struct_size = static_cast<uint32_t>(size);
  }
  T* get() { return reinterpret_cast<T*>(bytes_.data()); }

 private:
  std::vector<std::max_align_t> bytes_;
};

agon_task small_task(const Problem& problem, const int64_t* shape) {
  agon_task task{};
  task.struct_size = sizeof(task);
  task.kind = problem.kind == Kind::classify ? AGON_CLASSIFY : AGON_REGRESS;
  task.seed = 1;
  task.inputs = 64;
  task.outputs = problem.kind == Kind::classify ? 3 : 2;
  task.max_batch = problem.batch;
  task.train_rows = problem.rows;
  task.shape = shape;
  task.shape_rank = 2;
  return task;
}

bool is_answer(agon_status status) {
  return status == AGON_OK || status == AGON_INVALID || status == AGON_UNSUPPORTED ||
         status == AGON_NO_MEMORY || status == AGON_DIVERGED;
}

// A model by hand, as Instance has no word in the sizes.
class Raw {
 public:
  Raw(const Subject& s, const agon_host* host, const agon_task* task,
      const std::vector<agon_value>& values)
      : rule_(*s.rule) {
    call_.begin("create");
    status_ = rule_.create(&rule_, host, call_.abi(), task, values.data(), &model_);
  }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  ~Raw() {
    if (model_ != nullptr) rule_.destroy(model_);
  }
  agon_status status() const { return status_; }
  agon_model* model() { return model_; }
  Call& call() { return call_; }
  template <typename Table>
  Table table(const char* id) const {
    return harness::offered<Table>(rule_, id).value_or(Table{});
  }

 private:
  const agon_rule& rule_;
  Call call_;
  agon_status status_ = AGON_OK;
  agon_model* model_ = nullptr;
};

constexpr std::array<int64_t, 2> kShape{8, 8};

// The kind of flat rows that the rule takes; NotApplicable for one that takes none.
Kind row_kind(const Subject& s) {
  for (const Kind kind : kinds_of(*s.rule)) {
    if (has_rows(kind)) return kind;
  }
  throw NotApplicable{"it takes no flat rows"};
}

Bits fit_and_answer(Raw& m, const Trial& usual, const agon_batch* batch) {
  const auto verbs = m.table<agon_supervised>(AGON_SUPERVISED_ID);
  m.call().begin("prepare");
  if (verbs.prepare != nullptr) verbs.prepare(m.model(), m.call().abi(), batch->x, 1);
  m.call().begin("fit");
  double loss = 0;
  const agon_status fitted = verbs.fit(m.model(), m.call().abi(), batch, &loss);
  require(fitted == AGON_OK, "fit ends with '{}'", harness::status_words(fitted));
  PageMatrix out(batch->x.rows, usual.outputs());
  m.call().begin("predict");
  const agon_status answered =
      verbs.predict(m.model(), m.call().abi(), batch->x,
                    {&out.at(0, 0), out.rows(), out.cols(), out.view().stride});
  require(answered == AGON_OK, "predict ends with '{}'", harness::status_words(answered));
  return bits_of(out.view());
}

// Host, task and batch with more at their end than the rule knows: same bytes.
void larger_structs(const Subject& s) {
  const Problem problem{.kind = row_kind(s), .rows = 16};
  const std::vector<agon_value> values = usual_values(s, problem.kind);
  Trial usual(s, problem, values);
  const agon_task task = small_task(problem, kShape.data());
  const agon_batch batch = usual.portion(0).batch();
  Raw plain(s, harness::Host().abi(), &task, values);
  require(plain.status() == AGON_OK, "create ends with '{}'",
          harness::status_words(plain.status()));
  const Bits expected = fit_and_answer(plain, usual, &batch);
  Resized<agon_host> host(*harness::Host().abi(), sizeof(agon_host) + kMore);
  Resized<agon_task> later_task(task, sizeof(task) + kMore);
  Resized<agon_batch> later_batch(batch, sizeof(batch) + kMore);
  Raw later(s, host.get(), later_task.get(), values);
  require(later.status() == AGON_OK, "with structs of a later host create ends with '{}'",
          harness::status_words(later.status()));
  require(same_bits(expected, fit_and_answer(later, usual, later_batch.get())),
          "with structs of a later host it answers other bytes");
}

// Every shorter task: what is not there is zero. The rule may refuse, not read on.
void smaller_task(const Subject& s) {
  const Problem problem{.kind = row_kind(s), .rows = 16};
  const std::vector<agon_value> values = usual_values(s, problem.kind);
  const agon_task task = small_task(problem, kShape.data());
  for (size_t size = offsetof(agon_task, shape); size < sizeof(task); size += sizeof(int64_t)) {
    Call::note(fmt::format("case {}", size).c_str());
    Resized<agon_task> earlier(task, size);
    Raw m(s, harness::Host().abi(), earlier.get(), values);
    require(is_answer(m.status()), "a task of {} bytes ends create with '{}'", size,
            harness::status_words(m.status()));
    // All that is used of a task of rows lies before the schedule.
    if (size >= offsetof(agon_task, epochs))
      require(m.status() == AGON_OK, "a task without its last fields is refused: {}",
              m.call().fail_text());
  }
}

// Out-structs of a smaller caller: nothing beyond their size is written.
void smaller_outputs(const Subject& s) {
  const Problem problem{.kind = row_kind(s), .rows = 16};
  const std::vector<agon_value> values = usual_values(s, problem.kind);
  const agon_task task = small_task(problem, kShape.data());
  Raw m(s, harness::Host().abi(), &task, values);
  require(m.status() == AGON_OK, "create ends with '{}'", harness::status_words(m.status()));
  const auto tensors = m.table<agon_tensors>(AGON_TENSORS_ID);
  if (tensors.get == nullptr) throw NotApplicable{"it shows no tensors"};
  if (tensors.count(m.model()) == 0) throw NotApplicable{"it shows no tensors"};
  for (size_t size = sizeof(uint32_t); size <= sizeof(agon_tensor); size += sizeof(uint32_t)) {
    Call::note(fmt::format("case {}", size).c_str());
    std::array<unsigned char, sizeof(agon_tensor)> written{};
    written.fill(0x5a);
    alignas(agon_tensor) std::array<unsigned char, sizeof(agon_tensor)> place = written;
    auto* const out = reinterpret_cast<agon_tensor*>(place.data());
    out->struct_size = static_cast<uint32_t>(size);
    m.call().begin("get of a tensor");
    tensors.get(m.model(), 0, out);
    for (size_t i = size; i < place.size(); ++i)
      require(place[i] == 0x5a, "byte {} of an agon_tensor of {} bytes is written", i, size);
  }
}

// A host that lacks services: the rule may refuse, not call NULL.
void smaller_host(const Subject& s) {
  const Problem problem{.kind = row_kind(s), .rows = 16};
  const std::vector<agon_value> values = usual_values(s, problem.kind);
  const agon_task task = small_task(problem, kShape.data());
  static const agon_host host = [] {
    agon_host none = *harness::Host().abi();
    none.extension = [](const char*) -> const void* { return nullptr; };
    return none;
  }();
  Raw m(s, &host, &task, values);
  require(is_answer(m.status()), "without the host's kernels create ends with '{}'",
          harness::status_words(m.status()));
  require(m.status() == AGON_OK || m.call().failed(),
          "without the host's kernels it refuses and gives no reason");
}

constexpr const char* kSdk = "use agon/rule.h, or read structs as agon/plugin.h says under Growth";

constexpr auto kChecks = std::to_array<Check>({
    {"larger-structs", 5, "Structs of a later host are read as far as they are known", kSdk,
     larger_structs},
    {"smaller-task", 5, "Of a smaller agon_task what is not there counts as zero", kSdk,
     smaller_task},
    {"smaller-outputs", 5, "No byte beyond the caller's size is written", kSdk, smaller_outputs},
    {"no-kernels", 5, "A host without kernels is refused with a reason, or served",
     "look at what agon_host.extension returns", smaller_host},
});

}  // namespace

std::span<const Check> struct_checks() { return kChecks; }

}  // namespace agon::conformance
