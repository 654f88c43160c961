// SPDX-License-Identifier: MIT
#include "harness/conformance/child.h"

#include <sys/resource.h>

#include <algorithm>
#include <cfenv>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/machine.h"
#include "core/parallel.h"
#include "harness/plugins/call.h"
#include "harness/plugins/loader.h"
#include "harness/work/process.h"

namespace agon::conformance {
namespace {

using nlohmann::json;

constexpr std::string_view kVerb = "verb ", kCase = "case ", kVerdict = "verdict ";

// Of this process: a listener of verbs is a plain function.
std::string g_nonce, g_last;

void say(const std::string& line) {
  std::string whole = g_nonce;
  whole.append(" ").append(line).append("\n");
  harness::write_event(whole);
}

// Minibatches come by the thousand: only what is new is told.
void tell_verb(const char* verb) {
  const std::string_view text = verb;
  if (text == g_last) return;
  g_last = text;
  say(text.starts_with(kCase) ? std::string(text) : std::string(kVerb).append(text));
}

void limit_cpu(int64_t seconds) {
  if (seconds <= 0) return;
  const auto soft = static_cast<rlim_t>(seconds);
  const rlimit limit{soft, soft + 5};
  setrlimit(RLIMIT_CPU, &limit);
}

Verdict run(const std::filesystem::path& file, const json& job) {
  const agon_plugin& plugin = harness::open_plugin(file);
  const agon_rule& rule = harness::rule_of(plugin, job.at("rule").get<std::string>(), file);
  const std::string id = job.at("check");
  const auto check = std::ranges::find_if(checks(), [&](const Check& c) { return id == c.id; });
  Subject subject = subject_of(plugin, rule, file);
  subject.seed = job.at("seed");
  subject.cases = job.at("cases");
  std::fesetenv(FE_DFL_ENV);  // loading a plugin may change it
  core::flush_denormals();
  harness::Call::on_verb(tell_verb);
  return judge(*check, subject);
}

}  // namespace

std::string to_text(const Job& job) {
  return json({{"rule", job.rule},
               {"check", job.check},
               {"seed", job.seed},
               {"cases", job.cases},
               {"nonce", job.nonce},
               {"cpu_limit_s", job.cpu_limit_s}})
      .dump();
}

Said read_said(std::string_view events, std::string_view nonce) {
  Said said;
  while (!events.empty()) {
    std::string_view line = events.substr(0, events.find('\n'));
    events.remove_prefix(std::min(line.size() + 1, events.size()));
    if (!line.starts_with(nonce) || line.size() <= nonce.size()) {
      said.foreign = true;
      continue;
    }
    line.remove_prefix(nonce.size() + 1);
    if (line.starts_with(kVerb)) {
      said.verb = line.substr(kVerb.size());
    } else if (line.starts_with(kCase)) {
      said.drawn = line.substr(kCase.size());
    } else if (line.starts_with(kVerdict)) {
      const json verdict = json::parse(line.substr(kVerdict.size()), nullptr, false);
      if (!verdict.is_object()) continue;  // it ended while it wrote
      said.verdict = {outcome_of(verdict.at("outcome").get<std::string>()), verdict.at("reason")};
      said.finished = true;
    }
  }
  return said;
}

int check_for_parent(const std::filesystem::path& file) {
  const std::string text((std::istreambuf_iterator<char>(std::cin)),
                         std::istreambuf_iterator<char>());
  const json job = json::parse(text);
  g_nonce = job.at("nonce");
  limit_cpu(job.at("cpu_limit_s"));
  core::set_parallel(core::Backend::serial, 1);
  tell_verb("dlopen");
  const Verdict verdict = run(file, job);
  say(std::string(kVerdict) + json({{"outcome", word(verdict.outcome)}, {"reason", verdict.reason}})
                                  .dump(-1, ' ', false, json::error_handler_t::replace));
  tell_verb("exit of the process");  // destructors of the plugin
  return 0;
}

}  // namespace agon::conformance
