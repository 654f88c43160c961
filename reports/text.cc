// SPDX-License-Identifier: MIT
#include "reports/text.h"

#include <fmt/format.h>

#include <cmath>

namespace agon::reports {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Length of the valid UTF-8 sequence at text[i], 0 when it is broken (RFC 3629: no surrogates, no
// overlong forms).
size_t sequence_length(std::string_view text, size_t i) {
  const auto byte = [&](size_t k) { return static_cast<unsigned char>(text[k]); };
  const unsigned char lead = byte(i);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                        : lead >= 0xE0 && lead <= 0xEF ? 3
                        : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                       : 0;
  if (length == 0 || i + length > text.size()) return 0;
  for (size_t k = 1; k < length; ++k) {
    if ((byte(i + k) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(i + 1);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
    return 0;
  }
  return length;
}

// Length of a terminal colour or cursor sequence at text[i], which is ESC; 0 when there is none.
size_t terminal_sequence_length(std::string_view text, size_t i) {
  if (i + 1 >= text.size() || text[i + 1] != '[') return 0;
  for (size_t k = i + 2; k < text.size() && k < i + 32; ++k) {
    const char c = text[k];
    if (c >= 0x40 && c <= 0x7E) return k - i + 1;
    if (c < 0x20) return 0;
  }
  return 0;
}

}  // namespace

namespace {
// U+202A to U+202E and U+2066 to U+2069: they turn what stands behind them, ours too, so that it reads
// otherwise than it is.
bool turns_text(std::string_view sequence) {
  if (sequence.size() != 3 || sequence[0] != '\xe2') return false;
  const auto second = static_cast<unsigned char>(sequence[1]);
  const auto third = static_cast<unsigned char>(sequence[2]);
  return (second == 0x80 && third >= 0xaa && third <= 0xae) ||
         (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}
}  // namespace

std::string clean_text(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size();) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c == 0x1B) {
      if (const size_t skip = terminal_sequence_length(bytes, i); skip > 0) {
        i += skip;
        continue;
      }
    }
    const size_t length = sequence_length(bytes, i);
    const bool control =
        (c < 0x20 && c != '\n' && c != '\t') || c == 0x7F ||
        (length == 2 && c == 0xC2 && static_cast<unsigned char>(bytes[i + 1]) < 0xA0);
    if (length == 0 || control || turns_text(bytes.substr(i, length))) {
      if (c != '\r') out += kReplacement;
      i += length == 0 ? 1 : length;
      continue;
    }
    out.append(bytes.substr(i, length));
    i += length;
  }
  return out;
}

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : clean_text(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string escape_script(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      out += "\\u003c";
    } else {
      out += c;
    }
  }
  return out;
}

std::string without_numbers(std::string_view text) {
  const auto digits_end = [text](size_t at) {
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at;
  };
  std::string out;
  for (size_t at = 0; at < text.size();) {
    size_t end = digits_end(at);
    if (end == at) {
      out += text[at++];
      continue;
    }
    if (end < text.size() && text[end] == '.') {
      if (const size_t decimals = digits_end(end + 1); decimals > end + 1) end = decimals;
    }
    if (end < text.size() && text[end] == 'e') {
      const bool sign = end + 1 < text.size() && (text[end + 1] == '-' || text[end + 1] == '+');
      const size_t exponent = end + 1 + (sign ? 1 : 0);
      if (const size_t last = digits_end(exponent); last > exponent) end = last;
    }
    out += '#';
    at = end;
  }
  return out;
}

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return std::string(kNotMeasured);
  std::string out = fmt::format("{:.{}f}", value, decimals);
  if (out.find_first_not_of("-0.") == std::string::npos && out[0] == '-')
    out.erase(0, 1);  // -0.000
  return out;
}

std::string fixed_or_small(double value) {
  return value != 0 && std::fabs(value) < 5e-4 ? shortest(value, 3) : fixed(value);
}

std::string shortest(double value, int digits) {
  if (!std::isfinite(value)) return std::string(kNotMeasured);
  return fmt::format("{:.{}g}", value, digits);
}

std::string si(double value) {
  if (!std::isfinite(value)) return std::string(kNotMeasured);
  static constexpr const char* kPrefixes[] = {"", " k", " M", " G", " T"};
  double scaled = value;
  size_t prefix = 0;
  while (std::fabs(scaled) >= 999.5 && prefix + 1 < std::size(kPrefixes)) {
    scaled /= 1000;
    ++prefix;
  }
  const double size = std::fabs(scaled);
  const int decimals = size >= 99.95 || std::fabs(size - std::round(size)) < 0.005 ? 0
                       : size >= 9.995                                             ? 1
                                                                                   : 2;
  return fmt::format("{:.{}f}{}", scaled, decimals, kPrefixes[prefix]);
}

std::string seconds(double value) {
  if (!std::isfinite(value)) return std::string(kNotMeasured);
  if (value < 1e-3) return shortest(value * 1e6, 3) + " µs";
  if (value < 1) return shortest(value * 1e3, 3) + " ms";
  if (value < 120) return shortest(value, 3) + " s";
  if (value < 7200) return shortest(value / 60, 3) + " min";
  return shortest(value / 3600, 3) + " h";
}

std::string count(int64_t value) {
  std::string digits = std::to_string(value);
  const size_t first = value < 0 ? 1 : 0;
  for (size_t i = digits.size(); i > first + 3;) {
    i -= 3;
    digits.insert(i, "\u2009");
  }
  return digits;
}

std::string with_interval(double value, double low, double high, int decimals) {
  if (!std::isfinite(value) || !std::isfinite(low) || !std::isfinite(high)) {
    return fixed(value, decimals);
  }
  return fmt::format("{} [{}, {}]", fixed(value, decimals), fixed(low, decimals),
                     fixed(high, decimals));
}

std::string plural(int64_t n, std::string_view noun, std::string_view plural_noun) {
  if (n == 1) return fmt::format("1 {}", noun);
  return plural_noun.empty() ? fmt::format("{} {}s", count(n), noun)
                             : fmt::format("{} {}", count(n), plural_noun);
}

std::string join_words(std::span<const std::string> words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += words[i];
  }
  return out;
}

double text_width(std::string_view text, double font) {
  double width = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) continue;
    const auto one_of = [c](std::string_view set) { return set.find(c) != std::string_view::npos; };
    width += one_of("il.,'j ")                    ? 0.32
             : one_of("trf-()[]:;/")              ? 0.42
             : one_of("mwMW")                     ? 0.95
             : c == '=' || (c >= 'A' && c <= 'Z') ? 0.78
                                                  : 0.63;
  }
  return width * font;
}

std::string fit_text(const std::string& text, double width) {
  if (text_width(text) <= width) return text;
  std::string out = text;
  while (!out.empty() && text_width(out + "…") > width) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80) out.pop_back();
    if (!out.empty()) out.pop_back();
  }
  return out + "…";
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace agon::reports
