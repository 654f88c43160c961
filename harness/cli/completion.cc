// SPDX-License-Identifier: MIT
//
// agon completion SHELL: what makes a shell complete agon's words; and the manual page.
#include <fmt/format.h>

#include <array>
#include <memory>

#include "core/file.h"
#include "core/text.h"
#include "harness/cli/cli.h"
#include "harness/cli/shells.h"
#include "harness/plan/build_info.h"
#include "harness/run/console.h"

namespace agon::harness {
namespace {

struct Options {
  std::string what;
  std::filesystem::path file;
};

std::string text_of(const CommandLine& line, const std::string& what) {
  const std::vector<VerbAbout> verbs = line.verbs();
  if (what == "bash") return bash_completion(verbs);
  if (what == "zsh") return zsh_completion(verbs);
  if (what == "fish") return fish_completion(verbs);
  if (what == "man") return manual_page(verbs, line.about(), line.footer(), agon_version());
  const std::array<std::string, 4> known{"bash", "zsh", "fish", "man"};
  throw Error(Exit::usage, "agon completion " + core::printable(what), "no such shell",
              core::suggest(what, known));
}

int print(const CommandLine& line, const Options& options) {
  const std::string text = text_of(line, options.what);
  if (options.file.empty()) {
    write_out(text);
  } else {
    core::replace_file(options.file, text);
  }
  return 0;
}

}  // namespace

void add_completion(CommandLine& line) {
  auto o = std::make_shared<Options>();
  const Verb verb =
      line.add("completion",
               "Print what makes a shell complete agon's words, or the manual page\n\n"
               "  source <(agon completion bash)                           in ~/.bashrc\n"
               "  agon completion zsh > a folder of $fpath/_agon\n"
               "  agon completion fish > ~/.config/fish/completions/agon.fish\n"
               "  agon completion man | man -l -");
  verb.option("what", o->what, "bash, zsh, fish or man").required().takes("SHELL");
  verb.option("-o,--output", o->file, "Where it goes; without it to stdout").takes("FILE");
  verb.does([o, &line] { return print(line, *o); });
}

}  // namespace agon::harness
