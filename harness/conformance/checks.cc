// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "harness/conformance/levels.h"
#include "harness/plugins/instance.h"
#include "harness/train/guarded_output.h"

namespace agon::conformance {
namespace {

struct Word {
  Outcome outcome;
  const char* text;
};
constexpr auto kWords = std::to_array<Word>({{Outcome::ok, "ok"},
                                             {Outcome::failed, "failed"},
                                             {Outcome::expected_failure, "expected failure"},
                                             {Outcome::not_applicable, "not applicable"},
                                             {Outcome::not_run, "not run"}});

}  // namespace

const char* word(Outcome outcome) noexcept {
  return std::ranges::find(kWords, outcome, &Word::outcome)->text;
}

Outcome outcome_of(std::string_view text) {
  const auto found =
      std::ranges::find(kWords, text, [](const Word& w) { return std::string_view(w.text); });
  if (found == kWords.end()) throw std::invalid_argument("no such outcome");
  return found->outcome;
}

Subject subject_of(const agon_plugin& plugin, const agon_rule& rule, std::filesystem::path file) {
  harness::RuleManifest manifest = harness::manifest_of(plugin, rule, file.string());
  return {
      .plugin = &plugin, .rule = &rule, .file = std::move(file), .manifest = std::move(manifest)};
}

std::span<const Check> checks() {
  static const std::vector<Check> all = [] {
    std::vector<Check> out;
    for (const auto part :
         {declared_checks(), running_checks(), showing_checks(), repeating_checks(),
          process_checks(), learning_checks(), principle_checks(), drawn_checks(), struct_checks()})
      out.insert(out.end(), part.begin(), part.end());
    return out;
  }();
  return all;
}

Verdict judge(const Check& check, const Subject& subject) {
  const auto failed = [](std::string_view reason) {
    return Verdict{Outcome::failed, core::printable(reason)};
  };
  try {
    check.run(subject);
    return {};
  } catch (const NotApplicable& none) {
    return {Outcome::not_applicable, core::printable(none.reason)};
  } catch (const Fault& fault) {
    return failed(fault.reason);
  } catch (const harness::RuleFailure& failure) {
    return failed(fmt::format("{} ({})", failure.what(), harness::status_words(failure.status())));
  } catch (const harness::BadOutput& bad) {
    return failed(bad.detail);
  } catch (const std::bad_alloc&) {
    return failed("out of memory");
  } catch (const std::exception& e) {
    return failed(e.what());
  }
}

}  // namespace agon::conformance
