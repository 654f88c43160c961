// SPDX-License-Identifier: MIT
#include "reports/render/figures/figures.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>
#include <variant>

#include "agon_reports_resources.h"
#include "reports/render/figures/heat_table.h"
#include "reports/render/svg/picture.h"
#include "reports/render/svg/svg.h"
#include "reports/sections/sections.h"
#include "reports/text.h"

namespace agon::reports {
namespace {

constexpr std::string_view kHead = "<svg class=\"chart\"";

std::string_view style_sheet() {
  for (const Resource& r : web::resources()) {
    if (r.name == "chart.css") return r.bytes;
  }
  return {};
}

// Letters, digits and single '-' of it, in lower case, at most 40.
std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += c;
    } else if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
    if (out.size() == 40) break;
  }
  while (out.ends_with('-')) out.pop_back();
  return out;
}

std::string trimmed(std::string_view text) {
  const size_t from = text.find_first_not_of(" \n");
  if (from == text.npos) return "";
  return std::string(text.substr(from, text.find_last_not_of(" \n") - from + 1));
}

using Values = std::map<std::string, std::string>;

// Adds the custom properties of a rule's body, "--x: value".
void add_values(std::string_view body, Values& out) {
  while (!body.empty()) {
    const size_t end = std::min(body.find(';'), body.size());
    const std::string one = trimmed(body.substr(0, end));
    if (const size_t colon = one.find(':'); one.starts_with("--") && colon != one.npos)
      out[one.substr(0, colon)] = trimmed(one.substr(colon + 1));
    body.remove_prefix(std::min(end + 1, body.size()));
  }
}

std::string with_values(std::string text, const Values& values) {
  for (const auto& [name, value] : values) {
    const std::string use = "var(" + name + ")";
    for (size_t at = text.find(use); at != text.npos; at = text.find(use, at + value.size()))
      text.replace(at, use.size(), value);
  }
  return text;
}

// "svg.chart .l" inside a series of style 3: ".s3 .l"; "svg .open .m": ".s3.open .m".
std::string inside(std::string_view selector, size_t style) {
  for (const std::string_view root : {"svg.chart ", "svg "}) {
    if (selector.starts_with(root)) selector.remove_prefix(root.size());
  }
  return fmt::format(".s{}{}{}", style, selector.starts_with(".open") ? "" : " ", selector);
}

struct Rule {
  std::string selector, body;
};

// The rules of the sheet without comments and without those of a media query.
std::vector<Rule> rules_of(std::string_view css) {
  std::vector<Rule> out;
  std::string text(css);
  for (size_t open = text.find("/*"); open != text.npos; open = text.find("/*", open)) {
    const size_t close = text.find("*/", open + 2);
    text.erase(open, close == text.npos ? text.npos : close + 2 - open);
  }
  for (size_t at = 0; at < text.size();) {
    const size_t open = text.find('{', at);
    if (open == text.npos) break;
    Rule rule{trimmed(std::string_view(text).substr(at, open - at)), ""};
    size_t end = open, depth = 0;
    do {
      if (text[end] == '{') ++depth;
      if (text[end] == '}') --depth;
      ++end;
    } while (depth > 0 && end < text.size());
    rule.body = text.substr(open + 1, end - open - 2);
    if (!rule.selector.starts_with('@')) out.push_back(std::move(rule));
    at = end;
  }
  return out;
}

std::string alone(std::string svg, std::string_view style) {
  svg.insert(svg.find('>') + 1, fmt::format("<style>{}</style>", style));
  return svg + "\n";
}

class Figures {
 public:
  explicit Figures(std::string style) : style_(std::move(style)) {}
  void add(const std::string& stem, std::string svg) {
    std::string name = stem;
    for (int n = 2; !names_.insert(name).second; ++n) name = fmt::format("{}-{}", stem, n);
    all_.push_back({name + ".svg", alone(std::move(svg), style_)});
  }
  std::vector<Figure> take() { return std::move(all_); }

 private:
  std::string style_;
  std::set<std::string> names_;
  std::vector<Figure> all_;
};

void add_blocks(const Section& of, const std::vector<Block>& blocks, Figures& out) {
  const std::string& section = of.id;
  for (const Block& block : blocks) {
    if (const auto* charts = std::get_if<Charts>(&block.is)) {
      for (const Charts::One& one : charts->all) {
        if (one.chart.empty()) continue;
        std::string what = slug(one.about.task.empty() ? one.chart.title : one.about.task);
        if (what.empty()) what = one.chart.id;
        out.add(section + "-" + what + (one.choice.empty() ? "" : "-" + one.choice),
                render_svg(one.chart));
      }
    } else if (const auto* pictures = std::get_if<Pictures>(&block.is)) {
      for (const Pictures::One& one : pictures->all) {
        if (!undrawable(*one.picture).empty()) continue;
        const std::string what = slug(one.rule + " " + one.about.task + " " + one.picture->key);
        out.add(section + "-" + what,
                picture_svg(*one.picture, "picture", one.title, picture_finding(*one.picture)));
      }
    } else if (const auto* fold = std::get_if<Fold>(&block.is)) {
      add_blocks(of, fold->blocks, out);
    } else if (const auto* table = std::get_if<Table>(&block.is); table != nullptr && table->heat) {
      if (std::string svg = heat_table_svg(*table, of.title); !svg.empty())
        out.add(section, std::move(svg));
    }
  }
}

}  // namespace

std::string paper_style(std::string_view css) {
  const std::vector<Rule> rules = rules_of(css);
  Values page;
  std::array<Values, kSeriesColours> series;
  for (const Rule& rule : rules) {
    bool of_series = false;
    for (size_t s = 0; s < series.size(); ++s) {
      if (rule.selector != fmt::format(".s{}", s)) continue;
      add_values(rule.body, series[s]);
      of_series = true;
    }
    if (!of_series) add_values(rule.body, page);
  }
  std::string out;
  for (const Rule& rule : rules) {
    if (rule.body.find("--") != rule.body.npos && rule.body.find("var(") == rule.body.npos)
      continue;
    std::string body = trimmed(with_values(rule.body, page));
    if (const size_t font = body.find("ui-sans-serif"); font != body.npos)
      body.replace(font, body.find(';', font) - font, "Helvetica, Arial, sans-serif");
    if (body.find("var(--c)") == body.npos) {
      out += rule.selector + " { " + body + " }\n";
      continue;
    }
    for (size_t s = 0; s < series.size(); ++s)
      out += inside(rule.selector, s) + " { " + with_values(body, series[s]) + " }\n";
  }
  return out;
}

std::vector<Figure> render_figures(const ReportInput& input, const Summary& summary) {
  const PageInput page(input, summary);
  Figures out(paper_style(style_sheet()));
  for (const Section& section : sections_of(page)) add_blocks(section, section.blocks, out);
  return out.take();
}

bool is_figure(std::string_view bytes) { return bytes.starts_with(kHead); }

}  // namespace agon::reports
