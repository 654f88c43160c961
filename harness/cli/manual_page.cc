// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "harness/cli/shells.h"
#include "harness/cli/variables.h"

namespace agon::harness {
namespace {

// Text for roff: no escapes of its own, no line that begins as a request.
std::string roff(const std::string& text) {
  std::string out;
  bool begins = true;
  for (const char c : text) {
    if (begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    begins = c == '\n';
  }
  return out;
}

// Lines as they are.
std::string verbatim(const std::string& text) { return ".nf\n" + roff(text) + "\n.fi\n"; }

std::string option_text(const OptionAbout& option) {
  const std::string takes =
      option.takes.empty() ? "" : fmt::format(" \\fI{}\\fR", roff(option.takes));
  std::string names;
  for (const std::string& name : option.names) {
    names += names.empty() ? "" : ", ";
    names += option.positional ? "\\fI" + roff(name) + "\\fR" : "\\fB" + roff(name) + "\\fR";
  }
  return fmt::format(".TP\n{}{}\n{}\n", names, option.positional ? "" : takes, roff(option.help));
}

std::string variables_text() {
  std::string out = ".SH ENVIRONMENT\n";
  for (const Variable& variable : kVariables)
    out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", variable.name, roff(std::string(variable.what)));
  return out;
}

}  // namespace

std::string manual_page(std::span<const VerbAbout> verbs, const std::string& about,
                        const std::string& footer, const std::string& version) {
  std::string out = fmt::format(
      ".TH AGON 1 \"\" \"agon {}\" \"User Commands\"\n.SH NAME\nagon \\- an arena for learning rules\n"
      ".SH SYNOPSIS\n.B agon\n\\fIverb\\fR [\\fIoptions\\fR]\n.SH DESCRIPTION\n{}.SH VERBS\n",
      version, verbatim(about));
  for (const VerbAbout& verb : verbs) {
    out += fmt::format(".SS {}\n{}", roff(verb.name), verbatim(verb.help));
    for (const OptionAbout& option : verb.options) out += option_text(option);
  }
  out += variables_text();
  return out + ".SH EXIT STATUS\n" + verbatim(footer);
}

}  // namespace agon::harness
