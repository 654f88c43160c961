// SPDX-License-Identifier: MIT
#include "reports/report.h"

#include <string_view>
#include <system_error>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "reports/claims/claims.h"
#include "reports/render/csv/csv.h"
#include "reports/render/html/html.h"
#include "reports/summary/summary.h"

namespace agon::reports {
namespace fs = std::filesystem;

std::vector<std::string> formats() { return {"html", "csv"}; }

std::vector<fs::path> write(const ReportInput& input, const std::string& format,
                            const fs::path& folder) {
  const std::vector<std::string> known = formats();
  if (format != "csv" && format != "html") {
    throw Error(Exit::usage, "--format " + format, "no report format has that name",
                core::suggest(format, known));
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw Error(Exit::io, folder.string(), "cannot be made (" + error.message() + ")",
                "check the folder's permissions, or give another with -o");
  }
  std::vector<fs::path> paths;
  const auto put = [&](const char* name, const std::string& bytes) {
    core::replace_file(folder / name, bytes);
    paths.push_back(folder / name);
  };
  // What not every run has: one of an earlier report would speak for other cells.
  const auto put_or_clear = [&](const char* name, const std::string& bytes) {
    if (!bytes.empty()) return put(name, bytes);
    fs::remove(folder / name, error);
    if (error) {
      throw Error(Exit::io, (folder / name).string(),
                  "is of an earlier report and cannot be removed (" + error.message() + ")",
                  "remove it by hand");
    }
  };
  const Summary summary = summarise(input.records, input.run.tasks, input.run.studies);
  if (format == "csv") {
    put("cells.csv", cells_csv(input));
    put("curves.csv", curves_csv(input));
    put("summary.csv", summary_csv(summary));
    put_or_clear("robustness.csv", robustness_csv(input));
    put_or_clear("claims.csv", input.run.claims.empty() ? "" : claims_csv(judge(input)));
  } else {
    put("report.html", render_html(input, summary));
  }
  return paths;
}

}  // namespace agon::reports
