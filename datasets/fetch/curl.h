// SPDX-License-Identifier: MIT
//
// libcurl, loaded when a download begins. Linked, it would bring thirty libraries and 5 ms of CPU
// time into every worker process, none of which downloads anything.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace agon::datasets {

struct Curl {
  decltype(&::curl_easy_init) easy_init;
  decltype(&::curl_easy_setopt) easy_setopt;
  decltype(&::curl_easy_perform) easy_perform;
  decltype(&::curl_easy_getinfo) easy_getinfo;
  decltype(&::curl_easy_strerror) easy_strerror;
  decltype(&::curl_easy_cleanup) easy_cleanup;
  decltype(&::curl_slist_append) slist_append;
  decltype(&::curl_slist_free_all) slist_free_all;
};

// The one of this process. Throws agon::Error(Exit::data) with the package to install when it is
// not there. Threads: the main thread.
const Curl& curl();

}  // namespace agon::datasets
