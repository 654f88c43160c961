// SPDX-License-Identifier: MIT
//
// Faults of the tables that a plugin publishes: what no compiler of the SDK would have made.
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "tests/faults/matrix/fault.h"

namespace agon::faults {
namespace {

struct Published {
  agon_plugin plugin;
  agon_rule rule;
  const agon_rule* rules[1];
};

agon_status null_model(const agon_rule*, const agon_host*, agon_call*, const agon_task*,
                       const agon_value*, agon_model** out) {
  *out = nullptr;
  return AGON_OK;
}
agon_status throws_through(agon_model*, agon_call*, const agon_batch*, double*) {
  throw std::runtime_error("through the C ABI");
}

// A row a table: what is wrong with it.
struct Distortion {
  std::string_view name;
  void (*apply)(Published&);
};
constexpr Distortion kDistortions[] = {
    {"magic", [](Published& p) { p.plugin.magic = 7; }},
    {"minor", [](Published& p) { p.plugin.abi_minor = AGON_ABI_MINOR + 1; }},
    {"short-plugin", [](Published& p) { p.plugin.struct_size = 4; }},
    {"no-rules", [](Published& p) { p.plugin.rule_count = 0; }},
    {"null-rule", [](Published& p) { p.rules[0] = nullptr; }},
    {"short-rule", [](Published& p) { p.rule.struct_size = 8; }},
    {"no-create", [](Published& p) { p.rule.create = nullptr; }},
    {"bad-id", [](Published& p) { p.rule.id = "Not an id, \"at all\"\n"; }},
    {"unknown-capability", [](Published& p) { p.rule.capabilities |= 1u << 20; }},
    {"nan-memory", [](Published& p) { p.rule.memory_per_parameter = NAN; }},
    {"null-params", [](Published& p) { p.rule.params = nullptr; }},
    {"null-model", [](Published& p) { p.rule.create = null_model; }},
};

bool is_called(std::string_view name) { return name == std::string_view(kFaultName).substr(6); }

const agon_rule* sound_rule = nullptr;

const void* extension(const agon_rule* self, const char* id) {
  static agon_supervised table;
  const void* const sound = sound_rule->extension(self, id);
  if (sound == nullptr || std::strcmp(id, AGON_SUPERVISED_ID) != 0) return sound;
  table = *static_cast<const agon_supervised*>(sound);
  if (is_called("null-fit")) table.fit = nullptr;
  if (is_called("short-table")) table.struct_size = 8;
  if (is_called("throws-through")) table.fit = throws_through;
  return &table;
}

}  // namespace

const agon_plugin* distorted(const agon_plugin& sound) {
  static Published published;
  if (is_called("null-plugin")) return nullptr;
  sound_rule = sound.rules[0];
  published.plugin = sound;
  published.rule = *sound_rule;
  published.rule.extension = extension;
  published.rules[0] = &published.rule;
  published.plugin.rules = published.rules;
  for (const Distortion& distortion : kDistortions) {
    if (is_called(distortion.name)) distortion.apply(published);
  }
  return &published.plugin;
}

}  // namespace agon::faults
