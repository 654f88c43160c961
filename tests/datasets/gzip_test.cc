// SPDX-License-Identifier: MIT
#include "datasets/readers/gzip.h"

#include <boost/test/unit_test.hpp>

#include "malformed.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

constexpr size_t kMost = 100'000;

const std::string kText = [] {
  std::string text;
  for (int i = 0; i < 400; ++i) text += std::to_string(i * i) + ",";
  return text;
}();

}  // namespace

BOOST_AUTO_TEST_SUITE(gzip)

BOOST_AUTO_TEST_CASE(unpacks_within_its_limit) {
  const std::string text(300'000, 'x');
  BOOST_TEST((unpacked(text, "a", text.size()) == text));
  BOOST_TEST((unpacked(gzipped(text), "a", text.size()) == text));
  BOOST_TEST((unpacked(gzipped(text) + gzipped(text), "a", 600'000) == text + text));
  BOOST_TEST((unpacked(gzipped(text) + std::string(512, '\0'), "a", text.size()) == text));
  BOOST_TEST(unpacked(gzipped(""), "a", 0).empty());
}

BOOST_AUTO_TEST_CASE(names_what_is_wrong) {
  const std::string good = gzipped(kText);
  const auto changed = [&good](size_t at, uint8_t byte) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(byte);
    return bytes;
  };
  const auto flipped = [&](size_t at) { return changed(at, static_cast<uint8_t>(~good[at])); };
  const size_t end = good.size();
  std::vector<Malformed> table = {
      {flipped(end - 8), ": damaged gzip data: incorrect data check, before byte"},
      {flipped(end - 4), ": damaged gzip data: incorrect length check, before byte"},
      {changed(2, 7), ": damaged gzip data: unknown compression method"},
      {changed(3, 0xe0), ": damaged gzip data: unknown header flags set"},
      {changed(3, 0x02), ": damaged gzip data: header crc mismatch"},
      {changed(10, 0x07), ": damaged gzip data: invalid block type"},
      {flipped(end / 2), ": damaged gzip data"},
      {good.substr(0, end / 2) + std::string(end, '\0'), ": truncated: the gzip data stops"},
      {good.substr(0, end / 2) + good, ": damaged gzip data: invalid distance too far back"},
      {good + "tail",
       ": 4 trailing bytes after the end of the gzip data, at byte " + std::to_string(end)},
      {good + std::string(100, '\0') + "x", ": 101 trailing bytes after the end of the gzip data"},
      {good + good.substr(0, 12), ": truncated: the gzip data stops before its end"},
      {good + changed(2, 7), ": damaged gzip data: unknown compression method"},
      {std::string(kMost + 1, 'x'), ": unpacks to more than 100000 bytes"},
      {gzipped(std::string(kMost + 1, 'x')), ": unpacks to more than 100000 bytes"},
      // A bomb of 64 MB in 64 kB; one of many members.
      {gzipped(std::string(64 << 20, '\0')), ": unpacks to more than 100000 bytes"},
      {gzipped(std::string(kMost, 'x')) + gzipped("x"), ": unpacks to more than 100000 bytes"}};
  for (const size_t cut :
       {size_t{2}, size_t{3}, size_t{9}, size_t{10}, size_t{11}, end / 2, end - 8, end - 1}) {
    table.push_back(
        {good.substr(0, cut),
         ": truncated: the gzip data stops before its end, at byte " + std::to_string(cut)});
  }
  check_malformed("a.gz", table, [](const std::string& bytes) { unpacked(bytes, "a.gz", kMost); });
}

BOOST_AUTO_TEST_CASE(a_bomb_takes_less_than_twice_its_limit) {
  constexpr size_t kLimit = size_t{64} << 20;
  std::string bomb;
  const std::string member = gzipped(std::string(16 << 20, '\0'));
  for (int i = 0; i < 8; ++i) bomb += member;
  const Caught error = caught_within(2 * kLimit, [&] { unpacked(bomb, "bomb.gz", kLimit); });
  BOOST_TEST(error.text.starts_with("bomb.gz: unpacks to more than 67108864 bytes"), error.text);
}

BOOST_AUTO_TEST_SUITE_END()
