// SPDX-License-Identifier: MIT
//
// Numbers and foreign text as they appear on a page. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace agon::reports {

// What stands for a missing number, everywhere.
inline constexpr std::string_view kNotMeasured = "not measured";

// The bytes as valid UTF-8 without control characters other than newline and tab: broken sequences,
// controls and the marks that turn the direction of what follows become U+FFFD. Terminal colour sequences (ESC [ ... letter) are dropped.
std::string clean_text(std::string_view bytes);

// clean_text(), then & < > " ' as entities: safe in element content and in quoted attributes.
std::string escape_html(std::string_view text);

// JSON text that may stand inside a <script> element: every < becomes \u003c.
std::string escape_script(std::string_view json);

// The text with every number in it as one #: what two messages say alike.
std::string without_numbers(std::string_view text);

// A score or another number of order one: fixed decimals, kNotMeasured for a number that is not
// finite.
std::string fixed(double value, int decimals = 3);
// fixed(value, 3), but 3 significant digits where that would read 0 for another number.
std::string fixed_or_small(double value);
// Shortest text with at most `digits` significant digits: 0.05, 1e-05, 12.5.
std::string shortest(double value, int digits = 4);
// With a capital first letter.
std::string capital(std::string text);
// With a decimal prefix: 12.3 k, 4.56 M. Three significant digits.
std::string si(double value);
// 0.0021 -> 2.1 ms; 75 -> 75 s; 4000 -> 1.11 h.
std::string seconds(double value);
// 12 345 with thin spaces between thousands.
std::string count(int64_t value);
// "value [low, high]", the interval left out when it is missing.
std::string with_interval(double value, double low, double high, int decimals = 3);
// "1 cell", "2 cells"; plural "" appends an s.
std::string plural(int64_t n, std::string_view noun, std::string_view plural_noun = "");
// "a", "a and b", "a, b and c".
std::string join_words(std::span<const std::string> words);

// Width in the page's sans-serif, good enough to keep labels of a drawing apart: in its pixels.
double text_width(std::string_view text, double font = 12.5);
// Cut at a code point so that it fits, with an ellipsis.
std::string fit_text(const std::string& text, double width);

}  // namespace agon::reports
