// SPDX-License-Identifier: MIT
#include <boost/test/unit_test.hpp>
#include <set>

#include "tests/structure/arrows.h"
#include "tests/structure/tree.h"

namespace agon::structure {
namespace {

bool is_cxx(const std::string& path) {
  static const std::set<std::string, std::less<>> kEndings{".h",  ".hpp", ".c",
                                                           ".cc", ".cpp", ".inc"};
  return kEndings.contains(std::filesystem::path(path).extension().string());
}

BOOST_AUTO_TEST_SUITE(includes)

BOOST_AUTO_TEST_CASE(no_include_points_against_the_table) {
  const std::filesystem::path root = AGON_SOURCE_DIR;
  const std::vector<std::string> files = project_files(root);
  const std::set<std::string> known(files.begin(), files.end());
  size_t checked = 0;
  for (const std::string& file : files) {
    if (!is_cxx(file)) continue;
    ++checked;
    for (const std::string& message : wrong_arrows(
             file, read_file(root / file), [&](const auto& p) { return known.contains(p); })) {
      BOOST_ERROR(message);
    }
  }
  BOOST_TEST(checked > 20u);  // the walk itself works
}

// The table catches what it is for: one wrong arrow per room, in every form an include takes.
BOOST_AUTO_TEST_CASE(a_wrong_arrow_is_caught) {
  const std::set<std::string> known{"core/kernels.h",        "core/error.h",
                                    "reports/store/store.h", "plugins/bp/a.h",
                                    "harness/run/job.h",     "plugins/sdk/agon/rule.h"};
  const auto exists = [&](const std::string& p) { return known.contains(p); };
  const auto count = [&](const std::string& path, const std::string& text) {
    return wrong_arrows(path, text, exists).size();
  };
  BOOST_TEST(count("core/a.cc", "#include \"reports/store/store.h\"\n") == 1u);
  BOOST_TEST(count("core/a.cc", "#include \"agon/rule.h\"\n") == 1u);
  BOOST_TEST(count("core/a.cc", "#include <agon/rule.h>\n") == 1u);
  BOOST_TEST(count("plugins/sdk/agon/a.h", "#include \"core/error.h\"\n") == 1u);
  BOOST_TEST(count("plugins/sdk/agon/a.h", "#include \"../../bp/a.h\"\n") == 1u);
  BOOST_TEST(count("plugins/ed/a.cc", "#include \"core/kernels.h\"\n") == 1u);
  BOOST_TEST(count("plugins/ed/a.cc", "#include \"plugins/bp/a.h\"\n") == 1u);
  BOOST_TEST(count("plugins/ed/a.cc", "  #  include \"../bp/a.h\"\n") == 1u);
  BOOST_TEST(count("reports/a.cc", "#include \"core/kernels.h\"\n") == 1u);
  BOOST_TEST(count("reports/a.cc", "#include \"harness/run/job.h\"\n") == 1u);
  BOOST_TEST(count("datasets/a.cc", "#include \"reports/store/store.h\"\n") == 1u);
  BOOST_TEST(count("datasets/readers/a.cc", "#include \"../../reports/store/store.h\"\n") == 1u);
  BOOST_TEST(count("harness/a.cc", "#include \"plugins/bp/a.h\"\n") == 1u);
  BOOST_TEST(count("harness/a.cc", "#include \"tests/structure/tree.h\"\n") == 1u);
  BOOST_TEST(count("attic/a.cc", "") == 1u);

  // Rooms inside harness and reports: one step up from each.
  BOOST_TEST(count("harness/plugins/a.cc", "#include \"harness/plan/plan.h\"\n") == 1u);
  BOOST_TEST(count("harness/plan/a.cc", "#include \"harness/train/batches.h\"\n") == 1u);
  BOOST_TEST(count("harness/train/a.cc", "#include \"harness/plan/plan.h\"\n") == 1u);
  BOOST_TEST(count("harness/train/courses/a.cc", "#include \"harness/work/wire.h\"\n") == 1u);
  BOOST_TEST(count("harness/work/a.cc", "#include \"harness/run/cards.h\"\n") == 1u);
  BOOST_TEST(count("harness/run/a.cc", "#include \"harness/cli/cli.h\"\n") == 1u);
  BOOST_TEST(count("reports/record/a.cc", "#include \"reports/store/store.h\"\n") == 1u);
  BOOST_TEST(count("reports/statistics/a.cc", "#include \"reports/record/record.h\"\n") == 1u);
  BOOST_TEST(count("reports/store/a.cc", "#include \"reports/summary/group.h\"\n") == 1u);
  BOOST_TEST(count("reports/summary/a.cc", "#include \"reports/claims/take.h\"\n") == 1u);
  BOOST_TEST(count("reports/claims/a.cc", "#include \"reports/studies/sweep.h\"\n") == 1u);
  BOOST_TEST(count("reports/studies/a.cc", "#include \"reports/sections/chart.h\"\n") == 1u);
  BOOST_TEST(count("reports/sections/a.cc", "#include \"reports/render/html/html.h\"\n") == 1u);
  BOOST_TEST(count("reports/render/a.cc", "#include \"reports/store/store.h\"\n") == 1u);

  const auto messages =
      wrong_arrows("datasets/a.cc", "//\n#include \"reports/store/store.h\"\n", exists);
  BOOST_REQUIRE(messages.size() == 1u);
  BOOST_TEST(messages[0] ==
             "datasets/a.cc:2: includes reports/store/store.h; datasets/ may include: core/");
}

BOOST_AUTO_TEST_CASE(a_right_arrow_passes) {
  const std::set<std::string> known{"core/error.h", "plugins/ed/a.h", "harness/plugins/loader.h",
                                    "plugins/sdk/agon/rule.h"};
  const auto exists = [&](const std::string& p) { return known.contains(p); };
  const auto count = [&](const std::string& path, const std::string& text) {
    return wrong_arrows(path, text, exists).size();
  };
  BOOST_TEST(count("core/a.cc", "#include <vector>\n#include \"core/error.h\"\n") == 0u);
  BOOST_TEST(count("core/a.cc", "#include \"hwy/highway.h\"\n#include <boost/core/span.hpp>\n") ==
             0u);
  BOOST_TEST(count("plugins/ed/ed.cc", "#include \"agon/rule.h\"\n#include \"a.h\"\n") == 0u);
  BOOST_TEST(count("reports/a.cc",
                   "#include \"core/error.h\"\n#include \"agon_reports_resources.h\"\n") == 0u);
  BOOST_TEST(count("datasets/a.cc", "#include \"core/error.h\"\n") == 0u);
  // A name that also starts another room is first looked for beside the file.
  BOOST_TEST(count("harness/a.cc", "#include \"plugins/loader.h\"\n#include \"agon/rule.h\"\n") ==
             0u);
  BOOST_TEST(count("tests/harness/a.cc", "#include \"harness/plugins/loader.h\"\n") == 0u);
  BOOST_TEST(count("harness/train/a.cc", "#include \"harness/plan/cell.h\"\n") == 0u);
  BOOST_TEST(count("reports/render/html/a.cc", "#include \"reports/sections/chart.h\"\n") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::structure
