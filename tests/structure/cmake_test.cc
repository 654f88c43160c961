// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>

#include "tests/structure/tree.h"

namespace agon::structure {
namespace {

const std::filesystem::path kRoot = AGON_SOURCE_DIR;

BOOST_AUTO_TEST_SUITE(cmake)

// These two name the folders of whoever takes this tree in by add_subdirectory(), not ours.
BOOST_AUTO_TEST_CASE(no_build_file_names_the_outermost_project) {
  size_t checked = 0;
  for (const std::string& file : project_files(kRoot)) {
    if (!file.ends_with("CMakeLists.txt") && !file.ends_with(".cmake")) continue;
    ++checked;
    const std::string text = read_file(kRoot / file);
    for (const char* name : {"CMAKE_SOURCE_DIR", "CMAKE_BINARY_DIR"}) {
      BOOST_TEST(text.find(name) == std::string::npos,
                 file << ": " << name << ", write PROJECT_...");
    }
  }
  BOOST_TEST(checked > 20u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::structure
