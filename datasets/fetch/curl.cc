// SPDX-License-Identifier: MIT
#include "datasets/fetch/curl.h"

#include <dlfcn.h>

#include <string>

#include "core/error.h"

namespace agon::datasets {
namespace {

[[noreturn]] void fail() {
  const char* reason = dlerror();
  throw Error(Exit::data, "libcurl.so.4", reason != nullptr ? reason : "cannot be loaded",
              "install libcurl4, or import files that you have with --from DIR");
}

template <typename F>
F symbol(void* library, const char* name) {
  void* found = dlsym(library, name);
  if (found == nullptr) fail();
  return reinterpret_cast<F>(found);
}

Curl load() {
  void* library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);  // stays to the end
  if (library == nullptr) fail();
  Curl c{};
  c.easy_init = symbol<decltype(c.easy_init)>(library, "curl_easy_init");
  c.easy_setopt = symbol<decltype(c.easy_setopt)>(library, "curl_easy_setopt");
  c.easy_perform = symbol<decltype(c.easy_perform)>(library, "curl_easy_perform");
  c.easy_getinfo = symbol<decltype(c.easy_getinfo)>(library, "curl_easy_getinfo");
  c.easy_strerror = symbol<decltype(c.easy_strerror)>(library, "curl_easy_strerror");
  c.easy_cleanup = symbol<decltype(c.easy_cleanup)>(library, "curl_easy_cleanup");
  c.slist_append = symbol<decltype(c.slist_append)>(library, "curl_slist_append");
  c.slist_free_all = symbol<decltype(c.slist_free_all)>(library, "curl_slist_free_all");
  return c;
}

}  // namespace

const Curl& curl() {
  static const Curl loaded = load();
  return loaded;
}

}  // namespace agon::datasets
