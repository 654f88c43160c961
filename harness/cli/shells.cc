// SPDX-License-Identifier: MIT
#include "harness/cli/shells.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace agon::harness {
namespace {

// Values that agon can name, by verb (* for any) and option.
struct Words {
  std::string_view verb, option, words;
};
constexpr std::string_view kRules = "agon list rules", kTasks = "agon list tasks",
                           kSuites = "agon list suites";
constexpr auto kWords = std::to_array<Words>({
    {"run", "suite", kSuites},
    {"run", "-r", kRules},
    {"run", "-t", kTasks},
    {"info", "name", "agon list rules; agon list tasks; agon list suites"},
    {"check", "plugin", kRules},
    {"fetch", "tasks", kTasks},
    {"list", "what", "printf '%s\\n' rules tasks suites"},
    {"new", "what", "printf '%s\\n' rule task suite"},
    {"new", "--task", "printf '%s\\n' classify regress dynamics"},
    {"new", "--language", "printf '%s\\n' c++ python"},
    {"report", "--format", "printf '%s\\n' html csv md latex json svg"},
    {"catalogue", "what", "echo build"},
    {"completion", "what", "printf '%s\\n' bash zsh fish man"},
});

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

// Inside single quotes of a POSIX shell.
std::string quoted(const std::string& text) { return "'" + replaced(text, "'", "'\\''") + "'"; }

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

std::vector<std::string> options_of(const VerbAbout& verb) {
  std::vector<std::string> out;
  for (const OptionAbout& option : verb.options) {
    if (!option.positional) out.insert(out.end(), option.names.begin(), option.names.end());
  }
  return out;
}

// The n-th word without dashes.
const OptionAbout* positional(const VerbAbout& verb, size_t n) {
  for (const OptionAbout& option : verb.options) {
    if (option.positional && n-- == 0) return &option;
  }
  return nullptr;
}

}  // namespace

std::string words_of(const std::string& verb, const OptionAbout& option) {
  for (const Words& row : kWords) {
    if (row.verb == verb && std::ranges::count(option.names, row.option) > 0)
      return std::string(row.words);
  }
  return "";
}

std::string first_line(const std::string& help) {
  return replaced(help.substr(0, help.find("\n\n")), "\n", " ");
}

std::string bash_completion(std::span<const VerbAbout> verbs) {
  std::vector<std::string> names;
  std::string cases, options;
  for (const VerbAbout& verb : verbs) {
    names.push_back(verb.name);
    options +=
        fmt::format("    {}) options={} ;;\n", verb.name, quoted(joined(options_of(verb), " ")));
    for (const OptionAbout& option : verb.options) {
      const std::string words = words_of(verb.name, option);
      if (option.positional || words.empty()) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : option.names) patterns.push_back(verb.name + ":" + name);
      cases += fmt::format("    {}) words=$({}) ;;\n", joined(patterns, "|"), words);
    }
    if (const OptionAbout* first = positional(verb, 0);
        first != nullptr && !words_of(verb.name, *first).empty()) {
      cases +=
          fmt::format("    {0}:{0}) words=$({1}) ;;\n", verb.name, words_of(verb.name, *first));
    }
  }
  return fmt::format(
      "# bash completion of agon, printed by `agon completion bash`\n"
      "_agon() {{\n"
      "  local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD - 1]}} verb=${{COMP_WORDS[1]}}\n"
      "  local options='' words=''\n"
      "  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    mapfile -t COMPREPLY < <(compgen -W {} -- \"$cur\")\n"
      "    return\n"
      "  fi\n"
      "  case $verb in\n{}  esac\n"
      "  if [[ $cur == -* ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
      "    return\n"
      "  fi\n"
      "  case $verb:$prev in\n{}  esac 2>/dev/null\n"
      "  words=$(awk '{{ print $1 }}' <<<\"$words\")\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
      "}}\n"
      "complete -o default -F _agon agon\n",
      quoted(joined(names, " ") + " --help --version"), options, cases);
}

std::string zsh_completion(std::span<const VerbAbout> verbs) {
  const auto text = [](const std::string& help) {
    std::string out = first_line(help);
    for (const char* c : {"[", "]", ":"}) out = replaced(out, c, std::string("\\") + c);
    return out;
  };
  const auto value = [](const std::string& verb, const OptionAbout& option) {
    const std::string words = words_of(verb, option);
    if (words.empty()) return std::string("_files");
    return fmt::format("{{compadd -- ${{(f)\"$( ({}) 2>/dev/null | cut -d\" \" -f1)\"}}}}", words);
  };
  std::string names, cases;
  for (const VerbAbout& verb : verbs) {
    names += fmt::format("    {}\n", quoted(verb.name + ":" + text(verb.help)));
    cases += fmt::format("    {})\n      _arguments", verb.name);
    for (const OptionAbout& option : verb.options) {
      if (option.positional) {
        const std::string spec = "*:" + option.names[0] + ":" + value(verb.name, option);
        cases += fmt::format(" \\\n        {}", quoted(spec));
        continue;
      }
      const std::string what =
          option.takes.empty() ? "" : ":" + text(option.takes) + ":" + value(verb.name, option);
      for (const std::string& name : option.names)
        cases += fmt::format(" \\\n        {}",
                             quoted(fmt::format("*{}[{}]{}", name, text(option.help), what)));
    }
    cases += "\n      ;;\n";
  }
  return fmt::format(
      "#compdef agon\n# zsh completion of agon, printed by `agon completion zsh`\n"
      "local -a verbs\nverbs=(\n{}  )\n"
      "if ((CURRENT == 2)); then\n  _describe verb verbs\n  return\nfi\n"
      "local verb=$words[2]\nshift words\n((CURRENT--))\n"
      "case $verb in\n{}esac\n",
      names, cases);
}

std::string fish_completion(std::span<const VerbAbout> verbs) {
  const auto text = [](const std::string& help) {
    return "'" + replaced(replaced(first_line(help), "\\", "\\\\"), "'", "\\'") + "'";
  };
  std::string out =
      "# fish completion of agon, printed by `agon completion fish`\n"
      "complete -c agon -n __fish_use_subcommand -l help -d 'Print the help'\n"
      "complete -c agon -n __fish_use_subcommand -l version -d 'Print the version'\n";
  for (const VerbAbout& verb : verbs) {
    out += fmt::format("complete -c agon -n __fish_use_subcommand -f -a {} -d {}\n", verb.name,
                       text(verb.help));
    const std::string when = fmt::format("-n '__fish_seen_subcommand_from {}'", verb.name);
    for (const OptionAbout& option : verb.options) {
      const std::string words = words_of(verb.name, option);
      std::string line = "complete -c agon " + when;
      if (!option.positional) {
        for (const std::string& name : option.names) {
          line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
        }
        if (!option.takes.empty()) line += " -r";
        line += " -d " + text(option.help);
      } else if (words.empty()) {
        continue;
      }
      if (!words.empty())
        line +=
            fmt::format(" -a \"(begin; {}; end 2>/dev/null | string replace -r ' .*' '')\"", words);
      out += line + "\n";
    }
  }
  return out;
}

}  // namespace agon::harness
