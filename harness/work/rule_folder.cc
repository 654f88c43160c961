// SPDX-License-Identifier: MIT
#include "harness/work/rule_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <optional>
#include <regex>
#include <string>

#include "core/error.h"
#include "core/text.h"
#include "harness/plugins/loader.h"
#include "harness/work/command.h"

#ifndef AGON_PACKAGE_FROM_PROGRAM
#error "harness/CMakeLists.txt defines AGON_PACKAGE_FROM_PROGRAM"
#endif

namespace agon::harness {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLog = "agon-build.log";
constexpr size_t kLongestLine = 4096;  // a longer one is a command, no message

// One builder a folder at a time.
class Lock {
 public:
  explicit Lock(const fs::path& file)
      : descriptor_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) {
      throw Error(Exit::plugin, file.parent_path().string(),
                  "cannot be written, so nothing can be built in it",
                  "copy the rule's folder to a place of yours");
    }
    while (flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock() { close(descriptor_); }

 private:
  int descriptor_;
};

// Where find_package(agon) finds this agon: of the build tree or of the installation it runs from.
fs::path package_folder() {
  std::error_code error;
  const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (const fs::path& folder :
       {here.parent_path() / "package", here / AGON_PACKAGE_FROM_PROGRAM}) {
    if (fs::exists(folder / "agonConfig.cmake", error)) return folder.lexically_normal();
  }
  throw Error(Exit::plugin, "agonConfig.cmake",
              "does not lie where this agon was built or installed",
              "install agon with its headers (cmake --install, or the package agon-dev)");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

struct Fault {
  std::string where, what;
};

// GCC and Clang: the first error. One inside a header of agon's is told at the line of the folder that led
// there.
std::optional<Fault> compiler_fault(const std::vector<std::string>& lines,
                                    const std::string& folder) {
  static const std::regex kPlace("^(?:.* from )?([^:]+):([0-9]+):(?:([0-9]+):)?(.*)$");
  static const std::regex kError("^(?:fatal )?error: (.*)$");
  std::string own;
  for (const std::string& line : lines) {
    std::smatch m;
    if (line.size() > kLongestLine || !std::regex_match(line, m, kPlace)) continue;
    const bool inside = m[1].str().starts_with(folder);
    const std::string where =
        inside ? fmt::format("{}:{}", m[1].str(), m[2].str())
               : fmt::format("{}:{}", fs::path(m[1].str()).filename().string(), m[2].str());
    if (inside) own = where;
    const std::string rest =
        m[4].str().substr(std::min(m[4].str().find_first_not_of(' '), m[4].str().size()));
    std::smatch error;
    if (!std::regex_match(rest, error, kError)) continue;
    return Fault{inside || own.empty() ? where : own, error[1].str()};
  }
  return std::nullopt;
}

// CMake says "CMake Error at FILE:LINE (command):" and the reason below it.
std::optional<Fault> cmake_fault(const std::vector<std::string>& lines) {
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].starts_with("CMake Error")) continue;
    const size_t at = lines[i].find(" at "), end = lines[i].find(" (", at);
    Fault fault{at == std::string::npos ? "CMakeLists.txt" : lines[i].substr(at + 4, end - at - 4),
                ""};
    if (const size_t colon = lines[i].find(": "); colon != std::string::npos)
      fault.what = lines[i].substr(colon + 2);
    for (size_t k = i + 1; fault.what.empty() && k < lines.size(); ++k)
      fault.what = lines[k].substr(std::min(lines[k].find_first_not_of(' '), lines[k].size()));
    return fault;
  }
  return std::nullopt;
}

Fault first_fault(const std::string& text, const std::string& folder) {
  const std::vector<std::string> lines = lines_of(text);
  if (const auto fault = compiler_fault(lines, folder)) return *fault;
  for (const std::string& line : lines) {
    const size_t at = line.find("undefined reference to ");
    if (at != std::string::npos) return {folder, line.substr(at)};
  }
  if (const auto fault = cmake_fault(lines)) return *fault;
  return {folder, lines.empty() ? "cmake said nothing" : lines.back()};
}

[[noreturn]] void refuse(const fs::path& build, const std::string& folder,
                         const std::string& text) {
  std::ofstream(build / kLog) << text;
  const Fault fault = first_fault(text, folder);
  throw Error(Exit::plugin, core::printable(fault.where),
              "cannot be built: " + core::printable(fault.what),
              fmt::format("all that was said stands in {}", (build / kLog).string()));
}

// The build folder was configured for this folder and this agon.
bool is_configured(const fs::path& build, const fs::path& source, const fs::path& package) {
  std::ifstream cache(build / "CMakeCache.txt");
  const std::string home = "CMAKE_HOME_DIRECTORY:INTERNAL=" + source.string(),
                    agon = "agon_DIR:PATH=" + package.string();
  int found = 0;
  for (std::string line; std::getline(cache, line);) found += line == home || line == agon ? 1 : 0;
  std::error_code error;
  return found == 2 &&
         (fs::exists(build / "build.ninja", error) || fs::exists(build / "Makefile", error));
}

std::vector<fs::path> plugins_in(const fs::path& build) {
  const std::vector<PluginPlace> places{{.path = build}};
  std::vector<fs::path> out;
  for (PluginPlace& file : plugin_files(places)) out.push_back(std::move(file.path));
  return out;
}

std::vector<fs::file_time_type> times_of(const std::vector<fs::path>& files) {
  std::vector<fs::file_time_type> out;
  std::error_code error;
  for (const fs::path& file : files) out.push_back(fs::last_write_time(file, error));
  return out;
}

}  // namespace

bool is_rule_folder(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / "CMakeLists.txt", error) && plugins_in(folder).empty();
}

BuiltFolder build_rule_folder(const fs::path& folder) {
  const auto start = std::chrono::steady_clock::now();
  const fs::path source = fs::canonical(folder), build = source / "build",
                 package = package_folder();
  const std::string cmake = find_program("cmake");
  if (cmake.empty()) {
    throw Error(Exit::plugin, folder.string(),
                "is the source of a rule, and there is no cmake to build it",
                "install cmake and a compiler, or name a plugin file: --plugin FILE.agon.so");
  }
  const auto run = [&](const std::vector<std::string>& what) {
    // Messages in the language that first_fault() reads.
    std::vector<std::string> arguments{"-E", "env", "LC_ALL=C", cmake};
    arguments.insert(arguments.end(), what.begin(), what.end());
    const CommandResult said = run_command(cmake, arguments);
    if (said.code != 0) refuse(build, source.string(), said.err + said.out);
  };
  std::error_code error;
  fs::create_directories(build, error);
  const Lock lock(build / ".agon-lock");
  const std::vector<fs::path> before = plugins_in(build);
  const std::vector<fs::file_time_type> times = times_of(before);
  if (!is_configured(build, source, package)) {
    std::vector<std::string> arguments{"--fresh",       "-S",
                                       source.string(), "-B",
                                       build.string(),  "-Dagon_DIR:PATH=" + package.string()};
    if (!find_program("ninja").empty()) arguments.emplace_back("-GNinja");
    run(arguments);
  }
  run({"--build", build.string()});
  BuiltFolder out;
  out.plugins = plugins_in(build);
  if (out.plugins.empty()) {
    throw Error(Exit::plugin, folder.string(), "its build makes no plugin (build/*.agon.so)",
                "end its CMakeLists.txt with agon_add_plugin(NAME NAME.cc)");
  }
  out.stale = out.plugins != before || times_of(out.plugins) != times;
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return out;
}

}  // namespace agon::harness
