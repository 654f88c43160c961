// SPDX-License-Identifier: MIT
#include "core/hash.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "core/error.h"

namespace agon::core {
namespace {

std::string hex(XXH128_hash_t hash) {
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

struct CloseFile {
  void operator()(std::FILE* f) const noexcept { std::fclose(f); }
};
struct FreeState {
  void operator()(XXH3_state_t* s) const noexcept { XXH3_freeState(s); }
};

}  // namespace

std::string hash_hex(std::string_view bytes) {
  return hex(XXH3_128bits(bytes.data(), bytes.size()));
}

std::string hash_file(const std::filesystem::path& file) {
  const auto fail = [&](int error) {
    return Error(Exit::data, file.string(), fmt::format("cannot be read: {}", std::strerror(error)),
                 "check the path and its permissions");
  };
  errno = 0;
  std::unique_ptr<std::FILE, CloseFile> in(std::fopen(file.c_str(), "rb"));
  if (in == nullptr) throw fail(errno);
  std::unique_ptr<XXH3_state_t, FreeState> state(XXH3_createState());
  if (state == nullptr) throw std::bad_alloc();
  XXH3_128bits_reset(state.get());
  std::vector<char> buffer(1 << 16);
  for (size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), in.get())) > 0;) {
    XXH3_128bits_update(state.get(), buffer.data(), n);
  }
  if (std::ferror(in.get()) != 0) throw fail(errno);
  return hex(XXH3_128bits_digest(state.get()));
}

}  // namespace agon::core
