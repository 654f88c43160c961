// SPDX-License-Identifier: MIT
//
// The command line as its verbs see it. CLI11 stands behind command_line.cc alone: in a file that
// includes it, it takes longer to compile than all the rest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace agon::harness {

// A handle; the command line owns what it stands for.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  const Option& required() const;
  const Option& one_at_a_time() const;  // -t A -t B, so that a word after -t A is no second value
  const Option& separated_by(char mark) const;  // html,csv is two values
  const Option& shows_default() const;
  const Option& takes(const std::string& word) const;  // what the help calls the value: FILE, N

 private:
  CLI::Option* option_;
};

// One verb and its options, by CLI11's names: "-o,--output", or "suite" for a word without dashes.
// What values are stored in must outlive the command line.
class Verb {
 public:
  Verb(CLI::App* verb, std::function<int()>* chosen) : verb_(verb), chosen_(chosen) {}

  // T: std::string, path, vectors of both, int, int64_t, unsigned.
  template <typename T>
  Option option(const std::string& names, T& value, const std::string& help = "") const;
  // `set` takes each value as typed; std::invalid_argument says why it is refused.
  Option checked(const std::string& names, std::function<void(const std::string&)> set,
                 const std::string& help) const;
  void flag(const std::string& names, bool& value, const std::string& help = "") const;
  // What the program does, and returns as its exit code, when the verb is typed.
  void does(std::function<int()> action) const;

 private:
  CLI::App* verb_;
  std::function<int()>* chosen_;
};

// The command line as data, for completion and the manual page.
struct OptionAbout {
  std::vector<std::string> names;  // "-o", "--output"; of a word without dashes its name alone
  std::string takes, help;         // takes: "" for a flag
  bool positional = false, required = false;
};
struct VerbAbout {
  std::string name, help;
  std::vector<OptionAbout> options;
};

class CommandLine {
 public:
  CommandLine(const std::string& about, const std::string& footer, const std::string& version);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  Verb add(const std::string& verb, const std::string& help);
  Verb add_hidden(const std::string& verb);

  // Reads the line. The text that --help or --version asks for, if they do; otherwise run() is
  // next. Throws Error(Exit::usage) with the nearest valid name.
  std::optional<std::string> parse(int argc, char** argv);
  int run() const { return chosen_(); }

  std::string about() const;
  std::string footer() const;
  std::vector<VerbAbout> verbs() const;  // without the hidden ones

 private:
  std::unique_ptr<CLI::App> app_;
  std::function<int()> chosen_;
};

}  // namespace agon::harness
