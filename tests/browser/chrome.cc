// SPDX-License-Identifier: MIT
#include "tests/browser/chrome.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace agon::tests {
namespace {

// A page that is not there by then hangs: a busy machine is slow, not this slow.
constexpr std::chrono::seconds kPatience{120};

std::string decode_base64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) break;
    bits = bits << 6 | static_cast<uint32_t>(digit);
    if ((have += 6) >= 8) out += static_cast<char>(bits >> (have -= 8) & 0xff);
  }
  return out;
}

// Both ends of a pipe, above the descriptors 3 and 4 that the browser gets.
void make_pipe(int& read_end, int& write_end) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  read_end = fcntl(ends[0], F_DUPFD_CLOEXEC, 10);
  write_end = fcntl(ends[1], F_DUPFD_CLOEXEC, 10);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace

std::string Chrome::find() {
  std::FILE* out = popen(AGON_BROWSER_SCRIPT " 2>/dev/null", "r");
  if (out == nullptr) return "";
  char line[4096] = "";
  const bool read = std::fgets(line, sizeof line, out) != nullptr;
  pclose(out);
  std::string path = read ? line : "";
  while (!path.empty() && path.back() == '\n') path.pop_back();
  return path;
}

Chrome::Chrome(const std::string& program) {
  char folder[] = "/tmp/agon-chrome-XXXXXX";
  if (mkdtemp(folder) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = folder;
  int child_reads = -1, child_writes = -1;
  make_pipe(child_reads, to_);
  make_pipe(from_, child_writes);
  const std::string profile = "--user-data-dir=" + folder_;
  pid_ = fork();
  if (pid_ == 0) {
    setpgid(0, 0);
    dup2(child_reads, 3);
    dup2(child_writes, 4);
    const int nowhere = ::open("/dev/null", O_RDWR);
    dup2(nowhere, 1);
    dup2(nowhere, 2);
    // Nothing of the user's browser is read or written.
    setenv("HOME", folder_.c_str(), 1);
    execl(program.c_str(), program.c_str(), "--headless", "--no-sandbox", "--disable-gpu",
          "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--disable-default-apps",
          "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND",
          "--remote-debugging-pipe", profile.c_str(), "about:blank", nullptr);
    _exit(127);
  }
  close(child_reads);
  close(child_writes);
  signal(SIGPIPE, SIG_IGN);
  try {
    call("Browser.getVersion");
  } catch (...) {
    stop();
    throw;
  }
}

Chrome::~Chrome() { stop(); }

void Chrome::stop() {
  if (pid_ > 0) {
    kill(-pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  for (int* end : {&to_, &from_}) {
    if (*end >= 0) close(*end);
    *end = -1;
  }
  // Its helpers write until they are gone.
  for (int tries = 0; tries < 20; ++tries) {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
    if (!error) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

Chrome::Json Chrome::call(const std::string& method, Json parameters) {
  const int id = ++last_id_;
  Json message{{"id", id}, {"method", method}, {"params", std::move(parameters)}};
  if (!session_.empty() && !method.starts_with("Target.")) message["sessionId"] = session_;
  std::string bytes = message.dump();
  bytes += '\0';
  for (size_t sent = 0; sent < bytes.size();) {
    const ssize_t n = write(to_, bytes.data() + sent, bytes.size() - sent);
    if (n <= 0) throw std::runtime_error("the browser is gone");
    sent += static_cast<size_t>(n);
  }
  const Json answer = answer_to(id);
  if (answer.contains("error")) throw std::runtime_error(method + ": " + answer["error"].dump());
  return answer["result"];
}

Chrome::Json Chrome::answer_to(int id) {
  while (true) {
    Json message = next();
    if (message.value("id", 0) == id) return message;
    note(message);
  }
}

Chrome::Json Chrome::next() {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    if (const size_t end = buffer_.find('\0'); end != std::string::npos) {
      Json message = Json::parse(buffer_.substr(0, end));
      buffer_.erase(0, end + 1);
      return message;
    }
    pollfd ready{from_, POLLIN, 0};
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error("the browser does not answer");
    if (poll(&ready, 1, 1000) <= 0) continue;
    char bytes[65536];
    const ssize_t n = read(from_, bytes, sizeof bytes);
    if (n <= 0) throw std::runtime_error("the browser ended");
    buffer_.append(bytes, static_cast<size_t>(n));
  }
}

void Chrome::note(const Json& event) {
  const std::string method = event.value("method", "");
  if (event.value("sessionId", "") != session_) return;
  if (method == "Page.loadEventFired") loaded_ = true;
  if (method == "Runtime.consoleAPICalled" || method == "Runtime.exceptionThrown" ||
      method == "Log.entryAdded") {
    console_.push_back(event["params"].dump());
  }
  if (method == "Network.requestWillBeSent") {
    const std::string url = event["params"]["request"].value("url", "");
    for (const char* scheme : {"http", "ws", "ftp"}) {
      if (url.starts_with(scheme)) requests_.push_back(url);
    }
  }
}

void Chrome::open(const std::string& url, int width, int height) {
  if (!target_.empty()) call("Target.closeTarget", {{"targetId", target_}});
  session_.clear();
  target_ = call("Target.createTarget", {{"url", "about:blank"}})["targetId"];
  session_ = call("Target.attachToTarget", {{"targetId", target_}, {"flatten", true}})["sessionId"];
  for (const char* domain : {"Page", "Runtime", "Log", "Network"})
    call(std::string(domain) + ".enable");
  call("Emulation.setDeviceMetricsOverride",
       {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}});
  call("Emulation.setScriptExecutionDisabled", {{"value", !scripts_}});
  console_.clear();
  requests_.clear();
  loaded_ = false;
  call("Page.navigate", {{"url", url}});
  while (!loaded_) note(next());
}

Chrome::Json Chrome::eval(const std::string& expression) {
  const Json answer =
      call("Runtime.evaluate",
           {{"expression", expression}, {"returnByValue", true}, {"awaitPromise", true}});
  if (answer.contains("exceptionDetails"))
    throw std::runtime_error(expression + ": " + answer["exceptionDetails"].dump());
  return answer["result"].value("value", Json());
}

bool Chrome::eventually(const std::string& expression) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    if (eval(expression) == true) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

void Chrome::press(const std::string& key) {
  Json event{{"key", key}, {"code", key}};
  if (key == "Enter") event.update({{"windowsVirtualKeyCode", 13}, {"text", "\r"}});
  if (key == "Escape") event["windowsVirtualKeyCode"] = 27;
  if (key == "Tab") event["windowsVirtualKeyCode"] = 9;
  for (const char* type : {"keyDown", "keyUp"}) {
    event["type"] = type;
    call("Input.dispatchKeyEvent", event);
    event.erase("text");
  }
}

void Chrome::emulate(const std::string& media, const std::string& feature,
                     const std::string& value) {
  Json features = Json::array();
  if (!feature.empty()) features.push_back({{"name", feature}, {"value", value}});
  call("Emulation.setEmulatedMedia", {{"media", media}, {"features", features}});
}

void Chrome::run_scripts(bool run) { scripts_ = run; }

void Chrome::screenshot(const std::string& file) {
  const Json shot = call("Page.captureScreenshot", {{"format", "png"}});
  std::ofstream(file, std::ios::binary) << decode_base64(shot["data"].get<std::string>());
}

}  // namespace agon::tests
