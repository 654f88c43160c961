// SPDX-License-Identifier: MIT
//
// One URL into one file, through libcurl: http, https and file, proxies by the usual variables
// (https_proxy, no_proxy), redirects followed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>

namespace agon::datasets {

// What has come, and how much there will be, 0 when the server does not say. Called at least once
// a second; false stops the download.
using Watch = std::function<bool(uint64_t have, uint64_t total)>;

struct DownloadFailed : std::runtime_error {
  DownloadFailed(const std::string& reason, bool again)
      : std::runtime_error(reason), passing(again) {}
  bool passing;  // the same URL may work at once: a cut connection, an overloaded server
};

// Into `part`. What an earlier call left there of the same URL is kept, and only the rest is asked
// for, when the server gave a validator (ETag, Last-Modified) and still holds the same; it stands
// beside it in <part>.from. A file that is complete is downloaded once more.
// Throws DownloadFailed; agon::Error(Exit::io) when the file cannot be written;
// agon::Error(Exit::interrupted) when `watch` stops it. What has come stays in all cases but one: a
// server that sends more than `most` bytes.
void download(const std::string& url, const std::filesystem::path& part, uint64_t most,
              const Watch& watch);

// Removes `part` and what stands beside it.
void discard(const std::filesystem::path& part) noexcept;

}  // namespace agon::datasets
