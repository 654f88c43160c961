// SPDX-License-Identifier: MIT
#include "harness/catalogue/fetch.h"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "harness/work/command.h"

namespace agon::catalogue {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const Entry& entry, std::string reason, std::string fix) {
  throw Error(Exit::data, entry.file.string(), std::move(reason), std::move(fix));
}

// The last line that git said, without its "fatal: ".
std::string last_line(const std::string& text) {
  const size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "git gave no reason";
  const size_t begin = text.rfind('\n', end);
  std::string line = text.substr(begin == std::string::npos ? 0 : begin + 1, end - begin);
  line = line.substr(0, line.find('\n'));
  if (line.starts_with("fatal: ")) line.erase(0, 7);
  return core::printable(line);
}

}  // namespace

fs::path fetch(const Entry& entry, const fs::path& work) {
  const std::string git = harness::find_program("git");
  if (git.empty()) refuse(entry, "there is no git to fetch it with", "install git");
  const fs::path repository = work / "repository", tree = work / "tree";
  // Nothing of the repository runs: no hooks, no submodules, no filters of its own.
  const harness::CommandResult cloned = harness::run_command(
      git,
      {"-c", "core.hooksPath=/dev/null", "-c", "protocol.file.allow=always", "clone", "--quiet",
       "--no-checkout", "--no-recurse-submodules", "--", entry.repository, repository.string()});
  if (cloned.code != 0) {
    refuse(entry,
           fmt::format("repository {} cannot be fetched: {}", core::printable(entry.repository),
                       last_line(cloned.err)),
           "check the key 'repository'");
  }
  core::make_folder(tree, "choose another place with -o");
  const std::string from = "--git-dir=" + (repository / ".git").string();
  const harness::CommandResult out = harness::run_command(
      git, {from, "--work-tree=" + tree.string(), "-c", "core.hooksPath=/dev/null", "checkout",
            "--quiet", entry.commit, "--", "."});
  if (out.code != 0) {
    refuse(entry,
           fmt::format("the repository has no commit {}: {}", entry.commit, last_line(out.err)),
           "push it, or correct the key 'commit'");
  }
  const fs::path folder = tree / entry.folder, place = folder / entry.source;
  std::error_code error;
  const fs::path real = fs::canonical(entry.source.empty() ? folder : place, error);
  const std::string inside = fs::canonical(tree).string();
  if (error || (real.string() != inside && !real.string().starts_with(inside + "/"))) {
    refuse(entry,
           fmt::format("commit {} has no {}", entry.commit.substr(0, 12),
                       core::printable((fs::path(entry.folder) / entry.source).string())),
           "correct the keys 'folder' and 'source'");
  }
  return real;
}

}  // namespace agon::catalogue
