// SPDX-License-Identifier: MIT
#include "datasets/readers/wav.h"

#include <fmt/format.h>

#include <bit>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <set>

#include "core/error.h"
#include "datasets/log_mel.h"
#include "datasets/readers/file.h"
#include "datasets/readers/idx.h"
#include "malformed.h"
#include "own_task.h"
#include "wav_testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

std::string float_bytes(float value) { return le(std::bit_cast<uint32_t>(value), 4); }

const OwnTask kTask{.shape = "[8, 6]",
                    .source =
                        "format = \"wav\"\nfiles = [\"*.wav\"]\nrate = 8000\nseconds = 1.0\n"
                        "name = \"{label}_{group}_*.wav\"\n",
                    .split = "rule = \"all\"\n",
                    .nonnegative = true};

Folder recordings() {
  return Folder{{"high_ann_1.wav", tone(2000)},
                {"high_bob_1.wav", tone(2100)},
                {"low_ann_1.wav", tone(200)},
                {"notes.txt", "no sound"}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wav)

BOOST_AUTO_TEST_CASE(reads_every_coding) {
  using Values = std::vector<float>;
  const auto samples = [](const WavFormat& format, const std::string& data) {
    return parse_wav(wav_bytes(format, data), "a").samples;
  };
  BOOST_TEST(samples({.bits = 8}, std::string("\x80\x00\xff\xc0", 4)) ==
                 (Values{0, -1, 127.0f / 128, 0.5f}),
             boost::test_tools::per_element());
  BOOST_TEST(samples({.bits = 16}, le(0x8000, 2) + le(0x4000, 2)) == (Values{-1, 0.5f}),
             boost::test_tools::per_element());
  BOOST_TEST(samples({.bits = 24}, le(0x800000, 3) + le(0x400000, 3)) == (Values{-1, 0.5f}),
             boost::test_tools::per_element());
  BOOST_TEST(samples({.coding = 3, .bits = 32}, float_bytes(-2) + float_bytes(0.25f)) ==
                 (Values{-2, 0.25f}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(reads_channels_other_chunks_and_the_extensible_format) {
  const Wav stereo = parse_wav(wav_bytes({.channels = 2, .rate = 44100}, le(1, 4) + le(2, 4)), "a");
  BOOST_TEST(stereo.channels == 2u);
  BOOST_TEST(stereo.rate == 44100u);
  BOOST_TEST(stereo.samples.size() == 4u);
  const std::string others = riff(chunk("LIST", "odd") + format_chunk({}) + chunk("fact", "1234") +
                                  chunk("data", "ab") + "tail");
  BOOST_TEST(parse_wav(others, "a").samples.size() == 1u);
  const std::string extensible = le(0xfffe, 2) + le(1, 2) + le(8000, 4) + le(16000, 4) + le(2, 2) +
                                 le(16, 2) + le(22, 2) + le(16, 2) + le(0, 4) + le(1, 2) +
                                 std::string(14, '\0');
  BOOST_TEST(
      parse_wav(riff(chunk("fmt ", extensible) + chunk("data", "abcd")), "a").samples.size() == 2u);
}

BOOST_AUTO_TEST_CASE(names_what_is_wrong) {
  const std::string good = wav_bytes({}, "abcd");
  std::string huge = good, frame = good;
  huge.replace(40, 4, "\xfe\xff\xff\xff");  // 4 GB claimed
  frame[32] = 4;
  const auto floats = [](float second) {
    return wav_bytes({.coding = 3, .bits = 32}, float_bytes(0) + float_bytes(second));
  };
  const std::vector<Malformed> table = {
      {"", ": wrong magic"},
      {"RIFF", ": wrong magic"},
      {"OggS" + good, ": wrong magic"},
      {"RIFX" + good.substr(4), ": RIFX where RIFF"},
      {"RF64" + good.substr(4), ": RF64 where RIFF"},
      {"RIFF1234AVI " + good.substr(12), ": wrong magic"},
      {good.substr(0, 12), ": has no data chunk"},
      {good.substr(0, 30), ": truncated: a chunk of 16 bytes"},
      {good.substr(0, good.size() - 1),
       ": truncated: a chunk of 4 bytes at byte 36 in a file of 47"},
      {riff(format_chunk({})), ": has no data chunk"},
      {riff(chunk("data", "ab")), ": data at byte 12 before"},
      {riff(chunk("fmt ", "short") + chunk("data", "ab")), ": format chunk at byte 12 has 5 bytes"},
      {wav_bytes({}, ""), ": data chunk at byte 44 has 0 bytes"},
      {wav_bytes({}, "abc"), ": data chunk at byte 44 has 3"},
      {huge, ": truncated: a chunk of 4294967294 bytes"},
      {wav_bytes({.coding = 2}, "1234"), ": coding 2 with 16 bits"},
      {wav_bytes({.coding = 7, .bits = 8}, "1234"), ": coding 7 with 8 bits"},
      {wav_bytes({.bits = 12}, "1234"), ": coding 1 with 12 bits"},
      {wav_bytes({.bits = 32}, "1234"), ": coding 1 with 32 bits"},
      {wav_bytes({.coding = 3, .bits = 64}, "1234"), ": coding 3 with 64 bits"},
      {wav_bytes({.channels = 0}, "1234"), ": format chunk at byte 12 says 0"},
      {wav_bytes({.channels = 65}, "1234"), ": format chunk at byte 12 says 65"},
      {wav_bytes({.rate = 0}, "1234"), ": format chunk at byte 12 says 0 frames"},
      {wav_bytes({.rate = 2'000'000}, "1234"), ": format chunk at byte 12"},
      {frame, ": format chunk at byte 12 says 1 channels"},
      {floats(std::nanf("")), ": sample 1 at byte 48 is not finite"},
      {floats(std::numeric_limits<float>::infinity()), ": sample 1 at byte 48 is not finite"}};
  check_malformed("a.wav", table, [](const std::string& bytes) { parse_wav(bytes, "a.wav"); });
}

BOOST_AUTO_TEST_CASE(mutants) {
  agon::core::Stream random(20240425, 14);
  const std::string good =
      riff(chunk("LIST", "odd") + format_chunk({}) + chunk("data", "abcdefgh"));
  int values = 0, errors = 0;
  for (int i = 0; i < 10000; ++i) {
    try {
      const Wav made = parse_wav(damaged(good, random), "mutant");
      BOOST_TEST_REQUIRE(made.samples.size() % made.channels == 0u);
      ++values;
    } catch (const agon::Error& error) {
      BOOST_TEST_REQUIRE((error.exit() == agon::Exit::data && error.thing() == "mutant"));
      ++errors;
    }
  }
  BOOST_TEST(values > 500);
  BOOST_TEST(errors > 3000);
}

BOOST_AUTO_TEST_CASE(a_tone_is_loudest_in_its_band) {
  const LogMel settings{.frames = 4, .bands = 10};
  const std::vector<float> low = log_mel(settings, parse_wav(tone(300), "a").samples);
  BOOST_TEST_REQUIRE(low.size() == 40u);
  for (size_t t = 0; t < 4; ++t) {
    // 300 Hz is 402 mel; the bands' peaks are 187 mel apart from 278 on.
    const auto frame = std::span(low).subspan(10 * t, 10);
    BOOST_TEST((std::ranges::max_element(frame) - frame.begin()) == 1);
    BOOST_TEST(frame[9] < 0.5f);
  }
  BOOST_TEST(*std::ranges::max_element(low) == 1.0f);
  // Half a second: silence follows.
  const std::vector<float> sound = parse_wav(tone(300), "a").samples;
  const std::vector<float> half = log_mel(settings, std::span(sound).first(4000));
  BOOST_TEST(half[39] == 0.0f);
  BOOST_TEST(half[1] == low[1]);
}

BOOST_AUTO_TEST_CASE(names_give_labels) {
  const Folder folder = recordings();
  const Task task = folder.load(kTask);
  BOOST_TEST(task.data.labels == (std::vector<int32_t>{0, 0, 1}), boost::test_tools::per_element());
  const auto loudest = [&](size_t r) {
    const auto frame = task.data.x.row(r).subspan(6 * 4, 6);
    return std::ranges::max_element(frame) - frame.begin();
  };
  BOOST_TEST((loudest(0) == loudest(1)));
  BOOST_TEST((loudest(2) < loudest(0)));
}

BOOST_AUTO_TEST_CASE(a_list_gives_labels) {
  OwnTask task = kTask;
  task.source =
      "format = \"wav\"\nfiles = [\"list.csv\", \"*.wav\"]\nrate = 8000\nseconds = 1.0\n"
      "list = true\nlabels = [\"low\", \"high\"]\n";
  const auto with = [&](const std::string& list) {
    return Folder{{"list.csv", list}, {"a.wav", tone(100)}, {"b.wav", tone(2000)}};
  };
  const Task made = with("label,file\nhigh,b.wav\nlow,a.wav\n").load(task);
  BOOST_TEST(made.data.labels == (std::vector<int32_t>{0, 1}), boost::test_tools::per_element());
  BOOST_TEST(with("file,label\na.wav,low\nb.wav,high\nc.wav,low\n")
                 .data_error(task)
                 .starts_with(": names 'c.wav', which is none of the files"));
  BOOST_TEST(
      with("file,label\na.wav,low\n../b.wav,high\n").error(task).has("b.wav: is not in the list"));
  BOOST_TEST(with("a.wav,low\nb.wav,high\n").data_error(task).starts_with(": has no columns"));
  BOOST_TEST(with("file,label\na.wav,low\na.wav,high\n")
                 .data_error(task)
                 .starts_with(":3: names 'a.wav' twice"));
}

BOOST_AUTO_TEST_CASE(recordings_that_do_not_fit) {
  const auto error = [](const std::string& name, const std::string& bytes) {
    return Folder{{name, bytes}, {"low_ann_1.wav", tone(200)}}.data_error(kTask);
  };
  BOOST_TEST(error("high.wav", tone(2000)).starts_with(": its name does not fit"));
  BOOST_TEST(error("high_ann_1.wav", tone(2000, 16000)).starts_with(": 16000 frames a second"));
  BOOST_TEST(error("high_ann_1.wav", "RIFF").starts_with(": wrong magic"));
  BOOST_TEST(error("low_ann_0.wav", tone(200)).starts_with(": and the other names give 1 diff"));
  OwnTask none = kTask;
  none.source += "list = true\n";
  BOOST_TEST(recordings().error(none).has("give one of both"));
  none = kTask;
  none.shape = "[48]";
  BOOST_TEST(recordings().error(none).has("set shape = [frames, bands]"));
  none = kTask;
  none.source.replace(none.source.find("*.wav"), 5, "*.mp3");
  BOOST_TEST(recordings().error(none).has("*.mp3 is missing in"));
}

// The spoken digits' 60 recordings give the pictures that were published with them, to the last byte,
// where a data folder has both.
BOOST_AUTO_TEST_CASE(pictures_are_those_of_the_spoken_digits) {
  for (const auto& root : data_roots({})) {
    const auto folder = root / "fsdd";
    if (!std::filesystem::exists(folder / "wav_sample")) continue;
    const Idx all = parse_idx(read_bytes(folder / "test-logmel-idx3-ubyte.gz"), "test");
    const size_t size = all.dims[1] * all.dims[2];
    std::set<std::vector<uint8_t>> published;
    for (size_t r = 0; r < all.dims[0]; ++r) {
      const auto first = all.payload.begin() + static_cast<std::ptrdiff_t>(r * size);
      published.emplace(first, first + static_cast<std::ptrdiff_t>(size));
    }
    for (const auto& file : std::filesystem::directory_iterator(folder / "wav_sample")) {
      const Wav sound = parse_wav(read_bytes(file.path()), file.path().string());
      std::vector<uint8_t> made;
      for (const float level : log_mel({}, sound.samples))
        made.push_back(static_cast<uint8_t>(std::lround(255 * level)));
      BOOST_TEST(published.contains(made), file.path().filename());
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
