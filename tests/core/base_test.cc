// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "core/error.h"
#include "core/hash.h"
#include "core/matrix.h"
#include "core/text.h"

namespace agon::test {

BOOST_AUTO_TEST_SUITE(base)

BOOST_AUTO_TEST_CASE(matrix_is_aligned_padded_and_zero) {
  for (const size_t cols : std::initializer_list<size_t>{0, 1, 15, 16, 17, 100}) {
    core::Matrix m(3, cols);
    BOOST_TEST(m.stride() == core::padded(cols));
    BOOST_TEST(m.stride() % 16 == 0u);
    BOOST_TEST(reinterpret_cast<uintptr_t>(m.data()) % 64 == 0u);
    for (size_t i = 0; i < 3 * m.stride(); ++i) BOOST_TEST(m.data()[i] == 0.0f);
    BOOST_TEST(m.top(2).rows == 2u);
  }
  BOOST_CHECK_THROW(core::Matrix(std::numeric_limits<size_t>::max(), 16), std::bad_alloc);
  BOOST_CHECK_THROW(core::Matrix(16, std::numeric_limits<size_t>::max()), std::bad_alloc);
}

BOOST_AUTO_TEST_CASE(finds_what_is_no_utf8) {
  const std::string plain(100, 'a');
  const size_t none = std::string::npos;
  BOOST_TEST(core::find_not_utf8("") == none);
  BOOST_TEST(core::find_not_utf8(plain) == none);
  BOOST_TEST(core::find_not_utf8(plain + "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" + plain) == none);
  // Latin-1, a cut code point, one that is too long, a surrogate, a byte that never stands.
  for (const std::string bad : {"\xe9", "\xe2\x82", "\xc0\xaf", "\xed\xa0\x80", "\xff", "\x80"}) {
    for (size_t before = 0; before < 20; ++before) {
      const std::string text = plain.substr(0, before) + bad;
      BOOST_TEST(core::find_not_utf8(text) == before);
      BOOST_TEST(core::find_not_utf8(text + plain) == before);
    }
  }
}

// XXH3-128 of the empty input, from the xxHash reference implementation.
BOOST_AUTO_TEST_CASE(hash_is_xxh3_of_128_bits) {
  BOOST_TEST(core::hash_hex("") == "99aa06d3014798d86001c324468d497f");
  BOOST_TEST(core::hash_hex("a") != core::hash_hex("b"));
  BOOST_TEST(core::hash_hex("a").size() == 32u);
}

BOOST_AUTO_TEST_CASE(hash_of_a_file_is_the_hash_of_its_bytes) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("agon_test_hash_" + std::to_string(getpid()));
  const std::string bytes(200001, 'x');
  std::ofstream(file, std::ios::binary) << bytes;
  BOOST_TEST(core::hash_file(file) == core::hash_hex(bytes));
  std::filesystem::remove(file);
  BOOST_CHECK_EXCEPTION(core::hash_file(file), Error, [&](const Error& e) {
    return e.exit() == Exit::data && e.thing() == file.string() && !e.fix().empty();
  });
  BOOST_CHECK_THROW(core::hash_file(std::filesystem::temp_directory_path()), Error);  // a folder
}

BOOST_AUTO_TEST_CASE(nearest_names_come_first_and_far_ones_never) {
  const std::vector<std::string> names{"digits", "digits-imbalanced", "mnist",
                                       "xor",    "parity-3",          "parity-4"};
  BOOST_TEST(core::nearest("digist", names).at(0) == "digits");
  BOOST_TEST(core::nearest("digit", names, 3).at(0) == "digits");
  BOOST_TEST(core::nearest("parity-5", names, 5).size() == 2u);
  BOOST_TEST(core::nearest("xr", names).at(0) == "xor");
  BOOST_TEST(core::nearest("lorenz", names, 5).empty());
  BOOST_TEST(core::nearest("xor", {}, 5).empty());
  BOOST_TEST(core::nearest("xor", names, 0).empty());
  BOOST_TEST(core::suggest("minst", names) == "did you mean 'mnist'?");
  BOOST_TEST(core::suggest("lorenz", std::vector<std::string>{"a1", "b2"}) ==
             "valid names: a1, b2");
}

BOOST_AUTO_TEST_CASE(error_says_thing_reason_and_fix) {
  const Error e(Exit::usage, "suite.toml:3:8", "unknown key 'taks'", "did you mean 'tasks'?");
  BOOST_TEST(std::string(e.what()) ==
             "suite.toml:3:8: unknown key 'taks'\n  fix: did you mean 'tasks'?");
  BOOST_TEST(std::string(Error(Exit::io, "out", "disk full").what()) == "out: disk full");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::test
