// SPDX-License-Identifier: MIT
#include "reports/render/svg/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/text.h"

namespace agon::reports {
namespace {

bool logarithmic(Scale scale) { return scale == Scale::log2 || scale == Scale::log10; }

// More of them after the point are hard to read: 2e-06 instead.
constexpr int kDecimals = 5;

std::string superscript(int exponent) {
  static constexpr const char* kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out = exponent < 0 ? "⁻" : "";
  for (const char c : std::to_string(std::abs(exponent))) out += kDigits[c - '0'];
  return out;
}

// 1, 2 or 5 times a power of ten, such that `span` holds about `wanted` steps.
double nice_step(double span, double wanted) {
  const double rough = span / wanted;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double lead = rough / power;
  return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
}

}  // namespace

std::string tick_label(double value, Ticks style, double step) {
  if (style == Ticks::prefix) return si(value);
  if (style == Ticks::power && value > 0) {
    const double exponent = std::floor(std::log10(value) + 1e-9);
    const double lead = value / std::pow(10.0, exponent);
    const std::string power = "10" + superscript(static_cast<int>(exponent));
    if (std::fabs(lead - 1) < 1e-6) return power;
    return fmt::format("{:.0f}·{}", lead, power);
  }
  if (step > 0) {
    const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
    if (decimals <= kDecimals) return fixed(value, decimals);
    // As many digits as tell neighbours apart; multiples of a step near 0 are no tiny remainders.
    if (std::fabs(value) < step / 2) return "0";
    const double digits = std::floor(std::log10(std::fabs(value)) + 1e-9) + decimals + 1;
    return shortest(value, std::clamp(static_cast<int>(digits), 1, 15));
  }
  return shortest(value, 6);
}

AxisMap::AxisMap(const ChartAxis& axis, const std::vector<double>& values) : scale_(axis.scale) {
  if (scale_ == Scale::category) {
    low_ = -0.5;
    high_ = std::max<double>(1, static_cast<double>(axis.categories.size())) - 0.5;
    for (size_t i = 0; i < axis.categories.size(); ++i) {
      ticks_.push_back({static_cast<double>(i), axis.categories[i]});
    }
    return;
  }
  bool any = false;
  for (const double v : values) {
    if (!std::isfinite(v) || (logarithmic(scale_) && v <= 0)) continue;
    low_ = any ? std::min(low_, v) : v;
    high_ = any ? std::max(high_, v) : v;
    any = true;
  }
  if (!any) {
    low_ = logarithmic(scale_) ? 1 : 0;
    high_ = logarithmic(scale_) ? 10 : 1;
  }
  if (logarithmic(scale_)) {
    const double base = scale_ == Scale::log2 ? 2 : 10;
    const double margin =
        std::max(0.04 * std::log(high_ / low_), low_ == high_ ? std::log(base) / 2 : 0.0);
    low_ /= std::exp(margin);
    high_ *= std::exp(margin);
    find_log_ticks(base, axis.ticks);
    return;
  }
  const double span = high_ - low_;
  const double margin = span > 0 ? 0.05 * span : std::max(0.05, 0.05 * std::fabs(low_));
  // A number on the bound (a score of 1) needs room for its marker: a bound is where ticks end, the
  // plot goes a little beyond it.
  const double low_bound = std::isnan(axis.low_bound) ? -HUGE_VAL : axis.low_bound;
  const double high_bound = std::isnan(axis.high_bound) ? HUGE_VAL : axis.high_bound;
  low_ = std::max(low_, low_bound) - margin;
  high_ = std::min(high_, high_bound) + margin;
  if (low_ < low_bound) low_ = std::max(low_, low_bound - 0.4 * margin);
  if (high_ > high_bound) high_ = std::min(high_, high_bound + 0.6 * margin);
  find_linear_ticks(axis.ticks);
  std::erase_if(ticks_, [&](const Tick& t) {
    return t.value < low_bound - 1e-9 || t.value > high_bound + 1e-9;
  });
}

void AxisMap::find_linear_ticks(Ticks style) {
  const double step = nice_step(high_ - low_, 5);
  const auto first = static_cast<int64_t>(std::ceil(low_ / step - 1e-9));
  const auto last = static_cast<int64_t>(std::floor(high_ / step + 1e-9));
  for (int64_t i = first; i <= last; ++i) {
    const double value = static_cast<double>(i) * step;
    ticks_.push_back({value, tick_label(value, style, step)});
  }
}

void AxisMap::find_log_ticks(double base, Ticks style) {
  const double log_base = std::log(base);
  const auto first = static_cast<int>(std::floor(std::log(low_) / log_base));
  const auto last = static_cast<int>(std::ceil(std::log(high_) / log_base));
  const int decades = last - first;
  const int stride = std::max(1, (decades + 7) / 8);
  // Under two decades the powers alone are too few ticks: 2 and 5 times them as well.
  const bool fine = base == 10 && std::log10(high_ / low_) < 2;
  for (int e = first; e <= last; ++e) {
    for (const double lead : {1.0, 2.0, 5.0}) {
      if (lead > 1 && !fine) break;
      if (!fine && (e - first) % stride != 0) break;
      const double value = lead * std::pow(base, e);
      if (value < low_ * (1 - 1e-9) || value > high_ * (1 + 1e-9)) continue;
      ticks_.push_back({value, tick_label(value, style, 0)});
    }
  }
}

double AxisMap::unit(double value) const { return logarithmic(scale_) ? std::log(value) : value; }

bool AxisMap::inside(double value) const { return value >= low_ && value <= high_; }

double AxisMap::at(double value) const {
  if (!std::isfinite(value) || (logarithmic(scale_) && value <= 0)) return kNaN;
  const double low = unit(low_), high = unit(high_);
  return std::clamp((unit(value) - low) / (high - low), 0.0, 1.0);
}

}  // namespace agon::reports
