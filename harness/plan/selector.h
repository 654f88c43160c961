// SPDX-License-Identifier: MIT
//
// The selector grammar, the same on the command line, in suites and in a plugin's presets:
//
//   selector := NAME [ '[' factors ']' ]
//   factors  := factor { ',' factor }
//   factor   := KEY '=' ( VALUE | '[' VALUE { ',' VALUE } ']' | 'log(' A ',' B ',' N ')' )
//
// e.g. ed[lr=log(1e-3,1,5),depth=[1,4,16]]. log(a,b,n): n points from a to b, evenly spaced on a
// log scale and rounded to 6 significant digits, so that a value reads the same everywhere.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agon::harness {

struct Factor {
  std::string key;
  std::vector<std::string> values;  // at least one
  std::string key_where;            // positions for errors: "quick.toml:12:20"
  std::string value_where;
};

struct Selector {
  std::string name;
  std::vector<Factor> factors;
  std::string text;             // as written
  std::string origin;           // "-r" or "suite.toml:12:14"; positions below are added to it
  size_t line = 0, column = 0;  // of text's first character when origin is a file; 0 otherwise

  // "quick.toml:12:20" or "-r 'ed[lr=x]', column 8": the position of text[offset].
  std::string where(size_t offset) const;
};

// Throws agon::Error(Exit::usage) that names the position and what was expected.
Selector parse_selector(std::string_view text, std::string origin, size_t line = 0,
                        size_t column = 0);

// Bare factors, as in a preset: "lr=0.8,batch=1". The result has no name.
Selector parse_factors(std::string_view text, std::string origin, size_t line = 0,
                       size_t column = 0);

bool has_factor(const Selector& selector, std::string_view key);

// `over` with those factors of `rule` whose keys it has not.
Selector laid_over(const Selector& over, const Selector& rule);

}  // namespace agon::harness
