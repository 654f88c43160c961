// SPDX-License-Identifier: MIT
//
// Sections as markup: the one place that turns them into HTML, and that escapes. Pure functions, any
// thread.
#pragma once

#include <string>
#include <string_view>

#include "reports/sections/section.h"

namespace agon::reports {

std::string text_html(const Text& text);
// Attributes by which the page's script filters, each behind a space.
std::string about_html(const About& about);
// Inside a box that scrolls; the first column stays in view.
std::string table_html(const Table& table);
std::string block_html(const Block& block);
std::string blocks_html(const Section& section);

// Its parts in files of their own.
std::string claims_html(const Claims& claims);
std::string pictures_html(const Pictures& pictures);

// <details>; `html` is markup.
std::string fold_html(std::string_view title, const std::string& html, bool open = false);

}  // namespace agon::reports
