// SPDX-License-Identifier: MIT
//
// The options of the monolith: the table the host shows and the values of one cell. The readout's
// own rows (readout, lr, l2, readout_lambda, batch, epochs, updates) come from agon/readout.h.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "agon/readout.h"

namespace agon::monolith {

enum class Neighbourhood { n26, n18, n6 };
enum class Drive { loss, activity };
enum class XMode { abs, signed_, ident, silent, leak, dead, xor_, hyst };
enum class Phi { tanh, linear, relutanh };
enum class Boundary { open, periodic };
enum class Input { sustained, impulse, stream };
enum class FitInput { exact, pool, stretch };
enum class Features { loss_last, loss_mean, loss_all, state, both };

struct Options {
  int64_t z, y, x, steps, hops, read_layer, skip_layers;
  Neighbourhood neighbourhood;
  Boundary boundary;
  Features features;
  Drive drive;
  XMode xmode;
  Phi phi;
  Input input;
  FitInput fit_input;
  bool dale;
  double f_i, f_x, rho;
  float gain, alpha, eta, lambda, kappa, theta, xor_theta, hi, lo;

  int64_t sites() const { return z * y * x; }
  int64_t layer() const { return y * x; }
  int64_t neighbours() const {
    return neighbourhood == Neighbourhood::n26 ? 26 : neighbourhood == Neighbourhood::n18 ? 18 : 6;
  }
  int64_t x_sites() const { return std::lround(f_x * static_cast<double>(sites())); }
  // Sites [read_begin, read_end) feed the readout.
  int64_t read_begin() const { return (read_layer >= 0 ? read_layer : skip_layers) * layer(); }
  int64_t read_end() const { return read_layer >= 0 ? read_begin() + layer() : sites(); }
  // rho*: the spectral radius below which a lattice with slope 1 and without X sites is stable.
  double rho_star() const { return 1.0 - eta / (2.0 - lambda); }
  // Whether a site that nothing reaches sends exactly 0: then the input climbs one layer per
  // update.
  bool dark_is_silent() const {
    const bool x_sends =
        (xmode == XMode::xor_ && xor_theta < 0) || (xmode == XMode::hyst && hi < 0);
    return !x_sends || x_sites() == 0;
  }
};

inline constexpr auto kOptions = options<Options>(
    integer<&Options::z>("z", 8, 1, 128, kStructure, "sites",
                         "depth of the lattice; the input enters at z = 0"),
    integer<&Options::y>("y", 8, 1, 128, kStructure, "sites", "height of a layer"),
    integer<&Options::x>("x", 8, 1, 128, kStructure, "sites", "width of a layer"),
    choice<&Options::neighbourhood, "26", "18", "6">(
        "neighbours", kStructure, "26: faces, edges and corners; 18: no corners; 6: faces"),
    choice<&Options::boundary, "open", "periodic">(
        "boundary", kPlain, "open: nothing outside the lattice; periodic: it wraps"),
    integer<&Options::steps>("steps", 10, 1, 10000, kPlain, "steps",
                             "T; a stream has one step per frame instead"),
    integer<&Options::hops>(
        "hops", 1, 1, 16, kPlain, "updates",
        "lattice updates per step: 3 with neighbours=6 reach a corner by three hops along the "
        "axes"),
    choice<&Options::features, "loss-last", "loss-mean", "loss-all", "state", "both">(
        "features", kPlain,
        "what the readout sees: e_T, the mean of e_t, all e_t, p_T, or e_T and p_T"),
    integer<&Options::read_layer>("read_layer", -1, -1, 127, kPlain, "layer",
                                  "the one layer z whose sites the readout sees; -1: all of them"),
    integer<&Options::skip_layers>("skip_layers", 0, 0, 127, kPlain, "layers",
                                   "layers from z = 0 on that the readout does not see"),
    real<&Options::f_i>("f_i", 0.4, 0.0, 1.0, kPlain, "", "share of inhibitory sites"),
    real<&Options::f_x>("f_x", 0.2, 0.0, 1.0, kPlain, "",
                        "share of X sites (change detectors); the rest are excitatory"),
    boolean<&Options::dale>("dale", true, kPlain,
                            "one sign for all synapses of a site; off: a sign for every synapse"),
    choice<&Options::drive, "loss", "activity">(
        "drive", kPlain, "what a site sends on: its loss e or its activity p"),
    choice<&Options::xmode, "abs", "signed", "ident", "silent", "leak", "dead", "xor", "hyst">(
        "xmode", kPlain, "what an X site sends of the change of its drive"),
    choice<&Options::phi, "tanh", "linear", "relutanh">("phi", kPlain, "the sites' nonlinearity"),
    choice<&Options::input, "sustained", "impulse", "stream">(
        "input", kPlain,
        "sustained: in every step; impulse: in the first; stream: frame t in step t"),
    choice<&Options::fit_input, "exact", "pool", "stretch">(
        "fit_input", kPlain,
        "exact: an image lies in the corner of its layer; pool: a larger input shrinks by means "
        "over blocks; stretch: a smaller image grows to the layer, bilinearly"),
    real<&Options::rho>("rho", 0.9, 1e-3, 100.0, kLog, "",
                        "spectral radius that the weights are scaled to"),
    real<&Options::gain>("gain", 1.0, 1e-3, 100.0, kLog, "", "g, slope of phi"),
    real<&Options::alpha>("alpha", 1.0, 1e-3, 100.0, kLog, "", "gain of the input"),
    real<&Options::eta>("eta", 0.2, 0.0, 2.0, kPlain, "",
                        "step of the prediction towards what arrived"),
    real<&Options::lambda>("lambda", 0.1, 0.0, 1.0, kPlain, "", "leak of the prediction"),
    real<&Options::kappa>("kappa", 0.5, 0.0, 1.0, kPlain, "",
                          "xmode leak: step of the running mean"),
    real<&Options::theta>("theta", 0.05, 0.0, 10.0, kPlain, "",
                          "xmode dead: width of the dead zone"),
    real<&Options::xor_theta>("xor_theta", 0.0, -10.0, 10.0, kPlain, "",
                              "xmode xor: a site's bit is drive > xor_theta"),
    real<&Options::hi>("hi", 0.1, -10.0, 10.0, kPlain, "", "xmode hyst: above, the bit becomes 1"),
    real<&Options::lo>("lo", 0.0, -10.0, 10.0, kPlain, "", "xmode hyst: below, the bit becomes 0"));

inline constexpr auto kParams =
    join(table(kOptions), readout_params(ReadoutKind::softmax, 0.15, 32, 100));

inline constexpr auto kPresets = std::to_array<agon_preset>({
    preset("memo", "", "the memo's lattice of 8 x 8 x 8 with its softmax readout: the defaults"),
    preset("ridge", "readout=ridge,epochs=1", "the closed-form readout in one pass"),
    preset("stream", "input=stream,features=loss-mean,xmode=leak,readout=ridge,epochs=1",
           "series, a frame in each step, read out by the mean loss over their own time"),
    preset("linear-lattice", "phi=linear,f_i=0.5,f_x=0,readout=ridge,epochs=1",
           "no nonlinearity and no X sites: every feature is a linear map of the input"),
});

}  // namespace agon::monolith
