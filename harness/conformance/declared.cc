// SPDX-License-Identifier: MIT
//
// Level 1: what a plugin says of itself. That it can be opened, has sound tables and a name of its own
// is what it takes to be listed at all (loader.h, discover.h); the rest stands here.
#include <algorithm>
#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/text.h"
#include "harness/conformance/levels.h"
#include "harness/plugins/elf_file.h"
#include "harness/plugins/loader.h"
#include "harness/plugins/sized.h"
#include "reports/math/tex.h"

namespace agon::conformance {
namespace {

bool is_one_line(std::string_view text) {
  return !text.empty() && core::printable(text) == text && text.front() != ' ' &&
         text.back() != ' ';
}

void texts(const Subject& s) {
  const auto line = [](std::string_view what, std::string_view text) {
    require(!text.empty(), "its {} is empty", what);
    require(is_one_line(text), "its {} is not one line of plain text: '{}'", what,
            core::printable(text));
  };
  line("name", s.manifest.name);
  line("summary", s.manifest.summary);
  line("reference", s.manifest.reference);
  line("build", s.manifest.compiler);
  for (const harness::ParamManifest& p : s.manifest.params)
    line(fmt::format("help of parameter '{}'", p.key), p.help);
  for (const harness::PresetManifest& p : s.manifest.presets)
    line(fmt::format("help of preset '{}'", p.name), p.help);
}

bool is_number(std::string_view text) {
  return !text.empty() && (text == "0" || text.front() != '0') &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

void version(const Subject& s) {
  std::string_view core = s.manifest.plugin_version;
  core = core.substr(0, core.find_first_of("-+"));
  for (int part = 0; part < 3; ++part) {
    const size_t dot = part < 2 ? core.find('.') : core.size();
    require(dot != std::string_view::npos && is_number(core.substr(0, dot)),
            "its version '{}' is not MAJOR.MINOR.PATCH",
            core::printable(s.manifest.plugin_version));
    core.remove_prefix(std::min(dot + 1, core.size()));
  }
}

// An SPDX expression by its form: identifiers of letters, digits, '.', '-' and '+', joined by AND, OR
// and WITH, with parentheses. Words that name no licence are told from it.
void licence(const Subject& s) {
  const std::string_view text = s.manifest.license;
  const auto refuse = [&] {
    throw Fault{fmt::format("its licence '{}' is no SPDX expression", core::printable(text))};
  };
  constexpr std::array<std::string_view, 6> kNone{"none",    "unknown", "todo",
                                                  "licence", "license", "noassertion"};
  bool wants_identifier = true;
  int open = 0;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == ' ') {
      ++at;
    } else if (c == '(') {
      if (!wants_identifier) refuse();
      ++open;
      ++at;
    } else if (c == ')') {
      if (wants_identifier || --open < 0) refuse();
      ++at;
    } else {
      const std::string_view word = text.substr(at, text.find_first_of(" ()", at) - at);
      at += word.size();
      if (word == "AND" || word == "OR" || word == "WITH") {
        if (wants_identifier) refuse();
        wants_identifier = true;
        continue;
      }
      std::string lower(word);
      std::ranges::transform(lower, lower.begin(), [](unsigned char l) { return std::tolower(l); });
      const bool formed = std::ranges::all_of(word, [](unsigned char l) {
        return std::isalnum(l) != 0 || l == '.' || l == '-' || l == '+' || l == ':';
      });
      if (!wants_identifier || !formed || std::ranges::find(kNone, lower) != kNone.end()) refuse();
      wants_identifier = false;
    }
  }
  if (wants_identifier || open != 0) refuse();
}

// Code of the standard library that was made in the plugin: hidden visibility alone leaves it visible, and
// all copies of it are alike.
bool is_standard(std::string_view symbol) {
  constexpr std::array<std::string_view, 10> kMarks{
      "_ZNSt",  "_ZNKSt", "_ZSt",     "_ZTISt",         "_ZTSSt",
      "_ZTVSt", "_ZZNSt", "_ZGVZNSt", "_ZNK9__gnu_cxx", "_ZN9__gnu_cxx"};
  return std::ranges::any_of(kMarks, [&](std::string_view m) { return symbol.starts_with(m); });
}

void symbols(const Subject& s) {
  if (harness::is_source(s.file)) throw NotApplicable{"a source file exports nothing"};
  for (const std::string& symbol : harness::exported_symbols(s.file)) {
    require(symbol == AGON_PLUGIN_SYMBOL || is_standard(symbol),
            "it exports '{}' besides " AGON_PLUGIN_SYMBOL, core::printable(symbol));
  }
}

struct Table {
  const char* id;
  uint64_t capabilities;  // it goes with any of these; 0: with all
};
constexpr auto kTables = std::to_array<Table>({
    {AGON_SUPERVISED_ID, AGON_CAN_CLASSIFY | AGON_CAN_REGRESS},
    {AGON_SEQUENCE_ID, AGON_CAN_SEQUENCE},
    {AGON_DYNAMICS_ID, AGON_CAN_DYNAMICS},
    {AGON_LESION_ID, 0},
    {AGON_GENERATE_ID, 0},
    {AGON_METRICS_ID, 0},
    {AGON_TENSORS_ID, 0},
    {AGON_PICTURES_ID, 0},
    {AGON_STATE_ID, 0},
    {AGON_CARD_ID, 0},
});

void tables(const Subject& s) {
  const agon_rule& rule = *s.rule;
  for (const char* id : {"", "agon.nonsense/1", "agon.supervised/999"}) {
    require(rule.extension(&rule, id) == nullptr,
            "it answers the unknown extension '{}' with a table", id);
  }
  for (const Table& t : kTables) {
    const void* const first = rule.extension(&rule, t.id);
    require(rule.extension(&rule, t.id) == first, "its {} is another table each time", t.id);
    if (first == nullptr) continue;
    require(t.capabilities == 0 || (rule.capabilities & t.capabilities) != 0,
            "it offers {} and declares no capability for it", t.id);
    uint32_t size = 0;
    std::memcpy(&size, first, sizeof(size));
    require(size >= 2 * sizeof(uint32_t), "its {} says that it is {} bytes long", t.id, size);
  }
}

// The card can be shown: every equation is of the part of TeX that is understood.
void card(const Subject& s) {
  if (!s.manifest.has(AGON_CARD_ID)) throw NotApplicable{"it has no card"};
  for (size_t i = 0; i < s.manifest.equations.size(); ++i) {
    const auto& [says, tex] = s.manifest.equations[i];
    require(says.empty() || is_one_line(says), "what equation {} says is not one line: '{}'", i + 1,
            core::printable(says));
    try {
      reports::mathml(tex);
    } catch (const reports::TexError& error) {
      throw Fault{fmt::format("equation {} '{}', {}", i + 1, core::printable(tex), error.what())};
    }
  }
  for (const std::string& limit : s.manifest.limits)
    require(is_one_line(limit), "a limit is not one line of plain text: '{}'",
            core::printable(limit));
}

// What the parent process is told is what the tables say, however often they are asked.
void manifest(const Subject& s) {
  const nlohmann::json told = harness::to_json(s.manifest);
  const harness::RuleManifest again = harness::manifest_from_json(
      nlohmann::json::parse(told.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
  require(harness::to_json(again) == told,
          "its texts are no UTF-8: they change on their way to the parent");
  const nlohmann::json now =
      harness::to_json(harness::manifest_of(*s.plugin, *s.rule, s.file.string()));
  require(now == told, "what it declares has changed since it was opened");
}

constexpr auto kChecks = std::to_array<Check>({
    {"texts", 1,
     "Name, summary, reference and every parameter's help are there, one plain line each",
     "fill in RuleInfo and the help of parameters and presets", texts},
    {"version", 1, "The version is MAJOR.MINOR.PATCH",
     "give AGON_PLUGIN a semantic version, \"1.0.0\"", version},
    {"licence", 1, "The licence is an SPDX expression",
     "give AGON_PLUGIN an identifier of https://spdx.org/licenses, such as \"MIT\"", licence},
    {"symbols", 1, "It exports agon_plugin_v1 and nothing else",
     "build it with agon_add_plugin(), or with hidden visibility and a version script", symbols},
    {"tables", 1, "Its tables go with its capabilities, unknown extensions are NULL",
     "answer exactly the ids that the rule offers, with static tables", tables},
    {"card", 1, "Its equations can be set and its limits are plain lines",
     "write the equations in the part of TeX that agon/card.h lists", card},
    {"manifest", 1, "What is declared is the same whenever it is asked",
     "return static, constant tables with UTF-8 texts", manifest},
});

}  // namespace

std::span<const Check> declared_checks() { return kChecks; }

}  // namespace agon::conformance
