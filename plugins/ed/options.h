// SPDX-License-Identifier: MIT
//
// The options of error diffusion: the table the host shows and the values of one cell.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "agon/params.h"

namespace agon::ed {

enum class Init { fan_in, units, sqrt_out, one, sym };
enum class UpdateNorm { units_plus_layers, fan_out, none, units, units_times_layers };
enum class Reduction { sum, mean };
enum class DerivScale { exact, one };
enum class Growth { ed, both, exc };
enum class Types { alternate, alternate_minus, random };
enum class Loss { mse, ce };
enum class Shape { sigmoid, relu };

struct Options {
  int64_t depth, width;
  double lr, u0, u1, density;
  float beta;
  Init init;
  UpdateNorm update_norm;
  Reduction reduction;
  DerivScale deriv_scale;
  Growth growth;
  Types types;
  Loss loss;
  Shape shape;
  bool input_pairing, clamp_nonneg, quantised;
  int64_t t_loop, hd2;
  bool self_loops, loop_cut, multilayer;
  Learn learn;

  static constexpr float kReluShift = 0.1f;  // theta

  agon_activation hidden_activation() const {
    if (shape == Shape::relu) return {AGON_RELU, 1.0f, kReluShift};
    return {AGON_SIGMOID, static_cast<float>(2.0 / u0), 0.0f};
  }
  agon_activation output_activation() const {
    if (loss == Loss::ce) return {AGON_IDENTITY, 1.0f, 0.0f};
    return {AGON_SIGMOID, static_cast<float>(2.0 / u0), 0.0f};
  }
  // Synapses that no layered pass can follow: the units are updated t_loop times, online.
  bool recurrent() const { return hd2 > 0 || self_loops || !loop_cut || !multilayer; }

  // What turns z into g: the kernel's sigmoid derivative is gain z (1 - z), so c is its gain; the
  // ReLU's is [z > 0], taken from z itself.
  agon_activation slope_of(agon_activation f) const {
    if (f.kind == AGON_SIGMOID && deriv_scale == DerivScale::one) f.gain = 1.0f;
    f.shift = 0.0f;
    return f;
  }
  // h of a layer with `units` units per net and `fan_in` synapses to each, thresholds included.
  float init_bound(int64_t fan_in, int64_t units) const {
    switch (init) {
      case Init::fan_in: return 1.0f / static_cast<float>(fan_in);
      case Init::units:
      case Init::sym: return 1.0f / static_cast<float>(width);
      case Init::sqrt_out: return 1.0f / std::sqrt(static_cast<float>(units));
      case Init::one: return 1.0f;
    }
    return 1.0f;
  }
  // nu of a layer with `units` units per net.
  double norm(int64_t units) const {
    const double w = static_cast<double>(width), l = static_cast<double>(depth);
    switch (update_norm) {
      case UpdateNorm::units_plus_layers: return w + l;
      case UpdateNorm::fan_out: return static_cast<double>(units);
      case UpdateNorm::none: return 1.0;
      case UpdateNorm::units: return w;
      case UpdateNorm::units_times_layers: return w * l;
    }
    return 1.0;
  }
};

inline constexpr auto kOptions = options<Options>(
    integer<&Options::depth>("depth", 1, 1, 1024, kStructure, "layers", "hidden layers L"),
    integer<&Options::width>("width", 16, 1, 65536, kStructure, "units",
                             "units per hidden layer, in each net"),
    real<&Options::lr>("lr", 0.01, 1e-6, 100.0, kLog | kTunable, "", "learning rate eta"),
    batch_param(64), epochs_param(50), updates_param(),
    choice<&Options::init, "fan-in", "units", "sqrt-out", "one", "sym">(
        "init", kPlain,
        "magnitudes drawn from U(0, h): h = 1/fan-in with both thresholds, 1/width, "
        "1/sqrt(fan-out), 1; sym: U(-1/width, 1/width)"),
    choice<&Options::update_norm, "units+layers", "fan-out", "none", "units", "units*layers">(
        "update_norm", kPlain,
        "nu, divides every update: width + depth, units of the layer, 1, width, width * depth"),
    choice<&Options::reduction, "sum", "mean">("reduction", kPlain, "over the rows of a minibatch"),
    choice<&Options::deriv_scale, "2/u0", "1">("deriv_scale", kPlain,
                                               "c of the sigmoid's derivative c z (1 - z)"),
    real<&Options::u0>("u0", 0.4, 1e-3, 1e3, kLog, "",
                       "temperature of the sigmoid 1 / (1 + exp(-2 a / u0))"),
    real<&Options::beta>("beta", 0.8, 0.0, 100.0, kPlain, "",
                         "value of the two threshold inputs of every layer"),
    real<&Options::u1>("u1", 1.0, 0.0, 100.0, kPlain, "",
                       "amine amplification in the hidden layers"),
    choice<&Options::growth, "ed", "both", "exc">(
        "rule", kPlain,
        "ed: growth only; both: growth and decrement; exc: excitatory synapses only, both ways"),
    choice<&Options::types, "alternate", "alternate-minus", "random">(
        "ei_assign", kPlain,
        "types of the hidden units: + first, - first, or a fair coin for every unit"),
    choice<&Options::loss, "mse", "ce">(
        "loss", kPlain, "mse: sigmoid outputs; ce: linear outputs, softmax over the nets"),
    choice<&Options::shape, "sigmoid", "relu">("activation", kPlain,
                                               "of the hidden units; relu is max(a - .1, 0)"),
    boolean<&Options::input_pairing>("input_pairing", true, kPlain,
                                     "give every input a + and a - synapse"),
    boolean<&Options::clamp_nonneg>("clamp_nonneg", false, kPlain,
                                    "cut magnitudes below 0 after every update"),
    boolean<&Options::quantised>(
        "quantised", false, kPlain,
        "run the nets on weights 0 or 1: 1 where a magnitude exceeds half its column's mean"),
    real<&Options::density>(
        "density", 1.0, 0.0, 1.0, kPlain, "",
        "share of the synapses that exist, drawn at random; the others stay 0 for ever"),
    integer<&Options::t_loop>(
        "t_loop", 0, 0, 1000, kPlain, "passes",
        "synchronous passes over all units, at least depth + 1; 0: one layered pass"),
    integer<&Options::hd2>(
        "hd2", 0, 0, 65535, kStructure, "units",
        "the last hd2 of the width hidden units see no input but all other hidden units"),
    boolean<&Options::self_loops>("self_loops", false, kPlain,
                                  "every hidden and output unit has a synapse to itself"),
    boolean<&Options::loop_cut>(
        "loop_cut", true, kPlain,
        "off: hidden units see each other and the output, and no pattern resets the state"),
    boolean<&Options::multilayer>("multilayer", true, kPlain,
                                  "off: the output has synapses from the inputs as well"),
    learn_param<&Options::learn>());

inline constexpr auto kPresets = std::to_array<agon_preset>({
    preset("article", "", "the article of 2024: these are the defaults"),
    preset("kaneko",
           "init=one,update_norm=none,deriv_scale=1,batch=1,lr=0.8,ei_assign=alternate-minus,"
           "t_loop=2,width=64,epochs=200",
           "Kaneko's program of 1999: online, U(0,1) magnitudes, no normalisation"),
    preset("author", "init=sqrt-out,update_norm=fan-out",
           "the later code of the article's author; with loss=ce its form for many classes"),
});

}  // namespace agon::ed
