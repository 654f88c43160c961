// SPDX-License-Identifier: MIT
//
// Data as their public homes serve them, from a server on loopback, become the files that tasks read.
#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <map>

#include "core/error.h"
#include "core/file.h"
#include "datasets/fetch/fetch.h"
#include "datasets/fetch/homes/conversion.h"
#include "datasets/readers/idx.h"
#include "datasets/readers/npy.h"
#include "file_server.h"
#include "npy_testing.h"
#include "testing.h"
#include "wav_testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

namespace fs = std::filesystem;

using Served = std::map<std::string, std::string>;  // name after the mirror, bytes

struct Home {
  TemporaryFolder root;
  fs::path cache = root.path() / "cache";

  // Of a task whose [fetch] is `lines`, and whose mirror serves `served`.
  std::vector<Fetched> fetch_from(const Served& served, const std::string& files,
                                  const std::string& lines) {
    write_file(
        root.path() / "tasks" / "mine.toml",
        "id = \"mine\"\ntitle = \"Mine\"\nsummary = \"A test.\"\nkind = \"classify\"\n"
        "metric = \"accuracy\"\nchance = 0.5\ntarget = 0.9\nshape = [1, 1]\nclasses = 2\n"
        "[source]\ntype = \"folder\"\nformat = \"wav\"\nname = \"{label}.wav\"\nrate = 8000\n"
        "seconds = 1.0\nfolder = \"own\"\nfiles = " +
            files + "\n[split]\nrule = \"all\"\n\n[fetch]\nmirrors = [\"http://a/\"]\n" + lines +
            "\n");
    const fs::path folders[] = {root.path() / "tasks"};
    return fetch_from(served, Catalogue({}, folders).info("mine"));
  }

  std::vector<Fetched> fetch_from(const Served& served, TaskInfo task,
                                  const std::optional<fs::path>& from = {}) {
    FileServer server([&served](const Request& request) {
      const auto found = served.find(request.path.substr(1));
      return found == served.end() ? Answer{.status = "404 Not Found"}
                                   : whole(request, found->second, "\"v\"");
    });
    task.downloads->mirrors = {server.url()};
    const Listener listener{.progress = [](const auto&...) { return true; },
                            .note = [](const std::string&) {}};
    return fetch(task, cache, from, listener);
  }

  std::string read(const fs::path& file) const {
    return agon::core::read_regular(cache / file, agon::Exit::data);
  }
  Npy npy(const fs::path& file) const { return parse_npy(read(file), file.string()); }
};

std::vector<double> reals(const Npy& npy) {
  std::vector<double> values;
  for (size_t i = 0; i < npy.count; ++i) values.push_back(npy.real(i));
  return values;
}

using Reals = std::vector<double>;
using Sizes = std::vector<size_t>;

// Where a data folder has all files of a built-in task: the task, and its folder there.
struct Known {
  TaskInfo task;
  fs::path folder;
};
std::optional<Known> known(const std::string& id) {
  const Catalogue catalogue(data_roots({}));
  const TaskInfo& task = catalogue.info(id);
  if (catalogue.missing(task)) {
    BOOST_TEST_MESSAGE("skipped: no data of " << id);
    return std::nullopt;
  }
  for (const fs::path& root : data_roots({})) {
    if (fs::exists(root / task.folder)) return Known{task, root / task.folder};
  }
  return std::nullopt;
}

Npy array_of(const Known& known, const std::string& name) {
  const fs::path file = known.folder / name;
  return parse_npy(agon::core::read_regular(file, agon::Exit::data), file.string());
}

// Fetches what was served and lets the task file's checksums say that it is what the data folder has.
void check_same(const Known& known, const Served& served) {
  Home home;
  for (const Fetched& file : home.fetch_from(served, known.task)) {
    BOOST_TEST((file.how == Fetched::How::downloaded));
    BOOST_TEST(file.verified);
  }
}

std::string number(double value) { return fmt::format("{}", static_cast<float>(value)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(homes)

BOOST_AUTO_TEST_CASE(permutations_are_numpys) {
  BOOST_TEST(NumpyRandom(0).permutation(10) == (Sizes{2, 8, 4, 9, 1, 6, 7, 3, 0, 5}),
             boost::test_tools::per_element());
  NumpyRandom zero(0);
  BOOST_TEST(zero.permutation(4) == (Sizes{2, 3, 1, 0}), boost::test_tools::per_element());
  BOOST_TEST(zero.permutation(4) == (Sizes{0, 2, 1, 3}), boost::test_tools::per_element());
  BOOST_TEST(zero.permutation(4) == (Sizes{3, 0, 2, 1}), boost::test_tools::per_element());
  std::vector<size_t> many = NumpyRandom(42).permutation(2919);
  many.resize(4);
  BOOST_TEST(many == (Sizes{2437, 2470, 2359, 789}), boost::test_tools::per_element());
  BOOST_TEST(NumpyRandom(0).permutation(1).size() == 1u);
  BOOST_TEST(NumpyRandom(0).permutation(0).empty());
}

BOOST_AUTO_TEST_CASE(series_become_arrays_with_their_true_lengths) {
  const std::string head =
      "@problemName p\n@timeStamps false\n@multivariate true 2\n@classLabel true 1 2 \n@data\n";
  const Served served{{"A.ts", head + "1,2,0:3,4,0:1\n5,0,0:0,6,0:2\n7,8,9:0,0,0:1\n"},
                      {"B.ts", head + "1,0,0:0,0,0:2\n"}};
  Home home;
  home.fetch_from(served, R"(["train_x.npy", "train_len.npy", "train_y.npy", "test_x.npy"])",
                  "convert = \"japanese-vowels\"\nraw = [\"A.ts\", \"B.ts\"]");
  const Npy x = home.npy("own/train_x.npy");
  BOOST_TEST(x.dims == (Sizes{3, 3, 2}), boost::test_tools::per_element());
  BOOST_TEST(reals(x) == (Reals{1, 3, 2, 4, 0, 0, 5, 0, 0, 6, 0, 0, 7, 0, 8, 0, 9, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(reals(home.npy("own/train_len.npy")) == (Reals{2, 2, 3}),
             boost::test_tools::per_element());
  BOOST_TEST(reals(home.npy("own/train_y.npy")) == (Reals{0, 1, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(!fs::exists(home.cache / "own" / "A.ts.part"));

  Served unequal = served;
  unequal["B.ts"] = head + "1,0,0:0,0,0:2\n1,0:1,0:1\n";
  Home other;
  const Caught error = caught([&] {
    other.fetch_from(unequal, R"(["train_x.npy", "train_y.npy"])",
                     "convert = \"japanese-vowels\"\nraw = [\"A.ts\", \"B.ts\"]");
  });
  BOOST_TEST(error.has("B.ts: its series are not all filled to one length"), error.text);
  BOOST_TEST(!fs::exists(other.cache / "own" / "train_x.npy"));
}

BOOST_AUTO_TEST_CASE(strokes_become_64_points) {
  const auto stroke = [](double x, size_t points) {
    std::string text;
    for (size_t i = 0; i < points; ++i)
      text += fmt::format("{}{{\"x\": {}, \"y\": {}}}", i > 0 ? ", " : "", x, i);
    return "{\"index\": 0, \"strokePoints\": [" + text + "], \"label\": \"0\"}";
  };
  Served served;
  for (int digit = 0; digit < 2; ++digit) {
    std::string strokes;
    for (int s = 0; s < 4; ++s)
      strokes += (s > 0 ? ", " : "") + stroke(10 * digit + s, s == 0 ? 127 : 64);
    served[fmt::format("d{}.json", digit)] = "{\"strokes\": [" + strokes + "]}";
  }
  const std::string lines = "convert = \"air-digits\"\nraw = [\"d0.json\", \"d1.json\"]";
  const std::string files = R"(["train_x.npy", "train_y.npy", "test_x.npy", "test_y.npy"])";
  Home home;
  home.fetch_from(served, files, lines);
  // Of the first digit permutation(4) draws 2 first, of the second 0; then six and two are shuffled.
  const Npy test = home.npy("own/test_x.npy"), train = home.npy("own/train_x.npy");
  BOOST_TEST(test.dims == (Sizes{2, 64, 2}), boost::test_tools::per_element());
  BOOST_TEST(train.dims == (Sizes{6, 64, 2}), boost::test_tools::per_element());
  const Reals digits = reals(home.npy("own/test_y.npy"));
  const size_t second = digits[0] == 1 ? 0 : 1;  // the row of digit 1, whose stroke has 127 points
  BOOST_TEST(digits[0] + digits[1] == 1);
  BOOST_TEST(test.real(128 * second) == 10);
  BOOST_TEST(test.real(128 * (1 - second)) == 2);
  for (size_t t = 0; t < 64; ++t) {
    BOOST_TEST(test.real(128 * second + 2 * t + 1) == 2.0 * static_cast<double>(t));
    BOOST_TEST(test.real(128 * (1 - second) + 2 * t + 1) == static_cast<double>(t));
  }
  for (const std::string bad : {"{}", "[1, 2", "{\"strokes\": [{\"strokePoints\": [{\"x\": 1}]}]}",
                                "{\"strokes\": [{\"strokePoints\": [{\"x\": 1, \"y\": \"a\"}]}]}",
                                "{\"strokes\": [{\"strokePoints\": [{\"x\": 1, \"y\": 1}]}]}"}) {
    served["d1.json"] = bad;
    Home other;
    const Caught error = caught([&] { other.fetch_from(served, files, lines); });
    BOOST_TEST(error.exit == static_cast<int>(agon::Exit::data));
    BOOST_TEST(error.text.starts_with("d1.json: "), error.text);
  }
}

BOOST_AUTO_TEST_CASE(beats_become_a_search_for_anomalies) {
  std::string train, test;
  for (int i = 0; i < 4; ++i) train += fmt::format(" 1.0000000e+00  {}.5 -1\n", i);
  train += " 3.0000000e+00  10 -2\n";
  for (int i = 4; i < 7; ++i) test += fmt::format(" 1.0000000e+00  {}.5 -1\n", i);
  test += " 2.0000000e+00  11 -2\n";
  const Served served{{"all.zip", zip_bytes({{"T_TRAIN.txt", train}, {"T_TEST.txt", test}}, true)}};
  const std::string lines =
      "archive = \"all.zip\"\nconvert = \"heartbeats\"\nraw = [\"T_TRAIN.txt\", \"T_TEST.txt\"]";
  Home home;
  home.fetch_from(served, R"(["anom_test_x.npy", "anom_test_y.npy", "anom_train_x.npy"])", lines);
  // RandomState(42).permutation(7) is 0 1 5 2 4 3 6; the first two are tested.
  BOOST_TEST(reals(home.npy("own/anom_test_x.npy")) == (Reals{0.5, -1, 1.5, -1, 10, -2, 11, -2}),
             boost::test_tools::per_element());
  BOOST_TEST(reals(home.npy("own/anom_test_y.npy")) == (Reals{0, 0, 1, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(reals(home.npy("own/anom_train_x.npy")) ==
                 (Reals{5.5, -1, 2.5, -1, 4.5, -1, 3.5, -1, 6.5, -1}),
             boost::test_tools::per_element());
  const Served ragged{
      {"all.zip", zip_bytes({{"T_TRAIN.txt", train}, {"T_TEST.txt", "1 2 3 4\n"}}, true)}};
  Home other;
  BOOST_TEST(caught([&] {
               other.fetch_from(ragged, R"(["anom_test_x.npy"])", lines);
             }).has("line 1 has 3 points where the first beat has 2"));
}

BOOST_AUTO_TEST_CASE(recordings_become_pictures) {
  Members members;
  for (const char* name : {"x/README.md", "x/recordings/0_bea_7.wav", "x/recordings/1_ann_0.wav",
                           "x/recordings/0_ann_10.wav", "x/recordings/0_ann_9.wav"})
    members.emplace_back(name, tone(300 + 100 * static_cast<double>(members.size())));
  const std::string lines =
      "archive = \"all.zip\"\nconvert = \"spoken-digits\"\nraw = [\"*/recordings/*.wav\"]";
  const std::string files =
      R"(["train-logmel-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "train-speakers-idx1-ubyte.gz",
          "test-labels-idx1-ubyte.gz"])";
  Home home;
  home.fetch_from({{"all.zip", zip_bytes(members, true)}}, files, lines);
  const auto idx = [&](const std::string& name) {
    return parse_idx(home.read("own/" + name), name);
  };
  // By digit, speaker and number: 9 and 10 of ann, then bea; permutation(3) of seed 0 is 2 1 0.
  const Idx pictures = idx("train-logmel-idx3-ubyte.gz");
  BOOST_TEST(pictures.dims == (Sizes{3, 32, 20}), boost::test_tools::per_element());
  BOOST_TEST(idx("train-speakers-idx1-ubyte.gz").payload == (std::vector<uint8_t>{1, 0, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(idx("test-labels-idx1-ubyte.gz").payload == (std::vector<uint8_t>{1}),
             boost::test_tools::per_element());
  const auto band = [&](size_t row) {
    const auto frame = std::span(pictures.payload).subspan(640 * row + 10 * 20, 20);
    return std::ranges::max_element(frame) - frame.begin();
  };
  BOOST_TEST(band(0) < band(1));  // 400, 600 and 700 Hz
  BOOST_TEST(band(1) <= band(2));

  const auto fails = [&](const Members& other, const std::string& words) {
    Home bad;
    const Caught error = caught([&] {
      bad.fetch_from({{"all.zip", zip_bytes(other, true)}}, files, lines);
    });
    BOOST_TEST(error.exit == static_cast<int>(agon::Exit::data));
    BOOST_TEST(error.has(words), error.text);
  };
  fails({{"x/recordings/nine_ann_0.wav", tone(300)}}, "is not called DIGIT_SPEAKER_NUMBER.wav");
  fails({{"x/recordings/9_ann.wav", tone(300)}}, "is not called DIGIT_SPEAKER_NUMBER.wav");
  fails({{"x/recordings/9_ann_0.wav", tone(300, 16000)}}, "is not one channel of 8000 Hz");
  fails({{"x/recordings/9_ann_0.wav", "RIFF"}}, "wrong magic");
  fails({{"x/README.md", "no sound"}}, "has no member '*/recordings/*.wav'");
}

BOOST_AUTO_TEST_CASE(an_archive_in_an_archive_and_copies_of_it) {
  const std::string inner = zip_bytes({{"deep/a.npy", "a"}, {"deep/b.npy", "b"}}, true);
  const std::string outer = zip_bytes({{"inner.zip", inner}, {"names", "x"}}, false);
  const std::string lines =
      "archive = \"all.zip\"\ninside = \"inner.zip\"\nmembers = [\"deep/a.npy\", \"deep/b.npy\"]";
  const std::string files = R"(["a.npy", "b.npy"])";
  Home home;
  home.fetch_from({{"all.zip", outer}}, files, lines);
  BOOST_TEST(home.read("own/b.npy") == "b");
  Home none;
  BOOST_TEST(caught([&] {
               none.fetch_from({{"all.zip", inner}}, files, lines);
             }).has("has no member 'inner.zip'"));

  // Somebody has the archive.
  const fs::path mine = home.root.path() / "mine";
  const fs::path folders[] = {home.root.path() / "tasks"};
  const TaskInfo task = Catalogue({}, folders).info("mine");
  Home copied;
  fs::create_directories(mine);
  Caught error = caught([&] { copied.fetch_from({}, task, mine); });
  BOOST_TEST(error.has("name the folder that holds a.npy, b.npy; or all.zip"), error.text);
  write_file(mine / "all.zip", outer);
  BOOST_TEST((copied.fetch_from({}, task, mine)[0].how == Fetched::How::imported));
  BOOST_TEST(copied.read("own/a.npy") == "a");
}

BOOST_AUTO_TEST_CASE(task_files_that_do_not_fit) {
  const auto fails = [](const std::string& lines, const std::string& words) {
    Home home;
    const Caught error =
        caught([&] { home.fetch_from({}, R"(["train_x.npy", "train_y.npy"])", lines); });
    BOOST_TEST(error.exit == static_cast<int>(agon::Exit::usage));
    BOOST_TEST(error.has(words), error.text);
  };
  fails("convert = \"japanese-vowels\"", "'fetch.raw' is missing");
  fails("raw = [\"a\"]", "'fetch.convert' is missing");
  fails("convert = \"japanese-vowel\"\nraw = [\"a\"]", "did you mean 'japanese-vowels'?");
  fails("convert = \"japanese-vowels\"\nraw = [\"../a\"]", "'fetch.raw' leaves the folder");
  fails("convert = \"japanese-vowels\"\nraw = [\"*.ts\"]", "patterns need an 'archive'");
  fails("inside = \"a.zip\"", "'fetch.archive' is missing");
  fails("archive = \"a.zip\"\nconvert = \"heartbeats\"\nraw = [\"a\"]\nmembers = [\"a\", \"b\"]",
        "'fetch.members' does not fit 'convert'");
  Home home;
  const std::string head = "@timeStamps false\n@classLabel true 1 2\n@data\n1,2:1\n";
  BOOST_TEST(caught([&] {
               home.fetch_from({{"a.ts", head}}, R"(["other.npy", "train_y.npy"])",
                               "convert = \"japanese-vowels\"\nraw = [\"a.ts\"]");
             }).has("conversion 'japanese-vowels' makes no other.npy"));
}

// What follows undoes the conversion of the data that a data folder has, and serves that.

BOOST_AUTO_TEST_CASE(japanese_vowels_are_those_of_the_task) {
  const auto data = known("japanese-vowels");
  if (!data) return;
  Served served;
  for (const auto& [part, file] : {std::pair{"train", "JapaneseVowels_TRAIN.ts"},
                                   std::pair{"test", "JapaneseVowels_TEST.ts"}}) {
    const Npy x = array_of(*data, fmt::format("{}_x.npy", part));
    const Npy y = array_of(*data, fmt::format("{}_y.npy", part));
    std::string text = "@timeStamps false\n@classLabel true 0 1 2 3 4 5 6 7 8\n@data\n";
    const size_t time = x.dims[1], channels = x.dims[2];
    for (size_t r = 0; r < x.dims[0]; ++r) {
      for (size_t c = 0; c < channels; ++c) {
        for (size_t t = 0; t < time; ++t)
          text += number(x.real((r * time + t) * channels + c)) + (t + 1 < time ? "," : ":");
      }
      text += fmt::format("{}\n", y.integer(r));
    }
    served[file] = text;
  }
  check_same(*data, served);
}

BOOST_AUTO_TEST_CASE(air_digits_are_those_of_the_task) {
  const auto data = known("air-digits");
  if (!data) return;
  // Which row of which part each stroke of each digit became.
  NumpyRandom random(0);
  std::array<std::vector<std::pair<size_t, size_t>>, 2>
      strokes;  // of train and test: digit, number
  for (size_t digit = 0; digit < 10; ++digit) {
    const std::vector<size_t> order = random.permutation(100);
    for (size_t s = 0; s < 100; ++s)
      strokes[std::find(order.begin(), order.end(), s) - order.begin() < 25 ? 1 : 0].emplace_back(
          digit, s);
  }
  std::map<std::pair<size_t, size_t>, std::string> text;
  for (size_t part = 0; part < 2; ++part) {
    const Npy x = array_of(*data, part == 0 ? "train_x.npy" : "test_x.npy");
    const std::vector<size_t> order = random.permutation(strokes.at(part).size());
    for (size_t row = 0; row < order.size(); ++row) {
      std::string points;
      for (size_t i = 128 * row; i < 128 * (row + 1); i += 2)
        points += fmt::format("{}{{\"x\":{},\"y\":{}}}", points.empty() ? "" : ",",
                              number(x.real(i)), number(x.real(i + 1)));
      text[strokes.at(part)[order[row]]] = "{\"strokePoints\":[" + points + "]}";
    }
  }
  Served served;
  for (size_t digit = 0; digit < 10; ++digit) {
    std::string all;
    for (size_t s = 0; s < 100; ++s) all += (s > 0 ? "," : "") + text.at({digit, s});
    served[fmt::format("petewarden_{}.json", digit)] = "{\"strokes\":[" + all + "]}";
  }
  check_same(*data, served);
}

BOOST_AUTO_TEST_CASE(heartbeats_are_those_of_the_task) {
  const auto data = known("heartbeats");
  if (!data || !fs::exists(data->folder / "anom_train_x.npy")) return;
  const Npy train = array_of(*data, "anom_train_x.npy"), test = array_of(*data, "anom_test_x.npy");
  const Npy labels = array_of(*data, "anom_test_y.npy");
  const auto line = [](const char* label, const Npy& x, size_t row) {
    std::string text = label;
    for (size_t i = 140 * row; i < 140 * (row + 1); ++i) text += " " + number(x.real(i));
    return text + "\n";
  };
  size_t tested = 0;
  while (labels.integer(tested) == 0) ++tested;
  const std::vector<size_t> order = NumpyRandom(42).permutation(train.dims[0] + tested);
  std::vector<std::string> normal(order.size());
  for (size_t i = 0; i < order.size(); ++i)
    normal[order[i]] = i < tested ? line("1", test, i) : line("1", train, i - tested);
  std::string first, second;
  for (size_t i = 0; i < normal.size(); ++i) (i < 292 ? first : second) += normal[i];
  for (size_t i = tested; i < labels.count; ++i) second += line("2", test, i);
  check_same(*data,
             {{"ECG5000.zip",
               zip_bytes({{"ECG5000_TRAIN.txt", first}, {"ECG5000_TEST.txt", second}}, true)}});
}

BOOST_AUTO_TEST_SUITE_END()
