// SPDX-License-Identifier: MIT
//
// Equations of rules: a small part of TeX that becomes MathML, which browsers set without a script.
// Nothing of the text reaches the page but as letters, numbers and signs of this table. Pure
// functions, any thread.
//
//   a x 12 .5            letters one by one, numbers
//   + - = < > ( ) [ ] | / , ; : . ! * '        as they are; ' is a prime
//   x_i x^2 x_{ij}^2     one letter, number or command, or a group {...}
//   \frac{a}{b} \sqrt{a} \text{words} \operatorname{name} \mathrm{d} \mathbf{W} \mathbb{R} \mathcal{N}
//   \hat{x} \bar{x} \tilde{x} \dot{x} \left( a \right)
//   \begin{cases} a & b \\ c & d \end{cases}
//   \alpha ... \Omega, \sum \prod \max \min, \exp \log \tanh ..., \odot \cdot \times \top \leftarrow
//   \in \leq \geq \neq \sim \approx \propto \infty \partial \nabla \ell \langle \rangle \| \{ \},
//   spaces \, \; \quad
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace agon::reports {

// Where an equation leaves the part of TeX that is understood; what() says it with its column.
class TexError : public std::runtime_error {
 public:
  TexError(size_t column, const std::string& reason);
  size_t column() const noexcept { return column_; }  // in bytes, from 1

 private:
  size_t column_;
};

// A <math> element, as a block. Throws TexError.
std::string mathml(std::string_view tex);

}  // namespace agon::reports
