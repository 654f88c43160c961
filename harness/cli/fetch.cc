// SPDX-License-Identifier: MIT
#include "datasets/fetch/fetch.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <set>

#include "core/text.h"
#include "datasets/task.h"
#include "harness/cli/cli.h"
#include "harness/run/console.h"
#include "harness/run/progress.h"
#include "harness/run/transfer.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::vector<std::string> tasks;
  bool all = false;
  fs::path from;
  std::vector<fs::path> folders;  // --tasks
};

volatile std::sig_atomic_t g_stop = 0;  // written by the handler of SIGINT and SIGTERM only

void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { g_stop = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second Ctrl-C ends agon at once
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

const char* word(datasets::Fetched::How how) {
  switch (how) {
    case datasets::Fetched::How::present: return "was there";
    case datasets::Fetched::How::imported: return "imported";
    case datasets::Fetched::How::downloaded: break;
  }
  return "downloaded";
}

class Fetcher {
 public:
  Fetcher(const Options& options, const datasets::Catalogue& catalogue)
      : options_(options), catalogue_(catalogue), cache_(datasets::cache_folder()) {
    if (cache_.empty()) {
      throw Error(Exit::io, "the cache", "has no place: neither XDG_CACHE_HOME nor HOME is set",
                  "set XDG_CACHE_HOME to a folder that can be written");
    }
  }

  void task(const std::string& id) {
    const datasets::TaskInfo& info = catalogue_.info(id);
    const datasets::TaskInfo& home = catalogue_.home(info);
    if (info.source != "folder") {
      if (!options_.all) say("{}: needs no download, its data are {}\n", id, info.source);
      return;
    }
    if (!done_.insert(home.id).second) return;
    if (options_.all && !datasets::is_fetchable(home) && options_.from.empty()) {
      say("{}: names no place to fetch it from\n", id);
      return;
    }
    TransferBar bar(can_redraw(STDERR_FILENO));
    const datasets::Listener listener{
        .progress =
            [&bar](const std::string& name, uint64_t have, uint64_t total) {
              bar.show(name, have, total);
              return g_stop == 0;
            },
        .note = [&bar](const std::string& text) { bar.note(text); }};
    const std::optional<fs::path> from =
        options_.from.empty() ? std::nullopt : std::optional(options_.from);
    const std::vector<datasets::Fetched> files = datasets::fetch(home, cache_, from, listener);
    bar.clear();
    for (const datasets::Fetched& file : files) {
      say("{}: {}, {}\n", file.file.string(), word(file.how),
          file.verified ? "verified" : "not verified: no checksum of it is known");
    }
    flush_out();
  }

 private:
  const Options& options_;
  const datasets::Catalogue& catalogue_;
  fs::path cache_;
  std::set<std::string> done_;
};

// One that cannot be had does not keep the others from being fetched.
int fetch_all(Fetcher& fetcher, const std::vector<std::string>& ids) {
  Exit worst = Exit::ok;
  for (const std::string& id : ids) {
    try {
      fetcher.task(id);
    } catch (const Error& e) {
      if (e.exit() != Exit::data) throw;
      last_words(fmt::format("error: {}\n", e.what()));
      worst = Exit::data;
    }
  }
  return static_cast<int>(worst);
}

int fetch(const Options& options) {
  if (options.all != options.tasks.empty()) {
    throw Error(Exit::usage, "agon fetch",
                options.all ? "both tasks and --all are named" : "no task is named",
                "agon fetch mnist, or agon fetch --all");
  }
  const datasets::Catalogue catalogue = catalogue_of({.tasks = options.folders});
  for (const std::string& id : options.tasks) catalogue.info(id);
  stop_on_signals();
  Fetcher fetcher(options, catalogue);
  if (options.all) return fetch_all(fetcher, catalogue.ids());
  for (const std::string& id : options.tasks) fetcher.task(id);
  return 0;
}

}  // namespace

void add_fetch(CommandLine& line) {
  auto o = std::make_shared<Options>();
  const Verb verb = line.add("fetch", "Download the data of tasks into the cache, or import them");
  verb.option("task", o->tasks, "Tasks of agon list tasks");
  verb.flag("--all", o->all, "Every task that needs a download");
  verb.option("--from", o->from, "Import files of this folder instead: their checksums must fit")
      .takes("DIR");
  verb.option("--tasks", o->folders, "A folder of task files; may be given again").takes("DIR");
  verb.does([o] { return fetch(*o); });
}

}  // namespace agon::harness
