// SPDX-License-Identifier: MIT
#include "reports/render/site/site.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <tuple>

#include "agon_reports_resources.h"
#include "core/error.h"
#include "core/file.h"
#include "reports/render/site/pages.h"

namespace agon::reports {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMarker = "agon-site.json";
constexpr const char* kFix = "check the folder's permissions, or give another";
constexpr uint64_t kMostMarker = uint64_t{1} << 30;

std::string style() {
  std::string out;
  for (const std::string_view name : {"page.css", "chart.css"}) {
    for (const Resource& r : web::resources()) {
      if (r.name == name) out += r.bytes;
    }
  }
  return out;
}

// What an earlier call left; empty for a new site. Files whose name begins with a dot are the version
// control's and the server's.
std::vector<SiteRun> known_runs(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder / kMarker, error)) {
    const std::string text = core::read_regular(folder / kMarker, Exit::io, kMostMarker);
    try {
      return site_from_json(text);
    } catch (const std::exception& e) {
      throw Error(Exit::usage, (folder / kMarker).string(), e.what(),
                  "give another folder, or remove this site");
    }
  }
  if (fs::exists(folder, error) && !fs::is_directory(folder, error))
    throw Error(Exit::usage, folder.string(), "is not a folder", "name a folder for the site");
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (name.starts_with('.')) continue;
    throw Error(Exit::usage, folder.string(), "holds something else than a site of agon: " + name,
                "give an empty folder, or one that agon publish made");
  }
  return {};
}

void add(std::vector<SiteRun>& runs, SiteRun run) {
  std::erase_if(runs, [&](const SiteRun& known) { return known.folder == run.folder; });
  runs.push_back(std::move(run));
}

}  // namespace

std::vector<fs::path> publish(const std::vector<ReportInput>& inputs, const fs::path& folder) {
  std::vector<SiteRun> runs = known_runs(folder);
  std::vector<fs::path> paths{folder / "index.html"};
  for (const ReportInput& input : inputs) {
    SiteRun run = site_run(input, summarise(input.records, input.run.tasks, input.run.studies));
    const fs::path own = folder / "runs" / run.folder;
    for (const fs::path& path : write(input, {"csv", "html"}, own)) {
      if (path.extension() == ".html") paths.push_back(path);
    }
    add(runs, std::move(run));
  }
  std::ranges::sort(runs, {},
                    [](const SiteRun& run) { return std::tie(run.begun_utc, run.folder); });
  for (const char* sub : {"boards", "rules"}) core::make_folder(folder / sub, kFix);
  for (const std::string& board : boards_of(runs))
    core::replace_file(folder / "boards" / (file_name(board) + ".html"), board_page(runs, board));
  for (const std::string& rule : rules_of(runs))
    core::replace_file(folder / "rules" / (file_name(rule) + ".html"), rule_page(runs, rule));
  const std::vector<Document> texts = documents();
  for (const Document& document : texts) {
    core::make_folder((folder / document.path).parent_path(), kFix);
    core::replace_file(folder / document.path, document_page(document));
  }
  core::replace_file(folder / "style.css", style());
  core::replace_file(folder / ".nojekyll", "");
  core::replace_file(folder / kMarker, site_json(runs));
  core::replace_file(folder / "index.html", index_page(runs, texts));
  return paths;
}

}  // namespace agon::reports
