// SPDX-License-Identifier: MIT
//
// agon publish RUN... DIR: the reports of runs as a static site.
#include <algorithm>
#include <memory>

#include "harness/cli/cli.h"
#include "harness/run/console.h"
#include "harness/run/stored_run.h"
#include "reports/render/site/site.h"

namespace agon::harness {
namespace {

struct Options {
  std::vector<std::string> words;
  std::string output;
};

int publish(Options options) {
  std::vector<std::string>& words = options.words;
  if (options.output.empty() && words.size() > 1) {
    options.output = words.back();
    words.pop_back();
  }
  if (options.output.empty()) {
    throw Error(Exit::usage, "agon publish", "needs a run and the folder of the site",
                "agon publish RUN... DIR");
  }
  std::vector<reports::ReportInput> inputs;
  for (const std::string& word : words) {
    std::vector<std::string> notes;
    StoredRun run = read_run(word, notes);
    for (const std::string& text : notes) note("{}\n", text);
    std::vector<reports::RunResults> one;
    one.push_back(std::move(run.results));
    inputs.push_back(reports::merge(std::move(one)));
  }
  for (const auto& path : reports::publish(inputs, options.output)) say("{}\n", path.string());
  return 0;
}

}  // namespace

void add_publish(CommandLine& line) {
  auto options = std::make_shared<Options>();
  const Verb verb =
      line.add("publish", "Write the reports of runs as a static site; runs published before stay");
  verb.option("runs", options->words,
              "Folders of runs, or 'latest'; without -o the last word is the site's folder")
      .required()
      .takes("RUN... DIR");
  add_output(verb, options->output, "Folder of the site");
  verb.does([options] { return publish(*options); });
}

}  // namespace agon::harness
