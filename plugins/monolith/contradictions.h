// SPDX-License-Identifier: MIT
//
// Options that cannot hold together, and those that run, but say less than they seem to: lines for
// the log of the cell.
#pragma once

#include <algorithm>
#include <string>

#include "agon/contradictions.h"
#include "agon/ops.h"
#include "options.h"

namespace agon::monolith {

// Throws RuleError(AGON_INVALID): the options, the reason and the fix.
inline void refuse_contradictions(const Options& o) {
  const std::string read = "read_layer = " + std::to_string(o.read_layer);
  const std::string skip = "skip_layers = " + std::to_string(o.skip_layers);
  if (o.f_i + o.f_x > 1.0 + 1e-9) {
    invalid("f_i + f_x exceeds 1: the shares of I and X sites cannot fill the lattice; lower one");
  }
  if (o.lo > o.hi) {
    invalid("lo is above hi: the hysteresis of an X site has no gap; raise hi or lower lo");
  }
  if (o.read_layer >= o.z) {
    invalid(read + " but the lattice has " + std::to_string(o.z) + " layers, counted from 0");
  }
  if (o.skip_layers >= o.z) {
    invalid(skip + " leaves none of the " + std::to_string(o.z) + " layers to read");
  }
  if (o.read_layer >= 0 && o.skip_layers > o.read_layer) {
    invalid(read + " is among the " + skip + " that are not read; set one of them only");
  }
  if (o.sites() == 1 && o.boundary == Boundary::open) {
    invalid("a lattice of one site has no loop of synapses that rho could scale; raise z, y or x");
  }
}

inline void warn_of_stability(const Context& ctx, const Options& o) {
  const std::string bound =
      "the stability bound 1 - eta/(2 - lambda) = " + std::to_string(o.rho_star());
  if (o.phi == Phi::linear && o.rho > o.rho_star()) {
    ctx.log(AGON_LOG_WARNING,
            "rho is above " + bound + ": a linear lattice may grow without limit");
  } else if (o.rho > 1.5 * o.rho_star()) {
    ctx.log(AGON_LOG_WARNING, "rho is far above " + bound + ": the lattice will oscillate");
  }
}

// Layer z is 0 until update z + 1; in a periodic lattice the input climbs from both sides.
inline void warn_of_dark_layers(const Context& ctx, const Options& o, int64_t steps) {
  const int64_t first = steps * o.hops;
  const int64_t last = o.boundary == Boundary::open ? o.z - 1 : o.z - first;
  if (!o.dark_is_silent() || first > last) return;
  const std::string layers =
      first == last ? "layer " + std::to_string(first)
                    : "the layers " + std::to_string(first) + " to " + std::to_string(last);
  ctx.log(AGON_LOG_WARNING,
          "steps = " + std::to_string(steps) +
              (o.hops > 1 ? " of " + std::to_string(o.hops) + " hops" : "") + " do not reach " +
              layers + ": " + (first == last ? "its " : "their ") +
              std::to_string((last - first + 1) * o.layer()) + " sites stay 0; raise steps");
}

// T: the steps that run.
inline void warn(const Context& ctx, const Options& o, int64_t steps) {
  warn_of_stability(ctx, o);
  warn_of_dark_layers(ctx, o, steps);
  if (o.xmode != XMode::abs && o.x_sites() == 0) {
    ctx.log(AGON_LOG_WARNING, "xmode = " + word_of(kOptions, "xmode", o.xmode) +
                                  " has no effect: f_x leaves no X sites");
  }
  const bool reads_last = o.features == Features::loss_last || o.features == Features::both;
  if (o.lambda == 0 && o.eta > 0 && o.input == Input::sustained && reads_last) {
    ctx.log(AGON_LOG_WARNING,
            "lambda = 0 with a sustained input: the prediction becomes perfect and the last loss "
            "dies out; raise lambda or read features=loss-mean");
  }
  if (o.eta == 0 && (o.features == Features::state || o.drive == Drive::activity)) {
    ctx.log(AGON_LOG_WARNING, "eta = 0: the state p stays 0, and so does all that follows from it");
  }
}

}  // namespace agon::monolith
