// SPDX-License-Identifier: MIT
#include "harness/work/crash_report.h"

#include <cxxabi.h>
#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "harness/plugins/elf_file.h"

namespace agon::harness {
namespace {

constexpr size_t kLongestName = 512;  // of a mangled name that is worth its demangling
constexpr size_t kLongestShown = 160;

std::string_view text_of(const char* bytes, size_t most) { return {bytes, strnlen(bytes, most)}; }

std::string demangled(const std::string& name) {
  if (name.size() > kLongestName) return name;
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && text != nullptr ? text.get() : name;
}

// Functions of one module by frame.
void name_functions(std::vector<std::string>& names, std::span<const Whereabouts::Frame> frames,
                    int32_t module, const std::filesystem::path& file) {
  std::vector<uint64_t> addresses;
  std::vector<size_t> places;
  for (size_t i = 0; i < frames.size(); ++i) {
    if (frames[i].module != module) continue;
    addresses.push_back(frames[i].offset);
    places.push_back(i);
  }
  if (addresses.empty()) return;
  try {
    const std::vector<std::string> found = symbols_at(file, addresses);
    for (size_t i = 0; i < found.size(); ++i) names[places[i]] = demangled(found[i]);
  } catch (const Error&) {  // gone, or changed: places alone must do
  }
}

}  // namespace

std::string where_text(const Whereabouts& page) {
  const std::string verb = core::printable(text_of(page.verb.data(), Whereabouts::kVerbBytes));
  if (verb.empty()) return "";
  std::string text = " in " + verb;
  const int64_t epoch = page.epoch.load(), update = page.update.load();
  if (epoch > 0) text += fmt::format(", epoch {}, update {}", epoch, update);
  return text;
}

std::string backtrace_text(const Whereabouts& page, const std::filesystem::path& plugin) {
  if (page.signal.load(std::memory_order_acquire) == 0) return "";
  std::vector<Whereabouts::Frame> frames(
      page.frames.begin(),
      page.frames.begin() + std::min<size_t>(page.frame_count, Whereabouts::kFrames));
  const size_t modules = std::min<size_t>(page.module_count, Whereabouts::kModules);
  std::vector<std::string> paths;
  for (size_t m = 0; m < modules; ++m)
    paths.emplace_back(text_of(page.modules[m].data(), Whereabouts::kPathBytes));
  size_t rules = 0;  // frames up to the rule's outermost one
  std::vector<std::string> names(frames.size());
  for (size_t m = 0; m < modules; ++m) {
    const bool own = paths[m].empty(), rule = !own && paths[m] == plugin.native();
    // No file of a rule's choice is looked into.
    if (own || rule || paths[m].starts_with("/usr/lib/") || paths[m].starts_with("/lib/"))
      name_functions(names, frames, static_cast<int32_t>(m), own ? "/proc/self/exe" : paths[m]);
    if (!rule) continue;
    for (size_t i = 0; i < frames.size(); ++i) {
      if (frames[i].module == static_cast<int32_t>(m)) rules = i + 1;
    }
  }
  std::string text;
  const size_t shown = rules > 0 ? rules : frames.size();
  for (size_t i = 0; i < shown; ++i) {
    const auto m = static_cast<size_t>(frames[i].module);
    const std::string file = frames[i].module < 0 || m >= modules ? "?"
                             : paths[m].empty()
                                 ? "agon"
                                 : std::filesystem::path(paths[m]).filename().string();
    text += core::printable(fmt::format("#{} {} ({}+{:#x})", i,
                                        names[i].empty() ? "?" : names[i].substr(0, kLongestShown),
                                        file, frames[i].offset));
    text += '\n';
  }
  return text;
}

}  // namespace agon::harness
