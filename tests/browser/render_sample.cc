// SPDX-License-Identifier: MIT
//
// agon_render_sample KIND FILE: writes the report of a made-up run, for the browser test and for
// looking at the page while working on it.
#include <cstdio>
#include <fstream>

#include "reports/render/html/html.h"
#include "tests/browser/sample.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: agon_render_sample KIND FILE\nkinds:");
    for (const std::string& kind : agon::tests::sample_kinds())
      std::fprintf(stderr, " %s", kind.c_str());
    std::fprintf(stderr, "\n");
    return 2;
  }
  const agon::reports::ReportInput input = agon::tests::make_sample(argv[1]);
  std::ofstream out(argv[2], std::ios::binary);
  out << agon::reports::render_html(
      input, agon::reports::summarise(input.records, input.run.tasks, input.run.studies));
  return out.flush() ? 0 : 1;
}
