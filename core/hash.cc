// SPDX-License-Identifier: MIT
#include "core/hash.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <memory>
#include <new>
#include <vector>

#include "core/file.h"

namespace agon::core {
namespace {

std::string hex(XXH128_hash_t hash) {
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

struct FreeState {
  void operator()(XXH3_state_t* s) const noexcept { XXH3_freeState(s); }
};

}  // namespace

std::string hash_hex(std::string_view bytes) {
  return hex(XXH3_128bits(bytes.data(), bytes.size()));
}

std::string hash_file(const std::filesystem::path& file) {
  RegularFile in(file, Exit::data);
  std::unique_ptr<XXH3_state_t, FreeState> state(XXH3_createState());
  if (state == nullptr) throw std::bad_alloc();
  XXH3_128bits_reset(state.get());
  std::vector<char> buffer(1 << 16);
  for (size_t n; (n = in.read(buffer)) > 0;) XXH3_128bits_update(state.get(), buffer.data(), n);
  return hex(XXH3_128bits_digest(state.get()));
}

}  // namespace agon::core
