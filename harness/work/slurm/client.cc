// SPDX-License-Identifier: MIT
#include "harness/work/slurm/client.h"

#include <fmt/format.h>

#include <charconv>
#include <sstream>

#include "core/error.h"
#include "core/text.h"
#include "harness/work/command.h"

namespace agon::harness {
namespace {

CommandResult call(const std::string& command, const std::vector<std::string>& arguments) {
  const std::string file = find_program(command);
  if (file.empty()) {
    throw Error(Exit::usage, "--executor slurm", "there is no " + command + " on this machine",
                "run agon on a login node of the cluster, or install Slurm's client commands");
  }
  return run_command(file, arguments);
}

std::string first_line(const std::string& text) {
  return core::printable(text.substr(0, text.find('\n')));
}

}  // namespace

std::string submit(const ArrayJob& job) {
  std::vector<std::string> arguments{"--parsable"};
  arguments.insert(arguments.end(), job.options.begin(), job.options.end());
  arguments.push_back(job.script.string());
  const CommandResult said = call("sbatch", arguments);
  const std::string id = said.out.substr(0, said.out.find_first_of(";\n"));
  if (said.code != 0 || id.empty() || id.find_first_not_of("0123456789") != std::string::npos) {
    throw Error(
        Exit::io, "slurm",
        fmt::format("refuses the job: {}", first_line(said.err.empty() ? said.out : said.err)),
        "change the file of --slurm (sinfo lists partitions), then run the same command again");
  }
  return id;
}

std::optional<std::set<size_t>> queued(const std::string& id) {
  const CommandResult said =
      call("squeue", {"--noheader", "--array", "--jobs=" + id, "--format=%K %r"});
  if (said.code != 0) {
    if (said.err.find("Invalid job id") != std::string::npos) return std::set<size_t>();
    return std::nullopt;
  }
  std::set<size_t> elements;
  std::istringstream rows(said.out);
  for (std::string row; std::getline(rows, row);) {
    size_t element = 0;
    const char* const begin = row.data() + row.find_first_not_of(' ');
    const auto [end, error] = std::from_chars(begin, row.data() + row.size(), element);
    if (error != std::errc()) continue;
    // Slurm holds what it could not launch until a person comes.
    if (row.find("launch failed") != std::string::npos) {
      cancel(fmt::format("{}_{}", id, element));
    } else {
      elements.insert(element);
    }
  }
  return elements;
}

void cancel(const std::string& id) { call("scancel", {id}); }

std::string state_of(const std::string& id, size_t element) {
  const CommandResult said =
      call("scontrol", {"--oneliner", "show", "job", fmt::format("{}_{}", id, element)});
  const std::string key = "JobState=";
  const size_t at = said.out.find(key);
  if (said.code != 0 || at == std::string::npos) return "";
  const size_t begin = at + key.size();
  return core::printable(said.out.substr(begin, said.out.find(' ', begin) - begin));
}

}  // namespace agon::harness
