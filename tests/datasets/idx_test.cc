// SPDX-License-Identifier: MIT
#include "datasets/readers/idx.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "datasets/readers/file.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

// Parsing must fail with exit code 3, name the file and give the reason and a fix.
void check_fails(const std::string& bytes, const std::string& reason) {
  const Caught error = caught([&] { parse_idx(bytes, "some.idx"); });
  BOOST_TEST_CONTEXT(error.text) {
    BOOST_TEST(error.exit == static_cast<int>(agon::Exit::data));
    BOOST_TEST(error.text.starts_with("some.idx: "));
    BOOST_TEST(error.has(reason));
    BOOST_TEST(error.has("\n  fix: "));
  }
}

const std::string kGood = idx_bytes({3, 2, 5}, counting(30));

}  // namespace

BOOST_AUTO_TEST_SUITE(idx)

BOOST_AUTO_TEST_CASE(reads_plain_and_gzipped) {
  for (const std::string& bytes : {kGood, gzipped(kGood)}) {
    const Idx idx = parse_idx(bytes, "good");
    BOOST_TEST(idx.dims == (std::vector<size_t>{3, 2, 5}), boost::test_tools::per_element());
    BOOST_TEST_REQUIRE(idx.payload.size() == 30u);
    for (size_t i = 0; i < 30; ++i) BOOST_TEST(idx.payload[i] == i);
  }
}

BOOST_AUTO_TEST_CASE(reads_more_than_one_growth_step) {
  const std::string payload = counting(5'000'000);
  const Idx idx = parse_idx(gzipped(idx_bytes({5, 1000, 1000}, payload)), "large");
  BOOST_TEST(idx.payload.size() == payload.size());
  BOOST_TEST(std::equal(payload.begin(), payload.end(), idx.payload.begin(),
                        [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; }));
}

BOOST_AUTO_TEST_CASE(reads_concatenated_gzip_members) {
  const Idx idx =
      parse_idx(gzipped(kGood.substr(0, 20)) + gzipped(kGood.substr(20)), "two members");
  BOOST_TEST(idx.payload.size() == 30u);
}

BOOST_AUTO_TEST_CASE(refuses_truncated_payload) {
  check_fails(kGood.substr(0, kGood.size() - 1), "truncated: 29 of 30 data bytes (3 x 2 x 5)");
  check_fails(gzipped(kGood.substr(0, kGood.size() - 1)), "truncated: 29 of 30 data bytes");
}

BOOST_AUTO_TEST_CASE(refuses_truncated_header) {
  check_fails("", "truncated: shorter than the 4 bytes of IDX's magic");
  check_fails(kGood.substr(0, 3), "truncated: shorter than the 4 bytes");
  check_fails(kGood.substr(0, 9), "truncated: it ends inside the header");
}

BOOST_AUTO_TEST_CASE(refuses_every_truncation_of_gzip) {
  const std::string whole = gzipped(kGood);
  for (size_t n = 0; n < whole.size(); ++n) {
    const Caught error = caught([&] { parse_idx(std::string_view(whole).substr(0, n), "cut"); });
    BOOST_TEST(error.exit == 3, "cut at " << n << ": " << error.text);
    BOOST_TEST(error.has(n == 1 ? "wrong magic" : "truncated") == (n != 1));
    if (n > 10) BOOST_TEST(error.has("truncated: the gzip data stops before its end"), error.text);
  }
}

BOOST_AUTO_TEST_CASE(refuses_damaged_gzip) {
  std::string bytes = gzipped(kGood);
  bytes[bytes.size() - 6] = static_cast<char>(bytes[bytes.size() - 6] ^ 1);  // in the CRC
  check_fails(bytes, "damaged gzip data: incorrect data check");
}

BOOST_AUTO_TEST_CASE(refuses_wrong_magic) {
  check_fails("P5 28 28 255 ....", "wrong magic 50 35 20 32: not an IDX file");
  std::string floats = kGood;
  floats[2] = 0x0d;
  check_fails(floats, "IDX element type 0x0d where unsigned bytes (0x08) are expected");
  std::string flat = kGood;
  flat[3] = 0;
  check_fails(flat, "0 dimensions in its header, 1 to 4 are valid");
  flat[3] = 9;
  check_fails(flat, "9 dimensions in its header, 1 to 4 are valid");
}

BOOST_AUTO_TEST_CASE(refuses_absurd_sizes_without_allocating_them) {
  const uint32_t most = 0xffffffffu;
  check_fails(idx_bytes({most, most, most, most}, "x"), "absurd size 4294967295 x 4294967295");
  check_fails(idx_bytes({most, 28, 28}, "x"), "absurd size 4294967295 x 28 x 28 in its header");
  check_fails(idx_bytes({0, 28, 28}, ""), "absurd size 0 x 28 x 28");
  check_fails(gzipped(idx_bytes({1u << 30}, "x")), "truncated: 1 of 1073741824 data bytes");
}

BOOST_AUTO_TEST_CASE(refuses_trailing_bytes) {
  check_fails(kGood + "x", "trailing bytes after the 30 that its header announces");
  check_fails(gzipped(kGood + "x"), "trailing bytes after the 30 that its header announces");
  check_fails(gzipped(kGood) + "junk", "4 trailing bytes after the end of the gzip data");
}

// Tapes and block devices pad with zeros; gzip -t takes them too.
BOOST_AUTO_TEST_CASE(zeros_behind_gzip_data_are_no_data) {
  BOOST_TEST(parse_idx(gzipped(kGood) + std::string(247, '\0'), "padded").payload.size() == 30u);
  check_fails(gzipped(kGood) + std::string(8, '\0') + "x",
              "9 trailing bytes after the end of the gzip data");
}

BOOST_AUTO_TEST_CASE(refuses_files_that_cannot_be_read) {
  const TemporaryFolder folder;
  const auto absent = folder.path() / "absent";
  BOOST_TEST(caught([&] {
               read_bytes(absent);
             }).text.starts_with(absent.string() + ": there is no such file"));
  BOOST_TEST(caught([&] { read_bytes(folder.path()); }).has("not a regular file"));
  const auto fifo = folder.path() / "fifo";
  BOOST_TEST_REQUIRE(mkfifo(fifo.c_str(), 0600) == 0);
  BOOST_TEST(caught([&] { read_bytes(fifo); }).has("not a regular file"));
}

BOOST_AUTO_TEST_SUITE_END()
