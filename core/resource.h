// SPDX-License-Identifier: MIT
//
// A file whose bytes are part of the executable (see cmake/AgonEmbed.cmake).
#pragma once

#include <string_view>

namespace agon {

struct Resource {
  std::string_view name;
  std::string_view bytes;
};

}  // namespace agon
