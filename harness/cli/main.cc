// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <sstream>

#include "core/machine.h"
#include "core/text.h"
#include "harness/cli/cli.h"
#include "harness/run/build_info.h"
#include "harness/run/console.h"
#include "reports/render/reproduce.h"

namespace agon::harness {
namespace {

std::string g_command_line;  // written once by main before any verb runs

// CLI11 says what is wrong with a line; this adds the nearest valid name.
std::string usage_hint(const CLI::App& app, int argc, char** argv) {
  const CLI::App* verb = &app;
  std::vector<std::string> verbs;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); })) {
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
    if (word.starts_with("--") && std::find(options.begin(), options.end(), word) == options.end()) {
      return core::suggest(word, options);
    }
  }
  return fmt::format("see agon {}--help", verb == &app ? "" : verb->get_name() + " ");
}

// Workers are this very program, started again, and rules lie beside it.
void require_proc() {
  std::error_code error;
  if (!std::filesystem::is_symlink("/proc/self/exe", error)) {
    throw Error(Exit::plugin, "/proc", "is not mounted: agon finds itself, its rules and its workers through it",
                "mount it: mount -t proc proc /proc");
  }
}

int run_main(int argc, char** argv) {
  for (int i = 0; i < argc; ++i) g_command_line += (i > 0 ? " " : "") + (i == 0 ? "agon" : reports::shell_word(argv[i]));
  CLI::App app{
      "Agon: an arena for learning rules.\n\n"
      "  agon run quick                       compare every rule on small embedded tasks, write a report\n"
      "  agon run quick -r 'ed[lr=log(1e-3,1,5)]' -t digits -s 5 -o out\n"
      "  agon list rules                      what can be compared\n"
      "  agon doctor                          is this machine fit for it?"};
  app.name("agon");
  app.set_version_flag("--version", "agon " + agon_version());
  app.require_subcommand(1);
  app.footer("Exit codes: 0 ok, 1 some cells failed, 2 usage or suite, 3 data, 4 plugin, 5 defect in agon,\n"
             "6 output cannot be written, 130 interrupted (the same command resumes).");
  Action action;
  add_run(app, action);
  add_report(app, action);
  add_list(app, action);
  add_info(app, action);
  add_doctor(app, action);
  add_worker(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    std::ostringstream text;
    const int code = app.exit(e, text, text);
    write_out(text.str());
    return code;
  } catch (const CLI::ParseError& e) {
    throw Error(Exit::usage, "command line", e.what(), usage_hint(app, argc, argv));
  }
  require_proc();
  core::detect_simd_target();
  return action();
}

}  // namespace

const std::string& command_line() { return g_command_line; }

void add_places(CLI::App& app, Places& places) {
  app.add_option("--plugin", places.plugins,
                 "A plugin file, a folder of them, or NAME=FILE: its rule under another name; may be given again")
      ->type_name("FILE|DIR|NAME=FILE");
  app.add_option("--data", places.data, "A folder with data sets; may be given again")->type_name("DIR");
  app.add_option("--simd", places.simd, "Use this SIMD target instead of the best one (see agon doctor)");
}

}  // namespace agon::harness

int main(int argc, char** argv) {
  agon::harness::open_standard_streams();
  const auto fail = [](const agon::Error& e) {
    if (!e.reason().empty()) agon::harness::last_words(fmt::format("error: {}\n", e.what()));
    return static_cast<int>(e.exit());
  };
  try {
    int code = static_cast<int>(agon::Exit::internal);
    try {
      code = agon::harness::run_main(argc, argv);
    } catch (const agon::Error& e) {
      code = fail(e);
    } catch (const std::bad_alloc&) {
      agon::harness::last_words("error: out of memory\n");
    } catch (const std::exception& e) {
      agon::harness::last_words(fmt::format("error: defect in agon: {}\n", e.what()));
    }
    agon::harness::flush_out();
    return code;
  } catch (const agon::Error& e) {
    return fail(e);  // standard output
  }
}
