// SPDX-License-Identifier: MIT
#include "harness/catalogue/site.h"

#include <array>

#include "core/error.h"
#include "core/file.h"
#include "harness/catalogue/pages.h"

namespace agon::catalogue {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMarker = "agon-catalogue.json";

}  // namespace

void check_site(const fs::path& site) {
  core::make_folder(site, "check the folder's permissions, or give another");
  std::error_code error;
  if (!fs::exists(site / kMarker, error)) {
    for (fs::directory_iterator it(site, error), end; !error && it != end; it.increment(error)) {
      const std::string name = it->path().filename().string();
      if (name.starts_with('.')) continue;
      throw Error(Exit::usage, site.string(),
                  "holds something else than a catalogue of agon: " + name,
                  "give an empty folder, or one that agon catalogue build made");
    }
  }
  core::check_writable(site);
}

void write_rule(const Examined& one, const fs::path& site) {
  const fs::path folder = site / "rules" / one.rule;
  std::error_code error;
  fs::remove_all(folder, error);
  fs::create_directories(folder, error);
  constexpr std::array kFiles{"report.html", "cells.csv", "summary.csv", "run.json"};
  for (const char* name : kFiles) {
    if (!one.run.empty()) fs::copy_file(one.run / name, folder / name, error);
  }
  core::replace_file(folder / "index.html", card_page(one));
}

fs::path write_index(std::span<const Examined> all, const fs::path& site) {
  core::replace_file(site / "index.html", index_page(all));
  core::replace_file(site / kMarker, catalogue_json(all));
  return site / "index.html";
}

}  // namespace agon::catalogue
