// SPDX-License-Identifier: MIT
//
// Whether this build carries a sanitizer, whose runtime has its own handlers of signals and reserves
// more address space than any limit.
#pragma once

namespace agon::core {

inline constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    true;
#else
    false;
#endif
#else
    false;
#endif

}  // namespace agon::core
