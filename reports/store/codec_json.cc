// SPDX-License-Identifier: MIT
//
// The JSON forms: rule metrics, scores of harmed models, what a run is, provenance.
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "reports/record/fields.h"
#include "reports/store/codec.h"

namespace agon::reports {
namespace {

using Json = nlohmann::json;

[[noreturn]] void damaged() { throw std::runtime_error("bytes that no Agon wrote"); }

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

// JSON has no word for them: "nan", "inf" and "-inf" as text.
Json number(double x) {
  if (std::isfinite(x)) return x;
  return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
}

double number_of(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (value == "nan") return kNaN;
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  damaged();
}

void get_number(const Json& json, const char* key, double& out) {
  if (!json.is_object()) damaged();
  if (const auto it = json.find(key); it != json.end()) out = number_of(*it);
}

// The array of that name, empty where there is none.
Json array(const Json& json, const char* key) {
  if (!json.is_object()) damaged();
  const auto it = json.find(key);
  if (it == json.end()) return Json::array();
  if (!it->is_array()) damaged();
  return *it;
}

Json filter_json(const CellFilter& filter) {
  Json params = Json::array();
  for (const auto& [key, values] : filter.params) params.push_back({{"key", key}, {"in", values}});
  return {{"study", filter.study},
          {"rule", filter.rule},
          {"task", filter.task},
          {"params", std::move(params)}};
}

CellFilter filter_of(const Json& json) {
  CellFilter filter;
  get(json, "study", filter.study);
  get(json, "rule", filter.rule);
  get(json, "task", filter.task);
  for (const Json& param : array(json, "params")) {
    auto& [key, values] = filter.params.emplace_back();
    get(param, "key", key);
    get(param, "in", values);
  }
  return filter;
}

Json check_json(const ClaimCheck& check) {
  Json out{{"what", check.what},   {"of", filter_json(check.of)},
           {"value", check.value}, {"take", check.take},
           {"by", check.by},       {"per", check.per}};
  if (!check.over_value.empty()) out["over_value"] = check.over_value;
  if (check.minus) out["minus"] = filter_json(*check.minus);
  if (check.over) out["over"] = filter_json(*check.over);
  if (!std::isnan(check.at_least)) out["at_least"] = number(check.at_least);
  if (!std::isnan(check.at_most)) out["at_most"] = number(check.at_most);
  return out;
}

ClaimCheck check_of(const Json& json) {
  ClaimCheck check;
  get(json, "what", check.what);
  if (json.contains("of")) check.of = filter_of(json["of"]);
  if (json.contains("minus")) check.minus = filter_of(json["minus"]);
  if (json.contains("over")) check.over = filter_of(json["over"]);
  get(json, "value", check.value);
  get(json, "over_value", check.over_value);
  get(json, "take", check.take);
  get(json, "by", check.by);
  get(json, "per", check.per);
  get_number(json, "at_least", check.at_least);
  get_number(json, "at_most", check.at_most);
  return check;
}

Json claims_json(const std::vector<ClaimCard>& claims) {
  Json out = Json::array();
  for (const ClaimCard& c : claims) {
    Json checks = Json::array();
    for (const ClaimCheck& check : c.checks) checks.push_back(check_json(check));
    out.push_back(
        {{"source", c.source}, {"text", c.text}, {"note", c.note}, {"checks", std::move(checks)}});
  }
  return out;
}

}  // namespace

std::string encode_metrics(const std::map<std::string, double>& metrics) {
  if (metrics.empty()) return "";
  Json json = Json::object();
  for (const auto& [key, x] : metrics) json[key] = number(x);
  return dump(json);
}

std::map<std::string, double> decode_metrics(std::string_view text) {
  std::map<std::string, double> metrics;
  if (text.empty()) return metrics;
  const Json json = parse(text);
  for (const auto& [key, value] : json.items()) metrics[key] = number_of(value);
  return metrics;
}

std::string encode_series(std::span<const SeriesPoint> series) {
  if (series.empty()) return "";
  Json json = Json::array();
  for (const SeriesPoint& p : series)
    json.push_back({p.series, number(p.x), p.draws, number(p.value), p.reason});
  return dump(json);
}

void decode_series(std::string_view text, std::vector<SeriesPoint>& series) {
  if (text.empty()) return;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) damaged();
  for (const Json& p : json) {
    if (!p.is_array() || p.size() < 5 || p.size() > 6 || !p[0].is_string() ||
        !p[2].is_number_integer() || !p.back().is_string())
      damaged();
    const bool harm = p.size() == 6;
    const std::string name = p[0];
    series.push_back(
        {harm ? "score@" + name : name, number_of(p[1]), p[2], number_of(p[3]), p.back()});
    if (!harm || std::isnan(number_of(p[4]))) continue;
    series.push_back({"nrmse@" + name, number_of(p[1]), p[2], number_of(p[4])});
  }
}

std::string encode_warnings(std::span<const Warning> warnings) {
  if (warnings.empty()) return "";
  Json json = Json::array();
  for (const Warning& w : warnings) json.push_back({w.text, w.times});
  return dump(json);
}

std::vector<Warning> decode_warnings(std::string_view text) {
  std::vector<Warning> warnings;
  if (text.empty()) return warnings;
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) damaged();
  for (const Json& w : json) {
    if (!w.is_array() || w.size() != 2 || !w[0].is_string() || !w[1].is_number_integer()) damaged();
    warnings.push_back({w[0], w[1]});
  }
  return warnings;
}

std::string encode_claim(const ClaimCard& claim) { return dump(claims_json({claim})); }

std::string encode_run(const RunInfo& run) {
  Json studies = Json::array(), rules = Json::array(), tasks = Json::array();
  for (const StudyCard& s : run.studies) {
    studies.push_back({{"name", s.name},
                       {"question", s.question},
                       {"kind", s.kind},
                       {"by", s.by},
                       {"value", s.value}});
  }
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
                     {"chance", t.chance},
                     {"ridge", number(t.ridge)}});
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
               {"tasks", tasks},
               {"claims", claims_json(run.claims)}});
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
  for (const Json& s : array(json, "studies")) {
    StudyCard& card = run.studies.emplace_back();
    get(s, "name", card.name);
    get(s, "question", card.question);
    get(s, "kind", card.kind);
    get(s, "by", card.by);
    get(s, "value", card.value);
  }
  for (const Json& r : array(json, "rules")) {
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
  for (const Json& t : array(json, "tasks")) {
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
    get_number(t, "ridge", card.ridge);
  }
  for (const Json& c : array(json, "claims")) {
    ClaimCard& card = run.claims.emplace_back();
    get(c, "source", card.source);
    get(c, "text", card.text);
    get(c, "note", card.note);
    for (const Json& check : array(c, "checks")) card.checks.push_back(check_of(check));
  }
  return run;
}

std::string encode_provenance(const Provenance& p) {
  Json json = Json::object();
  for_each_field(kCellFields, p,
                 [&](const CellField& field, const auto& x) { json[std::string(field.name)] = x; });
  return dump(json);
}

Provenance decode_provenance(std::string_view text) {
  const Json json = parse(text);
  Provenance p;
  for_each_field(kCellFields, p, [&](const CellField& field, auto& x) {
    get(json, field.name.data(), x);  // names are literals
  });
  return p;
}

}  // namespace agon::reports
