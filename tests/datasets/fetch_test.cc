// SPDX-License-Identifier: MIT
//
// agon fetch from servers that fail in every way, from folders and from archives. Everything is on
// loopback.
#include "datasets/fetch/fetch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/test/unit_test.hpp>
#include <map>
#include <optional>

#include "core/error.h"
#include "core/file.h"
#include "datasets/fetch/sha256.h"
#include "file_server.h"
#include "npy_testing.h"
#include "testing.h"

using namespace agon::datasets;
using namespace agon::datasets::testing;

namespace {

namespace fs = std::filesystem;

std::string sha256(const std::string& bytes) {
  Sha256 hash;
  hash.update({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  return hash.hex();
}

const std::string kX = counting(100'000), kY = counting(300, 2);
const std::string kXGz = gzipped(kX), kTag = "\"v1\"";

std::string quoted(const std::vector<std::string>& words) {
  return fmt::format("[\"{}\"]", fmt::join(words, "\", \""));
}

const std::string kSums = "sha256 = " + quoted({sha256(kX), sha256(kY)});

// What stands in [fetch] of the task that Fetching fetches; its files are x.gz and y.npy.
struct Table {
  std::vector<std::string> mirrors{};
  std::string lines = kSums;
};

struct Fetching {
  TemporaryFolder root;
  fs::path cache = root.path() / "cache";
  std::vector<std::string> notes;
  std::function<bool(uint64_t)> watch = [](uint64_t) { return true; };

  TaskInfo task(const Table& table) const {
    std::string text =
        "id = \"mine\"\ntitle = \"Mine\"\nsummary = \"A test.\"\nkind = \"classify\"\n"
        "metric = \"accuracy\"\nchance = 0.5\ntarget = 0.9\nshape = [1]\nclasses = 2\n"
        "[source]\ntype = \"folder\"\nformat = \"npy\"\nfolder = \"own\"\n"
        "files = [\"x.gz\", \"y.npy\"]\n[split]\nrule = \"all\"\n"
        "[rights]\nlicence = \"MIT\"\nattribution = \"a\"\nobtain = \"Make it\"\n";
    if (!table.mirrors.empty() || !table.lines.empty()) text += "\n[fetch]\n";
    if (!table.mirrors.empty()) text += "mirrors = " + quoted(table.mirrors) + "\n";
    if (!table.lines.empty()) text += table.lines + "\n";
    write_file(root.path() / "tasks" / "mine.toml", text);
    const fs::path folders[] = {root.path() / "tasks"};
    return Catalogue({cache}, folders).info("mine");
  }

  std::vector<Fetched> run(const Table& table, const std::optional<fs::path>& from = {}) {
    const Listener listener{
        .progress = [this](const std::string&, uint64_t have, uint64_t) { return watch(have); },
        .note = [this](const std::string& text) { notes.push_back(text); }};
    return fetch(task(table), cache, from, listener);
  }
  Caught error(const Table& table, const std::optional<fs::path>& from = {}) {
    return caught([&] { run(table, from); });
  }
  std::string read(const std::string& name) const {
    return agon::core::read_regular(cache / "own" / name, agon::Exit::data);
  }
  // Names in the cache's folder, sorted.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(cache / "own", error))
      all.push_back(entry.path().filename().string());
    std::ranges::sort(all);
    return all;
  }
};

using Names = std::vector<std::string>;

Answer file(const Request& request) {
  if (request.path.ends_with("/x.gz")) return whole(request, kXGz, kTag);
  if (request.path.ends_with("/y.npy")) return whole(request, kY, kTag);
  return {.status = "404 Not Found"};
}

// Serves the files, but x.gz as `spoil` says, `times` times.
std::function<Answer(const Request&)> spoiling(const std::function<void(Answer&)>& spoil,
                                               int times = 1'000'000) {
  return [spoil, left = times](const Request& request) mutable {
    Answer answer = file(request);
    if (request.path.ends_with("/x.gz") && left-- > 0) spoil(answer);
    return answer;
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fetching)

BOOST_AUTO_TEST_CASE(files_come_from_the_mirror_once) {
  FileServer server(file);
  Fetching f;
  const Table table{{server.url("a")}};
  const std::vector<Fetched> files = f.run(table);
  BOOST_TEST_REQUIRE(files.size() == 2u);
  BOOST_TEST((files[0].how == Fetched::How::downloaded));
  BOOST_TEST(files[0].verified);
  BOOST_TEST(f.read("x.gz") == kXGz);
  BOOST_TEST(f.read("y.npy") == kY);
  BOOST_TEST(f.names() == (Names{"x.gz", "y.npy"}), boost::test_tools::per_element());
  BOOST_TEST(server.requests().front().path == "/a/x.gz");

  BOOST_TEST((f.run(table)[1].how == Fetched::How::present));
  BOOST_TEST(server.requests().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_cut_connection_is_resumed) {
  FileServer server(spoiling([](Answer& answer) { answer.sent = 70; }, 2));
  Fetching f;
  f.run({{server.url()}});
  BOOST_TEST(f.read("x.gz") == kXGz);
  const std::vector<Request> asked = server.requests();
  BOOST_TEST_REQUIRE(asked.size() == 4u);
  BOOST_TEST(asked[0].range == "");
  BOOST_TEST(asked[1].range == "bytes=70-");
  BOOST_TEST(asked[1].if_range == kTag);
  BOOST_TEST(asked[2].range == "bytes=140-");
}

BOOST_AUTO_TEST_CASE(what_changed_meanwhile_comes_whole) {
  FileServer server([first = true](const Request& request) mutable {
    Answer answer = file(request);
    if (!request.path.ends_with("/x.gz")) return answer;
    if (std::exchange(first, false)) {
      answer.headers = {"ETag: \"old\""};
      answer.body = std::string(kXGz.size(), 'o');
      answer.sent = 50;
    }
    return answer;
  });
  Fetching f;
  f.run({{server.url()}});
  BOOST_TEST(server.requests()[1].if_range == "\"old\"");
  BOOST_TEST(f.read("x.gz") == kXGz);
}

BOOST_AUTO_TEST_CASE(no_validator_no_range) {
  FileServer server(spoiling(
      [](Answer& answer) {
        answer.headers.clear();
        answer.sent = 70;
      },
      1));
  Fetching f;
  f.run({{server.url()}});
  BOOST_TEST(server.requests()[1].range == "");
  BOOST_TEST(f.read("x.gz") == kXGz);
}

BOOST_AUTO_TEST_CASE(a_range_that_was_not_asked_for_is_refused) {
  FileServer server([count = 0](const Request& request) mutable {
    Answer answer = file(request);
    if (!request.path.ends_with("/x.gz")) return answer;
    if (++count == 1) answer.sent = 50;
    if (count == 2) answer.headers.back() = "Content-Range: bytes 10-99/100";
    return answer;
  });
  Fetching f;
  f.run({{server.url()}});
  BOOST_TEST(f.read("x.gz") == kXGz);
  BOOST_TEST(server.requests()[2].range == "");
}

BOOST_AUTO_TEST_CASE(a_wrong_byte_never_gets_a_name) {
  const auto flip = [](Answer& answer) { answer.body[answer.body.size() / 2] ^= 1; };
  const auto other = [](Answer& answer) { answer.body = gzipped(kX + "!"); };
  const auto cut = [](Answer& answer) { answer.body.resize(answer.body.size() - 9); };
  const std::pair<std::function<void(Answer&)>, std::string> cases[] = {
      {flip, "damaged"}, {other, "expected is " + sha256(kX)}, {cut, "truncated"}};
  for (const auto& [spoil, words] : cases) {
    FileServer server(spoiling(spoil));
    Fetching f;
    const Caught error = f.error({{server.url()}});
    BOOST_TEST(error.exit == static_cast<int>(agon::Exit::data));
    BOOST_TEST(error.text.starts_with("x.gz of task 'mine': no mirror has it: " + server.url()));
    BOOST_TEST((words == "damaged" || error.has(words)), error.text);
    BOOST_TEST(f.names() == Names{}, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(the_next_mirror_is_tried) {
  const Answer kinds[] = {{.status = "404 Not Found"}, {.status = "403 Forbidden"}};
  for (const Answer& kind : kinds) {
    FileServer bad([&kind](const Request&) { return kind; });
    FileServer good(file);
    Fetching f;
    f.run({{bad.url("b"), good.url("g")}});
    BOOST_TEST(f.read("x.gz") == kXGz);
    BOOST_TEST(bad.requests().size() == 2u);
    BOOST_TEST_REQUIRE(!f.notes.empty());
    BOOST_TEST(f.notes.front() == bad.url("b") + "x.gz: HTTP status " + kind.status.substr(0, 3));
  }
  Fetching f;
  FileServer good(file);
  f.run({{"http://127.0.0.1:1/", good.url()}});  // nobody listens there
  BOOST_TEST(f.read("y.npy") == kY);
}

BOOST_AUTO_TEST_CASE(an_overloaded_server_is_asked_again) {
  FileServer server(spoiling([](Answer& answer) { answer = {.status = "503 Busy"}; }, 1));
  Fetching f;
  f.run({{server.url()}});
  BOOST_TEST(server.requests().size() == 3u);
  BOOST_TEST(f.notes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_server_that_sends_too_much_is_left) {
  for (const bool sized : {true, false}) {
    FileServer server(spoiling([sized](Answer& answer) {
      answer.body.assign(3'000'000, '\0');
      answer.sized = sized;
    }));
    Fetching f;
    Table table{{server.url()}};
    table.lines += "\nmost_bytes = 200000";
    const Caught error = f.error(table);
    BOOST_TEST(error.has("it sends more than 200000 bytes"), error.text);
    BOOST_TEST(f.names() == Names{}, boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(a_bomb_is_not_unpacked) {
  FileServer server(
      spoiling([](Answer& answer) { answer.body = gzipped(std::string(20'000'000, '\0')); }));
  Fetching f;
  Table table{{server.url()}};
  table.lines += "\nmost_bytes = 200000";
  BOOST_TEST(f.error(table).has("unpacks to more than 200000 bytes"));
}

BOOST_AUTO_TEST_CASE(an_interrupted_download_goes_on) {
  Fetching f;
  {
    FileServer server(spoiling([](Answer& answer) { answer.sent = 90; }, 1));
    const Table table{{server.url()}};
    f.watch = [](uint64_t have) { return have < 90; };
    const Caught error = f.error(table);
    BOOST_TEST(error.exit == static_cast<int>(agon::Exit::interrupted), error.text);
    BOOST_TEST(f.names() == (Names{"x.gz.part", "x.gz.part.from"}),
               boost::test_tools::per_element());
    f.watch = [](uint64_t) { return true; };
    f.run(table);
    BOOST_TEST(server.requests()[1].range == "bytes=90-");
  }
  BOOST_TEST(f.names() == (Names{"x.gz", "y.npy"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_second_fetch_is_told_of_the_first) {
  FileServer server(file);
  Fetching f;
  const Table table{{server.url()}};
  Caught second;
  bool first = true;
  f.watch = [&](uint64_t) {
    if (std::exchange(first, false)) second = f.error(table);
    return true;
  };
  f.run(table);
  BOOST_TEST(second.exit == static_cast<int>(agon::Exit::io));
  BOOST_TEST(second.has("is fetching into this folder"), second.text);
  BOOST_TEST(!fs::exists(f.cache / "own.lock"));
}

BOOST_AUTO_TEST_CASE(without_a_checksum_it_says_so) {
  FileServer server(file);
  Fetching f;
  BOOST_TEST(!f.run({{server.url()}, ""})[0].verified);
  Fetching g;
  FileServer cut(spoiling([](Answer& answer) { answer.body.resize(99); }));
  BOOST_TEST(g.error({{cut.url()}, ""}).has("truncated"));
}

BOOST_AUTO_TEST_CASE(the_checksum_of_what_is_sent) {
  FileServer server(file);
  Fetching f;
  BOOST_TEST(
      f.run({{server.url()}, "packed_sha256 = " + quoted({sha256(kXGz), sha256(kY)})})[0].verified);
  Fetching g;
  const Caught error =
      g.error({{server.url()}, "packed_sha256 = " + quoted({sha256(kX), sha256(kY)})});
  BOOST_TEST(error.has("the SHA-256 of its bytes is " + sha256(kXGz)), error.text);
}

BOOST_AUTO_TEST_CASE(a_wrong_file_in_the_cache_is_replaced) {
  FileServer server(file);
  Fetching f;
  write_file(f.cache / "own" / "y.npy", "something else");
  const std::vector<Fetched> files = f.run({{server.url()}});
  BOOST_TEST((files[1].how == Fetched::How::downloaded));
  BOOST_TEST(f.read("y.npy") == kY);
  BOOST_TEST_REQUIRE(f.notes.size() == 1u);
  BOOST_TEST(f.notes[0].ends_with("it is replaced"));
}

BOOST_AUTO_TEST_CASE(a_folder_as_a_mirror) {
  Fetching f;
  write_file(f.root.path() / "home" / "x.gz", kXGz);
  write_file(f.root.path() / "home" / "y.npy", kY);
  const std::string url = "file://" + (f.root.path() / "home").string() + "/";
  f.run({{"file:///nowhere-at-all/", url}});
  BOOST_TEST(f.read("x.gz") == kXGz);
}

BOOST_AUTO_TEST_CASE(files_of_ones_own) {
  Fetching f;
  const fs::path mine = f.root.path() / "mine";
  write_file(mine / "x.gz", kX);  // its content counts, not its gzip
  const Table table{{"http://127.0.0.1:1/"}};
  Caught error = f.error(table, mine);
  BOOST_TEST(error.text.starts_with((mine / "y.npy").string() + ": there is no such file"));
  write_file(mine / "y.npy", kY + "x");
  error = f.error(table, mine);
  BOOST_TEST(error.exit == static_cast<int>(agon::Exit::data));
  BOOST_TEST(error.text.starts_with((mine / "y.npy").string()), error.text);
  BOOST_TEST(error.has(sha256(kY)), error.text);
  BOOST_TEST(error.has(sha256(kY + "x")), error.text);
  BOOST_TEST(f.names() == Names{}, boost::test_tools::per_element());  // all or none
  fs::create_directories(mine / "own");
  fs::remove(mine / "y.npy");
  write_file(mine / "own" / "y.npy", kY);
  const std::vector<Fetched> files = f.run(table, mine);
  BOOST_TEST((files[0].how == Fetched::How::imported));
  BOOST_TEST(files[1].verified);
  BOOST_TEST(f.read("y.npy") == kY);
}

BOOST_AUTO_TEST_CASE(a_task_without_a_home_takes_files_of_ones_own) {
  Fetching f;
  BOOST_TEST(f.error({{}, ""}).has("names no place to fetch it from"));
  BOOST_TEST(f.error({{}, kSums}).has("names no place to fetch it from"));
  const fs::path mine = f.root.path() / "mine";
  write_file(mine / "x.gz", kXGz);
  write_file(mine / "y.npy", kY);
  BOOST_TEST(!f.run({{}, ""}, mine)[0].verified);
  BOOST_TEST(f.read("x.gz") == kXGz);
  Fetching g;
  BOOST_TEST(g.run({{}, kSums}, mine)[0].verified);
}

BOOST_AUTO_TEST_CASE(an_archive_is_taken_whole_or_not) {
  const std::string good = zip_bytes({{"deep/x.gz", kXGz}, {"y.npy", kY}}, true);
  const auto serve = [](const std::string& archive) {
    return [archive](const Request& request) {
      return request.path == "/all.zip" ? whole(request, archive, kTag)
                                        : Answer{.status = "404 Not Found"};
    };
  };
  const std::string lines = "archive = \"all.zip\"\nmembers = [\"deep/x.gz\", \"y.npy\"]\n";
  const auto fails = [&](const std::string& archive, const std::string& more,
                         const std::string& words) {
    FileServer server(serve(archive));
    Fetching f;
    const Caught error = f.error({{server.url()}, lines + more});
    BOOST_TEST(error.has(words), error.text);
    BOOST_TEST(f.names() == Names{}, boost::test_tools::per_element());
  };
  {
    FileServer server(serve(good));
    Fetching f;
    BOOST_TEST(f.run({{server.url()}, lines + kSums})[0].verified);
    BOOST_TEST(f.read("x.gz") == kXGz);
    BOOST_TEST(f.read("y.npy") == kY);
    BOOST_TEST(f.names().size() == 2u);
    BOOST_TEST(server.requests().size() == 1u);
  }
  FileServer server(serve(good));
  Fetching f;
  BOOST_TEST(
      f.run({{server.url()}, lines + "archive_sha256 = \"" + sha256(good) + "\""})[0].verified);
  fails(good, "archive_sha256 = \"" + sha256("") + "\"", "expected is " + sha256(""));
  fails(zip_bytes({{"deep/x.gz", kXGz}}, true), "", "has no member 'y.npy'");
  fails(zip_bytes({{"deep/x.gz", kXGz}, {"y.npy", kY + "x"}}, true), kSums, sha256(kY + "x"));
  for (const std::string bad : {"../../evil", "/etc/evil", "a/../../evil", "..\\evil"}) {
    fails(zip_bytes({{"deep/x.gz", kXGz}, {"y.npy", kY}, {bad, "x"}}, false), kSums,
          "holds '" + bad + "', which would lie outside");
  }
  fails("PK, but no archive", "", "no mirror has it");
}

BOOST_AUTO_TEST_CASE(where_it_comes_from_is_no_part_of_the_task) {
  const Fetching f;
  write_file(f.cache / "own" / "x.gz", kXGz);
  write_file(f.cache / "own" / "y.npy", kY);
  const auto fingerprint = [&f](const Table& table) {
    f.task(table);
    const fs::path folders[] = {f.root.path() / "tasks"};
    const Catalogue catalogue({f.cache}, folders);
    return catalogue.fingerprint(catalogue.info("mine"));
  };
  const std::string none = fingerprint({{}, ""});
  BOOST_TEST(fingerprint({{"https://a/"}}) == none);
  BOOST_TEST(fingerprint({{"https://b/"}, ""}) == none);
}

BOOST_AUTO_TEST_CASE(task_files_that_do_not_fit) {
  const Fetching f;
  const auto fails = [&f](const Table& table, const std::string& words) {
    const Caught error = caught([&] { f.task(table); });
    BOOST_TEST(error.exit == static_cast<int>(agon::Exit::usage));
    BOOST_TEST(error.has(words), error.text);
  };
  fails({{"https://a/"}, "sha25 = 1"}, "did you mean 'sha256'?");
  fails({{"ftp://a/"}}, "'fetch.mirrors' names 'ftp://a/'");
  fails({{"https://a"}}, "'fetch.mirrors' names 'https://a'");
  fails({{"https://a/"}, "sha256 = [\"ab\", \"cd\"]"}, "'fetch.sha256' is no SHA-256");
  fails({{"https://a/"}, "sha256 = " + quoted({sha256(kX)})}, "has 1 entries for the 2");
  fails({{"https://a/"}, "members = [\"x\", \"y\"]"}, "'fetch.archive' is missing");
  fails({{"https://a/"}, "archive = \"../a.zip\""}, "'fetch.archive' is no file name");
  fails({{"https://a/"}, "[rights2]"}, "unknown key 'rights2'");
}

BOOST_AUTO_TEST_SUITE_END()
