// SPDX-License-Identifier: MIT
#include "datasets/readers/npy.h"

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "datasets/readers/zip.h"
#include "malformed.h"
#include "npy_testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

std::string error_of(const std::string& bytes) {
  const Caught error = caught([&] { parse_npy(bytes, "a.npy"); });
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
  const std::vector<Malformed> table = {
      {"", ": truncated: it ends before its header"},
      {"id,x\n", ": wrong magic"},
      {good.substr(0, 5), ": truncated"},
      {good.substr(0, 60), ": truncated: it ends inside its header"},
      {good.substr(0, good.size() - 1), ": truncated: 15 bytes of data for 2 x 2 elements of <f4"},
      {good + "x", ": 17 bytes of data where 2 x 2 elements"},
      {npy_bytes("<f4", "(2, 2)", counting(16), 3), ": NPY version 3"},
      {npy_bytes("|O", "(2,)", "pickle"), ": element type '|O' (Python objects), valid are <f4"},
      {npy_bytes("<f4", "(2, 2)", counting(16), 1, true), ": is in Fortran order"},
      {npy_bytes("<f4", "(0, 2)", ""), ": has no elements: 0 x 2"},
      {npy_bytes("<f4", "(99999999999999999999,)", ""), ": damaged header"},
      {npy_bytes("<f4", "(1, 1, 1, 1, 1, 1, 1, 1, 1)", "abcd"), ": damaged header"},
      {npy_bytes(">f4", "(2,)", ""), ": element type '>f4'"},
      {npy_bytes("<f2", "(2,)", ""), ": element type '<f2'"},
      {npy_bytes("<u4", "(2,)", ""), ": element type '<u4'"},
      {npy_bytes("|S3", "(2,)", ""), ": element type '|S3'"},
      {npy_bytes("<U3", "(2,)", ""), ": element type '<U3'"},
      {npy_bytes("<c8", "(2,)", ""), ": element type '<c8'"},
      {npy_bytes("<M8[s]", "(2,)", ""), ": element type '<M8[s]'"},
      {npy_bytes("|b1", "(2,)", ""), ": element type '|b1'"},
      // 2^62 rows, products that overflow
      {npy_bytes("<f4", "(4611686018427387904, 4)", counting(16)),
       ": truncated: 16 bytes of data for 4611686018427387904 x 4"},
      {npy_bytes("<f4", "(4294967296, 4294967296)", counting(16)),
       ": truncated: 16 bytes of data for 4294967296 x 4294967296"},
      {npy_bytes("<f4", "(1000000, 1000000)", counting(16)),
       ": truncated: 16 bytes of data for 1000000 x 1000000"}};
  check_malformed("a.npy", table, [](const std::string& bytes) { parse_npy(bytes, "a.npy"); });
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
  const size_t entry = good.find("PK\x01\x02"), end = good.find("PK\x05\x06");
  const auto changed = [&good](size_t at, const std::string& bytes) {
    return std::string(good).replace(at, bytes.size(), bytes);
  };
  const std::vector<Malformed> table = {
      {"", ": wrong magic"},
      {good.substr(0, good.size() - 1), ": truncated"},
      {good.substr(0, 30), ": truncated"},
      {zip_bytes({{"X.npy", "a"}}, true), ": has no member 'x.npy'\n  fix: did you mean 'X.npy'?"},
      {changed(entry, "PK\x07"), ": damaged archive: no directory"},
      {changed(entry + 8, "\x01"), "(x.npy): is encrypted"},
      {changed(entry + 10, "\x0c"), "(x.npy): compression method 12"},
      {changed(entry + 16, "\1\2\3\4"), "(x.npy): damaged archive: its CRC"},
      {changed(entry + 20, "\xff\xff"), "(x.npy): truncated"},
      {changed(entry + 24, "\1"),
       "(x.npy): damaged archive: its 270 deflated bytes do not give the 257 it names"},
      {changed(entry + 24, "\xff\xff\xff\xff"), "(x.npy): is too large"},
      {changed(entry + 42, "\x09"), "(x.npy): damaged archive: no member"},
      // More than deflate can give.
      {changed(entry + 24, "\xfe\xff\xff\xff"), "(x.npy): compression method 8 with"},
      {"\x1f\x8b\x08" + good, ": wrong magic"},
      {"<html>404</html>", ": wrong magic"},
      {good.substr(0, 200) + std::string(good.size() - 200, '\0'),
       ": truncated: the archive has no"},
      {zip_bytes({{"../../x.npy", "a"}}, true), ": has no member 'x.npy'"},
      {zip_bytes({{"x.npy", "a"}, {"x.npy", "b"}}, true), ": has two members 'x.npy'"},
      {zip_bytes({}, true), ": has no member 'x.npy'"},
      {changed(end + 16, std::string("\0\xff\xff\xff", 4)),
       ": damaged archive: no directory entry at byte 4294967040"},
      {changed(end + 10, "\xff\xff"), ": damaged archive: no directory entry at byte"},
      {changed(end + 10, std::string(2, '\0')), ": has no member 'x.npy'"},
      {changed(entry + 28, "\xff\xff"), ": damaged archive: a name of 65535 bytes at byte"},
      {changed(entry + 20, "\xff\xff\xff\xff"), "(x.npy): is too large"},
      {changed(entry + 42, "\xff\xff\xff\xff"), "(x.npy): is too large"},
      {changed(entry + 42, "\xfe\xff\xff\xff"),
       "(x.npy): damaged archive: no member at byte 4294967294"},
      {changed(entry + 10, std::string(1, '\0')), "(x.npy): compression method 0 with"},
      {changed(80, "\xff\xff\xff\xff"), "(x.npy): damaged archive: its"}};
  check_malformed("a.npz", table,
                  [](const std::string& bytes) { zip_member(bytes, "x.npy", "a.npz"); });
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
