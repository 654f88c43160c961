// SPDX-License-Identifier: MIT
#include "harness/plugins/call.h"

#include <algorithm>

namespace agon::harness {

void Call::begin(const char* verb) noexcept {
  note(verb);
  const std::lock_guard lock(mutex_);
  fail_code_ = AGON_OK;
  fail_text_.clear();
  failed_.store(false, std::memory_order_release);
}

void Call::fail(agon_status code, std::string_view text) noexcept {
  const std::lock_guard lock(mutex_);
  if (failed_.load(std::memory_order_relaxed)) return;
  fail_code_ = code;
  try {
    fail_text_ = text.substr(0, kFailBytes);
  } catch (...) {  // out of memory: the code alone must do
  }
  failed_.store(true, std::memory_order_release);
}

std::string Call::fail_text() const {
  const std::lock_guard lock(mutex_);
  return fail_text_;
}

void Call::log(int32_t level, std::string_view text) noexcept {
  const std::string_view name = level <= AGON_LOG_DEBUG  ? "debug: "
                                : level == AGON_LOG_INFO ? "info: "
                                                         : "warning: ";
  const std::lock_guard lock(mutex_);
  try {
    if (level >= AGON_LOG_WARNING) count_warning(text.substr(0, kWarningBytes));
    log_.append(name).append(text.substr(0, kLogBytes)).push_back('\n');
  } catch (...) {  // out of memory: a lost log line is no reason to end a cell
  }
  if (log_.size() <= kLogBytes) return;
  // Whole lines only, unless the last one alone is too long.
  const size_t cut = log_.find('\n', log_.size() - kLogBytes - 1);
  log_.erase(0, cut + 1 < log_.size() ? cut + 1 : log_.size() - kLogBytes);
}

void Call::count_warning(std::string_view text) {
  const auto known = std::ranges::find(warnings_, text, &Warning::text);
  if (known != warnings_.end()) {
    ++known->times;
  } else if (warnings_.size() < kWarnings) {
    warnings_.push_back({std::string(text), 1});
  } else {
    ++other_warnings_;
  }
}

std::vector<Call::Warning> Call::warnings() const {
  const std::lock_guard lock(mutex_);
  std::vector<Warning> out = warnings_;
  if (other_warnings_ > 0) out.push_back({"(other warnings)", other_warnings_});
  return out;
}

std::string Call::log_tail() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

bool Call::should_stop() noexcept {
  if (whereabouts_ != nullptr) whereabouts_->beat();
  if (stop_.load(std::memory_order_relaxed)) return true;
  const bool over = deadline_ != Clock::time_point::max() && Clock::now() >= deadline_;
  if (!over && !stop_all_.load(std::memory_order_relaxed)) return false;
  stop_.store(true, std::memory_order_relaxed);
  return true;
}

void Call::progress(double fraction) noexcept {
  if (!listener_) return;
  try {
    listener_(std::clamp(fraction, 0.0, 1.0));
  } catch (...) {  // progress is decoration
  }
}

}  // namespace agon::harness
