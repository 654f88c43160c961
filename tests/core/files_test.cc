// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <stdexcept>

#include "core/file.h"
#include "core/number.h"
#include "tests/support/shell.h"

using namespace agon;
using namespace agon::core;
using agon::test::TemporaryFolder;

namespace {

// "path: reason" of what fn throws, "" when it throws nothing.
template <typename Fn>
std::string error_of(Fn&& fn) {
  try {
    fn();
  } catch (const Error& e) {
    return e.thing() + ": " + e.reason();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(files_of_people)

BOOST_AUTO_TEST_CASE(regular_files_are_read_whole) {
  const TemporaryFolder folder;
  for (const size_t size : {0u, 1u, 4096u, 70000u}) {
    const std::string text(size, 'x');
    const auto file = folder.write("file", text);
    BOOST_TEST((read_regular(file, Exit::data) == text));
    BOOST_TEST((read_regular(file, Exit::data, size) == text));
  }
  std::filesystem::create_symlink("file", folder / "link");
  BOOST_TEST(read_regular(folder / "link", Exit::data).size() == 70000u);
  BOOST_TEST(!read_regular("/proc/self/status", Exit::data).empty());  // its size is 0
}

BOOST_AUTO_TEST_CASE(everything_else_is_refused_with_its_name) {
  const TemporaryFolder folder;
  const auto reason = [&](const std::filesystem::path& file,
                          uint64_t most = RegularFile::kAnySize) {
    const std::string text = error_of([&] { read_regular(file, Exit::data, most); });
    BOOST_TEST(text.starts_with(file.string() + ": "), text);
    return text.substr(std::min(text.size(), file.string().size() + 2));
  };
  BOOST_TEST(reason(folder / "absent") == "there is no such file");
  BOOST_TEST(reason(folder.path()) == "a folder, not a regular file");
  BOOST_TEST(reason("/dev/null") == "a device, not a regular file");
  BOOST_TEST_REQUIRE(mkfifo((folder / "fifo").c_str(), 0600) == 0);
  BOOST_TEST(reason(folder / "fifo") == "a FIFO, not a regular file");
  BOOST_TEST(reason(folder.write("large", "12345"), 4) == "has 5 bytes, at most 4 are read");
  std::filesystem::create_symlink("loop", folder / "loop");
  BOOST_TEST(reason(folder / "loop").starts_with("cannot be read: "));
}

BOOST_AUTO_TEST_CASE(a_file_is_replaced_whole) {
  const TemporaryFolder folder;
  const auto file = folder.write("file", "old");
  replace_file(file, "new");
  BOOST_TEST(test::read_file(file) == "new");
  std::filesystem::create_symlink("file", folder / "link");
  replace_file(folder / "link", "other");
  BOOST_TEST(test::read_file(file) == "new");
  BOOST_TEST(test::read_file(folder / "link") == "other");
  BOOST_TEST(error_of([&] { replace_file(folder / "absent/file", "x"); }) ==
             (folder / "absent/file").string() + ": cannot be written (No such file or directory)");
  check_writable(folder.path());
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path()))
    ++files;
  BOOST_TEST(files == 2u);
}

BOOST_AUTO_TEST_CASE(numbers_are_decimal_and_whole_texts) {
  BOOST_TEST(*parse_whole("010") == 10);
  BOOST_TEST(*parse_whole("08") == 8);
  BOOST_TEST(*parse_whole("+3") == 3);
  BOOST_TEST(*parse_whole("-3") == -3);
  BOOST_TEST(*parse_whole("1e3") == 1000);
  BOOST_TEST(*parse_whole("2.0") == 2);
  BOOST_TEST(*parse_whole("9223372036854775807") == INT64_MAX);
  for (const char* bad : {"", "+", "-", "+-1", "0x10", "1.5", "1 ", " 1", "1,000", "nan", "inf",
                          "1e400", "9223372036854775808"}) {
    BOOST_TEST(!parse_whole(bad).has_value(), bad);
  }
  BOOST_TEST(*parse_real("1e-3") == 1e-3);
  BOOST_TEST(*parse_real("007.5") == 7.5);
  for (const char* bad : {"", "nan", "inf", "-inf", "infinity", "1e400", "0x1p3", "1s"}) {
    BOOST_TEST(!parse_real(bad).has_value(), bad);
  }
  BOOST_TEST(whole_within("5", {1, 5}) == 5);
  BOOST_CHECK_EXCEPTION(
      whole_within("6", {1, 5, "MiB"}), std::invalid_argument, [](const std::exception& e) {
        return std::string(e.what()) == "must be a whole number of MiB from 1 to 5, got '6'";
      });
  BOOST_CHECK_EXCEPTION(real_within("nan", {0.001, 1e7, "seconds"}), std::invalid_argument,
                        [](const std::exception& e) {
                          return std::string(e.what()) ==
                                 "must be a number of seconds from 0.001 to 10000000, got 'nan'";
                        });
}

BOOST_AUTO_TEST_SUITE_END()
