// SPDX-License-Identifier: MIT
//
// Data of a user's own become a task and a report, with no file of agon touched.
#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>

#include "tests/datasets/npy_testing.h"
#include "tests/datasets/testing.h"
#include "tests/datasets/wav_testing.h"
#include "tests/support/shell.h"

using namespace agon::test;
using agon::datasets::testing::idx_bytes;
using agon::datasets::testing::npy_bytes;
using agon::datasets::testing::raw;
using agon::datasets::testing::tone;

namespace {

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";

// Four columns of numbers, one of them now and then without a value, and three kinds by name.
std::string flowers() {
  std::string text = "sepal length;sepal width;petal length;petal width;species\n";
  for (int i = 0; i < 90; ++i) {
    const int kind = i % 3;
    text += std::to_string(5 + kind) + "." + std::to_string(i % 7) + ";" +
            std::to_string(3 - kind) + "." + std::to_string(i % 5) + ";" +
            (i % 20 == 0 ? "NA" : std::to_string(1 + 2 * kind) + "." + std::to_string(i % 9)) +
            ";" + std::to_string(i % 4) + ";" +
            std::array{"setosa", "versi \"color\"", "virginica"}[static_cast<size_t>(kind)] + "\n";
    const size_t quote = text.rfind("versi \"color\"");
    if (kind == 1) text.replace(quote, 13, "\"versi \"\"color\"\"\"");
  }
  return text;
}

void contains(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    BOOST_TEST(text.find(part) != std::string::npos, part << " not in " << text);
}

// agon new task `arguments` ends with `code` and says `parts`, and leaves no task file.
void refused(const TemporaryFolder& folder, const std::string& arguments, int code,
             const std::vector<std::string>& parts) {
  const Ran ran = run(folder, kAgon + "new task " + arguments);
  BOOST_TEST(ran.code == code, arguments << ": " << ran.err);
  contains(ran.err, parts);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_csv_with_a_text_label_becomes_a_task_and_a_report_in_two_commands) {
  const TemporaryFolder folder;
  folder.write("my.csv", flowers());
  const Ran made = run(folder, kAgon + "new task iris-like --from my.csv");
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  contains(made.out, {"iris-like.toml", "classify", "agon run quick -t iris-like --tasks ."});
  contains(read_file(folder / "iris-like.toml"),
           {"classes = 3", "\"accuracy\"", "chance = 0.3333", "shape = [4]", "separator = \";\"",
            "label = \"species\"", "missing = \"median\"", "scaling = \"minmax\"",
            "rule = \"stratified\"", "setosa (30 rows)", "sha256 = ["});
  const Ran ran = run(folder, kAgon +
                                  "run quick -t iris-like --tasks . -o out/mine -s 1 "
                                  "--study accuracy -r linear -r bp -r ed");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  const Table cells(folder / "out/mine/cells.csv");
  BOOST_TEST_REQUIRE(cells.size() == 3u);
  for (size_t r = 0; r < 3; ++r) {
    BOOST_TEST(cells.at(r, "status") == "ok");
    if (cells.at(r, "rule") != "ed") BOOST_TEST(std::stod(cells.at(r, "score_test")) > 0.9);
  }
  // The settings are those for digits, not those for the logic tasks that stand first.
  BOOST_TEST(cells.at(cells.where("rule", "bp").front(), "batch") != "8");
  contains(read_file(folder / "out/mine/report.html"),
           {"iris-like", "30 30 30 rows", "id=\"samples-0\"", "90: 57 to train"});

  refused(folder, "iris-like --from my.csv", 2, {"iris-like", "choose another"});
}

BOOST_AUTO_TEST_CASE(the_card_of_a_task_says_what_its_data_are_or_that_they_are_missing) {
  const TemporaryFolder folder;
  std::string text = "a,b,kind\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i % 7) + "," + std::to_string(i % 9) + (i % 2 == 0 ? ",x\n" : ",y\n");
  folder.write("points.csv", text);
  BOOST_TEST_REQUIRE(run(folder, kAgon + "new task points --from points.csv").code == 0);
  std::string task = read_file(folder / "points.toml");
  task.insert(task.find("[rights]"), "[baselines]\nnearest = 0.625\n\n");
  folder.write("points.toml", task);
  const std::string command =
      kAgon + "run quick -t points --tasks . -s 1 --study accuracy -r 'linear[epochs=2]' -o ";
  BOOST_TEST_REQUIRE(run(folder, command + "a").code == 0);
  contains(read_file(folder / "a/report.html"), {"20 20 rows", "nearest 0.625", "25 points"});
  std::filesystem::rename(folder / "points.csv", folder / "elsewhere.csv");
  BOOST_TEST_REQUIRE(run(folder, command + "b").code == 0);
  contains(read_file(folder / "b/report.html"), {"Data missing", "points.csv"});
}

BOOST_AUTO_TEST_CASE(few_whole_numbers_are_classes_and_many_numbers_are_targets) {
  const TemporaryFolder folder;
  std::string text = "id,a,kind,price,b\n";
  for (int i = 0; i < 60; ++i) {
    text += std::to_string(i) + "," + std::to_string(i % 6 - 2) + "," + (i % 10 < 9 ? "0," : "1,") +
            std::to_string(100 + i * i) + ".5," + std::to_string(i * 0.37) + "\n";
  }
  folder.write("t.csv", text);
  BOOST_TEST_REQUIRE(run(folder, kAgon + "new task kinds --from t.csv --label kind").code == 0);
  contains(read_file(folder / "kinds.toml"),
           {"balanced-accuracy", "chance = 0.5", "nonnegative = false", "skip = [\"id\"]",
            "shape = [3]", "separator = \",\""});
  BOOST_TEST_REQUIRE(run(folder, kAgon + "new task prices --from t.csv --label price").code == 0);
  contains(read_file(folder / "prices.toml"),
           {"kind = \"regress\"", "target = \"price\"", "metric = \"r2\"", "rule = \"random\""});
  const Ran ran = run(folder, kAgon +
                                  "run quick -t prices --tasks . -o out -s 1 --study accuracy "
                                  "-r elm -r linear");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  BOOST_TEST(Table(folder / "out/cells.csv").where("status", "ok").size() == 2u);
}

BOOST_AUTO_TEST_CASE(series_of_unequal_length_in_numpy_arrays_are_a_task) {
  const TemporaryFolder folder;
  constexpr int kRows = 60, kTime = 6, kChannels = 2;
  std::vector<float> x(size_t{kRows} * kTime * kChannels);
  std::vector<int32_t> y, lengths;
  for (int r = 0; r < kRows; ++r) {
    y.push_back(r % 2);
    lengths.push_back(3 + r % 4);
    for (int t = 0; t < lengths.back(); ++t) {
      const size_t at = static_cast<size_t>((r * kTime + t) * kChannels);
      x[at] = std::sin(static_cast<float>(t + r));
      x[at + 1] = r % 2 == 0 ? -1.0f : 1.0f;
    }
  }
  folder.write("x.npy", npy_bytes("<f4", "(60, 6, 2)", raw(x)));
  folder.write("y.npy", npy_bytes("<i4", "(60,)", raw(y)));
  folder.write("lengths.npy", npy_bytes("<i4", "(60,)", raw(lengths)));
  const Ran made = run(folder, kAgon + "new task strokes --from x.npy");
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  contains(read_file(folder / "strokes.toml"),
           {"files = [\"x.npy\", \"y.npy\", \"lengths.npy\"]", "lengths = true", "shape = [6, 2]",
            "scaling = \"none\""});
  const Ran ran =
      run(folder, kAgon + "run quick -t strokes --tasks . -o out -s 1 --study accuracy -r linear");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(std::stod(cells.at(0, "score_test")) > 0.9);

  lengths[7] = 9;
  folder.write("lengths.npy", npy_bytes("<i4", "(60,)", raw(lengths)));
  refused(folder, "other --from x.npy", 3, {"lengths.npy", "length 9 in row 7", "1 to 6"});
}

BOOST_AUTO_TEST_CASE(a_folder_of_recordings_is_a_task) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "wav");
  for (int i = 0; i < 24; ++i) {
    folder.write("wav/" + std::string(i % 2 == 0 ? "low" : "high") + "_" +
                     std::array{"ann", "bea", "eve"}[static_cast<size_t>(i / 2 % 3)] + "_" +
                     std::to_string(i) + ".wav",
                 tone((i % 2 == 0 ? 300 : 1500) + 10 * i));
  }
  const Ran made = run(folder, kAgon + "new task tones --from wav");
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  const std::string text = read_file(folder / "tones.toml");
  contains(text, {"files = [\"wav/*.wav\"]", "name = \"{label}_{group}_*.wav\"", "rate = 8000",
                  "seconds = 1.0", "shape = [32, 20]", "classes = 2", "high (12 rows)"});
  BOOST_TEST(text.find("[fetch]") == std::string::npos);
  const Ran ran = run(folder, kAgon +
                                  "run quick -t tones --tasks . -o out -s 1 --study accuracy "
                                  "-r linear -r ed");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  const Table cells(folder / "out/cells.csv");
  BOOST_TEST(cells.where("status", "ok").size() == 2u);
  BOOST_TEST(std::stod(cells.at(cells.where("rule", "linear").front(), "score_test")) > 0.9);

  folder.write("wav/low_ann_99.wav", tone(300, 16000));
  refused(folder, "other --from wav", 3, {"low_ann_99.wav", "16000 frames a second"});
  folder.write("wav/low_ann_99.wav", "RIFF");
  refused(folder, "other --from wav", 3, {"low_ann_99.wav", "wrong magic"});
  std::filesystem::create_directory(folder / "none");
  refused(folder, "other --from none", 3, {"none", "holds no file *.wav"});
  folder.write("none/first.wav", tone(300));
  refused(folder, "other --from none", 3, {"first.wav", "LABEL_NUMBER.wav"});
  refused(folder, "other --from none/first.wav", 2, {"is one recording"});
}

BOOST_AUTO_TEST_CASE(images_and_labels_in_idx_files_are_a_task) {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& part, uint32_t rows, int first) {
    std::string images, labels;
    for (uint32_t r = 0; r < rows; ++r) {
      const int label = first + static_cast<int>(r % 3);
      for (int i = 0; i < 12; ++i)
        images += static_cast<char>(i / 4 == label - first ? 200 : r % 9);
      labels += static_cast<char>(label);
    }
    folder.write(part + "-images-idx3-ubyte", idx_bytes({rows, 3, 4}, images));
    folder.write(part + "-labels-idx1-ubyte", idx_bytes({rows}, labels));
  };
  write("train", 60, 0);
  write("t10k", 30, 0);
  const Ran made = run(folder, kAgon + "new task bars --from train-images-idx3-ubyte");
  BOOST_TEST_REQUIRE(made.code == 0, made.err);
  contains(read_file(folder / "bars.toml"),
           {"format = \"idx\"", "t10k-labels-idx1-ubyte", "shape = [3, 4]", "classes = 3",
            "scale = 255", "rule = \"given\"", "sha256 = ["});
  const Ran ran = run(folder, kAgon +
                                  "run quick -t bars --tasks . -o out -s 1 --study accuracy "
                                  "-r linear");
  BOOST_TEST_REQUIRE(ran.code == 0, ran.err);
  BOOST_TEST(std::stod(Table(folder / "out/cells.csv").at(0, "score_test")) > 0.9);

  write("train", 60, 1);  // labels from 1
  write("t10k", 30, 1);
  BOOST_TEST_REQUIRE(run(folder, kAgon + "new task ones --from train-images-idx3-ubyte").code == 0);
  contains(read_file(folder / "ones.toml"), {"keep_labels = [1, 2, 3]"});
  folder.write("train-labels-idx1-ubyte", idx_bytes({5}, "abcde"));
  refused(folder, "other --from train-images-idx3-ubyte", 3, {"train-labels", "5 labels for 60"});
  std::filesystem::remove(folder / "train-labels-idx1-ubyte");
  refused(folder, "other --from train-images-idx3-ubyte", 2, {"has no file of labels beside it"});
}

BOOST_AUTO_TEST_CASE(what_cannot_be_a_task_is_told_with_its_reason_and_nothing_is_written) {
  const TemporaryFolder folder;
  folder.write("my.csv", flowers());
  folder.write("one.csv", "a,label\n4,x\n2,x\n9,x\n");
  folder.write("ragged.csv", "a,label\n1,x\n2,y,9\n");
  folder.write("bytes.csv", std::string("a,b\n\0\1", 6));
  folder.write("empty.csv", "");
  std::filesystem::create_directory(folder / "sub");
  refused(folder, "xor --from my.csv", 2, {"built-in task", "choose another"});
  refused(folder, "quick --from my.csv", 2, {"built-in suite"});
  refused(folder, "linear --from my.csv", 2, {"a rule"});
  refused(folder, "'My Task' --from my.csv", 2, {"a-z"});
  refused(folder, "mine", 2, {"--from"});
  refused(folder, "mine --from nowhere.csv", 3, {"nowhere.csv"});
  refused(folder, "mine --from my.csv --tasks nowhere", 2, {"nowhere", "no such folder"});
  refused(folder, "mine --from my.csv --tasks sub", 2, {"my.csv", "not below", "--tasks ."});
  refused(folder, "mine --from my.csv --label specie", 2, {"specie", "species"});
  refused(folder, "mine --from one.csv", 3, {"one.csv", "one class only"});
  refused(folder, "mine --from ragged.csv", 3, {"ragged.csv:3"});
  refused(folder, "mine --from bytes.csv", 3, {"bytes.csv", "no text"});
  refused(folder, "mine --from empty.csv", 3, {"empty.csv", "is empty"});
  BOOST_TEST(!std::filesystem::exists(folder / "mine.toml"));
  folder.write("mine.toml", "# somebody's\n");
  refused(folder, "mine --from my.csv", 2, {"mine.toml", "is there already"});
  BOOST_TEST(read_file(folder / "mine.toml") == "# somebody's\n");
  const Ran ran = run(folder, kAgon + "new tusk mine --from my.csv");
  BOOST_TEST(ran.code == 2);
  contains(ran.err, {"tusk", "task"});
}
