// SPDX-License-Identifier: MIT
//
// What a plugin declares, drawn from the bytes: tables of any numbers and texts, with places that
// are there or NULL. Either a fault is named, or the manifest can be made, sent and read again.
#include <cstring>
#include <deque>
#include <nlohmann/json.hpp>

#include "agon/ext/inspection.h"
#include "agon/ext/learning.h"
#include "fuzz.h"
#include "harness/plugins/manifest.h"
#include "harness/plugins/schema_check.h"

using namespace agon::harness;

namespace {

class Draw {
 public:
  explicit Draw(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  T number() {
    T value{};
    const size_t n = std::min(sizeof(T), bytes_.size());
    std::memcpy(&value, bytes_.data(), n);
    bytes_.remove_prefix(n);
    return value;
  }
  size_t below(size_t n) { return number<uint8_t>() % n; }
  // One in eight: what is asked for is not there.
  bool lacks() { return number<uint8_t>() % 8 == 7; }
  const char* text() {
    if (lacks()) return nullptr;
    const size_t end = std::min(bytes_.find('\n'), bytes_.size());
    texts_.emplace_back(bytes_.substr(0, end));
    bytes_.remove_prefix(std::min(end + 1, bytes_.size()));
    return texts_.back().c_str();
  }
  // Mostly the right one.
  uint32_t size(size_t right) {
    return lacks() ? static_cast<uint32_t>(below(right + 1)) : static_cast<uint32_t>(right);
  }

 private:
  std::string_view bytes_;
  std::deque<std::string> texts_;
};

// A rule and what it points to; `rule` is first, so that extension() finds the rest.
struct Tables {
  agon_rule rule{};
  std::array<agon_param, 4> params{};
  std::array<const agon_param*, 4> places{};
  std::array<std::array<const char*, 3>, 4> choices{};
  std::array<agon_list, 4> lists{};
  std::array<agon_value, 4> items{};
  std::array<agon_preset, 2> presets{};
  std::array<agon_metric, 2> metric_rows{};
  std::array<agon_picture, 2> picture_rows{};
  agon_metrics metrics{};
  agon_pictures pictures{};
  agon_supervised supervised{};
};

const void* extension(const agon_rule* self, const char* id) {
  const auto* tables = reinterpret_cast<const Tables*>(self);
  if (std::strcmp(id, AGON_SUPERVISED_ID) == 0) return &tables->supervised;
  if (std::strcmp(id, AGON_METRICS_ID) == 0) return &tables->metrics;
  if (std::strcmp(id, AGON_PICTURES_ID) == 0) return &tables->pictures;
  return nullptr;
}

agon_status create(const agon_rule*, const agon_host*, agon_call*, const agon_task*,
                   const agon_value*, agon_model**) {
  return AGON_OK;
}
void destroy(agon_model*) {}
agon_status fit(agon_model*, agon_call*, const agon_batch*, double*) { return AGON_OK; }
agon_status predict(agon_model*, agon_call*, agon_cmat, agon_mat) { return AGON_OK; }
agon_status read_metrics(agon_model*, agon_call*, double*) { return AGON_OK; }
agon_status read_picture(agon_model*, agon_call*, uint32_t, agon_cmat*) { return AGON_OK; }

agon_value value(Draw& draw, const agon_param& p, Tables& t, size_t i) {
  agon_value out{};
  if ((p.flags & AGON_PARAM_LIST) != 0) {
    t.lists[i] = {static_cast<int64_t>(draw.below(5)), draw.lacks() ? nullptr : t.items.data()};
    if (draw.lacks()) t.lists[i].count = -1;
    out.list = draw.lacks() ? nullptr : &t.lists[i];
  } else if (p.type == AGON_TEXT) {
    out.text = draw.text();
  } else {
    out.i = draw.number<int64_t>();
  }
  return out;
}

void fill_param(Draw& draw, Tables& t, size_t i) {
  agon_param& p = t.params[i];
  p.struct_size = draw.size(sizeof(agon_param));
  p.type = static_cast<uint32_t>(draw.below(6));
  p.flags = draw.number<uint8_t>();
  p.key = draw.text();
  p.unit = draw.text();
  p.help = draw.text();
  for (const char*& choice : t.choices[i]) choice = draw.text();
  p.choices = draw.lacks() ? nullptr : t.choices[i].data();
  p.choice_count = static_cast<uint32_t>(draw.below(4));
  const bool real = p.type == AGON_REAL;
  for (agon_value* bound : {&p.min, &p.max}) {
    if (real)
      bound->r = draw.number<double>();
    else
      bound->i = draw.number<int8_t>();
  }
  p.min_count = draw.number<int8_t>();
  p.max_count = draw.number<int16_t>();
  p.default_value = value(draw, p, t, i);
  if (p.type == AGON_INT && (p.flags & AGON_PARAM_LIST) == 0) p.default_value.i %= 128;
  t.places[i] = draw.lacks() ? nullptr : &p;
}

void fill(Draw& draw, Tables& t) {
  for (agon_value& item : t.items) item.i = draw.number<int8_t>();
  for (size_t i = 0; i < t.params.size(); ++i) fill_param(draw, t, i);
  for (agon_preset& preset : t.presets) preset = {draw.text(), draw.text(), draw.text()};
  for (agon_metric& row : t.metric_rows) row = {draw.text(), draw.text(), draw.text()};
  for (agon_picture& row : t.picture_rows) {
    row = {draw.size(sizeof(agon_picture)),
           draw.number<uint8_t>(),
           draw.text(),
           draw.text(),
           draw.text(),
           draw.text(),
           draw.text(),
           draw.text()};
  }
  t.metrics.struct_size = draw.size(sizeof(agon_metrics));
  t.metrics.count = static_cast<uint32_t>(draw.below(3));
  t.metrics.stride = sizeof(agon_metric);
  t.metrics.schema = draw.lacks() ? nullptr : t.metric_rows.data();
  t.metrics.read = draw.lacks() ? nullptr : read_metrics;
  t.pictures.struct_size = draw.size(sizeof(agon_pictures));
  t.pictures.count = static_cast<uint32_t>(draw.below(3));
  t.pictures.stride = sizeof(agon_picture);
  t.pictures.schema = draw.lacks() ? nullptr : t.picture_rows.data();
  t.pictures.read = draw.lacks() ? nullptr : read_picture;
  t.supervised.struct_size = draw.size(sizeof(agon_supervised));
  t.supervised.fit = draw.lacks() ? nullptr : fit;
  t.supervised.predict = draw.lacks() ? nullptr : predict;

  agon_rule& rule = t.rule;
  rule.struct_size = draw.size(sizeof(agon_rule));
  rule.phases = draw.number<uint8_t>();
  rule.memory_per_parameter = draw.lacks() ? draw.number<double>() : 1;
  rule.capabilities = draw.lacks() ? draw.number<uint64_t>() : AGON_CAN_CLASSIFY;
  rule.id = draw.text();
  rule.name = draw.text();
  rule.summary = draw.text();
  rule.reference = draw.text();
  rule.params = draw.lacks() ? nullptr : t.places.data();
  rule.param_count = static_cast<uint32_t>(draw.below(5));
  rule.presets = draw.lacks() ? nullptr : t.presets.data();
  rule.preset_count = static_cast<uint32_t>(draw.below(3));
  rule.preset_stride = sizeof(agon_preset);
  rule.create = draw.lacks() ? nullptr : create;
  rule.destroy = destroy;
  rule.extension = extension;  // its tables are what is looked at
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    Draw draw(bytes);
    Tables tables;
    fill(draw, tables);
    const std::array<const agon_rule*, 2> rules{&tables.rule,
                                                draw.lacks() ? nullptr : &tables.rule};
    const agon_plugin plugin{.struct_size = draw.size(sizeof(agon_plugin)),
                             .magic = AGON_MAGIC,
                             .abi_minor = AGON_ABI_MINOR,
                             .rule_count = static_cast<uint32_t>(draw.below(2) + 1),
                             .name = draw.text(),
                             .version = draw.text(),
                             .license = draw.text(),
                             .build = draw.text(),
                             .rules = rules.data()};
    if (!schema_fault(plugin).empty()) return;
    const RuleManifest manifest = manifest_of(plugin, tables.rule, "a.agon.so");
    const std::string sent =
        to_json(manifest).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    const RuleManifest read = manifest_from_json(nlohmann::json::parse(sent));
    const std::string again =
        to_json(read).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (sent != again) __builtin_trap();
  });
}
