// SPDX-License-Identifier: MIT
//
// A headless Chromium, driven over its DevTools protocol through a pipe: no port, no network, no
// other program. One page at a time; one thread.
#pragma once

#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace agon::tests {

class Chrome {
 public:
  using Json = nlohmann::json;

  // The browser that scripts/browser.sh finds, "" for none.
  static std::string find();
  // Starts it with an empty profile. Throws std::runtime_error when it does not answer.
  explicit Chrome(const std::string& program);
  ~Chrome();
  Chrome(const Chrome&) = delete;
  Chrome& operator=(const Chrome&) = delete;

  // A new page at `url` in a window of that size, loaded whole; what was logged before is forgotten.
  void open(const std::string& url, int width = 1200, int height = 900);
  // The value of an expression, of a promise once it is there. Throws with the page's error.
  Json eval(const std::string& expression);
  // Whether the expression is true by now or soon.
  bool eventually(const std::string& expression);
  void press(const std::string& key);
  // What a media query is told: {"prefers-color-scheme", "dark"}; media: "print" or "".
  void emulate(const std::string& media, const std::string& feature = "",
               const std::string& value = "");
  void run_scripts(bool run);  // of pages that are opened from now on
  void screenshot(const std::string& file);

  // Of the page, since it was opened.
  const std::vector<std::string>& console() const { return console_; }
  const std::vector<std::string>& requests() const { return requests_; }

  // What the protocol's method answers. Throws std::runtime_error.
  Json call(const std::string& method, Json parameters = Json::object());

 private:
  Json answer_to(int id);
  Json next();
  void note(const Json& event);
  void stop();

  pid_t pid_ = -1;
  int to_ = -1, from_ = -1, last_id_ = 0;
  bool loaded_ = false, scripts_ = true;
  std::string folder_, buffer_, session_, target_;
  std::vector<std::string> console_, requests_;
};

}  // namespace agon::tests
