// SPDX-License-Identifier: MIT
#include "tests/structure/tree.h"

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace agon::structure {
namespace {

namespace fs = std::filesystem;

// NUL-separated output of a shell command; ok is false when it failed or is not there.
std::vector<std::string> run(const std::string& command, bool& ok) {
  std::vector<std::string> names(1);
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen failed: " + command);
  std::array<char, 4096> buffer{};
  for (size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    for (size_t i = 0; i < n; ++i) {
      if (buffer[i] == '\0') {
        names.emplace_back();
      } else {
        names.back() += buffer[i];
      }
    }
  }
  const int status = ::pclose(pipe);
  ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  names.pop_back();
  return names;
}

// Without git (an unpacked archive): every folder that is neither generated nor git's own.
std::vector<std::string> walk(const fs::path& root) {
  std::vector<std::string> names;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::end(it); ++it) {
    const std::string name = it->path().filename().string();
    if (it->is_directory()) {
      const bool top = it.depth() == 0;
      const bool generated =
          name == "node_modules" || name == "__pycache__" ||
          fs::exists(it->path() / "CMakeCache.txt") ||
          (top && (name == "build" || name == "runs" || name == "out" || name == ".git"));
      if (generated) it.disable_recursion_pending();
    } else if (it->is_regular_file()) {
      names.push_back(fs::relative(it->path(), root).generic_string());
    }
  }
  return names;
}

}  // namespace

std::vector<std::string> project_files(const fs::path& root) {
  bool ok = false;
  // safe.directory: a checkout owned by another user is only listed here, none of its hooks run.
  std::vector<std::string> names =
      run("git -c safe.directory='*' -C '" + root.string() + "' ls-files -z 2>/dev/null", ok);
  // Nothing tracked: an archive unpacked inside the checkout of something else.
  if (!ok || names.empty()) names = walk(root);
  // A file that is deleted but not yet committed is still listed.
  std::erase_if(names, [&](const std::string& n) { return !fs::is_regular_file(root / n); });
  std::ranges::sort(names);
  return names;
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file.string() + ": cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool is_binary(std::string_view bytes) noexcept {
  return bytes.substr(0, 8192).find('\0') != std::string_view::npos;
}

}  // namespace agon::structure
