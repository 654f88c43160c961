// SPDX-License-Identifier: MIT
//
// Options that take a number: read by core/number.h like every number of a person, not by CLI11, to which
// 010 is eight.
#pragma once

#include <CLI/CLI.hpp>
#include <stdexcept>
#include <string>

#include "core/number.h"

namespace agon::harness {

template <typename T>
CLI::Option* add_whole(CLI::App& app, const std::string& name, T& value, const core::WholeRange& range,
                       const std::string& help) {
  const std::string shown = name.substr(name.rfind(',') + 1);  // -s,--seeds: --seeds
  return app.add_option_function<std::string>(
                name,
                [&value, range, shown](const std::string& text) {
                  try {
                    value = static_cast<T>(core::whole_within(text, range));
                  } catch (const std::invalid_argument& e) {
                    throw CLI::ValidationError(shown, e.what());
                  }
                },
                help)
      ->type_name("N");
}

inline CLI::Option* add_real(CLI::App& app, const std::string& name, double& value, const core::RealRange& range,
                             const std::string& help) {
  return app.add_option_function<std::string>(
                name,
                [&value, range, name](const std::string& text) {
                  try {
                    value = core::real_within(text, range);
                  } catch (const std::invalid_argument& e) {
                    throw CLI::ValidationError(name, e.what());
                  }
                },
                help)
      ->type_name("X");
}

}  // namespace agon::harness
