// SPDX-License-Identifier: MIT
#include "reports/report.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "reports/claims/claims.h"
#include "reports/render/csv/csv.h"
#include "reports/render/figures/figures.h"
#include "reports/render/html/html.h"
#include "reports/render/json/json.h"
#include "reports/render/latex/latex.h"
#include "reports/render/markdown/markdown.h"
#include "reports/summary/summary.h"

namespace agon::reports {
namespace fs = std::filesystem;

namespace {

// The files of the forms of report, those of one form together. One without bytes is not of this run.
struct File {
  std::string_view format;
  const char* name;
  std::string (*render)(const ReportInput&, const Summary&);
};
constexpr std::array kFiles{
    File{"html", "report.html", &render_html},
    File{"csv", "summary.csv", [](const ReportInput&, const Summary& s) { return summary_csv(s); }},
    File{"csv", "claims.csv",
         [](const ReportInput& in, const Summary&) {
           return in.run.claims.empty() ? std::string() : claims_csv(judge(in));
         }},
    File{"md", "report.md", &render_markdown},
    File{"latex", "tables.tex", &render_latex_tables},
    File{"latex", "report.tex", &render_latex_document},
    File{"json", "summary.json", &render_json},
    File{"json", "summary.schema.json",
         [](const ReportInput&, const Summary&) { return json_schema(); }},
};

// The tables of cells, beside the files above: as long as the run, so that they go to disk as they are made.
constexpr std::string_view kTables = "csv";

// The form of many files, in a folder of their own.
constexpr const char *kFigures = "svg", *kFigureFolder = "figures";

void make_folder(const fs::path& folder) {
  core::make_folder(folder, "check the folder's permissions, or give another with -o");
}

// One of an earlier report would speak for other cells.
void clear(const fs::path& file) {
  std::error_code error;
  fs::remove(file, error);
  if (error) {
    throw Error(Exit::io, file.string(),
                "is of an earlier report and cannot be removed (" + error.message() + ")",
                "remove it by hand");
  }
}

// The figures of this report and none of an earlier one; other files in the folder stay.
std::vector<fs::path> write_figures(const std::vector<Figure>& figures, const fs::path& folder) {
  std::vector<fs::path> paths;
  if (!figures.empty()) make_folder(folder);
  for (const Figure& figure : figures) {
    paths.push_back(folder / figure.name);
    core::replace_file(paths.back(), figure.bytes);
  }
  if (!fs::is_directory(folder)) return paths;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".svg" || !entry.is_regular_file() ||
        std::ranges::find(paths, entry.path()) != paths.end()) {
      continue;
    }
    std::ifstream in(entry.path(), std::ios::binary);
    std::string head(32, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (is_figure(head)) clear(entry.path());
  }
  return paths;
}

std::vector<fs::path> write_tables(const ReportInput& input, const fs::path& folder) {
  std::vector<fs::path> paths;
  std::vector<core::ReplacedFile> files;
  for (const char* name : {"cells.csv", "curves.csv", "series.csv"})
    files.emplace_back(paths.emplace_back(folder / name));
  const auto to = [&](size_t i) {
    return [&files, i](std::string_view bytes) { files[i].write(bytes); };
  };
  write_cells(input, {to(0), to(1), to(2)});
  std::vector<fs::path> written;
  for (size_t i = 0; i < files.size(); ++i) {
    if (files[i].empty()) {  // no cell has a series
      clear(paths[i]);
      continue;
    }
    files[i].commit();
    written.push_back(paths[i]);
  }
  return written;
}

std::vector<fs::path> write_format(const ReportInput& input, const Summary& summary,
                                   const std::string& format, const fs::path& folder) {
  if (format == kFigures)
    return write_figures(render_figures(input, summary), folder / kFigureFolder);
  std::vector<fs::path> paths;
  if (format == kTables) paths = write_tables(input, folder);
  for (const File& file : kFiles) {
    if (file.format != format) continue;
    const std::string bytes = file.render(input, summary);
    if (bytes.empty()) {
      clear(folder / file.name);
      continue;
    }
    core::replace_file(folder / file.name, bytes);
    paths.push_back(folder / file.name);
  }
  return paths;
}

}  // namespace

std::vector<std::string> formats() {
  std::vector<std::string> names;
  for (const File& file : kFiles) {
    if (names.empty() || names.back() != file.format) names.emplace_back(file.format);
  }
  names.emplace_back(kFigures);
  return names;
}

std::vector<fs::path> write(const ReportInput& input, const std::vector<std::string>& formats,
                            const fs::path& folder) {
  const std::vector<std::string> known = reports::formats();
  for (const std::string& format : formats) {
    if (std::ranges::find(known, format) == known.end()) {
      throw Error(Exit::usage, "--format " + format, "no report format has that name",
                  core::suggest(format, known));
    }
  }
  make_folder(folder);
  const Summary summary = summarise(input.records, input.run.tasks, input.run.studies);
  std::vector<fs::path> paths;
  for (const std::string& format : formats) {
    const std::vector<fs::path> own = write_format(input, summary, format, folder);
    paths.insert(paths.end(), own.begin(), own.end());
  }
  return paths;
}

}  // namespace agon::reports
