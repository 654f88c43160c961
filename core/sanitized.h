// SPDX-License-Identifier: MIT
//
// Which sanitizer this build carries. Their runtimes have handlers of signals of their own and reserve
// more address space than any limit; what they slow down is measured elsewhere.
#pragma once

namespace agon::core {

// Clang says it by __has_feature, GCC by a macro.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kAddressSanitizer = true;
#else
inline constexpr bool kAddressSanitizer = false;
#endif
#if __has_feature(thread_sanitizer)
inline constexpr bool kThreadSanitizer = true;
#else
inline constexpr bool kThreadSanitizer = false;
#endif
#else
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kAddressSanitizer = true;
#else
inline constexpr bool kAddressSanitizer = false;
#endif
#if defined(__SANITIZE_THREAD__)
inline constexpr bool kThreadSanitizer = true;
#else
inline constexpr bool kThreadSanitizer = false;
#endif
#endif

inline constexpr bool kSanitized = kAddressSanitizer || kThreadSanitizer;

// A limit on time, in seconds: code under a sanitizer takes some twenty times as long. Short limits stay, they are
// set to be reached.
constexpr double limit_s(double seconds) {
  return kSanitized && seconds >= 10 ? 20 * seconds : seconds;
}

}  // namespace agon::core
