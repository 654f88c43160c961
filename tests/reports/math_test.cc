// SPDX-License-Identifier: MIT
//
// Equations of rules as MathML: what is understood, where the rest is refused, and that nothing of a rule's
// text reaches the page as markup.
#include <boost/test/unit_test.hpp>
#include <string>

#include "reports/math/symbols.h"
#include "reports/math/tex.h"

namespace agon::reports {
namespace {

std::string inside(std::string_view tex) {
  const std::string all = mathml(tex), open = "<math display=\"block\">";
  BOOST_TEST_REQUIRE(all.starts_with(open));
  BOOST_TEST_REQUIRE(all.ends_with("</math>"));
  return all.substr(open.size(), all.size() - open.size() - 7);
}

void refused(std::string_view tex, size_t column, const std::string& reason) {
  try {
    mathml(tex);
    BOOST_ERROR(tex << " is taken");
  } catch (const TexError& error) {
    BOOST_TEST(error.column() == column, tex << ": " << error.what());
    BOOST_TEST(std::string(error.what()).find(reason) != std::string::npos,
               tex << ": " << error.what());
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(equations)

BOOST_AUTO_TEST_CASE(letters_numbers_and_signs) {
  BOOST_TEST(inside("a = 12.5") == "<mi>a</mi><mo>=</mo><mn>12.5</mn>");
  BOOST_TEST(inside("-x") == "<mo>−</mo><mi>x</mi>");
  BOOST_TEST(inside(R"(\eta\Delta W)") == "<mi>η</mi><mi>Δ</mi><mi>W</mi>");
  BOOST_TEST(inside("(x]") ==
             "<mo stretchy=\"false\">(</mo><mi>x</mi><mo stretchy=\"false\">]</mo>");
  BOOST_TEST(inside("").empty());
}

BOOST_AUTO_TEST_CASE(feet_and_heads) {
  BOOST_TEST(inside("x_i") == "<msub><mi>x</mi><mrow><mi>i</mi></mrow></msub>");
  BOOST_TEST(
      inside("x_{l-1}^2") ==
      "<msubsup><mi>x</mi><mrow><mi>l</mi><mo>−</mo><mn>1</mn></mrow><mrow><mrow><mn>2</mn></mrow>"
      "</mrow></msubsup>");
  BOOST_TEST(inside("x^2_i") == inside("x_i^2"));
  BOOST_TEST(inside("x_12") == "<msub><mi>x</mi><mrow><mn>1</mn></mrow></msub><mn>2</mn>");
  BOOST_TEST(inside("f'(a)").starts_with("<msup><mi>f</mi><mrow><mo>′</mo></mrow></msup>"));
  BOOST_TEST(inside(R"(W^\top)") == "<msup><mi>W</mi><mrow><mrow><mi>⊤</mi></mrow></mrow></msup>");
  BOOST_TEST(inside(R"(\sum_i^n x)").starts_with("<munderover><mo>∑</mo>"));
  BOOST_TEST(inside(R"(\max_i x)").starts_with("<munder><mi mathvariant=\"normal\">max</mi>"));
}

BOOST_AUTO_TEST_CASE(what_holds_others) {
  BOOST_TEST(inside(R"(\frac{1}{2B})") ==
             "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn><mi>B</mi></mrow></mfrac>");
  BOOST_TEST(inside(R"(\frac12)") == inside(R"(\frac{1}{2})"));
  BOOST_TEST(inside(R"(\sqrt{v})") == "<msqrt><mi>v</mi></msqrt>");
  BOOST_TEST(inside(R"(\hat{x})") ==
             "<mover accent=\"true\"><mrow><mi>x</mi></mrow><mo>^</mo></mover>");
  BOOST_TEST(inside(R"(\text{ if })") == "<mtext>\u00a0if\u00a0</mtext>");
  BOOST_TEST(inside(R"(\left( \frac{a}{b} \right))").find("<mo stretchy=\"true\">)</mo>") !=
             std::string::npos);
  BOOST_TEST(
      inside(R"(\begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases})") ==
      "<mrow><mo stretchy=\"true\">{</mo><mtable><mtr><mtd><mn>1</mn></mtd><mtd><mi>x</mi><mo>&gt;</mo>"
      "<mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd><mtd><mtext>else</mtext></mtd></mtr></mtable></mrow>");
  BOOST_TEST(inside(R"(\mathbf{W})") == "<mrow><mi>&#x1D416;</mi></mrow>");
  BOOST_TEST(inside(R"(\mathcal{N}(0, 1))").starts_with("<mi>𝒩</mi>"));
}

BOOST_AUTO_TEST_CASE(every_command_of_the_table_is_taken) {
  for (const Symbol& symbol : kSymbols)
    BOOST_TEST(!inside("a \\" + std::string(symbol.command) + " b").empty(), symbol.command);
  for (const Letter& letter : kLetters)
    BOOST_TEST(!mathml("\\" + std::string(letter.command) + "{" + std::string(letter.letter) + "}")
                    .empty());
  for (const Accent& accent : kAccents)
    BOOST_TEST(!mathml("\\" + std::string(accent.command) + "{x}").empty(), accent.command);
}

BOOST_AUTO_TEST_CASE(what_is_beyond_is_refused_where_it_stands) {
  refused(R"(a + \input{x})", 5, R"(\input is not of this part of TeX)");
  refused("a $ b", 3, "'$' is not of this part of TeX");
  refused("x_", 3, "nothing stands behind _");
  refused("x_i_j", 4, "a second index");
  refused("x^i^j", 4, "a second exponent");
  refused("{a", 1, "'{' is never closed");
  refused("a}", 2, "'}' closes nothing");
  refused("a & b", 3, "'&' closes nothing");
  refused(R"(\frac{a})", 9, R"(nothing stands behind \frac)");
  refused(R"(\left( a)", 1, R"(\left without its \right)");
  refused(R"(\begin{matrix})", 1, "cases alone");
  refused(R"(\begin{cases} a)", 1, R"(without its \end{cases})");
  refused(R"(\mathbb{Q})", 1, R"(\mathbb has no 'Q' here)");
  refused("a\\", 2, "a backslash at the end");
  refused(std::string(3000, 'a'), 2000, "longer than 2000 bytes");
  refused(std::string(100, '{') + std::string(100, '}'), 33, "groups in groups");
  refused("\xce\xb7", 1, "is not of this part of TeX");
}

BOOST_AUTO_TEST_CASE(no_markup_gets_through) {
  BOOST_TEST(mathml("<s>").find("<s>") == std::string::npos);
  BOOST_TEST(mathml("a<script>b").find("<script") == std::string::npos);
  refused(R"(\text{<b>})", 7, "'<' stands in the text");
  refused(R"(\text{a"b})", 8, "'\"' stands in the text");
  refused("a \"b", 3, "is not of this part of TeX");
  refused(std::string_view("a\0b", 3), 2, "is not of this part of TeX");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::reports
