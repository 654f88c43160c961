// SPDX-License-Identifier: MIT
//
// Prints [baselines] of task files, measured now: baselines TASK... (default: all that can be). Data
// are looked for as agon does, in AGON_DATA_DIR first. Of a task in folds the mean of all folds.
#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <string>
#include <vector>

#include "baseline_methods.h"
#include "core/error.h"

using namespace agon::datasets;

int main(int argc, char** argv) try {
  const Catalogue catalogue(data_roots({}));
  std::vector<std::string> ids(argv + 1, argv + argc);
  const bool all = ids.empty();
  if (all) ids = catalogue.ids();
  for (const std::string& id : ids) {
    const TaskInfo& info = catalogue.info(id);
    if (all && (info.kind() == Kind::dynamics || catalogue.missing(info))) continue;
    Task task = catalogue.load(info);
    std::cout << "# " << id << "\n[baselines]\n";
    for (const std::string_view name : {"ridge", "logistic", "nearest"}) {
      if (name == "logistic" && info.kind() != Kind::classify) continue;
      double sum = 0;
      const size_t folds = std::max<size_t>(task.folds.size(), 1);
      for (size_t f = 0; f < folds; ++f) {
        task.choose_fold(f);
        sum += testing::baseline_score(name, task);
      }
      std::cout << fmt::format("{} = {:.3f}", name, sum / static_cast<double>(folds)) << std::endl;
    }
  }
  return 0;
} catch (const agon::Error& error) {
  std::cerr << "error: " << error.what() << "\n";
  return static_cast<int>(error.exit());
}
