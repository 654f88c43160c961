// SPDX-License-Identifier: MIT
#include "reports/record/run_json.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <vector>

#include "reports/record/fields.h"

namespace agon::reports {
namespace {

using Json = nlohmann::json;
using Param = std::pair<std::string, std::vector<std::string>>;

constexpr auto kParamFields =
    std::to_array<PartField<Param, std::string, std::vector<std::string>>>({
        {"key", &Param::first},
        {"in", &Param::second},
    });

constexpr auto kFilterFields =
    std::to_array<PartField<CellFilter, std::string, std::vector<Param>>>({
        {"study", &CellFilter::study},
        {"rule", &CellFilter::rule},
        {"task", &CellFilter::task},
        {"params", &CellFilter::params},
    });

constexpr auto kCheckFields = std::to_array<
    PartField<ClaimCheck, std::string, double, CellFilter, std::optional<CellFilter>>>({
    {"what", &ClaimCheck::what},
    {"of", &ClaimCheck::of},
    {"minus", &ClaimCheck::minus},
    {"over", &ClaimCheck::over},
    {"value", &ClaimCheck::value},
    {"over_value", &ClaimCheck::over_value},
    {"take", &ClaimCheck::take},
    {"by", &ClaimCheck::by},
    {"per", &ClaimCheck::per},
    {"at_least", &ClaimCheck::at_least},
    {"at_most", &ClaimCheck::at_most},
});

constexpr auto kClaimFields =
    std::to_array<PartField<ClaimCard, std::string, std::vector<ClaimCheck>>>({
        {"source", &ClaimCard::source},
        {"text", &ClaimCard::text},
        {"note", &ClaimCard::note},
        {"checks", &ClaimCard::checks},
    });

constexpr auto kStudyFields = std::to_array<PartField<StudyCard, std::string, StudyKind>>({
    {"name", &StudyCard::name},
    {"question", &StudyCard::question},
    {"kind", &StudyCard::kind},
    {"by", &StudyCard::by},
    {"value", &StudyCard::value},
});

constexpr auto kEquationFields = std::to_array<PartField<EquationCard, std::string>>({
    {"says", &EquationCard::says},
    {"tex", &EquationCard::tex},
});

constexpr auto kOptionFields = std::to_array<PartField<OptionCard, std::string>>({
    {"key", &OptionCard::key},
    {"value", &OptionCard::value},
    {"range", &OptionCard::range},
    {"help", &OptionCard::help},
});

constexpr auto kExpectedFields =
    std::to_array<PartField<ExpectedCard, std::string, double, int64_t>>({
        {"rule", &ExpectedCard::rule},
        {"task", &ExpectedCard::task},
        {"ruleset", &ExpectedCard::ruleset},
        {"metric", &ExpectedCard::metric},
        {"settings", &ExpectedCard::settings},
        {"mean", &ExpectedCard::mean},
        {"low", &ExpectedCard::low},
        {"high", &ExpectedCard::high},
        {"macs_per_sample", &ExpectedCard::macs_per_sample},
        {"seeds", &ExpectedCard::seeds},
    });

constexpr auto kRuleFields = std::to_array<
    PartField<RuleCard, std::string, bool, int64_t, double, std::vector<std::string>,
              std::vector<EquationCard>, std::vector<OptionCard>, std::vector<ExpectedCard>>>({
    {"id", &RuleCard::id},
    {"name", &RuleCard::name},
    {"summary", &RuleCard::summary},
    {"reference", &RuleCard::reference},
    {"plugin", &RuleCard::plugin},
    {"version", &RuleCard::version},
    {"license", &RuleCard::license},
    {"control", &RuleCard::control},
    {"properties", &RuleCard::properties},
    {"phases", &RuleCard::phases},
    {"memory_per_parameter", &RuleCard::memory_per_parameter},
    {"equations", &RuleCard::equations},
    {"limits", &RuleCard::limits},
    {"options", &RuleCard::options},
    {"expected_by", &RuleCard::expected_by},
    {"expected", &RuleCard::expected},
    {"conformance", &RuleCard::conformance},
});

constexpr auto kFactFields = std::to_array<PartField<FactCard, std::string>>({
    {"title", &FactCard::title},
    {"text", &FactCard::text},
});

constexpr auto kBaselineFields = std::to_array<PartField<BaselineCard, std::string, double>>({
    {"name", &BaselineCard::name},
    {"score", &BaselineCard::score},
});

constexpr auto kPictureFields = std::to_array<
    PartField<Picture, std::string, int64_t, std::vector<float>, std::vector<std::string>>>({
    {"key", &Picture::key},
    {"title", &Picture::title},
    {"column_title", &Picture::column_title},
    {"row_title", &Picture::row_title},
    {"value_title", &Picture::value_title},
    {"rows", &Picture::rows},
    {"cols", &Picture::cols},
    {"values", &Picture::values},
    {"kind", &Picture::kind},
    {"series", &Picture::series},
    {"image_rows", &Picture::image_rows},
    {"image_cols", &Picture::image_cols},
});

constexpr auto kTaskFields =
    std::to_array<PartField<TaskCard, std::string, bool, int64_t, double, std::vector<BaselineCard>,
                            std::vector<FactCard>, std::vector<ExpectedCard>, Picture>>({
        {"id", &TaskCard::id},
        {"title", &TaskCard::title},
        {"summary", &TaskCard::summary},
        {"kind", &TaskCard::kind},
        {"metric", &TaskCard::metric},
        {"split", &TaskCard::split},
        {"licence", &TaskCard::licence},
        {"attribution", &TaskCard::attribution},
        {"chance", &TaskCard::chance},
        {"ridge", &TaskCard::ridge},
        {"baselines", &TaskCard::baselines},
        {"facts", &TaskCard::facts},
        {"missing", &TaskCard::missing},
        {"samples", &TaskCard::samples},
        {"tests_all", &TaskCard::tests_all},
        {"folds", &TaskCard::folds},
        {"expected_by", &TaskCard::expected_by},
        {"expected", &TaskCard::expected},
    });

constexpr auto kRunFields =
    std::to_array<PartField<RunInfo, std::string, int64_t, std::vector<StudyCard>,
                            std::vector<RuleCard>, std::vector<TaskCard>, std::vector<ClaimCard>>>({
        {"run_id", &RunInfo::run_id},
        {"suite", &RunInfo::suite},
        {"version", &RunInfo::version},
        {"title", &RunInfo::title},
        {"suite_toml", &RunInfo::suite_toml},
        {"command", &RunInfo::command},
        {"options", &RunInfo::options},
        {"started_utc", &RunInfo::started_utc},
        {"studies", &RunInfo::studies},
        {"rules", &RunInfo::rules},
        {"tasks", &RunInfo::tasks},
        {"claims", &RunInfo::claims},
        {"plan", &RunInfo::plan},
        {"shard", &RunInfo::shard},
        {"plan_cells", &RunInfo::plan_cells},
        {"all_cells", &RunInfo::all_cells},
    });

constexpr const auto& fields_of(const Param&) { return kParamFields; }
constexpr const auto& fields_of(const CellFilter&) { return kFilterFields; }
constexpr const auto& fields_of(const ClaimCheck&) { return kCheckFields; }
constexpr const auto& fields_of(const ClaimCard&) { return kClaimFields; }
constexpr const auto& fields_of(const StudyCard&) { return kStudyFields; }
constexpr const auto& fields_of(const RuleCard&) { return kRuleFields; }
constexpr const auto& fields_of(const ExpectedCard&) { return kExpectedFields; }
constexpr const auto& fields_of(const EquationCard&) { return kEquationFields; }
constexpr const auto& fields_of(const OptionCard&) { return kOptionFields; }
constexpr const auto& fields_of(const FactCard&) { return kFactFields; }
constexpr const auto& fields_of(const BaselineCard&) { return kBaselineFields; }
constexpr const auto& fields_of(const Picture&) { return kPictureFields; }
constexpr const auto& fields_of(const TaskCard&) { return kTaskFields; }
constexpr const auto& fields_of(const RunInfo&) { return kRunFields; }
constexpr const auto& fields_of(const Provenance&) { return kCellFields; }

[[noreturn]] void damaged() { throw std::runtime_error("bytes that no Agon wrote"); }

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Objects from parts, arrays from lists of them; JSON has no word for infinities. Null: left out.
struct Write {
  Json operator()(const std::string& text) const { return text; }
  Json operator()(StudyKind kind) const { return name(kind); }
  Json operator()(int64_t count) const { return count; }
  Json operator()(bool flag) const { return flag; }
  Json operator()(double x) const {
    if (std::isnan(x)) return nullptr;
    return std::isfinite(x) ? Json(x) : Json(x > 0 ? "inf" : "-inf");
  }
  // In as few digits as say which float it is.
  Json operator()(float x) const {
    return std::isfinite(x) ? Json(std::stod(fmt::format("{}", x))) : Json(nullptr);
  }
  template <typename Part>
  Json operator()(const std::optional<Part>& part) const {
    return part ? (*this)(*part) : Json(nullptr);
  }
  template <typename Item>
  Json operator()(const std::vector<Item>& list) const {
    Json out = Json::array();
    for (const Item& item : list) out.push_back((*this)(item));
    return out;
  }
  template <typename Part>
  Json operator()(const Part& part) const {
    Json out = Json::object();
    for_each_field(fields_of(part), part, [&](const auto& field, const auto& x) {
      if (Json value = (*this)(x); !value.is_null())
        out[std::string(field.name)] = std::move(value);
    });
    return out;
  }
};

struct Read {
  void operator()(const Json& json, std::string& out) const {
    if (!json.is_string()) damaged();
    out = json;
  }
  void operator()(const Json& json, StudyKind& out) const {
    if (!json.is_string()) damaged();
    out = study_kind_from(json.get_ref<const std::string&>());
  }
  void operator()(const Json& json, int64_t& out) const {
    if (!json.is_number_integer()) damaged();
    out = json;
  }
  void operator()(const Json& json, bool& out) const {
    if (!json.is_boolean()) damaged();
    out = json;
  }
  void operator()(const Json& json, double& out) const {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (json.is_number()) {
      out = json;
    } else if (json == "inf" || json == "-inf") {
      out = json == "inf" ? kInfinity : -kInfinity;
    } else if (json != "nan") {  // the word of older files
      damaged();
    }
  }
  void operator()(const Json& json, float& out) const {
    if (!json.is_number() && !json.is_null()) damaged();
    out = json.is_null() ? std::numeric_limits<float>::quiet_NaN() : json.get<float>();
  }
  template <typename Part>
  void operator()(const Json& json, std::optional<Part>& out) const {
    (*this)(json, out.emplace());
  }
  template <typename Item>
  void operator()(const Json& json, std::vector<Item>& out) const {
    if (!json.is_array()) damaged();
    for (const Json& item : json) (*this)(item, out.emplace_back());
  }
  template <typename Part>
  void operator()(const Json& json, Part& part) const {
    if (!json.is_object()) damaged();
    for_each_field(fields_of(part), part, [&](const auto& field, auto& x) {
      if (const auto it = json.find(field.name); it != json.end()) (*this)(*it, x);
    });
  }
};

template <typename Part>
Part part_from(std::string_view text) {
  Part part;
  Read()(Json::parse(text, nullptr, false), part);
  return part;
}

}  // namespace

std::string run_json(const RunInfo& run) { return dump(Write()(run)); }
RunInfo run_from_json(std::string_view json) { return part_from<RunInfo>(json); }
std::string claim_json(const ClaimCard& claim) { return dump(Write()(claim)); }
std::string provenance_json(const Provenance& p) { return dump(Write()(p)); }
Provenance provenance_from_json(std::string_view json) { return part_from<Provenance>(json); }

}  // namespace agon::reports
