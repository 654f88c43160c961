// SPDX-License-Identifier: MIT
#include "reports/codec.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace agon::reports {
namespace {

using Json = nlohmann::json;

constexpr char kCurveFormat = 1;
constexpr char kConstant = 0, kVarying = 1;

[[noreturn]] void damaged() { throw std::runtime_error("bytes that no Agon wrote"); }

void put_number(std::string& out, double x) {
  const auto bits = std::bit_cast<uint64_t>(x);
  for (int shift = 0; shift < 64; shift += 8)
    out.push_back(static_cast<char>((bits >> shift) & 0xff));
}

void put_count(std::string& out, uint64_t x) {
  for (; x >= 0x80; x >>= 7) out.push_back(static_cast<char>((x & 0x7f) | 0x80));
  out.push_back(static_cast<char>(x));
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }
  size_t size() const { return bytes_.size(); }
  char byte() {
    if (bytes_.empty()) damaged();
    const char c = bytes_.front();
    bytes_.remove_prefix(1);
    return c;
  }
  uint64_t count() {
    uint64_t x = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const auto c = static_cast<unsigned char>(byte());
      x |= static_cast<uint64_t>(c & 0x7f) << shift;
      if (c < 0x80) return x;
    }
    damaged();
  }
  double number() {
    uint64_t bits = 0;
    for (int shift = 0; shift < 64; shift += 8) {
      bits |= static_cast<uint64_t>(static_cast<unsigned char>(byte())) << shift;
    }
    return std::bit_cast<double>(bits);
  }

 private:
  std::string_view bytes_;
};

uint64_t bits_of(double x) { return std::bit_cast<uint64_t>(x); }
uint64_t bits_of(int64_t x) { return static_cast<uint64_t>(x); }

template <typename T>
void encode_column(std::string& out, std::span<const CurvePoint> curve, T CurvePoint::*member) {
  bool constant = true;
  for (const CurvePoint& p : curve)
    constant &= bits_of(p.*member) == bits_of(curve.front().*member);
  out.push_back(constant ? kConstant : kVarying);
  uint64_t previous = 0;
  for (const CurvePoint& p : curve) {
    if constexpr (std::is_same_v<T, double>) {
      put_number(out, p.*member);
    } else {
      const auto delta = static_cast<int64_t>(static_cast<uint64_t>(p.*member) - previous);
      previous = static_cast<uint64_t>(p.*member);
      put_count(out, (static_cast<uint64_t>(delta) << 1) ^ static_cast<uint64_t>(delta >> 63));
    }
    if (constant) return;
  }
}

template <typename T>
void decode_column(Reader& in, std::span<CurvePoint> curve, T CurvePoint::*member) {
  const char form = in.byte();
  if (form != kConstant && form != kVarying) damaged();
  uint64_t previous = 0;
  bool first = true;
  for (CurvePoint& p : curve) {
    if (form == kConstant && !first) {
      p.*member = curve.front().*member;
      continue;
    }
    first = false;
    if constexpr (std::is_same_v<T, double>) {
      p.*member = in.number();
    } else {
      const uint64_t z = in.count();
      previous += (z >> 1) ^ (~(z & 1) + 1);
      p.*member = static_cast<int64_t>(previous);
    }
  }
}

// fn(member) for each column, in storage order.
template <typename Fn>
void for_each_column(Fn&& fn) {
  fn(&CurvePoint::epoch);
  fn(&CurvePoint::updates);
  fn(&CurvePoint::samples);
  fn(&CurvePoint::train_s);
  fn(&CurvePoint::loss_train);
  fn(&CurvePoint::score_train);
  fn(&CurvePoint::score_val);
  fn(&CurvePoint::lr);
}
constexpr size_t kColumns = 8;
constexpr uint64_t kMaxPoints = 100'000'000;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json parse(std::string_view text) {
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) damaged();
  return json;
}

// A missing member keeps the default: old files stay readable. Throws for one of another type.
template <typename T>
void get(const Json& json, const char* key, T& out) {
  if (!json.is_object()) damaged();
  const auto it = json.find(key);
  if (it == json.end()) return;
  try {
    it->get_to(out);
  } catch (const Json::exception&) {
    damaged();
  }
}

}  // namespace

std::string encode_curve(std::span<const CurvePoint> curve) {
  std::string out;
  if (curve.empty()) return out;
  out.push_back(kCurveFormat);
  put_count(out, curve.size());
  for_each_column([&](auto member) { encode_column(out, curve, member); });
  return out;
}

std::vector<CurvePoint> decode_curve(std::string_view bytes) {
  if (bytes.empty()) return {};
  Reader in(bytes);
  if (in.byte() != kCurveFormat) damaged();
  const uint64_t n = in.count();
  if (n == 0 || n > kMaxPoints || in.size() < 2 * kColumns) damaged();
  std::vector<CurvePoint> curve(n);
  for_each_column([&](auto member) { decode_column(in, std::span(curve), member); });
  if (!in.empty()) damaged();
  return curve;
}

std::string encode_numbers(std::span<const double> numbers) {
  std::string out;
  out.reserve(numbers.size() * 8);
  for (const double x : numbers) put_number(out, x);
  return out;
}

std::vector<double> decode_numbers(std::string_view bytes) {
  if (bytes.size() % 8 != 0) damaged();
  std::vector<double> numbers;
  numbers.reserve(bytes.size() / 8);
  for (Reader in(bytes); !in.empty();) numbers.push_back(in.number());
  return numbers;
}

std::string encode_metrics(const std::map<std::string, double>& metrics) {
  if (metrics.empty()) return "";
  Json json = Json::object();
  for (const auto& [key, x] : metrics) {
    if (std::isfinite(x)) {
      json[key] = x;
    } else {
      json[key] = std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
    }
  }
  return dump(json);
}

std::map<std::string, double> decode_metrics(std::string_view text) {
  std::map<std::string, double> metrics;
  if (text.empty()) return metrics;
  const Json json = parse(text);
  for (const auto& [key, value] : json.items()) {
    if (value.is_number()) {
      metrics[key] = value.get<double>();
    } else if (value == "nan") {
      metrics[key] = kNaN;
    } else if (value == "inf" || value == "-inf") {
      metrics[key] =
          std::copysign(std::numeric_limits<double>::infinity(), value == "inf" ? 1.0 : -1.0);
    } else {
      damaged();
    }
  }
  return metrics;
}

std::string encode_run(const RunInfo& run) {
  Json studies = Json::array(), rules = Json::array(), tasks = Json::array();
  for (const StudyCard& s : run.studies)
    studies.push_back({{"name", s.name}, {"question", s.question}});
  for (const RuleCard& r : run.rules) {
    rules.push_back({{"id", r.id},
                     {"name", r.name},
                     {"summary", r.summary},
                     {"reference", r.reference},
                     {"plugin", r.plugin},
                     {"version", r.version},
                     {"license", r.license},
                     {"control", r.control},
                     {"properties", r.properties},
                     {"phases", r.phases},
                     {"memory_per_parameter", r.memory_per_parameter}});
  }
  for (const TaskCard& t : run.tasks) {
    tasks.push_back({{"id", t.id},
                     {"title", t.title},
                     {"summary", t.summary},
                     {"kind", t.kind},
                     {"metric", t.metric},
                     {"split", t.split},
                     {"licence", t.licence},
                     {"attribution", t.attribution},
                     {"chance", t.chance}});
  }
  return dump({{"run_id", run.run_id},
               {"suite", run.suite},
               {"title", run.title},
               {"suite_toml", run.suite_toml},
               {"command", run.command},
               {"options", run.options},
               {"started_utc", run.started_utc},
               {"studies", studies},
               {"rules", rules},
               {"tasks", tasks}});
}

RunInfo decode_run(std::string_view text) {
  const Json json = parse(text);
  RunInfo run;
  get(json, "run_id", run.run_id);
  get(json, "suite", run.suite);
  get(json, "title", run.title);
  get(json, "suite_toml", run.suite_toml);
  get(json, "command", run.command);
  get(json, "options", run.options);
  get(json, "started_utc", run.started_utc);
  for (const Json& s : json.value("studies", Json::array())) {
    StudyCard& card = run.studies.emplace_back();
    get(s, "name", card.name);
    get(s, "question", card.question);
  }
  for (const Json& r : json.value("rules", Json::array())) {
    RuleCard& card = run.rules.emplace_back();
    get(r, "id", card.id);
    get(r, "name", card.name);
    get(r, "summary", card.summary);
    get(r, "reference", card.reference);
    get(r, "plugin", card.plugin);
    get(r, "version", card.version);
    get(r, "license", card.license);
    get(r, "control", card.control);
    get(r, "properties", card.properties);
    get(r, "phases", card.phases);
    get(r, "memory_per_parameter", card.memory_per_parameter);
  }
  for (const Json& t : json.value("tasks", Json::array())) {
    TaskCard& card = run.tasks.emplace_back();
    get(t, "id", card.id);
    get(t, "title", card.title);
    get(t, "summary", card.summary);
    get(t, "kind", card.kind);
    get(t, "metric", card.metric);
    get(t, "split", card.split);
    get(t, "licence", card.licence);
    get(t, "attribution", card.attribution);
    get(t, "chance", card.chance);
  }
  return run;
}

std::string encode_provenance(const Provenance& p) {
  return dump({{"host_id", p.host_id},
               {"cpu", p.cpu},
               {"simd_target", p.simd_target},
               {"compiler", p.compiler},
               {"flags", p.flags},
               {"agon_version", p.agon_version},
               {"git_commit", p.git_commit},
               {"os", p.os},
               {"git_dirty", p.git_dirty},
               {"threads", p.threads}});
}

Provenance decode_provenance(std::string_view text) {
  const Json json = parse(text);
  Provenance p;
  get(json, "host_id", p.host_id);
  get(json, "cpu", p.cpu);
  get(json, "simd_target", p.simd_target);
  get(json, "compiler", p.compiler);
  get(json, "flags", p.flags);
  get(json, "agon_version", p.agon_version);
  get(json, "git_commit", p.git_commit);
  get(json, "os", p.os);
  get(json, "git_dirty", p.git_dirty);
  get(json, "threads", p.threads);
  return p;
}

}  // namespace agon::reports
