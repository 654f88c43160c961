// SPDX-License-Identifier: MIT
//
// A file in the place of a plugin, which is looked at before it is opened.
#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>

#include "fuzz.h"
#include "harness/plugins/elf_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const int file = ::memfd_create("plugin", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  if (::ftruncate(file, 0) != 0 || ::pwrite(file, data, size, 0) != static_cast<ssize_t>(size))
    __builtin_trap();
  const auto each = [&](auto look) {
    agon::fuzz::run(data, size, [&](std::string_view) { look(path); });
  };
  each([](const std::string& f) { agon::harness::needed_libraries(f); });
  each([](const std::string& f) { agon::harness::exported_symbols(f); });
  return 0;
}
