// SPDX-License-Identifier: MIT
#include "harness/cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "core/error.h"
#include "core/text.h"

namespace agon::harness {
namespace {

// CLI11 says what is wrong with a line; this adds the nearest valid name.
std::string usage_hint(const CLI::App& app, int argc, char** argv) {
  const CLI::App* verb = &app;
  std::vector<std::string> verbs;
  for (const CLI::App* sub :
       app.get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); })) {
    verbs.push_back(sub->get_name());
  }
  if (argc > 1) {
    const std::string first = argv[1];
    if (std::find(verbs.begin(), verbs.end(), first) == verbs.end() && !first.starts_with("-")) {
      return core::suggest(first, verbs);
    }
    for (const CLI::App* sub : app.get_subcommands(nullptr)) {
      if (sub->get_name() == first) verb = sub;
    }
  }
  std::vector<std::string> options;
  for (const CLI::Option* option : verb->get_options()) {
    for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
  }
  for (int i = 1; i < argc; ++i) {
    const std::string word = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
    if (word.starts_with("--") &&
        std::find(options.begin(), options.end(), word) == options.end()) {
      return core::suggest(word, options);
    }
  }
  return fmt::format("see agon {}--help", verb == &app ? "" : verb->get_name() + " ");
}

}  // namespace

const Option& Option::required() const {
  option_->required();
  return *this;
}

const Option& Option::one_at_a_time() const {
  option_->allow_extra_args(false);
  return *this;
}

const Option& Option::separated_by(char mark) const {
  option_->delimiter(mark);
  return *this;
}

const Option& Option::shows_default() const {
  option_->capture_default_str();
  return *this;
}

const Option& Option::takes(const std::string& word) const {
  option_->type_name(word);
  return *this;
}

template <typename T>
Option Verb::option(const std::string& names, T& value, const std::string& help) const {
  return Option(verb_->add_option(names, value, help));
}

template Option Verb::option(const std::string&, std::string&, const std::string&) const;
template Option Verb::option(const std::string&, std::filesystem::path&, const std::string&) const;
template Option Verb::option(const std::string&, std::vector<std::string>&,
                             const std::string&) const;
template Option Verb::option(const std::string&, std::vector<std::filesystem::path>&,
                             const std::string&) const;
template Option Verb::option(const std::string&, int&, const std::string&) const;
template Option Verb::option(const std::string&, int64_t&, const std::string&) const;
template Option Verb::option(const std::string&, unsigned&, const std::string&) const;

Option Verb::checked(const std::string& names, std::function<void(const std::string&)> set,
                     const std::string& help) const {
  const std::string shown = names.substr(names.rfind(',') + 1);  // -s,--seeds: --seeds
  return Option(verb_->add_option_function<std::string>(
      names,
      [set = std::move(set), shown](const std::string& text) {
        try {
          set(text);
        } catch (const std::invalid_argument& e) {
          throw CLI::ValidationError(shown, e.what());
        }
      },
      help));
}

void Verb::flag(const std::string& names, bool& value, const std::string& help) const {
  verb_->add_flag(names, value, help);
}

void Verb::does(std::function<int()> action) const {
  verb_->callback([chosen = chosen_, action = std::move(action)] { *chosen = action; });
}

CommandLine::CommandLine(const std::string& about, const std::string& footer,
                         const std::string& version)
    : app_(std::make_unique<CLI::App>(about)) {
  app_->name("agon");
  app_->set_version_flag("--version", version);
  app_->require_subcommand(1);
  app_->footer(footer);
}

CommandLine::~CommandLine() = default;

Verb CommandLine::add(const std::string& verb, const std::string& help) {
  return {app_->add_subcommand(verb, help), &chosen_};
}

Verb CommandLine::add_hidden(const std::string& verb) {
  return {app_->add_subcommand(verb, "")->group(""), &chosen_};
}

std::optional<std::string> CommandLine::parse(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& e) {
    std::ostringstream text;
    app_->exit(e, text, text);
    return text.str();
  } catch (const CLI::ParseError& e) {
    throw Error(Exit::usage, "command line", e.what(), usage_hint(*app_, argc, argv));
  }
  return {};
}

std::string CommandLine::about() const { return app_->get_description(); }
std::string CommandLine::footer() const { return app_->get_footer(); }

std::vector<VerbAbout> CommandLine::verbs() const {
  std::vector<VerbAbout> out;
  for (const CLI::App* verb :
       app_->get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); })) {
    VerbAbout& about = out.emplace_back();
    about.name = verb->get_name();
    about.help = verb->get_description();
    for (const CLI::Option* option : verb->get_options()) {
      if (option->get_group().empty()) continue;
      OptionAbout one{
          {}, "", option->get_description(), option->get_positional(), option->get_required()};
      for (const std::string& name : option->get_snames()) one.names.push_back("-" + name);
      for (const std::string& name : option->get_lnames()) one.names.push_back("--" + name);
      if (one.names.empty()) one.names.push_back(option->get_name());
      if (option->get_items_expected_max() > 0) one.takes = option->get_type_name();
      about.options.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace agon::harness
