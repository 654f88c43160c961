// SPDX-License-Identifier: MIT
#include "datasets/fetch/download.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <exception>
#include <memory>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "datasets/fetch/curl.h"

namespace agon::datasets {
namespace {

namespace fs = std::filesystem;

constexpr long kConnectSeconds = 20;
constexpr long kSlowSeconds = 30, kSlowBytes = 64;  // so long below so many a second: given up
constexpr long kMostRedirects = 10;
constexpr long kPartial = 206, kNoSuchRange = 416;

fs::path origin_of(const fs::path& part) { return part.string() + ".from"; }

bool is_passing(long status) { return status >= 500 || status == 429 || status == 408; }

bool is_passing(CURLcode code) {
  return code == CURLE_PARTIAL_FILE || code == CURLE_GOT_NOTHING || code == CURLE_SEND_ERROR ||
         code == CURLE_RECV_ERROR || code == CURLE_OPERATION_TIMEDOUT || code == CURLE_HTTP2 ||
         code == CURLE_HTTP2_STREAM;
}

// Written as it comes, so that what a killed process had received is there.
class PartFile {
 public:
  explicit PartFile(const fs::path& path) : path_(path) {
    descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail();
    const off_t size = ::lseek(descriptor_, 0, SEEK_END);
    if (size < 0) fail();
    size_ = static_cast<uint64_t>(size);
  }
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;
  ~PartFile() { ::close(descriptor_); }

  uint64_t size() const noexcept { return size_; }
  void clear() {
    if (::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) != 0) fail();
    size_ = 0;
  }
  void append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
      if (n < 0 && errno != EINTR) fail();
      if (n <= 0) continue;
      bytes.remove_prefix(static_cast<size_t>(n));
      size_ += static_cast<uint64_t>(n);
    }
  }

 private:
  [[noreturn]] void fail() const {
    throw Error(Exit::io, path_.string(),
                "cannot be written (" + std::generic_category().message(errno) + ")",
                "make room or check its permissions, or set XDG_CACHE_HOME to another folder");
  }

  fs::path path_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
};

// The value of a header line when it has this name, without blanks around it.
std::string_view header(std::string_view line, std::string_view name) {
  const auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  };
  if (line.size() <= name.size() || line[name.size()] != ':' ||
      !std::equal(name.begin(), name.end(), line.begin(), same)) {
    return {};
  }
  line.remove_prefix(name.size() + 1);
  const size_t first = line.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r\n") - first + 1);
}

// One request. libcurl calls back into it; an exception waits until libcurl has returned.
class Request {
 public:
  Request(const std::string& url, const fs::path& part, uint64_t most, const Watch& watch)
      : url_(url), path_(part), most_(most), watch_(watch), part_(part) {
    std::string known = validator_of_part();
    if (known.empty()) {
      part_.clear();
    } else if (part_.size() > 0) {
      if_range_ = std::move(known);
      start_ = part_.size();
    }
  }

  void run() {
    const Handle handle(curl_.easy_init());
    if (!handle) throw std::bad_alloc();
    handle_ = handle.get();
    set(CURLOPT_URL, url_.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https,file");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, kMostRedirects);
    set(CURLOPT_FAILONERROR, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, "agon");
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_LOW_SPEED_TIME, kSlowSeconds);
    set(CURLOPT_LOW_SPEED_LIMIT, kSlowBytes);
    set(CURLOPT_HEADERFUNCTION, &Request::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Request::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Request::on_progress);
    set(CURLOPT_XFERINFODATA, this);
    const std::string range = fmt::format("{}-", start_);
    Headers headers;
    if (start_ > 0) {
      set(CURLOPT_RANGE, range.c_str());
      headers.reset(curl_.slist_append(nullptr, ("If-Range: " + if_range_).c_str()));
      set(CURLOPT_HTTPHEADER, headers.get());
    }
    finish(curl_.easy_perform(handle_));
  }

 private:
  struct Free {
    void operator()(CURL* handle) const { curl().easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl().slist_free_all(list); }
  };
  using Handle = std::unique_ptr<CURL, Free>;
  using Headers = std::unique_ptr<curl_slist, Free>;

  template <typename T>
  void set(CURLoption option, T value) {
    if (curl_.easy_setopt(handle_, option, value) != CURLE_OK) {
      throw Error(Exit::data, "libcurl.so.4", fmt::format("does not know option {}", +option),
                  "install libcurl4 7.85 or newer");
    }
  }

  long status() {
    long code = 0;
    curl_.easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &code);
    return code;
  }

  // Of what the part file holds, when it comes from this URL.
  std::string validator_of_part() const {
    std::error_code error;
    if (!fs::exists(origin_of(path_), error)) return {};
    const std::string text = core::read_regular(origin_of(path_), Exit::io, 1 << 16);
    const size_t end = text.find('\n');
    return end != std::string::npos && text.substr(0, end) == url_ ? text.substr(end + 1) : "";
  }

  void finish(CURLcode code) {
    if (failure_) std::rethrow_exception(failure_);
    const long answer = status();
    if (code == CURLE_OK && answer != kNoSuchRange) return;
    if (answer == kNoSuchRange) {
      discard(path_);
      throw DownloadFailed("the part that was here is not of this file", true);
    }
    if (code == CURLE_HTTP_RETURNED_ERROR)
      throw DownloadFailed(fmt::format("HTTP status {}", answer), is_passing(answer));
    throw DownloadFailed(curl_.easy_strerror(code), is_passing(code));
  }

  void read_header(std::string_view line) {
    if (line.starts_with("HTTP/")) {  // of the next answer, behind a redirect
      validator_.clear();
      range_.clear();
    }
    if (const auto tag = header(line, "ETag"); !tag.empty() && !tag.starts_with("W/"))
      validator_ = tag;
    if (const auto date = header(line, "Last-Modified"); !date.empty() && validator_.empty())
      validator_ = date;
    if (const auto range = header(line, "Content-Range"); !range.empty()) range_ = range;
  }

  // Before the first byte of the body: is it the rest of what is here, or the whole?
  void begin() {
    begun_ = true;
    if (status() != kPartial) {
      part_.clear();
      start_ = 0;
      core::replace_file(origin_of(path_), url_ + "\n" + validator_);
    } else if (!range_.starts_with(fmt::format("bytes {}-", start_))) {
      discard(path_);
      throw DownloadFailed(
          fmt::format("the server sent '{}' where bytes from {} were asked for", range_, start_),
          true);
    }
  }

  void take(std::string_view bytes) {
    if (!begun_) begin();
    if (bytes.size() > most_ || part_.size() > most_ - bytes.size()) {
      too_much();
    }
    part_.append(bytes);
  }
  [[noreturn]] void too_much() const {
    discard(path_);
    throw DownloadFailed(fmt::format("it sends more than {} bytes", most_), false);
  }

  // An exception becomes `failed`, which ends the transfer.
  template <typename Result, typename Action>
  Result guarded(Result failed, const Action& action) noexcept {
    try {
      return action();
    } catch (...) {
      failure_ = std::current_exception();
      return failed;
    }
  }

  static size_t on_header(char* line, size_t, size_t size, void* self) {
    return static_cast<Request*>(self)->guarded(size_t{0}, [&] {
      static_cast<Request*>(self)->read_header({line, size});
      return size;
    });
  }
  static size_t on_body(char* bytes, size_t, size_t size, void* self) {
    return static_cast<Request*>(self)->guarded(size_t{0}, [&] {
      static_cast<Request*>(self)->take({bytes, size});
      return size;
    });
  }
  static int on_progress(void* self, curl_off_t total, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Request*>(self)->guarded(1, [&] {
      static_cast<Request*>(self)->look(static_cast<uint64_t>(total));
      return 0;
    });
  }
  void look(uint64_t total) const {
    if (total > most_) too_much();
    if (watch_(part_.size(), total == 0 ? 0 : start_ + total)) return;
    throw Error(Exit::interrupted, url_, "interrupted", "the same command goes on from here");
  }

  const Curl& curl_ = curl();
  CURL* handle_ = nullptr;
  const std::string& url_;
  const fs::path& path_;
  uint64_t most_;
  const Watch& watch_;
  PartFile part_;
  uint64_t start_ = 0;  // bytes that were here and stay
  std::string if_range_, validator_, range_;
  bool begun_ = false;
  std::exception_ptr failure_;
};

}  // namespace

void discard(const fs::path& part) noexcept {
  std::error_code ignored;
  fs::remove(part, ignored);
  fs::remove(origin_of(part), ignored);
}

void download(const std::string& url, const fs::path& part, uint64_t most, const Watch& watch) {
  Request(url, part, most, watch).run();
}

}  // namespace agon::datasets
