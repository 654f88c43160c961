// SPDX-License-Identifier: MIT
#include <array>

#include "harness/bench/case.h"

namespace agon::harness::bench {
namespace {

// Names read: rule, optimiser, inputs-hidden units x layers-outputs, B rows of a minibatch. Everything with
// SGD has sigmoid units and the squared error, as the peers have it.
constexpr auto kCases = std::to_array<Case>({
    // clang-format off
    {"bp SGD 784-16x3-1 B64", Work::fit, {784, 1, 64},
     "bp", "activation=sigmoid,loss=squared,output=sigmoid,optimiser=sgd,lr=0.1,depth=3,width=16", "", "", ""},
    {"bp SGD 64-32-10 B32", Work::fit, {64, 10, 32},
     "bp", "activation=sigmoid,loss=squared,output=sigmoid,optimiser=sgd,lr=0.1,depth=1,width=32", "", "", ""},
    {"bp Adam ReLU cross-entropy 64-32-10 B32", Work::fit, {64, 10, 32},
     "bp", "activation=relu,loss=cross-entropy,optimiser=adam,depth=1,width=32", "", "", ""},
    {"bp SGD 784-4x32-1 B64", Work::fit, {784, 1, 64},
     "bp", "activation=sigmoid,loss=squared,output=sigmoid,optimiser=sgd,lr=0.1,depth=32,width=4", "", "", ""},
    {"bp SGD 784-128x2-10 B64", Work::fit, {784, 10, 64},
     "bp", "activation=sigmoid,loss=squared,output=sigmoid,optimiser=sgd,lr=0.1,depth=2,width=128", "", "", ""},
    {"bp SGD 784-256x2-10 B256", Work::fit, {784, 10, 256},
     "bp", "activation=sigmoid,loss=squared,output=sigmoid,optimiser=sgd,lr=0.1,depth=2,width=256", "", "", ""},
    {"ed 784-16x3-1 B1", Work::fit, {784, 1, 1},
     "ed", "depth=3,width=16", "bp", "bp",
     "activation=sigmoid,loss=squared,output=sigmoid,optimiser=sgd,lr=0.1,depth=3,width=16"},
    {"ed 784-16x3-1 B64", Work::fit, {784, 1, 64},
     "ed", "depth=3,width=16", "bp", "bp",
     "activation=sigmoid,loss=squared,output=sigmoid,optimiser=sgd,lr=0.1,depth=3,width=16"},
    {"ed 10 nets of 64-16-1 B32", Work::fit, {64, 10, 32},
     "ed", "depth=1,width=16,init=units,lr=0.05", "bp", "bp",
     "activation=sigmoid,loss=squared,output=sigmoid,optimiser=sgd,lr=0.1,depth=1,width=16"},
    {"pc T=8 784-128x2-10 B64", Work::fit, {784, 10, 64},
     "pc", "steps=8,activation=sigmoid,optimiser=sgd,depth=2,width=128", "bp", "bp",
     "activation=sigmoid,loss=squared,output=sigmoid,optimiser=sgd,lr=0.1,depth=2,width=128"},
    {"monolith 8x8x8 T=10, answers B32", Work::predict, {64, 10, 32}, "monolith", "", "", "", ""},
    {"monolith 8x8x8 T=10, rows seen before B32", Work::fit_again, {64, 10, 32},
     "monolith", "", "new rows", "monolith", ""},
    {"ebn N=256 K=2, 400 dendrites", Work::trajectory, {2, 2, 1000}, "ebn", "width=256,basis=400", "", "", ""},
    {"ebn N=256 K=2, 16 dendrites", Work::trajectory, {2, 2, 1000}, "ebn", "width=256,basis=16", "", "", ""},
    {"linear 64-10 B32", Work::fit, {64, 10, 32}, "linear", "", "", "", ""},
    {"elm 64-512-10 B32", Work::fit, {64, 10, 32}, "elm", "", "", "", ""},
    // A layer of one unit more than a vector has lanes.
    {"bp Adam ReLU cross-entropy 64-17x2-10 B32", Work::fit, {64, 10, 32},
     "bp", "depth=2,width=17", "width 16", "bp", "depth=2,width=16"},
    {"ed 10 nets of 64-17x2-1 B32", Work::fit, {64, 10, 32},
     "ed", "depth=2,width=17,init=units,lr=0.05", "width 16", "ed", "depth=2,width=16,init=units,lr=0.05"},
    {"pc T=8 64-17x2-10 B32", Work::fit, {64, 10, 32},
     "pc", "steps=8,depth=2,width=17", "width 16", "pc", "steps=8,depth=2,width=16"},
    // clang-format on
});

}  // namespace

std::span<const Case> cases() { return kCases; }

}  // namespace agon::harness::bench
