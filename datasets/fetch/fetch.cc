// SPDX-License-Identifier: MIT
#include "datasets/fetch/fetch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/lock.h"
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
    std::vector<std::pair<size_t, std::string>> right;
    for (size_t i = 0; i < files.size(); ++i) {
      if (!files[i].file.empty()) continue;
      const fs::path file = find(from, task_.files[i]);
      right.emplace_back(i, core::read_regular(file, Exit::data));
      files[i].verified = verified(right.back().second, i, file);
    }
    for (const auto& [i, bytes] : right) put(i, bytes, Fetched::How::imported, files[i]);
  }

  void download_all(std::vector<Fetched>& files) const {
    if (!known_.archive.empty()) return unpack(files);
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
      files[i].how = Fetched::How::downloaded;
    }
  }

 private:
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

  void put(size_t i, const std::string& bytes, Fetched::How how, Fetched& file) const {
    make_folder(place(i).parent_path());
    core::replace_file(place(i), bytes);
    file.file = place(i);
    file.how = how;
  }

  fs::path find(const fs::path& from, const std::string& name) const {
    std::error_code error;
    for (const fs::path& file : {from / name, from / task_.folder / name}) {
      if (fs::exists(file, error)) return file;
    }
    throw Error(Exit::data, (from / name).string(), "there is no such file",
                fmt::format("name the folder that holds {}", fmt::join(task_.files, ", ")));
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

  void unpack(std::vector<Fetched>& files) const {
    // Every member in memory before the first file is written: an archive is taken whole or not.
    std::vector<std::string> contents(files.size());
    const auto check = [&](const std::string& archive, const fs::path& name) {
      verify(archive, {.packed = known_.archive_sha256}, known_.most_bytes, name.string());
      for (const std::string& member : zip_names(archive, name.string())) {
        if (stays_inside(member)) continue;
        throw Error(Exit::data, name.string(),
                    fmt::format("holds '{}', which would lie outside its folder", member),
                    "get it from its home");
      }
      for (size_t i = 0; i < files.size(); ++i) {
        if (!files[i].file.empty()) continue;
        contents[i] = zip_member(archive, known_.members[i], name.string());
        files[i].verified =
            verified(contents[i], i, name / known_.members[i]) || !known_.archive_sha256.empty();
      }
    };
    const fs::path part = obtain(known_.archive, check);
    for (size_t i = 0; i < files.size(); ++i) {
      if (files[i].file.empty()) put(i, contents[i], Fetched::How::downloaded, files[i]);
    }
    discard(part);
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
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw Error(Exit::io, folder.string(), "cannot be made (" + error.message() + ")",
                "check the folder above it, or set XDG_CACHE_HOME to another");
  }
  const core::WriterLock lock(folder,
                              {"is fetching into this folder", "set XDG_CACHE_HOME to another"});
  const Fetch work(task, cache, listener);
  std::vector<Fetched> files = work.present();
  from ? work.import(*from, files) : work.download_all(files);
  return files;
}

}  // namespace agon::datasets
