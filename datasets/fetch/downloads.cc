// SPDX-License-Identifier: MIT
#include "datasets/fetch/downloads.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/toml.h"
#include "datasets/fetch/homes/conversion.h"

namespace agon::datasets {
namespace {

constexpr std::array<std::string_view, 10> kKeys = {
    "mirrors", "archive", "inside",        "members", "archive_sha256",
    "convert", "raw",     "packed_sha256", "sha256",  "most_bytes"};
constexpr std::array<std::string_view, 3> kSchemes = {"https://", "http://", "file://"};
constexpr size_t kDigits = 64;
constexpr int64_t kMostBytes = int64_t{1} << 30;  // the default, and as much as may be asked for

bool is_sha256(const std::string& text) {
  return text.size() == kDigits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string digest(const core::TomlTable& fetch, std::string_view key, const std::string& text) {
  if (!is_sha256(text))
    fetch.fail(key, "is no SHA-256", "give 64 hex digits in lower case, as sha256sum prints them");
  return text;
}

std::vector<std::string> list(const core::TomlTable& fetch, std::string_view key, size_t size) {
  std::vector<std::string> texts = fetch.texts(key);
  if (texts.size() != size) {
    fetch.fail(key, fmt::format("has {} entries for the {} of 'source.files'", texts.size(), size),
               "give one for each, in their order");
  }
  return texts;
}

void read_mirrors(const core::TomlTable& fetch, Downloads& downloads) {
  if (!fetch.has("mirrors")) return;
  downloads.mirrors = fetch.texts("mirrors");
  for (const std::string& mirror : downloads.mirrors) {
    const bool known = std::ranges::any_of(
        kSchemes, [&mirror](std::string_view scheme) { return mirror.starts_with(scheme); });
    if (!known || !mirror.ends_with("/"))
      fetch.fail("mirrors", fmt::format("names '{}'", mirror),
                 "give URLs of folders: https://, http:// or file://, with a / at the end");
  }
}

void read_archive(const core::TomlTable& fetch, const std::vector<std::string>& files,
                  Downloads& downloads) {
  if (!fetch.has("archive")) {
    for (const std::string_view key : {"members", "archive_sha256", "inside"}) {
      if (fetch.has(key))
        fetch.fail("archive", "is missing", "name the archive that holds the members");
    }
    return;
  }
  downloads.archive = fetch.text("archive");
  if (!stays_inside(downloads.archive)) fetch.fail("archive", "is no file name", "give its name");
  downloads.inside = fetch.text_or("inside", "");
  downloads.members = fetch.has("members") ? list(fetch, "members", files.size()) : files;
  if (fetch.has("archive_sha256"))
    downloads.archive_sha256 = digest(fetch, "archive_sha256", fetch.text("archive_sha256"));
}

void read_conversion(const core::TomlTable& fetch, Downloads& downloads) {
  if (fetch.has("convert") != fetch.has("raw")) {
    fetch.fail(fetch.has("raw") ? "convert" : "raw", "is missing",
               "give both: the conversion, and the files that it is for");
  }
  if (!fetch.has("convert")) return;
  for (const std::string_view key : {"members", "packed_sha256"}) {
    if (fetch.has(key)) fetch.fail(key, "does not fit 'convert'", "leave it out");
  }
  downloads.convert = fetch.choice("convert", conversion_names());
  downloads.raw = fetch.texts("raw");
  for (const std::string& name : downloads.raw) {
    if (!stays_inside(name))
      fetch.fail("raw", "leaves the folder", "name files below it, without '..'");
    if (downloads.archive.empty() && name.find('*') != std::string::npos)
      fetch.fail("raw", "has a pattern", "patterns need an 'archive'; name each file");
  }
}

}  // namespace

bool stays_inside(std::string_view name) {
  const std::filesystem::path path(name);
  return !name.empty() && path.is_relative() && std::ranges::count(path, "..") == 0 &&
         name.find_first_of(std::string_view("\\\0", 2)) == std::string_view::npos;
}

Downloads read_downloads(const core::TomlTable& fetch, const std::vector<std::string>& files) {
  fetch.allow_only(kKeys);
  Downloads downloads;
  read_mirrors(fetch, downloads);
  downloads.files.resize(files.size());
  read_archive(fetch, files, downloads);
  read_conversion(fetch, downloads);
  for (const std::string_view key : {"sha256", "packed_sha256"}) {
    if (!fetch.has(key)) continue;
    const std::vector<std::string> digests = list(fetch, key, files.size());
    for (size_t i = 0; i < files.size(); ++i) {
      Checksum& file = downloads.files[i];
      (key == "sha256" ? file.content : file.packed) = digest(fetch, key, digests[i]);
    }
  }
  downloads.most_bytes = static_cast<uint64_t>(
      fetch.has("most_bytes") ? fetch.integer("most_bytes", 1, kMostBytes) : kMostBytes);
  return downloads;
}

std::string_view without_downloads(std::string_view toml) {
  constexpr std::string_view kHead = "\n[fetch]";
  const size_t at = toml.find(kHead);
  if (at == std::string_view::npos || toml.find("\n[", at + kHead.size()) != std::string_view::npos)
    return {};
  return toml.substr(0, at);
}

}  // namespace agon::datasets
