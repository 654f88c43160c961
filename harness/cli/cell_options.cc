// SPDX-License-Identifier: MIT
#include "harness/cli/cell_options.h"

#include <fmt/format.h>

#include <stdexcept>

#include "core/number.h"
#include "core/text.h"
#include "datasets/task.h"
#include "harness/plan/limits.h"

namespace agon::harness {

std::string words_of(const CellOptions& options) {
  std::vector<std::string> words;
  const auto add = [&](const char* flag, const std::string& value) {
    words.push_back(fmt::format("{} {}", flag, core::shell_word(value)));
  };
  for (const auto& place : options.places.plugins) add("--plugin", place.string());
  for (const auto& place : options.places.data) add("--data", place.string());
  for (const auto& place : options.places.tasks) add("--tasks", place.string());
  if (!options.places.simd.empty()) add("--simd", options.places.simd);
  if (options.threads > 1) add("--threads", std::to_string(options.threads));
  if (options.timeout_s > 0) add("--timeout", fmt::format("{}", options.timeout_s));
  if (options.memory_mib > 0) add("--memory", std::to_string(options.memory_mib));
  return fmt::format("{}", fmt::join(words, " "));
}

CellOptions cell_options_from(std::string_view text) {
  CellOptions out;
  const std::vector<std::string> words = core::shell_words(text);
  const auto refuse = [&](const std::string& word, const std::string& reason) {
    throw Error(Exit::usage, fmt::format("the run's options '{}'", text),
                fmt::format("'{}' {}", word, reason), "use the agon that wrote the run");
  };
  for (size_t i = 0; i < words.size(); i += 2) {
    const std::string& flag = words[i];
    if (i + 1 == words.size()) refuse(flag, "has no value");
    const std::string& value = words[i + 1];
    try {
      if (flag == "--plugin") {
        out.places.plugins.emplace_back(value);
      } else if (flag == "--data") {
        out.places.data.emplace_back(value);
      } else if (flag == "--tasks") {
        out.places.tasks.emplace_back(value);
      } else if (flag == "--simd") {
        out.places.simd = value;
      } else if (flag == "--threads") {
        out.threads = static_cast<unsigned>(core::whole_within(value, {1, kMostJobs}));
      } else if (flag == "--timeout") {
        out.timeout_s = core::real_within(value, {kShortestTimeoutS, kLongestTimeoutS, "seconds"});
      } else if (flag == "--memory") {
        out.memory_mib = core::whole_within(value, {0, 1 << 24, "MiB"});
      } else {
        refuse(flag, "is no option of a cell");
      }
    } catch (const std::invalid_argument& e) {
      refuse(value, e.what());
    }
  }
  return out;
}

std::vector<std::string> worker_arguments(const CellOptions& options) {
  std::vector<std::string> arguments;
  for (const auto& root : options.places.data) {
    arguments.insert(arguments.end(), {"--data", std::filesystem::absolute(root).string()});
  }
  for (const auto& folder : datasets::task_folders(options.places.tasks))
    arguments.insert(arguments.end(), {"--tasks", folder.string()});
  if (options.sandbox) arguments.emplace_back("--sandbox");
  if (!options.places.simd.empty())
    arguments.insert(arguments.end(), {"--simd", options.places.simd});
  return arguments;
}

}  // namespace agon::harness
