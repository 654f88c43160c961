// SPDX-License-Identifier: MIT
#include "harness/work/environment.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

#include "harness/work/descendants.h"

extern char** environ;

namespace agon::harness {
namespace {

// Where programs, libraries, caches and interpreters are.
constexpr std::array<std::string_view, 12> kNames{"PATH",
                                                  "HOME",
                                                  "USER",
                                                  "LOGNAME",
                                                  "TZ",
                                                  "TMPDIR",
                                                  "LD_PRELOAD",
                                                  "LD_LIBRARY_PATH",
                                                  "XDG_CACHE_HOME",
                                                  "VIRTUAL_ENV",
                                                  "CONDA_PREFIX",
                                                  "GLIBC_TUNABLES"};
// Of families of variables: agon's own, interpreters, sanitizers, threads and numerics.
constexpr std::array<std::string_view, 13> kFamilies{
    "AGON_", "PYTHON",    "ASAN_", "UBSAN_", "TSAN_",   "LSAN_",   "LLVM_",
    "GCOV_", "OPENBLAS_", "OMP_",  "MKL_",   "MALLOC_", "FAKETIME"};

std::set<std::string, std::less<>> asked_for() {
  std::set<std::string, std::less<>> names;
  const char* const list = std::getenv(kKeepVariables);
  std::string_view rest = list == nullptr ? "" : list;
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find(','));
    names.emplace(name);
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
  }
  return names;
}

}  // namespace

bool passes(std::string_view name) {
  return std::ranges::count(kNames, name) > 0 ||
         std::ranges::any_of(kFamilies,
                             [&](std::string_view family) { return name.starts_with(family); });
}

std::vector<std::string> child_environment(const std::filesystem::path& scratch) {
  std::vector<std::string> variables{std::string(kMarkVariable) + "=" + own_mark()};
  if (!scratch.empty()) variables.push_back("TMPDIR=" + scratch.native());
  const auto kept = asked_for();
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const std::string_view name = variable.substr(0, variable.find('='));
    if (name == kMarkVariable || (name == "TMPDIR" && !scratch.empty())) continue;
    if (passes(name) || kept.contains(name)) variables.emplace_back(variable);
  }
  return variables;
}

}  // namespace agon::harness
