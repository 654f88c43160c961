// SPDX-License-Identifier: MIT
#include "own_task.h"

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>

#include "core/error.h"

namespace agon::datasets::testing {

std::string OwnTask::toml() const {
  const std::string kind = targets > 0 ? "regress" : "classify";
  const std::string answers =
      targets > 0 ? fmt::format("targets = {}", targets) : fmt::format("classes = {}", classes);
  return fmt::format(
      "id = \"mine\"\ntitle = \"Mine\"\nsummary = \"A test.\"\nkind = \"{}\"\n"
      "metric = \"{}\"\nchance = {}\ntarget = 0.95\nshape = {}\n{}\n"
      "nonnegative = {}\n{}[source]\ntype = \"folder\"\nfolder = \"own\"\n{}[split]\n{}"
      "[rights]\nlicence = \"MIT\"\nattribution = \"a\"\nobtain = \"Make it\"\n",
      kind, targets > 0 ? "r2" : metric, targets > 0 ? 0 : 1.0 / classes, shape, answers,
      nonnegative, top, source, split);
}

Folder::Folder(std::span<const File> files) : first_(path(files.front().name).string()) {
  for (const auto& [name, bytes] : files) write_file(path(name), bytes);
}

Task Folder::load(const OwnTask& own) const {
  write_file(root_.path() / "tasks" / "mine.toml", own.toml());
  const std::filesystem::path folders[] = {root_.path() / "tasks"};
  const Catalogue catalogue({root_.path() / "data"}, folders);
  const TaskInfo& info = catalogue.info("mine");
  Task task = catalogue.load(info);
  BOOST_TEST(task.hash == catalogue.fingerprint(info));
  return task;
}

Caught Folder::error(const OwnTask& own) const {
  return caught([&] { load(own); });
}

std::string Folder::data_error(const OwnTask& own) const {
  const Caught caught = error(own);
  BOOST_TEST(caught.exit == static_cast<int>(agon::Exit::data));
  BOOST_TEST(caught.text.starts_with(first_), caught.text);
  return caught.text.substr(std::min(first_.size(), caught.text.size()));
}

}  // namespace agon::datasets::testing
