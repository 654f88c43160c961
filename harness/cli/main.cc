// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string_view>

#include "agon/plugin.h"
#include "core/machine.h"
#include "core/text.h"
#include "harness/cli/cli.h"
#include "harness/plan/build_info.h"
#include "harness/run/console.h"

namespace agon::harness {
namespace {

std::string g_command_line;  // written once by main before any verb runs

// Workers are this very program, started again, and rules lie beside it.
void require_proc() {
  std::error_code error;
  if (!std::filesystem::is_symlink("/proc/self/exe", error)) {
    throw Error(Exit::plugin, "/proc",
                "is not mounted: agon finds itself, its rules and its workers through it",
                "mount it: mount -t proc proc /proc");
  }
}

// What `agon --version --json` says: which program this is, for scripts.
std::string version_json() {
  core::detect_simd_target();
  const reports::Provenance p = provenance(1);
  return nlohmann::json({{"name", "agon"},
                         {"version", agon_version()},
                         {"abi_minor", AGON_ABI_MINOR},
                         {"git_commit", p.git_commit},
                         {"git_dirty", p.git_dirty},
                         {"compiler", p.compiler},
                         {"flags", p.flags},
                         {"simd_target", p.simd_target}})
             .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

int run_main(int argc, char** argv) {
  for (int i = 0; i < argc; ++i)
    g_command_line += (i > 0 ? " " : "") + (i == 0 ? "agon" : core::shell_word(argv[i]));
  CommandLine line(
      "Agon: an arena for learning rules.\n\n"
      "  agon run quick                       compare every rule on small embedded tasks, write a report\n"
      "  agon run quick -r 'ed[lr=log(1e-3,1,5)]' -t digits -s 5 -o out\n"
      "  agon list rules                      what can be compared\n"
      "  agon new rule NAME                   a rule of your own, in a folder that builds and learns\n"
      "  agon new task NAME --from FILE.csv   data of your own as a task\n"
      "  agon doctor                          is this machine fit for it?",
      "Exit codes: 0 ok, 1 some cells failed, 2 usage or suite, 3 data, 4 plugin, 5 defect in agon,\n"
      "6 output cannot be written, 130 interrupted (the same command resumes).",
      "agon " + agon_version());
  add_run(line);
  add_report(line);
  add_compare(line);
  add_replay(line);
  add_merge(line);
  add_publish(line);
  add_list(line);
  add_info(line);
  add_fetch(line);
  add_new(line);
  add_check(line);
  add_bench(line);
  add_rule_catalogue(line);
  add_doctor(line);
  add_completion(line);
  add_worker(line);
  add_batch(line);
  if (argc == 3 && std::set<std::string_view>{argv[1], argv[2]} ==
                       std::set<std::string_view>{"--json", "--version"}) {
    write_out(version_json());
    return 0;
  }
  if (const auto asked_for = line.parse(argc, argv)) {
    write_out(*asked_for);
    return 0;
  }
  require_proc();
  core::detect_simd_target();
  return line.run();
}

}  // namespace

const std::string& command_line() { return g_command_line; }

void add_plugins(const Verb& verb, Places& places) {
  verb.option(
          "--plugin", places.plugins,
          "A plugin file, a folder of them, or NAME=FILE: its rule under another name; may be given again")
      .takes("FILE|DIR|NAME=FILE");
}

void add_places(const Verb& verb, Places& places) {
  add_plugins(verb, places);
  verb.option("--data", places.data, "A folder with data sets; may be given again").takes("DIR");
  verb.option(
          "--tasks", places.tasks,
          "A folder of task files (*.toml) besides the built-in tasks and AGON_TASK_PATH; may be given again")
      .takes("DIR");
}

void add_output(const Verb& verb, std::string& folder, const std::string& help) {
  const auto set = [&folder](const std::string& text) {
    if (text.empty()) throw std::invalid_argument("the empty text is no folder's name");
    folder = text;
  };
  verb.checked("-o,--output", set, help);
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
