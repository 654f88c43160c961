// SPDX-License-Identifier: MIT
//
// Numbers in messages.
// Errors: none. Thread: any.
#pragma once

#include <string>

namespace agon {

// With at most six decimals and no zeros at the end.
inline std::string text_of(double value) {
  std::string text = std::to_string(value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace agon
