// SPDX-License-Identifier: MIT
#include "datasets/readers/idx.h"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>

#include "core/error.h"
#include "datasets/readers/file.h"
#include "malformed.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

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

BOOST_AUTO_TEST_CASE(names_what_is_wrong) {
  const auto changed = [](size_t at, char byte) {
    std::string bytes = kGood;
    bytes[at] = byte;
    return bytes;
  };
  std::string crc = gzipped(kGood);
  crc[crc.size() - 6] = static_cast<char>(crc[crc.size() - 6] ^ 1);
  const std::string zipped = gzipped(idx_bytes({300, 10}, counting(3000)));
  const uint32_t most = 0xffffffffu;
  const std::vector<Malformed> table = {
      {"", ": truncated: shorter than the 4 bytes of IDX's magic"},
      {kGood.substr(0, 3), ": truncated: shorter than the 4 bytes"},
      {kGood.substr(0, 9), ": truncated: it ends inside the header of 16 bytes"},
      {kGood.substr(0, kGood.size() - 1), ": truncated: 29 of 30 data bytes (3 x 2 x 5)"},
      {gzipped(kGood.substr(0, kGood.size() - 1)), ": truncated: 29 of 30 data bytes"},
      {"P5 28 28 255 ....", ": wrong magic 50 35 20 32: not an IDX file"},
      {"<html>404</html>", ": wrong magic 3c 68 74 6d: not an IDX file"},
      {changed(2, 0x0d),
       ": IDX element type 0x0d where unsigned bytes (0x08) are expected, at byte 2"},
      {changed(2, 0x0c),
       ": IDX element type 0x0c where unsigned bytes (0x08) are expected, at byte 2"},
      {changed(3, 0), ": 0 dimensions in its header, 1 to 4 are valid, at byte 3"},
      {changed(3, 9), ": 9 dimensions in its header, 1 to 4 are valid, at byte 3"},
      {changed(3, -1), ": 255 dimensions in its header, 1 to 4 are valid, at byte 3"},
      {changed(7, 4), ": truncated: 30 of 40 data bytes (4 x 2 x 5)"},
      {changed(4, -128), ": absurd size 2147483651 x 2 x 5 in its header, 1 to 1073741824 bytes"},
      {idx_bytes({most, most, most, most}, "x"), ": absurd size 4294967295 x 4294967295"},
      {idx_bytes({65536, 65536, 65536, 65536}, "x"), ": absurd size 65536 x 65536"},
      {idx_bytes({most, 28, 28}, "x"), ": absurd size 4294967295 x 28 x 28 in its header"},
      {idx_bytes({0, 28, 28}, ""), ": absurd size 0 x 28 x 28"},
      {gzipped(idx_bytes({1u << 30}, "x")), ": truncated: 1 of 1073741824 data bytes"},
      {kGood + "x", ": trailing bytes after the 30 that its header announces"},
      {gzipped(kGood + "x"), ": trailing bytes after the 30 that its header announces"},
      {gzipped(kGood) + "junk", ": 4 trailing bytes after the end of the gzip data"},
      {gzipped(kGood) + std::string(8, '\0') + "x", ": 9 trailing bytes after the end of the gzip"},
      {gzipped(gzipped(kGood)), ": wrong magic 1f 8b 08 00: not an IDX file"},
      {crc, ": damaged gzip data: incorrect data check"},
      // A download that was cut, in a file that had its full length from the start.
      {zipped.substr(0, zipped.size() / 2) + std::string(zipped.size() / 2, '\0'),
       ": damaged gzip"}};
  check_malformed("some.idx", table,
                  [](const std::string& bytes) { parse_idx(bytes, "some.idx"); });
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

// Tapes and block devices pad with zeros; gzip -t takes them too.
BOOST_AUTO_TEST_CASE(zeros_behind_gzip_data_are_no_data) {
  BOOST_TEST(parse_idx(gzipped(kGood) + std::string(247, '\0'), "padded").payload.size() == 30u);
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
