// SPDX-License-Identifier: MIT
#include "reports/report.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "core/error.h"
#include "core/text.h"
#include "reports/claims.h"
#include "reports/render/csv.h"
#include "reports/render/html.h"
#include "reports/summary.h"

namespace agon::reports {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const char* what, int error) {
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  throw Error(Exit::io, path.string(),
              std::string(what) + " (" + std::generic_category().message(error) + ")",
              full ? "make room, or give another folder with -o"
                   : "check the folder's permissions, or give another with -o");
}

// A reader sees the old file or the new one, never half of it.
void replace_file(const fs::path& path, std::string_view bytes) {
  const fs::path temporary = path.string() + ".tmp" + std::to_string(::getpid());
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) fail(path, "cannot be written", errno);
  int error = 0;
  while (error == 0 && !bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n >= 0) {
      bytes.remove_prefix(static_cast<size_t>(n));
    } else if (errno != EINTR) {
      error = errno;
    }
  }
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    fail(path, "cannot be written", error);
  }
}

}  // namespace

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
  if (error) fail(folder, "cannot be made", error.value());
  std::vector<fs::path> paths;
  const auto put = [&](const char* name, const std::string& bytes) {
    replace_file(folder / name, bytes);
    paths.push_back(folder / name);
  };
  const Summary summary = summarise(input.records, input.run.tasks, input.run.studies);
  if (format == "csv") {
    put("cells.csv", cells_csv(input));
    put("curves.csv", curves_csv(input));
    put("summary.csv", summary_csv(summary));
    if (const std::string csv = robustness_csv(input); !csv.empty()) put("robustness.csv", csv);
    if (!input.run.claims.empty())
      put("claims.csv", claims_csv(judge(input.run.claims, input.records, input.run.tasks)));
  } else {
    put("report.html", render_html(input, summary));
  }
  return paths;
}

}  // namespace agon::reports
