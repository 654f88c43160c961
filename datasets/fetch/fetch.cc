// SPDX-License-Identifier: MIT
#include "datasets/fetch/fetch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <span>
#include <system_error>
#include <thread>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/lock.h"
#include "core/text.h"
#include "datasets/fetch/homes/conversion.h"
#include "datasets/fetch/verify.h"
#include "datasets/readers/zip.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

constexpr int kTries = 4;  // of a mirror that fails in passing, with a pause that doubles
constexpr std::chrono::milliseconds kFirstPause{250};

class Fetch {
 public:
  Fetch(const TaskInfo& task, const fs::path& cache, const Listener& listener)
      : task_(task),
        known_(task.downloads.value_or(Downloads{})),
        folder_(cache / task.folder),
        listener_(listener) {
    if (!task.downloads) {
      known_.files.resize(task.files.size());
      known_.most_bytes = core::RegularFile::kAnySize;
    }
  }

  // The files that are here and right; the rest is left without a `file`.
  std::vector<Fetched> present() const {
    std::vector<Fetched> files(task_.files.size());
    for (size_t i = 0; i < files.size(); ++i) {
      std::error_code error;
      if (!fs::exists(place(i), error)) continue;
      try {
        files[i].verified = verified(core::read_regular(place(i), Exit::data), i, place(i));
        files[i].file = place(i);
      } catch (const Error& e) {
        listener_.note(fmt::format("{}: {}; it is replaced", e.thing(), e.reason()));
      }
    }
    return files;
  }

  void import(const fs::path& from, std::vector<Fetched>& files) const {
    if (!has_all(from, files)) {
      if (const auto contents = made_of(from, files)) return keep(*contents, How::imported, files);
    }
    Contents right(files.size());
    for (size_t i = 0; i < files.size(); ++i) {
      if (!files[i].file.empty()) continue;
      const fs::path file = find(from, task_.files[i]);
      right[i] = core::read_regular(file, Exit::data);
      files[i].verified = verified(right[i], i, file);
    }
    keep(right, How::imported, files);
  }

  void download_all(std::vector<Fetched>& files) const {
    if (std::ranges::none_of(files, [](const Fetched& f) { return f.file.empty(); })) return;
    if (!known_.archive.empty()) return download_archive(files);
    if (!known_.convert.empty()) return download_raw(files);
    for (size_t i = 0; i < files.size(); ++i) {
      if (!files[i].file.empty()) continue;
      const auto check = [&](const std::string& bytes, const fs::path& name) {
        files[i].verified = verified(bytes, i, name);
      };
      const fs::path part = obtain(task_.files[i], check);
      make_folder(place(i).parent_path());
      std::error_code error;
      fs::rename(part, place(i), error);
      if (error) cannot_write(place(i), error);
      discard(part);
      files[i].file = place(i);
      files[i].how = How::downloaded;
    }
  }

 private:
  using How = Fetched::How;
  using Contents = std::vector<std::string>;  // of the task's files; of those that are there, ""
  using Check = std::function<void(const std::string& bytes, const fs::path& name)>;

  fs::path place(size_t i) const { return folder_ / task_.files[i]; }

  bool verified(const std::string& bytes, size_t i, const fs::path& name) const {
    return verify(bytes, known_.files[i], known_.most_bytes, name.string());
  }

  [[noreturn]] static void cannot_write(const fs::path& path, const std::error_code& error) {
    throw Error(Exit::io, path.string(), "cannot be written (" + error.message() + ")",
                "check its folder, or set XDG_CACHE_HOME to another");
  }

  static void make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) cannot_write(folder, error);
  }

  // Writes those that are not there yet, when all of them are right.
  void keep(const Contents& contents, How how, std::vector<Fetched>& files) const {
    for (size_t i = 0; i < files.size(); ++i) {
      if (!files[i].file.empty()) continue;
      make_folder(place(i).parent_path());
      core::replace_file(place(i), contents[i]);
      files[i].file = place(i);
      files[i].how = how;
    }
  }

  std::optional<fs::path> search(const fs::path& from, const std::string& name) const {
    std::error_code error;
    for (const fs::path& file : {from / name, from / task_.folder / name}) {
      if (fs::exists(file, error)) return file;
    }
    return std::nullopt;
  }

  bool has_all(const fs::path& from, const std::vector<Fetched>& files) const {
    for (size_t i = 0; i < files.size(); ++i) {
      if (files[i].file.empty() && !search(from, task_.files[i])) return false;
    }
    return true;
  }

  fs::path find(const fs::path& from, const std::string& name) const {
    if (const auto file = search(from, name)) return *file;
    throw Error(
        Exit::data, (from / name).string(), "there is no such file",
        fmt::format("name the folder that holds {}{}", fmt::join(task_.files, ", "), served_as()));
  }

  // For errors: what else may be imported.
  std::string served_as() const {
    if (!known_.archive.empty()) return fmt::format("; or {}", known_.archive);
    return known_.raw.empty() ? "" : fmt::format("; or {}", fmt::join(known_.raw, ", "));
  }

  // One URL until it is here whole, fails for good, or has failed too often in passing.
  void persist(const std::string& url, const fs::path& part, const std::string& name) const {
    const auto watch = [&](uint64_t have, uint64_t total) {
      return listener_.progress(name, have, total);
    };
    for (int left = kTries - 1;; --left) {
      try {
        return download(url, part, known_.most_bytes, watch);
      } catch (const DownloadFailed& failed) {
        if (!failed.passing || left == 0) throw;
        listener_.note(fmt::format("{}: {}; trying again", url, failed.what()));
        std::this_thread::sleep_for(kFirstPause * (1 << (kTries - 1 - left)));
      }
    }
  }

  // The first mirror whose file is right. Returns where it lies until it gets its name.
  fs::path obtain(const std::string& name, const Check& check) const {
    const fs::path part = folder_ / (fs::path(name).filename().string() + ".part");
    std::vector<std::string> reasons;
    for (const std::string& mirror : known_.mirrors) {
      const std::string url = mirror + name;
      try {
        persist(url, part, name);
        check(core::read_regular(part, Exit::data), url);
        return part;
      } catch (const DownloadFailed& failed) {
        reasons.push_back(fmt::format("{}: {}", url, failed.what()));
      } catch (const Error& e) {
        if (e.exit() != Exit::data) throw;
        discard(part);  // whole, and not the file: the next mirror begins anew
        reasons.push_back(fmt::format("{}: {}", url, e.reason()));
      }
      listener_.note(reasons.back());
    }
    throw Error(
        Exit::data, fmt::format("{} of task '{}'", name, task_.id),
        fmt::format("no mirror has it: {}", fmt::join(reasons, "; ")),
        fmt::format("try again later, or import a copy: agon fetch {} --from DIR", task_.id));
  }

  // The task's files out of what their home serves.
  Contents converted(std::span<const NamedFile> raw, const std::string& name,
                     std::vector<Fetched>& files) const {
    const NamedFiles made = conversion(known_.convert).make(raw);
    Contents contents(files.size());
    for (size_t i = 0; i < files.size(); ++i) {
      if (!files[i].file.empty()) continue;
      const auto found = std::ranges::find(made, task_.files[i], &NamedFile::name);
      if (found == made.end()) {
        throw Error(Exit::usage, task_.origin,
                    fmt::format("conversion '{}' makes no {}", known_.convert, task_.files[i]),
                    "correct 'files' in [source], or 'convert' in [fetch]");
      }
      contents[i] = found->bytes;
      files[i].verified = verified(contents[i], i, name + " as " + task_.files[i]);
    }
    return contents;
  }

  // Of the archive's members those that are called, or fit, `wanted`.
  static Contents fitting(const Contents& members, const Contents& wanted,
                          const std::string& name) {
    Contents chosen;
    for (const std::string& pattern : wanted) {
      const size_t before = chosen.size();
      for (const std::string& member : members) {
        if (core::fits(pattern, member)) chosen.push_back(member);
      }
      if (chosen.size() == before)
        throw Error(Exit::data, name, fmt::format("has no member '{}'", pattern), kOtherRelease);
      std::sort(chosen.begin() + static_cast<std::ptrdiff_t>(before), chosen.end());
    }
    return chosen;
  }

  Contents unpacked(const std::string& archive, const std::string& name,
                    std::vector<Fetched>& files) const {
    verify(archive, {.packed = known_.archive_sha256}, known_.most_bytes, name);
    if (!known_.inside.empty())
      return members_of(zip_member(archive, known_.inside, name), name + "/" + known_.inside,
                        files);
    return members_of(archive, name, files);
  }

  Contents members_of(const std::string& archive, const std::string& name,
                      std::vector<Fetched>& files) const {
    const Contents members = zip_names(archive, name);
    for (const std::string& member : members) {
      if (stays_inside(member)) continue;
      throw Error(Exit::data, name,
                  fmt::format("holds '{}', which would lie outside its folder", member),
                  "get it from its home");
    }
    if (!known_.convert.empty()) {
      const Contents chosen = fitting(members, known_.raw, name);
      Contents bytes = zip_members(archive, chosen, name);
      NamedFiles raw;
      for (size_t i = 0; i < chosen.size(); ++i) raw.push_back({chosen[i], std::move(bytes[i])});
      return converted(raw, name, files);
    }
    Contents contents(files.size());
    for (size_t i = 0; i < files.size(); ++i) {
      if (!files[i].file.empty()) continue;
      contents[i] = zip_member(archive, known_.members[i], name);
      files[i].verified = verified(contents[i], i, fs::path(name) / known_.members[i]) ||
                          !known_.archive_sha256.empty();
    }
    return contents;
  }

  // Every member in memory before the first file is written: an archive is taken whole or not.
  void download_archive(std::vector<Fetched>& files) const {
    Contents contents;
    const auto check = [&](const std::string& archive, const fs::path& name) {
      contents = unpacked(archive, name.string(), files);
    };
    const fs::path part = obtain(known_.archive, check);
    keep(contents, How::downloaded, files);
    discard(part);
  }

  void download_raw(std::vector<Fetched>& files) const {
    NamedFiles raw;
    std::vector<fs::path> parts;
    for (const std::string& name : known_.raw) {
      parts.push_back(obtain(name, [&](const std::string& bytes, const fs::path& place) {
        verify(bytes, {}, known_.most_bytes, place.string());
        raw.push_back({name, bytes});
      }));
    }
    // What came whole and is not the data is not kept for the next attempt either.
    try {
      keep(converted(raw, known_.raw.front(), files), How::downloaded, files);
    } catch (const Error&) {
      for (const fs::path& part : parts) discard(part);
      throw;
    }
    for (const fs::path& part : parts) discard(part);
  }

  // The files out of an archive or raw files in `from`, by the names that their home gives them;
  // nullopt when those are not there.
  std::optional<Contents> made_of(const fs::path& from, std::vector<Fetched>& files) const {
    std::error_code error;
    if (!known_.archive.empty()) {
      const fs::path file = from / fs::path(known_.archive).filename();
      if (!fs::exists(file, error)) return std::nullopt;
      return unpacked(core::read_regular(file, Exit::data), file.string(), files);
    }
    if (known_.convert.empty()) return std::nullopt;
    NamedFiles raw;
    for (const std::string& name : known_.raw) {
      const fs::path file = from / name;
      if (!fs::exists(file, error)) return std::nullopt;
      raw.push_back({file.string(), core::read_regular(file, Exit::data)});
    }
    return converted(raw, from.string(), files);
  }

  const TaskInfo& task_;
  Downloads known_;
  fs::path folder_;
  const Listener& listener_;
};

}  // namespace

bool is_fetchable(const TaskInfo& task) {
  return task.downloads && !task.downloads->mirrors.empty();
}

std::vector<Fetched> fetch(const TaskInfo& task, const fs::path& cache,
                           const std::optional<fs::path>& from, const Listener& listener) {
  if (task.source != "folder") return {};
  const fs::path folder = cache / task.folder;
  if (!is_fetchable(task) && !from) {
    throw Error(Exit::data, fmt::format("task '{}'", task.id), "names no place to fetch it from",
                task.obtain + fmt::format(", or import a copy: agon fetch {} --from DIR", task.id));
  }
  core::make_folder(folder, "check the folder above it, or set XDG_CACHE_HOME to another");
  const core::WriterLock lock(folder,
                              {"is fetching into this folder", "set XDG_CACHE_HOME to another"});
  const Fetch work(task, cache, listener);
  std::vector<Fetched> files = work.present();
  from ? work.import(*from, files) : work.download_all(files);
  return files;
}

}  // namespace agon::datasets
