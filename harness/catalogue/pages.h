// SPDX-License-Identifier: MIT
//
// The catalogue as a static site: index.html, and for each rule rules/RULE/index.html, its card, beside the
// report of its run. Every link is relative. Pure functions, any thread.
#pragma once

#include <span>
#include <string>

#include "harness/catalogue/examine.h"

namespace agon::catalogue {

std::string index_page(std::span<const Examined> all);
std::string card_page(const Examined& one);

// agon-catalogue.json: the same for programs.
std::string catalogue_json(std::span<const Examined> all);

}  // namespace agon::catalogue
