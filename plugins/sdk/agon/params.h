// SPDX-License-Identifier: MIT
//
// Hyper-parameter tables: builders for the static table a rule declares, its rows bound to the
// members of an options struct, and typed access to the values the host filled in. Text must be
// static. Thread: any.
//
//   struct Options { Loss loss; float lr; };
//   constexpr auto kOptions = agon::options<Options>(
//       agon::choice<&Options::loss, "squared", "cross-entropy">("loss", agon::kPlain, "E"),
//       agon::real<&Options::lr>("lr", 0.1, 1e-6, 10, agon::kLog, "", "learning rate"),
//       agon::batch_param(32), agon::epochs_param(30), agon::updates_param());
//
//   static constexpr auto params = agon::table(kOptions);   // in the rule
//   const Options o = agon::read(kOptions, values);         // values: of the rule's cell
//
// Errors: of a table, of the compiler; a key that the table lacks or of another type ends the cell with
// AGON_INTERNAL, and says so.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "agon/error.h"
#include "agon/plugin.h"

namespace agon {

enum ParamFlags : uint32_t {
  kPlain = 0,
  kLog = AGON_PARAM_LOG,
  kTunable = AGON_PARAM_TUNABLE,
  kStructure = AGON_PARAM_STRUCTURE,
  kHost = AGON_PARAM_HOST,
};

// A real number in [min, max]; unit is "" when it has none.
constexpr agon_param real(const char* key, double value, double min, double max, uint32_t flags,
                          const char* unit, const char* help) {
  agon_param p{};
  p.struct_size = sizeof(agon_param);
  p.type = AGON_REAL;
  p.flags = flags;
  p.key = key;
  p.unit = unit;
  p.help = help;
  p.default_value.r = value;
  p.min.r = min;
  p.max.r = max;
  return p;
}

// A row of the table: key, default, least and largest value, flags (kLog, ...), unit, help.
constexpr agon_param integer(const char* key, int64_t value, int64_t min, int64_t max,
                             uint32_t flags, const char* unit, const char* help) {
  agon_param p{};
  p.struct_size = sizeof(agon_param);
  p.type = AGON_INT;
  p.flags = flags;
  p.key = key;
  p.unit = unit;
  p.help = help;
  p.default_value.i = value;
  p.min.i = min;
  p.max.i = max;
  return p;
}

// true or false.
constexpr agon_param boolean(const char* key, bool value, uint32_t flags, const char* help) {
  agon_param p = integer(key, value ? 1 : 0, 0, 1, flags, "", help);
  p.type = AGON_BOOL;
  return p;
}

// One of `choices` (a static array of names); the first is the default unless `value` says
// otherwise.
template <size_t N>
constexpr agon_param choice(const char* key, const std::array<const char*, N>& choices,
                            uint32_t flags, const char* help, int64_t value = 0) {
  agon_param p = integer(key, value, 0, static_cast<int64_t>(N) - 1, flags, "", help);
  p.type = AGON_CHOICE;
  p.choices = choices.data();
  p.choice_count = static_cast<uint32_t>(N);
  return p;
}

// A list of whole or of real numbers; its default stands between the angle brackets:
//   agon::integer_list<128, 64>("width", 1, 65536, 1, 16, agon::kStructure, "units", "...")
template <auto... items>
inline constexpr std::array<agon_value, sizeof...(items)> kItems{[] {
  agon_value v{};
  if constexpr (std::floating_point<decltype(items)>) {
    v.r = items;
  } else {
    v.i = items;
  }
  return v;
}()...};
template <auto... items>
inline constexpr agon_list kList{sizeof...(items), kItems<items...>.data()};

// width=[128,64]: between min_count and max_count whole numbers, each in [min, max]; `items` is the default.
template <int64_t... items>
constexpr agon_param integer_list(const char* key, int64_t min, int64_t max, int64_t min_count,
                                  int64_t max_count, uint32_t flags, const char* unit,
                                  const char* help) {
  agon_param p = integer(key, 0, min, max, flags | AGON_PARAM_LIST, unit, help);
  p.default_value.list = &kList<items...>;
  p.min_count = min_count;
  p.max_count = max_count;
  return p;
}
template <double... items>
constexpr agon_param real_list(const char* key, double min, double max, int64_t min_count,
                               int64_t max_count, uint32_t flags, const char* unit,
                               const char* help) {
  agon_param p = real(key, 0, min, max, flags | AGON_PARAM_LIST, unit, help);
  p.default_value.list = &kList<items...>;
  p.min_count = min_count;
  p.max_count = max_count;
  return p;
}
// At most max_bytes of text without quotes, backslashes and control characters.
constexpr agon_param text(const char* key, const char* value, int64_t max_bytes, uint32_t flags,
                          const char* help) {
  agon_param p{};
  p.struct_size = sizeof(agon_param);
  p.type = AGON_TEXT;
  p.flags = flags;
  p.key = key;
  p.unit = "";
  p.help = help;
  p.default_value.text = value;
  p.max_count = max_bytes;
  return p;
}

// A named set of defaults; settings is "key=value,key=value".
constexpr agon_preset preset(const char* name, const char* settings, const char* help) {
  return agon_preset{name, help, settings};
}

// The host-owned budget every supervised rule declares, with this rule's own defaults.
constexpr agon_param batch_param(int64_t value) {
  return integer("batch", value, 1, 65536, kHost | kTunable, "rows", "rows of a minibatch");
}
constexpr agon_param epochs_param(int64_t value) {
  return integer("epochs", value, 0, 1000000, kHost, "epochs", "passes over the training set");
}
constexpr agon_param updates_param() {
  return integer("updates", 0, 0, 1000000000, kHost, "minibatches",
                 "when > 0: stop after this many minibatches, instead of epochs");
}

// The values of one cell, read by key. A key that the table lacks is the rule author's mistake and
// throws RuleError(AGON_INTERNAL).
class Values {
 public:
  Values(std::span<const agon_param> table, const agon_value* values)
      : table_(table), values_(values) {}

  agon_value at(const agon_param& row) const { return values_[find(row.key, row.type)]; }
  double real(const char* key) const { return values_[find(key, AGON_REAL)].r; }
  float real32(const char* key) const { return static_cast<float>(real(key)); }
  int64_t integer(const char* key) const { return values_[find(key, AGON_INT)].i; }
  bool flag(const char* key) const { return values_[find(key, AGON_BOOL)].i != 0; }
  // Valid during the call only: copied.
  std::string text(const char* key) const { return values_[find(key, AGON_TEXT)].text; }
  std::vector<int64_t> integers(const char* key) const {
    std::vector<int64_t> out;
    for (const agon_value& v : list(key, AGON_INT)) out.push_back(v.i);
    return out;
  }
  std::vector<double> reals(const char* key) const {
    std::vector<double> out;
    for (const agon_value& v : list(key, AGON_REAL)) out.push_back(v.r);
    return out;
  }
  // The chosen index as an enum whose enumerators stand in the table's order.
  template <typename Enum>
  Enum choice(const char* key) const {
    return static_cast<Enum>(values_[find(key, AGON_CHOICE)].i);
  }

 private:
  std::span<const agon_value> list(const char* key, uint32_t type) const {
    const agon_list& l = *values_[find(key, type, true)].list;
    return {l.items, static_cast<size_t>(l.count)};
  }
  size_t find(const char* key, uint32_t type, bool is_list = false) const {
    for (size_t i = 0; i < table_.size(); ++i) {
      const agon_param& p = table_[i];
      const bool same = p.type == type && ((p.flags & AGON_PARAM_LIST) != 0) == is_list;
      if (same && std::strcmp(p.key, key) == 0) return i;
    }
    throw RuleError(AGON_INTERNAL, std::string("the rule reads parameter '") + key +
                                       "' which its table does not declare with that type");
  }

  std::span<const agon_param> table_;
  const agon_value* values_;
};

// ---- rows bound to members

// A row and the member of O that takes its value. The host's own rows have none.
template <typename O>
struct Option {
  constexpr Option(const agon_param& row, void (*take)(O&, agon_value) = nullptr)
      : param(row), set(take) {}
  agon_param param;
  void (*set)(O&, agon_value);
};

// The options struct that a member is of.
template <typename O, typename T>
O owner_of(T O::*);

// A row of the table with the member that its value is read into.
template <auto member>
constexpr auto bind(const agon_param& row) {
  using O = decltype(owner_of(member));
  return Option<O>(row, [](O& o, agon_value value) {
    using T = std::remove_reference_t<decltype(o.*member)>;
    if constexpr (std::floating_point<T>) {
      o.*member = static_cast<T>(value.r);
    } else {
      o.*member = static_cast<T>(value.i);
    }
  });
}

// As the builders above, with the member as their template argument.
template <auto member>
constexpr auto real(const char* key, double value, double min, double max, uint32_t flags,
                    const char* unit, const char* help) {
  return bind<member>(real(key, value, min, max, flags, unit, help));
}
template <auto member>
constexpr auto integer(const char* key, int64_t value, int64_t min, int64_t max, uint32_t flags,
                       const char* unit, const char* help) {
  return bind<member>(integer(key, value, min, max, flags, unit, help));
}
template <auto member>
constexpr auto boolean(const char* key, bool value, uint32_t flags, const char* help) {
  return bind<member>(boolean(key, value, flags, help));
}

// A string as a template argument.
template <size_t N>
struct Word {
  consteval Word(const char (&s)[N]) { std::copy_n(s, N, text); }
  char text[N];
};
template <Word... words>
inline constexpr std::array<const char*, sizeof...(words)> kWords{words.text...};

// An enum whose enumerators stand in the order of the words.
template <auto member, Word... words>
constexpr auto choice(const char* key, uint32_t flags, const char* help, int64_t value = 0) {
  return bind<member>(choice(key, kWords<words...>, flags, help, value));
}

// What learns. The report holds a setting against the same one with learn=readout: what learning the hidden
// layers added.
enum class Learn { all, readout };
template <auto member>
constexpr auto learn_param() {
  return choice<member, "all", "readout">(
      "learn", kPlain, "readout: the last layer alone, on hidden layers as they were drawn");
}

// The rows of an options struct, in the order of the table.
template <typename O, typename... Rows>
constexpr auto options(const Rows&... rows) {
  return std::array<Option<O>, sizeof...(Rows)>{Option<O>(rows)...};
}

// The table that a rule declares.
template <typename O, size_t N>
constexpr std::array<agon_param, N> table(const std::array<Option<O>, N>& rows) {
  std::array<agon_param, N> out{};
  std::ranges::transform(rows, out.begin(), &Option<O>::param);
  return out;
}

// Fills the bound members of `out`.
template <typename O, size_t N>
void read(const std::array<Option<O>, N>& rows, const Values& values, O& out) {
  for (const Option<O>& row : rows) {
    if (row.set != nullptr) row.set(out, values.at(row.param));
  }
}
template <typename O, size_t N>
O read(const std::array<Option<O>, N>& rows, const Values& values) {
  O out{};
  read(rows, values, out);
  return out;
}

// The word of a chosen enumerator, for messages.
template <typename O, size_t N, typename Enum>
std::string word_of(const std::array<Option<O>, N>& rows, std::string_view key, Enum chosen) {
  const auto row = std::ranges::find(rows, key, [](const Option<O>& o) { return o.param.key; });
  return row->param.choices[static_cast<size_t>(chosen)];
}

}  // namespace agon
