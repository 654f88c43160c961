// SPDX-License-Identifier: MIT
//
// Selectors as the command line, suites and presets have them, against the parameters of a rule.
#include "harness/plan/selector.h"

#include "fuzz.h"
#include "harness/plan/resolve.h"
#include "harness/plugins/values.h"

using namespace agon::harness;

namespace {

ParamManifest param(const char* key, uint32_t type, uint32_t flags = 0) {
  ParamManifest p;
  p.key = key;
  p.type = type;
  p.flags = flags;
  if (type == AGON_REAL) {
    p.min.r = 1e-6, p.max.r = 10, p.default_value.r = 0.1;
  } else {
    p.max.i = type == AGON_INT ? 4096 : 1;
  }
  if (type == AGON_CHOICE) p.choices = {"tanh", "relu"};
  if (type == AGON_TEXT || p.is_list()) p.max_count = 8;
  if (p.is_list()) p.default_value = list_value({});
  if (type == AGON_TEXT) p.default_value = text_value("");
  return p;
}

const RuleManifest& rule() {
  static const RuleManifest made = [] {
    RuleManifest m;
    m.id = m.id_in_plugin = "ed";
    m.params = {param("lr", AGON_REAL, AGON_PARAM_LOG),    param("depth", AGON_INT),
                param("activation", AGON_CHOICE),          param("bias", AGON_BOOL),
                param("width", AGON_INT, AGON_PARAM_LIST), param("note", AGON_TEXT)};
    m.presets = {{"article", "", "lr=0.8,depth=2"}};
    return m;
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    // What comes behind a line break: the factors of a grid.
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    const Selector selector = parse_selector(bytes.substr(0, end), "-r");
    const Selector factors =
        parse_factors(bytes.substr(std::min(end + 1, bytes.size())), "a.toml", 3, 7);
    const double count = count_variants(rule(), selector, factors);
    if (!(count >= 0)) __builtin_trap();
    if (count > 10'000) return;
    std::vector<Variant> variants;
    expand(rule(), selector, factors, variants);
    if (static_cast<double>(variants.size()) > count) __builtin_trap();
  });
}
