// SPDX-License-Identifier: MIT
#include "harness/catalogue/entry.h"

#include <algorithm>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "core/toml.h"
#include "harness/conformance/check.h"
#include "harness/plugins/schema_check.h"

namespace agon::catalogue {
namespace {

namespace fs = std::filesystem;

constexpr size_t kHexDigits = 40;

std::string repository_of(const core::TomlTable& top, const fs::path& file) {
  std::string text = top.text("repository");
  if (text.starts_with("https://") || text.starts_with("file://")) return text;
  if (text.find("://") != std::string::npos || text.find("::") != std::string::npos ||
      text.starts_with('-') || text.find('@') < text.find(':')) {
    top.fail("repository", "is neither a path nor an address of file:// or https://",
             "name a repository that everybody can fetch without a password");
  }
  return fs::absolute(file.parent_path() / text).lexically_normal().string();
}

bool is_commit(std::string_view text) {
  return text.size() == kHexDigits && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// Stays below the folder that it is relative to.
std::string inner_path(const core::TomlTable& top, const char* key, const std::string& otherwise) {
  std::string text = top.text_or(key, otherwise);
  const fs::path path = fs::path(text).lexically_normal();
  if (path.is_absolute() || (!path.empty() && *path.begin() == ".."))
    top.fail(key, "leads out of the repository", "name a place inside it");
  return text;
}

std::string line_of(const core::TomlTable& top, const char* key) {
  return core::printable(top.text(key));
}

}  // namespace

Entry read_entry(const fs::path& path) {
  const core::TomlFile file(core::read_regular(path, Exit::usage, core::kMostTomlBytes),
                            path.string());
  const core::TomlTable top = file.top();
  top.allow_only({"schema", "repository", "commit", "folder", "source", "licence", "paper",
                  "maintainer", "level", "expected"});
  top.integer("schema", 1, 1);
  Entry entry;
  entry.file = path;
  entry.rule = path.stem().string();
  if (!harness::is_rule_id(entry.rule.c_str())) {
    throw Error(Exit::usage, path.string(), "is not called as a rule may be",
                "name the file <id of the rule>.toml, of a-z, 0-9 and '-'");
  }
  entry.repository = repository_of(top, path);
  entry.commit = top.text("commit");
  if (!is_commit(entry.commit))
    top.fail("commit", "is not the name of a commit", "give all 40 hex digits of `git rev-parse`");
  entry.folder = inner_path(top, "folder", ".");
  entry.source = inner_path(top, "source", "");
  entry.licence = line_of(top, "licence");
  entry.paper = line_of(top, "paper");
  entry.maintainer = line_of(top, "maintainer");
  entry.level = static_cast<int>(top.integer_or("level", 1, conformance::kHighestLevel, 1));
  if (top.has("expected")) {
    for (const core::TomlTable& row : top.tables("expected")) {
      row.allow_only({"task", "at_least"});
      entry.expected.push_back({core::printable(row.text("task")), row.item("at_least").number()});
    }
  }
  return entry;
}

std::vector<fs::path> entry_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().extension() == ".toml") files.push_back(it->path());
  }
  if (error) {
    throw Error(Exit::usage, folder.string(), "cannot be read (" + error.message() + ")",
                "name the folder that the entries lie in");
  }
  if (files.empty()) {
    throw Error(Exit::usage, folder.string(), "holds no entry",
                "an entry is a file <rule>.toml, see plugins/catalogue");
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace agon::catalogue
