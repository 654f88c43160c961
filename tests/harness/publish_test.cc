// SPDX-License-Identifier: MIT
//
// agon publish and agon report --watch, as a user meets them.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>

#include "tests/harness/uneven.h"
#include "tests/support/shell.h"

using namespace agon::test;

namespace {

namespace fs = std::filesystem;

const std::string kAgon = "'" + std::string(std::getenv("AGON")) + "' ";

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

// Every file of the site by its name.
std::map<std::string, std::string> files_of(const fs::path& site) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(site)) {
    if (entry.is_regular_file())
      out[fs::relative(entry.path(), site).string()] = read_file(entry.path());
  }
  return out;
}

// The links of the pages that the site adds lead to files of the site, relative to the page.
void check_links(const fs::path& site) {
  size_t links = 0;
  for (const auto& [name, text] : files_of(site)) {
    if (!name.ends_with(".html") || name.starts_with("runs/")) continue;
    for (size_t at = text.find("href=\""); at != text.npos; at = text.find("href=\"", at + 1)) {
      const size_t begin = at + 6;
      std::string to = text.substr(begin, text.find('"', begin) - begin);
      to = to.substr(0, to.find('#'));
      if (to.empty() || to.starts_with("data:")) continue;
      ++links;
      BOOST_TEST(!has(to, ":"), name + " links to " + to);
      BOOST_TEST(to.front() != '/', name + " links to " + to);
      BOOST_TEST(fs::exists(site / fs::path(name).parent_path() / to), name + " links to " + to);
    }
  }
  BOOST_TEST(links > 5u);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(publish)

BOOST_AUTO_TEST_CASE(a_site_shows_runs_boards_and_the_steps_of_a_rule) {
  const Uneven folder;
  BOOST_TEST(folder.runs(1, "one").code == 0);
  BOOST_TEST(run(folder, "sleep 1").code == 0);  // the runs' order is that of their first cells
  BOOST_TEST(folder.runs(2, "two").code == 0);
  const Ran ran = run(folder, kAgon + "publish one two site");
  BOOST_TEST(ran.code == 0, ran.err);
  check_links(folder / "site");
  const auto first = files_of(folder / "site");
  BOOST_TEST(first.contains(".nojekyll"));
  const std::string& index = first.at("index.html");
  BOOST_TEST(has(index, ">one</a>"), index);
  BOOST_TEST(has(index, ">two</a>"));
  const std::string& rule = first.at("rules/versioned.html");
  BOOST_TEST(has(rule, "▲ better"));
  BOOST_TEST(has(rule, "new build"));
  BOOST_TEST(!has(rule, "▼ worse"));
  size_t reports = 0;
  for (const auto& [name, text] : first) {
    reports += name.starts_with("runs/") && name.ends_with("/report.html") ? 1 : 0;
    BOOST_TEST(!has(text, folder.path().string()), name);  // no path of this machine
  }
  BOOST_TEST(reports == 2u);
  // Again, and one after the other: the same bytes.
  BOOST_TEST(run(folder, kAgon + "publish one two site").code == 0);
  BOOST_TEST((files_of(folder / "site") == first));
  BOOST_TEST(run(folder, kAgon + "publish two -o apart").code == 0);
  BOOST_TEST(run(folder, kAgon + "publish one -o apart").code == 0);
  BOOST_TEST((files_of(folder / "apart") == first));
}

BOOST_AUTO_TEST_CASE(a_folder_that_holds_something_else_is_refused) {
  const Uneven folder;
  BOOST_TEST(folder.runs(1, "one", "-s 1").code == 0);
  fs::create_directory(folder / "home");
  folder.write("home/letter.txt", "mine");
  const Ran ran = run(folder, kAgon + "publish one home");
  BOOST_TEST(ran.code == 2);
  BOOST_TEST(has(ran.err, "holds something else than a site of agon: letter.txt"), ran.err);
  BOOST_TEST(files_of(folder / "home").size() == 1u);
  folder.write("file", "mine");
  BOOST_TEST(run(folder, kAgon + "publish one file").code == 2);
  fs::create_directory(folder / "odd");
  folder.write("odd/agon-site.json", "{\"agon_site\": 99}");
  BOOST_TEST(run(folder, kAgon + "publish one odd").code == 2);
  fs::create_directories(folder / "pages/.git");  // a checkout of the branch with the pages
  BOOST_TEST(run(folder, kAgon + "publish one pages").code == 0);
  BOOST_TEST(run(folder, kAgon + "publish one").code == 2);
  BOOST_TEST(run(folder, kAgon + "publish nowhere site").code == 2);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(watch)

BOOST_AUTO_TEST_CASE(the_page_says_that_the_run_goes_on_until_it_has_ended) {
  TemporaryFolder folder;
  const Ran ran = run(
      folder,
      kAgon +
          "run quick --study accuracy -t digits -r 'bp[epochs=60,depth=3,width=128]' -s 4 -j 1 -o out >/dev/null 2>&1 &\n"
          "until [ -e out/results.sqlite ]; do sleep .02; done\n" +
          kAgon +
          "report out --watch --every 0.2 --format html >said 2>/dev/null &\n"
          "for i in $(seq 3000); do grep -qs 'The run goes on' out/report.html && break; sleep .02; done\n"
          "cp out/report.html seen.html; wait");
  BOOST_TEST(ran.code == 0, ran.err);
  const std::string seen = read_file(folder / "seen.html"),
                    last = read_file(folder / "out/report.html");
  BOOST_TEST(has(seen, "http-equiv=\"refresh\" content=\"1\""));
  BOOST_TEST(has(seen, "The run goes on: "));
  BOOST_TEST(seen.ends_with("</html>\n"));
  BOOST_TEST(!has(last, "http-equiv=\"refresh\""));
  BOOST_TEST(has(last, "Complete: 4 cells"));
  BOOST_TEST(has(read_file(folder / "said"), "report.html"));
}

BOOST_AUTO_TEST_CASE(a_run_that_nobody_works_on_is_reported_once) {
  TemporaryFolder folder;
  BOOST_TEST(run(folder, kAgon + "run quick --study accuracy -t xor -r linear -s 1 -o out").code ==
             0);
  const Ran once = run(folder, kAgon + "report out --watch");
  BOOST_TEST(once.code == 0, once.err);
  BOOST_TEST(!has(read_file(folder / "out/report.html"), "http-equiv=\"refresh\""));
  BOOST_TEST(run(folder, kAgon + "report out out --watch").code == 2);
  BOOST_TEST(run(folder, kAgon + "report out --watch --every 0").code == 2);
}

BOOST_AUTO_TEST_SUITE_END()
