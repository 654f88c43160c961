// SPDX-License-Identifier: MIT
//
// The commands of equations that are one sign or one name each: a new one is a row.
#pragma once

#include <array>
#include <string_view>

namespace agon::reports {

enum class SymbolKind {
  letter,  // of a variable
  sign,    // an operator or a relation
  fence,   // a bracket that keeps its size
  large,   // a sum: what it runs over stands below and above
  name,    // a function, upright: exp
  limit,   // a function whose _ stands below: max
  space,   // text: its width
};

struct Symbol {
  std::string_view command, text;
  SymbolKind kind;
};

inline constexpr auto kSymbols = std::to_array<Symbol>({
    // clang-format off
    {"alpha", "α", SymbolKind::letter}, {"beta", "β", SymbolKind::letter}, {"gamma", "γ", SymbolKind::letter},
    {"delta", "δ", SymbolKind::letter}, {"epsilon", "ε", SymbolKind::letter}, {"varepsilon", "ε", SymbolKind::letter},
    {"zeta", "ζ", SymbolKind::letter}, {"eta", "η", SymbolKind::letter}, {"theta", "θ", SymbolKind::letter},
    {"iota", "ι", SymbolKind::letter}, {"kappa", "κ", SymbolKind::letter}, {"lambda", "λ", SymbolKind::letter},
    {"mu", "μ", SymbolKind::letter}, {"nu", "ν", SymbolKind::letter}, {"xi", "ξ", SymbolKind::letter},
    {"pi", "π", SymbolKind::letter}, {"rho", "ρ", SymbolKind::letter}, {"sigma", "σ", SymbolKind::letter},
    {"tau", "τ", SymbolKind::letter}, {"upsilon", "υ", SymbolKind::letter}, {"phi", "φ", SymbolKind::letter},
    {"varphi", "φ", SymbolKind::letter}, {"chi", "χ", SymbolKind::letter}, {"psi", "ψ", SymbolKind::letter},
    {"omega", "ω", SymbolKind::letter}, {"Gamma", "Γ", SymbolKind::letter}, {"Delta", "Δ", SymbolKind::letter},
    {"Theta", "Θ", SymbolKind::letter}, {"Lambda", "Λ", SymbolKind::letter}, {"Xi", "Ξ", SymbolKind::letter},
    {"Pi", "Π", SymbolKind::letter}, {"Sigma", "Σ", SymbolKind::letter}, {"Phi", "Φ", SymbolKind::letter},
    {"Psi", "Ψ", SymbolKind::letter}, {"Omega", "Ω", SymbolKind::letter}, {"ell", "ℓ", SymbolKind::letter},
    {"infty", "∞", SymbolKind::letter}, {"partial", "∂", SymbolKind::letter}, {"nabla", "∇", SymbolKind::letter},
    {"top", "⊤", SymbolKind::letter}, {"bot", "⊥", SymbolKind::letter}, {"ldots", "…", SymbolKind::letter},
    {"cdots", "⋯", SymbolKind::letter}, {"emptyset", "∅", SymbolKind::letter},

    {"cdot", "⋅", SymbolKind::sign}, {"times", "×", SymbolKind::sign}, {"odot", "⊙", SymbolKind::sign},
    {"oplus", "⊕", SymbolKind::sign}, {"otimes", "⊗", SymbolKind::sign}, {"circ", "∘", SymbolKind::sign},
    {"pm", "±", SymbolKind::sign}, {"mp", "∓", SymbolKind::sign}, {"leftarrow", "←", SymbolKind::sign},
    {"gets", "←", SymbolKind::sign}, {"rightarrow", "→", SymbolKind::sign}, {"to", "→", SymbolKind::sign},
    {"mapsto", "↦", SymbolKind::sign}, {"Rightarrow", "⇒", SymbolKind::sign}, {"leq", "≤", SymbolKind::sign},
    {"le", "≤", SymbolKind::sign}, {"geq", "≥", SymbolKind::sign}, {"ge", "≥", SymbolKind::sign},
    {"neq", "≠", SymbolKind::sign}, {"ne", "≠", SymbolKind::sign}, {"approx", "≈", SymbolKind::sign},
    {"equiv", "≡", SymbolKind::sign}, {"propto", "∝", SymbolKind::sign}, {"sim", "∼", SymbolKind::sign},
    {"in", "∈", SymbolKind::sign}, {"notin", "∉", SymbolKind::sign}, {"cup", "∪", SymbolKind::sign},
    {"cap", "∩", SymbolKind::sign}, {"subset", "⊂", SymbolKind::sign}, {"mid", "∣", SymbolKind::sign},
    {"lt", "<", SymbolKind::sign}, {"gt", ">", SymbolKind::sign}, {"ll", "≪", SymbolKind::sign},
    {"gg", "≫", SymbolKind::sign}, {"wedge", "∧", SymbolKind::sign}, {"vee", "∨", SymbolKind::sign},
    {"neg", "¬", SymbolKind::sign},

    {"langle", "⟨", SymbolKind::fence}, {"rangle", "⟩", SymbolKind::fence}, {"lfloor", "⌊", SymbolKind::fence},
    {"rfloor", "⌋", SymbolKind::fence}, {"lceil", "⌈", SymbolKind::fence}, {"rceil", "⌉", SymbolKind::fence},
    {"lVert", "‖", SymbolKind::fence}, {"rVert", "‖", SymbolKind::fence}, {"|", "‖", SymbolKind::fence},
    {"lvert", "|", SymbolKind::fence}, {"rvert", "|", SymbolKind::fence}, {"{", "{", SymbolKind::fence},
    {"}", "}", SymbolKind::fence},

    {"sum", "∑", SymbolKind::large}, {"prod", "∏", SymbolKind::large}, {"int", "∫", SymbolKind::large},

    {"exp", "exp", SymbolKind::name}, {"log", "log", SymbolKind::name}, {"ln", "ln", SymbolKind::name},
    {"sin", "sin", SymbolKind::name}, {"cos", "cos", SymbolKind::name}, {"tanh", "tanh", SymbolKind::name},
    {"arg", "arg", SymbolKind::name}, {"det", "det", SymbolKind::name},
    {"max", "max", SymbolKind::limit}, {"min", "min", SymbolKind::limit}, {"sup", "sup", SymbolKind::limit},
    {"inf", "inf", SymbolKind::limit}, {"lim", "lim", SymbolKind::limit},

    {",", "0.17em", SymbolKind::space}, {":", "0.22em", SymbolKind::space}, {";", "0.28em", SymbolKind::space},
    {" ", "0.33em", SymbolKind::space}, {"quad", "1em", SymbolKind::space}, {"qquad", "2em", SymbolKind::space},
    // clang-format on
});

// Letters of other alphabets, one in the braces.
struct Letter {
  std::string_view command, letter, text;
};
inline constexpr auto kLetters = std::to_array<Letter>({
    {"mathbb", "R", "ℝ"},
    {"mathbb", "N", "ℕ"},
    {"mathbb", "Z", "ℤ"},
    {"mathbb", "E", "𝔼"},
    {"mathbb", "P", "ℙ"},
    {"mathbb", "1", "𝟙"},
    {"mathcal", "L", "ℒ"},
    {"mathcal", "N", "𝒩"},
    {"mathcal", "U", "𝒰"},
    {"mathcal", "F", "ℱ"},
    {"mathcal", "E", "ℰ"},
    {"mathcal", "D", "𝒟"},
});

// Marks above a letter.
struct Accent {
  std::string_view command, text;
};
inline constexpr auto kAccents = std::to_array<Accent>({{"hat", "^"},
                                                        {"bar", "¯"},
                                                        {"overline", "¯"},
                                                        {"tilde", "~"},
                                                        {"dot", "˙"},
                                                        {"ddot", "¨"},
                                                        {"vec", "→"}});

}  // namespace agon::reports
