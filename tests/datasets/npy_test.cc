// SPDX-License-Identifier: MIT
#include "datasets/readers/npy.h"

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "datasets/readers/zip.h"
#include "npy_testing.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

std::string error_of(const std::string& bytes) {
  const Caught error = caught([&] { parse_npy(bytes, "a.npy"); });
  BOOST_TEST(error.exit == static_cast<int>(agon::Exit::data));
  return error.text;
}

std::string zip_error_of(const std::string& bytes, const std::string& member = "x.npy") {
  const Caught error = caught([&] { zip_member(bytes, member, "a.npz"); });
  BOOST_TEST(error.exit == static_cast<int>(agon::Exit::data));
  return error.text;
}

template <typename T>
void check_type(const std::string& descr, const std::vector<T>& values) {
  BOOST_TEST_CONTEXT(descr) {
    const Npy npy = parse_npy(npy_bytes(descr, "(3,)", raw(values)), "a");
    BOOST_TEST_REQUIRE(npy.count == 3u);
    BOOST_TEST(npy.whole() == std::is_integral_v<T>);
    for (size_t i = 0; i < 3; ++i) {
      BOOST_TEST(npy.real(i) == static_cast<double>(values[i]));
      if (std::is_integral_v<T>) BOOST_TEST(npy.integer(i) == static_cast<int64_t>(values[i]));
    }
  }
}

std::string with_header(const std::string& header) {
  const std::string bytes = npy_bytes("<f4", "(1,)", "");
  return bytes.substr(0, 8) + std::string{static_cast<char>(header.size()), '\0'} + header + "data";
}

// Thousands of damaged copies: each gives a value or an agon::Error.
template <typename Read>
std::pair<int, int> mutate(const std::string& good, uint64_t stream, Read read) {
  agon::core::Stream random(20240425, stream);
  int values = 0, errors = 0;
  std::vector<double> sums;  // so that every element is read
  for (int i = 0; i < 6000; ++i) {
    const std::string bytes = damaged(good, random);
    try {
      const Npy npy = read(bytes);
      double sum = 0;
      for (size_t e = 0; e < npy.count; ++e) sum += npy.real(e);
      sums.push_back(sum);
      ++values;
    } catch (const agon::Error& error) {
      BOOST_TEST_REQUIRE((error.exit() == agon::Exit::data && error.thing().starts_with("mutant")));
      ++errors;
    }
  }
  return {values, errors};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(npy)

BOOST_AUTO_TEST_CASE(reads_every_type) {
  check_type<float>("<f4", {0.5f, -1e30f, 3});
  check_type<double>("<f8", {0.5, -1e300, 3});
  check_type<uint8_t>("|u1", {0, 128, 255});
  check_type<int8_t>("|i1", {0, -128, 127});
  check_type<int16_t>("<i2", {0, -32768, 32767});
  check_type<int32_t>("<i4", {0, -2147483647, 2147483647});
  check_type<int64_t>("<i8", {0, -5'000'000'000, 5'000'000'000});
}

BOOST_AUTO_TEST_CASE(reads_shapes_and_versions) {
  for (const int version : {1, 2}) {
    const Npy npy = parse_npy(npy_bytes("<i4", "(2, 1, 3)", std::string(24, '\1'), version), "a");
    BOOST_TEST(npy.dims == (std::vector<size_t>{2, 1, 3}), boost::test_tools::per_element());
    BOOST_TEST(npy.integer(5) == 0x01010101);
  }
  BOOST_TEST(parse_npy(npy_bytes("<f4", "()", "abcd"), "a").count == 1u);
  BOOST_TEST(parse_npy(npy_bytes("<f4", "(1,)", "abcd", 1, true), "a").count == 1u);
  // Another order of keys, other quotes, no padding.
  const Npy npy =
      parse_npy(with_header(R"({"shape":(2,2),"descr":"|u1","fortran_order":False})"), "a");
  BOOST_TEST(npy.integer(3) == 'a');
}

BOOST_AUTO_TEST_CASE(names_what_is_wrong) {
  const std::string good = npy_bytes("<f4", "(2, 2)", counting(16));
  BOOST_TEST(error_of("").starts_with("a.npy: truncated: it ends before its header"));
  BOOST_TEST(error_of("id,x\n").starts_with("a.npy: wrong magic"));
  BOOST_TEST(error_of(good.substr(0, 5)).starts_with("a.npy: truncated"));
  BOOST_TEST(
      error_of(good.substr(0, 60)).starts_with("a.npy: truncated: it ends inside its header"));
  BOOST_TEST(error_of(good.substr(0, good.size() - 1))
                 .starts_with("a.npy: truncated: 15 bytes of data for 2 x 2 elements of <f4"));
  BOOST_TEST(error_of(good + "x").starts_with("a.npy: 17 bytes of data where 2 x 2 elements"));
  BOOST_TEST(
      error_of(npy_bytes("<f4", "(2, 2)", counting(16), 3)).starts_with("a.npy: NPY version 3"));
  BOOST_TEST(error_of(npy_bytes("|O", "(2,)", "pickle"))
                 .starts_with("a.npy: element type '|O' (Python objects), valid are <f4"));
  for (const char* type : {">f4", "<f2", "<u4", "|S3", "<U3", "<c8", "<M8[s]", "|b1"})
    BOOST_TEST(error_of(npy_bytes(type, "(2,)", "")).starts_with("a.npy: element type '"));
  BOOST_TEST(error_of(npy_bytes("<f4", "(2, 2)", counting(16), 1, true))
                 .starts_with("a.npy: is in Fortran order"));
  BOOST_TEST(error_of(npy_bytes("<f4", "(0, 2)", "")).starts_with("a.npy: has no elements: 0 x 2"));
  // 2^62 rows, products that overflow, more dimensions than anyone has.
  for (const char* shape :
       {"(4611686018427387904, 4)", "(4294967296, 4294967296)", "(1000000, 1000000)"})
    BOOST_TEST(
        error_of(npy_bytes("<f4", shape, counting(16))).starts_with("a.npy: truncated: 16 bytes"));
  BOOST_TEST(error_of(npy_bytes("<f4", "(99999999999999999999,)", ""))
                 .starts_with("a.npy: damaged header"));
  BOOST_TEST(error_of(npy_bytes("<f4", "(1, 1, 1, 1, 1, 1, 1, 1, 1)", "abcd"))
                 .starts_with("a.npy: damaged header"));
}

BOOST_AUTO_TEST_CASE(refuses_other_headers) {
  for (const char* header :
       {"", "{", "{}", "[1]", "{'descr': '<f4'}", "{'descr': <f4}", "{'descr': '<f4",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}"})
    BOOST_TEST(error_of(with_header(header)).starts_with("a.npy: damaged header at its byte"),
               header);
  BOOST_TEST(
      error_of(with_header("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}"))
          .starts_with("a.npy: structured element type"));
}

BOOST_AUTO_TEST_CASE(reads_members_of_an_archive) {
  const Members members{{"x.npy", counting(5000)}, {"y.npy", "abc"}};
  for (const bool deflate : {false, true}) {
    const std::string archive = zip_bytes(members, deflate);
    for (const auto& [name, bytes] : members) BOOST_TEST((zip_member(archive, name, "a") == bytes));
    BOOST_TEST((zip_member(archive + "PK", "y.npy", "a") == "abc"));
  }
}

BOOST_AUTO_TEST_CASE(names_what_is_wrong_with_an_archive) {
  const std::string good = zip_bytes({{"x.npy", counting(500)}}, true);
  const size_t entry = good.find("PK\x01\x02");
  const auto changed = [&good](size_t at, const std::string& bytes) {
    return std::string(good).replace(at, bytes.size(), bytes);
  };
  BOOST_TEST(zip_error_of("").starts_with("a.npz: wrong magic"));
  BOOST_TEST(zip_error_of(good.substr(0, good.size() - 1)).starts_with("a.npz: truncated"));
  BOOST_TEST(zip_error_of(good.substr(0, 30)).starts_with("a.npz: truncated"));
  BOOST_TEST(zip_error_of(good, "X.npy").starts_with("a.npz: has no member 'X.npy'"));
  BOOST_TEST(
      zip_error_of(changed(entry, "PK\x07")).starts_with("a.npz: damaged archive: no directory"));
  BOOST_TEST(zip_error_of(changed(entry + 8, "\x01")).starts_with("a.npz(x.npy): is encrypted"));
  BOOST_TEST(
      zip_error_of(changed(entry + 10, "\x0c")).starts_with("a.npz(x.npy): compression method 12"));
  BOOST_TEST(zip_error_of(changed(entry + 16, "\1\2\3\4"))
                 .starts_with("a.npz(x.npy): damaged archive: its CRC"));
  BOOST_TEST(zip_error_of(changed(entry + 20, "\xff\xff")).starts_with("a.npz(x.npy): truncated"));
  // A bomb: more than deflate can give; then less than it does give.
  BOOST_TEST(zip_error_of(changed(entry + 24, "\xfe\xff\xff\xff"))
                 .starts_with("a.npz(x.npy): compression"));
  BOOST_TEST(zip_error_of(changed(entry + 24, "\1"))
                 .starts_with("a.npz(x.npy): damaged archive: its deflated"));
  BOOST_TEST(zip_error_of(changed(entry + 24, "\xff\xff\xff\xff"))
                 .starts_with("a.npz(x.npy): is too large"));
  BOOST_TEST(zip_error_of(changed(entry + 42, "\x09"))
                 .starts_with("a.npz(x.npy): damaged archive: no member"));
}

BOOST_AUTO_TEST_CASE(mutants) {
  const std::string array = npy_bytes("<f4", "(40, 3)", counting(480));
  const auto plain = [](const std::string& bytes) { return parse_npy(bytes, "mutant"); };
  const auto [values, errors] = mutate(array, 1, plain);
  BOOST_TEST(values > 500);
  BOOST_TEST(errors > 2000);
  for (const bool deflate : {false, true}) {
    const auto member = [](const std::string& bytes) {
      return parse_npy(zip_member(bytes, "x.npy", "mutant"), "mutant");
    };
    const auto [right, wrong] = mutate(zip_bytes({{"x.npy", array}}, deflate), 2, member);
    BOOST_TEST(right + wrong == 6000);
    BOOST_TEST(wrong > 2500);
  }
}

BOOST_AUTO_TEST_SUITE_END()
