// SPDX-License-Identifier: MIT
//
// Relaxation and the schedules that learn from it, equations (5) to (7) of pc.cc. One Learner per
// model. Threads: [model].
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "agon/rule.h"
#include "network.h"
#include "options.h"
#include "states.h"

namespace agon::pc {

// What a relaxation went through, for metrics and pictures; filling it allocates.
struct Trace {
  std::vector<double> total, output;  // energy before every step and after the last
  double residual = 0;                // max |d| at the end
  int64_t steps = 0;                  // taken
};

class Learner {
 public:
  Learner(const Options& o, Network& net, States& states) : o_(o), net_(net), states_(states) {}

  // One minibatch: first, last [B x n_0], [B x n_L] are the data of nodes 0 and L. learn: the
  // weights move; else the gradients are left in the network (those of ipc as a sum over the steps)
  // and the states and errors are those at the end. Returns the loss: the energy of the forward
  // pass.
  double run(Context& ctx, ConstView first, ConstView last, float gamma, bool learn,
             Trace* trace = nullptr) {
    const double loss = begin(ctx, first, last);
    if (!std::isfinite(loss)) return loss;
    const bool twice = o_.nudging == Nudging::cn;
    float k = o_.nudging == Nudging::nn ? -o_.beta : o_.beta;
    if (o_.nudged()) nudge(ctx, last, k);
    pass(ctx, gamma, (twice ? 0.5f : 1.0f) / k, false, learn, trace);
    if (twice) {
      k = -k;
      begin(ctx, first, last);
      nudge(ctx, last, k);
      pass(ctx, gamma, 0.5f / k, true, learn, nullptr);
    }
    if (learn && o_.schedule != Schedule::ipc) net_.step(ctx);
    return loss;
  }

  // The forward pass and its errors. Returns its energy, the loss.
  double begin(Context& ctx, ConstView first, ConstView last) {
    states_.begin(first.rows);
    place(0, first, o_.first_clamped());
    place(states_.top(), last, o_.last_clamped());
    states_.forward(ctx, net_);
    states_.errors(ctx, net_);
    return states_.energy(ctx, net_, states_.top());
  }

  // (5): at most `steps` synchronous steps from states, predictions and errors that agree; at the
  // start node L alone is in error. first_free: node 0 moves. frozen: predictions stay.
  void relax(Context& ctx, float gamma, int64_t steps, bool first_free, bool frozen,
             Trace* trace = nullptr) {
    // An error moves down one node per step. Nodes that it has not reached stay where they are
    // exactly, and so do predictions made from them: mu_1 for ever while node 0 is clamped.
    const size_t end = first_free ? 0 : 1;
    size_t lowest = first_free && o_.prior > 0 ? 0 : std::max(end, states_.top() - 1);
    double energy = o_.rtol > 0 ? states_.energy(ctx, net_) : 0;
    record(ctx, trace);
    for (int64_t t = 0; t < steps; ++t) {
      ctx.stop_if_asked();
      const float largest = states_.move(ctx, net_, gamma, lowest, o_.tol > 0);
      if (!frozen) states_.predict(ctx, net_, lowest + 1);
      states_.errors(ctx, net_);
      lowest = std::max(end, lowest > 0 ? lowest - 1 : 0);
      record(ctx, trace);
      if (trace != nullptr) trace->steps = t + 1;
      if (o_.tol > 0 && largest < o_.tol) break;
      if (o_.rtol > 0) {
        const double before = std::exchange(energy, states_.energy(ctx, net_));
        if (std::abs(before - energy) < o_.rtol * before) break;
      }
    }
    if (trace != nullptr) trace->residual = states_.move(ctx, net_, 0.0f, end, true);
  }

 private:
  void place(size_t node, ConstView data, bool clamped) {
    if (clamped) return states_.clamp(node, data);
    states_.start(node, data);
  }

  // y' = mu_L + k (y - mu_L), and softmax(mu_L) for mu_L with cross-entropy: y + (k - 1) e_L /
  // pi_L.
  void nudge(Context& ctx, ConstView y, float k) {
    const size_t top = states_.top();
    const float pi = o_.energy == Energy::cross_entropy ? 1.0f : net_.precision(top);
    const View target = states_.own_state(top);
    States::copy(y, target);
    ctx.axpy((k - 1) / pi, states_.e(top), target);
    states_.clamp(top, target);
    states_.errors(ctx, net_);
  }

  // (7), from the forward pass on. scale: of the gradients.
  void pass(Context& ctx, float gamma, float scale, bool add, bool learn, Trace* trace) {
    const size_t top = states_.top();
    switch (o_.schedule) {
      case Schedule::pc:
      case Schedule::fixedpred: {
        const bool frozen = o_.schedule == Schedule::fixedpred;
        relax(ctx, gamma, o_.steps, !o_.first_clamped(), frozen, trace);
        for (size_t l = 1; l <= top; ++l) gradient(ctx, l, scale, add, frozen);
        return;
      }
      case Schedule::ipc: return incremental(ctx, gamma, scale, learn, trace);
      case Schedule::zil: {
        record(ctx, trace);
        for (size_t l = top; l > 0; --l) {  // layer L - t at step t
          ctx.stop_if_asked();
          gradient(ctx, l, scale, add, false);
          if (l == 1 && trace == nullptr) break;  // no layer learns from the last move
          states_.move(ctx, net_, 1.0f, std::max<size_t>(1, l - 1));
          states_.predict(ctx, net_, std::max<size_t>(1, l - 1) + 1);
          states_.errors(ctx, net_);
          record(ctx, trace);
        }
        return;
      }
      case Schedule::bp: {
        record(ctx, trace);
        const bool weighted = o_.energy == Energy::squared;  // the gradient itself knows no pi
        states_.backward(ctx, net_, o_.feedback == Feedback::sym);
        for (size_t l = 1; l <= top; ++l)
          gradient(ctx, l, weighted ? scale / net_.precision(top) : scale, add, false);
        return;
      }
    }
  }

  // ipc: states and weights move together, from the same errors.
  void incremental(Context& ctx, float gamma, float scale, bool learn, Trace* trace) {
    record(ctx, trace);
    for (int64_t t = 0; t < o_.steps; ++t) {
      ctx.stop_if_asked();
      if (t > 0) refresh(ctx);
      if (t > 0) record(ctx, trace);
      for (size_t l = 1; l <= states_.top(); ++l) gradient(ctx, l, scale, !learn && t > 0, false);
      states_.move(ctx, net_, gamma, 1);  // with the weights as they were
      if (learn) net_.step(ctx);
    }
    if (trace == nullptr) return;
    refresh(ctx);
    record(ctx, trace);
    trace->steps = o_.steps;
    trace->residual = states_.move(ctx, net_, 0.0f, 1, true);
  }
  void refresh(Context& ctx) {
    states_.predict(ctx, net_, 1);  // W_1 has moved: mu_1 as well
    states_.errors(ctx, net_);
  }

  // (6). frozen: from the activities of the forward pass.
  void gradient(Context& ctx, size_t l, float scale, bool add, bool frozen) {
    net_.learn(ctx, l, states_.g(l), states_.h(l, frozen), states_.e(l), states_.x(l - 1), scale,
               add);
  }

  void record(Context& ctx, Trace* trace) {
    if (trace == nullptr) return;
    trace->total.push_back(states_.energy(ctx, net_));
    trace->output.push_back(states_.energy(ctx, net_, states_.top()));
  }

  const Options& o_;
  Network& net_;
  States& states_;
};

}  // namespace agon::pc
