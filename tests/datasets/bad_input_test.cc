// SPDX-License-Identifier: MIT
//
// What can lie in the place of a data file, for every format: one error that names the file, in the
// memory that a good file of the largest size may take.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <cstring>

#include "core/error.h"
#include "malformed.h"
#include "npy_testing.h"
#include "own_task.h"
#include "wav_testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;
namespace fs = std::filesystem;

namespace {

struct Format {
  std::string name;
  OwnTask task;
  std::vector<File> files;  // good ones; the first is replaced
  bool packed;              // may be gzipped
  std::string one_class;    // another first file, where that has the labels, with a single class
  std::string says;         // of that
};

// Places in formats().
constexpr size_t kCsv = 0, kIdx = 5, kNpy = 6, kNpz = 7, kWav = 8;

OwnTask task(const std::string& shape, const std::string& source) {
  return {.shape = shape, .source = source, .split = "rule = \"all\"\n"};
}

const std::string kX = npy_bytes("<f4", "(2, 2)", raw<float>({1, 2, 3, 4}));

std::string labels(const std::vector<int32_t>& values) {
  return npy_bytes("<i4", "(2,)", raw(values));
}

std::vector<Format> formats() {
  return {
      {"csv",
       task("[1]", "format = \"csv\"\nfiles = [\"a\"]\n"),
       {{"a", "x,y\n1,r\n2,s\n"}},
       true,
       "x,y\n1,r\n2,r\n",
       ": column 'y' has 1 different labels (r) where 'classes' says 2"},
      {"tsv",
       task("[1]", "format = \"tsv\"\nfiles = [\"a\"]\n"),
       {{"a", "x\ty\n1\tr\n2\ts\n"}},
       true,
       "x\ty\n1\tr\n2\tr\n",
       ": column 'y' has 1 different labels (r) where 'classes' says 2"},
      {"arff",
       task("[1]", "format = \"arff\"\nfiles = [\"a\"]\n"),
       {{"a", "@attribute x real\n@attribute y {r,s}\n@data\n1,r\n2,s\n"}},
       true,
       "@attribute x real\n@attribute y {r,s}\n@data\n1,r\n2,r\n",
       ": no row of class 's'"},
      {"ts",
       task("[2]", "format = \"ts\"\nfiles = [\"a\"]\n"),
       {{"a", "@classLabel true r s\n@data\n1,2:r\n3,4:s\n"}},
       true,
       "@classLabel true r s\n@data\n1,2:r\n3,4:r\n",
       ": no row of class 's'"},
      {"ts in a .tsv",
       task("[2]", "format = \"ts\"\nfiles = [\"a\"]\n"),
       {{"a", "1\t1\t2\n2\t3\t4\n"}},
       true,
       "1\t1\t2\n1\t3\t4\n",
       ": has 1 different labels (1) where 'classes' says 2"},
      {"idx",
       task("[1, 1]", "format = \"idx\"\nscale = 255\nfiles = [\"x\", \"y\"]\n"),
       {{"x", idx_bytes({2, 1, 1}, "ab")}, {"y", idx_bytes({2}, std::string("\0\1", 2))}},
       true,
       "",
       ""},
      {"npy",
       task("[2]", "format = \"npy\"\nfiles = [\"x\", \"y\"]\n"),
       {{"x", kX}, {"y", labels({0, 1})}},
       false,
       "",
       ""},
      {"npz",
       task("[2]", "format = \"npy\"\nfiles = [\"a\"]\n"),
       {{"a", zip_bytes({{"x.npy", kX}, {"y.npy", labels({0, 1})}}, true)}},
       false,
       zip_bytes({{"x.npy", kX}, {"y.npy", labels({1, 1})}}, true),
       "(y.npy): no row of class 0"},
      {"wav",
       task("[8, 6]",
            "format = \"wav\"\nfiles = [\"*.wav\"]\nrate = 8000\nseconds = 1.0\n"
            "name = \"{label}.wav\"\n"),
       {{"a.wav", tone(200)}, {"b.wav", tone(2000)}},
       false,
       "",
       ""},
      {"channels",
       task("[2, 1]", "format = \"channels\"\nfiles = [\"y\", \"a\"]\n"),
       {{"y", "1\n2\n"}, {"a", "1 2\n3 4\n"}},
       true,
       "1\n1\n",
       ": and its test part have 1 different labels (1) where 'classes' says 2"},
  };
}

// The task with something else in the place of its first file.
Caught error_with(const Format& format, const std::function<void(const fs::path& file)>& put) {
  const Folder folder(format.files);
  const fs::path file = folder.path(format.files.front().name);
  fs::remove(file);
  put(file);
  const Caught error = folder.error(format.task);
  BOOST_TEST(error.exit == static_cast<int>(agon::Exit::data), error.text);
  BOOST_TEST(error.has(file.filename().string()), error.text);
  BOOST_TEST(error.has("\n  fix: "), error.text);
  return error;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_input)

BOOST_AUTO_TEST_CASE(good_files_load) {
  for (const Format& format : formats()) {
    BOOST_TEST_CONTEXT(format.name) {
      BOOST_TEST(Folder(format.files).load(format.task).data.x.rows() == 2u);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_file) {
  for (const Format& format : formats()) {
    BOOST_TEST_CONTEXT(format.name) {
      const auto says = [&](const std::string& words, const auto& put) {
        const Caught error = error_with(format, put);
        BOOST_TEST(error.has(words), error.text);
      };
      says("a FIFO, not a regular file", [](const fs::path& file) { mkfifo(file.c_str(), 0600); });
      says("a folder, not a regular file",
           [](const fs::path& file) { fs::create_directory(file); });
      says("a device, not a regular file",
           [](const fs::path& file) { fs::create_symlink("/dev/zero", file); });
    }
  }
}

// The pattern of the sounds takes what is there.
BOOST_AUTO_TEST_CASE(a_link_to_nowhere) {
  for (const Format& format : formats()) {
    BOOST_TEST_CONTEXT(format.name) {
      error_with(format, [](const fs::path& file) { fs::create_symlink("absent", file); });
    }
  }
}

BOOST_AUTO_TEST_CASE(what_holds_no_data) {
  for (const Format& format : formats()) {
    BOOST_TEST_CONTEXT(format.name) {
      for (const std::string& bytes :
           {std::string(), std::string(4096, '\0'), std::string("<html><body>404</body></html>\n"),
            std::string("\xff\xfe"
                        "a\0b\0",
                        6),
            gzipped(""), gzipped(std::string(4096, '\0'))}) {
        error_with(format, [&](const fs::path& file) { write_file(file, bytes); });
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(gzip_that_is_cut_or_filled_with_zeros) {
  for (const Format& format : formats()) {
    const std::string whole = gzipped(format.files.front().bytes);
    BOOST_TEST_CONTEXT(format.name) {
      for (const size_t cut : {whole.size() / 2, whole.size() - 8}) {
        const auto with = [&](const std::string& behind) {
          return error_with(format, [&](const fs::path& file) {
            write_file(file, whole.substr(0, cut) + behind);
          });
        };
        const Caught truncated = with("");
        if (format.packed)
          BOOST_TEST(truncated.has("truncated: the gzip data stops"), truncated.text);
        with(std::string(600, '\0'));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(one_class_only) {
  for (const Format& format : formats()) {
    if (format.one_class.empty()) continue;
    BOOST_TEST_CONTEXT(format.name) {
      const Caught error =
          error_with(format, [&](const fs::path& file) { write_file(file, format.one_class); });
      BOOST_TEST(error.has(format.files.front().name + format.says), error.text);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(memory)

// Claims of gigabytes that are not there cost nothing.
BOOST_AUTO_TEST_CASE(a_lying_header_takes_no_memory) {
  constexpr size_t kLittle = size_t{96} << 20;
  const auto error_of = [](size_t format, const std::string& bytes) {
    std::vector<File> files = formats()[format].files;
    files.front().bytes = bytes;
    const Folder folder(files);
    return caught_within(kLittle, [&] { folder.load(formats()[format].task); }).text;
  };
  const auto has = [](const std::string& text, const std::string& words) {
    BOOST_TEST(text.find(words) != std::string::npos, text);
  };
  has(error_of(kIdx, idx_bytes({1024, 1024, 1024}, "x")), "truncated: 1 of 1073741824 data bytes");
  has(error_of(kIdx, gzipped(idx_bytes({1024, 1024, 1024}, "x"))), "truncated: 1 of 1073741824");
  has(error_of(kNpy, npy_bytes("<f4", "(1073741823, 2)", "abcd")), "truncated: 4 bytes of data");
  std::string sound = tone(200);
  sound.replace(40, 4, "\xfe\xff\xff\xff");
  has(error_of(kWav, sound), "truncated: a chunk of 4294967294 bytes");
  // Zeros behind the deflated data, so that they could give what the directory says: 4 GB.
  std::string archive = zip_bytes({{"x.npy", std::string(32 << 20, '\0')}}, true);
  const size_t entry = archive.find("PK\x01\x02");
  const std::string padding(5 << 20, '\0');
  archive.insert(entry, padding);
  const size_t moved = entry + padding.size(), end = archive.rfind("PK\x05\x06");
  uint32_t packed = 0;
  std::memcpy(&packed, archive.data() + moved + 20, sizeof(packed));
  archive.replace(moved + 20, 4, le(packed + static_cast<uint32_t>(padding.size()), 4))
      .replace(moved + 24, 4, "\xfe\xff\xff\xff");
  archive.replace(end + 16, 4, le(static_cast<uint32_t>(moved), 4));
  has(error_of(kNpz, archive), "deflated bytes do not give the 4294967294 it names");
  const Folder folder{{"a", ""}};
  fs::resize_file(folder.path("a"), uint64_t{3} << 30);
  has(caught_within(kLittle, [&] { folder.load(formats()[kCsv].task); }).text,
      "has 3221225472 bytes, at most 1073741824 are read");
}

// 1.06 GiB of zeros in 1 MB.
BOOST_AUTO_TEST_CASE(a_bomb_takes_less_than_twice_the_limit) {
  constexpr size_t kLimit = size_t{1} << 30;
  const std::string member = gzipped(std::string(64 << 20, '\0'));
  std::string bomb;
  for (int i = 0; i < 17; ++i) bomb += member;
  const Folder text{{"a", bomb}};
  const Caught csv = caught_within(2 * kLimit, [&] { text.load(formats()[kCsv].task); });
  BOOST_TEST(csv.has("a: unpacks to more than 1073741824 bytes"), csv.text);
  const Folder images{{"x", gzipped(idx_bytes({1024, 1024, 1024}, "")) + bomb}, {"y", "y"}};
  const Caught idx = caught_within(2 * kLimit, [&] { images.load(formats()[kIdx].task); });
  BOOST_TEST(idx.has("x: trailing bytes after the 1073741824"), idx.text);
}

BOOST_AUTO_TEST_SUITE_END()
