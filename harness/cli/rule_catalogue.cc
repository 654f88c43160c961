// SPDX-License-Identifier: MIT
//
// agon catalogue build DIR -o SITE: rules of other people's repositories, built from source, checked,
// measured and published.
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <memory>

#include "core/error.h"
#include "core/machine.h"
#include "core/text.h"
#include "harness/catalogue/site.h"
#include "harness/cli/cli.h"
#include "harness/run/console.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string what, folder, site;
};

// For sources, builds and runs; gone at the end.
class WorkFolder {
 public:
  WorkFolder() {
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / "agon-catalogue-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw Error(Exit::io, pattern, "cannot be made", "free some space, or set TMPDIR");
    }
    path_ = pattern;
  }
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

int build(const Options& options) {
  const std::vector<fs::path> files = catalogue::entry_files(options.folder);
  catalogue::check_site(options.site);
  std::vector<catalogue::Examined> all;
  for (const fs::path& file : files) {
    const WorkFolder work;
    const catalogue::Ways ways{work.path(), fs::read_symlink("/proc/self/exe"),
                               std::max(1u, core::machine().cores)};
    note("{} of {}: {}\n", all.size() + 1, files.size(), core::printable(file.stem().string()));
    catalogue::Examined& one = all.emplace_back(catalogue::examine(file, ways));
    catalogue::write_rule(one, options.site);
    say("{}: {}\n", one.rule,
        one.failure.empty() ? fmt::format("ok, level {}", one.level) : "failed: " + one.failure);
    flush_out();
    one.run.clear();
  }
  say("{}\n", catalogue::write_index(all, options.site).string());
  const bool good =
      std::ranges::all_of(all, [](const catalogue::Examined& one) { return one.failure.empty(); });
  return static_cast<int>(good ? Exit::ok : Exit::cells_failed);
}

int run(const Options& options) {
  if (options.what != "build") {
    throw Error(Exit::usage, "agon catalogue " + core::printable(options.what),
                "this is nothing that can be done with a catalogue",
                "agon catalogue build DIR -o SITE");
  }
  if (options.site.empty())
    throw Error(Exit::usage, "agon catalogue build", "needs the folder of the site", "add -o SITE");
  return build(options);
}

}  // namespace

void add_rule_catalogue(CommandLine& line) {
  auto o = std::make_shared<Options>();
  const Verb verb = line.add(
      "catalogue",
      "Fetch, build, check and measure rules of other repositories, and publish their cards\n\n"
      "agon catalogue build DIR -o SITE: every DIR/<rule>.toml names a repository and a commit (see\n"
      "plugins/catalogue). It runs what these repositories hold: name only those that you trust.\n"
      "Exit codes: 0 all keep their entries, 1 some do not, 2 usage, 6 the site cannot be written.");
  verb.option("what", o->what, "build").required().takes("build");
  verb.option("folder", o->folder, "The folder of the entries").required().takes("DIR");
  add_output(verb, o->site, "Folder of the site");
  verb.does([o] { return run(*o); });
}

}  // namespace agon::harness
