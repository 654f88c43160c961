// SPDX-License-Identifier: MIT
#include "harness/plugins/host.h"

#include <cstring>
#include <exception>

#include "core/parallel.h"
#include "harness/plugins/call.h"
#include "harness/plugins/kernel_table.h"

#ifndef AGON_VERSION
#error "harness/plugins/CMakeLists.txt defines AGON_VERSION"
#endif

namespace agon::harness {
namespace {

void host_log(agon_call* call, int32_t level, const char* text) {
  Call::of(call).log(level, text != nullptr ? text : "");
}

agon_status host_fail(agon_call* call, agon_status code, const char* text) {
  Call::of(call).fail(code, text != nullptr ? text : "");
  return code;
}

int32_t host_should_stop(agon_call* call) { return Call::of(call).should_stop() ? 1 : 0; }

void host_progress(agon_call* call, double fraction) { Call::of(call).progress(fraction); }

agon_status host_parallel_for(agon_call* call, int64_t n, int64_t grain,
                              void (*fn)(void* user, int64_t begin, int64_t end), void* user) {
  if (n < 0 || grain < 1 || fn == nullptr) {
    return host_fail(call, AGON_INVALID,
                     "parallel_for: n >= 0, grain >= 1 and a function are needed");
  }
  try {
    core::parallel_for(static_cast<size_t>(n), static_cast<size_t>(grain),
                       [&](size_t begin, size_t end) {
                         fn(user, static_cast<int64_t>(begin), static_cast<int64_t>(end));
                       });
    return AGON_OK;
  } catch (const std::bad_alloc&) {
    return host_fail(call, AGON_NO_MEMORY, "parallel_for: out of memory");
  } catch (const std::exception& e) {
    return host_fail(call, AGON_INTERNAL, e.what());
  } catch (...) {
    return host_fail(call, AGON_INTERNAL, "parallel_for: the rule's function threw");
  }
}

const void* host_extension(const char* id) {
  if (id != nullptr && std::strcmp(id, AGON_KERNELS_ID) == 0) return &kernel_table();
  return nullptr;
}

constexpr agon_host kHost{
    sizeof(agon_host), AGON_ABI_MINOR,    "agon",         AGON_VERSION,       &host_log,
    &host_fail,        &host_should_stop, &host_progress, &host_parallel_for, &host_extension};

}  // namespace

const agon_host* Host::abi() const noexcept { return &kHost; }
const agon_kernels* Host::kernels() const noexcept { return &kernel_table(); }

}  // namespace agon::harness
