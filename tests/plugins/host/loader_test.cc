// SPDX-License-Identifier: MIT
//
// What may be opened, what is refused and with which words, and where plugins are looked for.
#include "harness/plugins/loader.h"

#include <elf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "core/error.h"
#include "harness/plugins/manifest.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;

// A folder of this test's own, removed at its end.
struct Scratch {
  fs::path dir = fs::temp_directory_path() / fmt::format("agon-loader-{}", getpid());
  Scratch() { fs::create_directories(dir); }
  ~Scratch() {
    std::error_code error;
    fs::remove_all(dir, error);
  }
  fs::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(dir / name, std::ios::binary) << bytes;
    return dir / name;
  }
};

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

fs::path bad(const std::string& name) { return fs::path(AGON_BAD_PLUGINS) / (name + ".agon.so"); }

// The refusal names the path, the reason and a fix, in at most 4 lines.
void refused(const fs::path& file, const std::string& reason) {
  BOOST_TEST_CONTEXT(file) {
    try {
      open_plugin(file);
      BOOST_ERROR("was opened");
    } catch (const Error& e) {
      BOOST_CHECK(e.exit() == Exit::plugin);
      BOOST_CHECK_EQUAL(e.thing(), file.string());
      BOOST_CHECK_MESSAGE(e.reason().find(reason) != std::string::npos, e.reason());
      BOOST_CHECK(!e.fix().empty());
      const std::string text = e.what();
      BOOST_CHECK_LE(std::ranges::count(text, '\n'), 3);
    }
  }
}

std::vector<fs::path> paths(const std::vector<PluginPlace>& places) {
  std::vector<fs::path> out;
  for (const PluginPlace& place : places) out.push_back(place.path);
  return out;
}

BOOST_AUTO_TEST_SUITE(loader)

BOOST_AUTO_TEST_CASE(a_sound_plugin_is_opened) {
  const agon_plugin& plugin = open_plugin(bad("sound"));
  BOOST_CHECK_EQUAL(plugin.rule_count, 1u);
  BOOST_CHECK_EQUAL(rule_of(plugin, "sound", bad("sound")).id, "sound");
}

// What a version that knew less left out is not offered; nothing else is wrong with it.
BOOST_AUTO_TEST_CASE(a_smaller_table_is_read_as_zero_beyond_its_size) {
  const agon_plugin& plugin = open_plugin(bad("smaller"));
  const RuleManifest manifest = manifest_of(plugin, *plugin.rules[0], "");
  BOOST_CHECK(!manifest.checks);
  BOOST_CHECK_EQUAL(manifest.params.at(0).default_value.r, 0.1);
}

BOOST_AUTO_TEST_CASE(an_unknown_rule_names_the_nearest) {
  const agon_plugin& plugin = open_plugin(bad("sound"));
  BOOST_CHECK_EXCEPTION(rule_of(plugin, "soumd", bad("sound")), Error, [](const Error& e) {
    return e.exit() == Exit::plugin && e.fix().find("'sound'") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(files_that_are_no_plugins_are_refused_before_they_run) {
  const Scratch scratch;
  refused(scratch.write("text.agon.so", "hello"), "not an ELF shared object");
  refused(scratch.write("empty.agon.so", ""), "not an ELF shared object");
  refused(scratch.write("head.agon.so",
                        "\x7f"
                        "ELF"),
          "truncated");
  refused(scratch.dir, "a folder, not a regular file");
  refused(scratch.dir / "absent.agon.so", "no such file");
  const std::string sound = bytes_of(bad("sound"));
  for (const size_t part : {100u, 2000u, 9000u}) {
    if (part < sound.size() / 2)
      refused(scratch.write("part.agon.so", sound.substr(0, part)), "truncated");
  }
  std::string foreign = sound;
  foreign[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_S390);
  refused(scratch.write("foreign.agon.so", foreign), "another kind of machine");
  std::string object = sound;
  object[offsetof(Elf64_Ehdr, e_type)] = ET_REL;
  refused(scratch.write("object.agon.so", object), "not an ELF shared object");
}

BOOST_AUTO_TEST_CASE(shared_objects_with_a_fault_are_refused) {
  refused(bad("no_symbol"), "does not export agon_plugin_v1");
  refused(bad("undefined"), "agon_nobody_defines_this");
  refused(bad("magic"), "wrong magic");
  refused(bad("minor"), fmt::format("ABI minor 7, this agon wants {}", AGON_ABI_MINOR));
  if (fs::exists(bad("sanitized"))) refused(bad("sanitized"), "sanitizer (libasan");
}

BOOST_AUTO_TEST_CASE(tables_with_a_fault_are_refused) {
  refused(bad("twice"), "rule id 'sound' stands twice");
  refused(bad("capability"),
          "rule 'sound': it has capability bits 0x20, which this agon does not know");
  refused(bad("incapable"), "it can neither classify nor regress nor learn dynamics");
  refused(bad("motionless"), "does not offer agon.dynamics/1");
  refused(bad("picture_key"), "picture 0 lacks a key of [a-z0-9_] or a title");
  refused(bad("picture_read"), "its agon.pictures/1 is not whole");
  refused(bad("lesion_harm"), "its agon.lesion/1 is not whole");
  refused(bad("generate_null"), "its agon.generate/1 is not whole");
  refused(bad("id"), "rule 0 has no id of [a-z0-9-]");
  refused(bad("unsupervised"), "does not offer agon.supervised/1");
  refused(bad("default_value"), "parameter 'lr': the default 2 is outside [0.001, 1]");
  refused(bad("log_scale"), "parameter 'lr': a log scale needs a minimum above 0");
  refused(bad("key_twice"), "parameter 'lr' stands twice");
  refused(bad("host_key"), "parameter 'batch': the host reads batch, epochs and updates");
  refused(bad("small_param"), "parameter 0 has no key of [a-z0-9_-]");
  refused(bad("small_supervised"), "it does not offer agon.supervised/1");
  refused(bad("small_rule"), "create, destroy or extension is NULL");
  refused(bad("small_plugin"), "it has no rules");
  refused(bad("no_stride"), "its agon.metrics/1 is not whole");
  refused(bad("preset_stride"), "its preset table is broken");
  refused(bad("preset_key"), "preset 'quick': there is no parameter 'rate'");
  refused(bad("preset_value"), "preset 'quick': 'fats' is no value of mode; did you mean 'fast'?");
  refused(bad("preset_syntax"), "preset 'quick': expected key=value, got 'lr'");
}

BOOST_AUTO_TEST_CASE(folders_are_read_sorted_and_flat) {
  const Scratch scratch;
  for (const char* name : {"b.agon.so", "a.agon.so", "c.so", "notes.txt"}) scratch.write(name, "");
  fs::create_directories(scratch.dir / "deeper");
  scratch.write("deeper/d.agon.so", "");
  fs::create_symlink(scratch.dir / "a.agon.so", scratch.dir / "z.agon.so");
  const std::vector<PluginPlace> places{{.path = scratch.dir}, {.path = scratch.dir / "c.so"}};
  const std::vector<fs::path> want{scratch.dir / "a.agon.so", scratch.dir / "b.agon.so",
                                   scratch.dir / "c.so"};
  BOOST_CHECK(paths(plugin_files(places)) == want);  // z is a again; c was named, not found
}

BOOST_AUTO_TEST_CASE(explicit_places_come_first_then_the_environment) {
  const Scratch scratch;
  fs::create_directories(scratch.dir / "one");
  fs::create_directories(scratch.dir / "two");
  const std::string path =
      fmt::format("{}:{}::{}", (scratch.dir / "two").string(), (scratch.dir / "gone").string(),
                  (scratch.dir / "one").string());
  setenv("AGON_PLUGIN_PATH", path.c_str(), 1);
  const std::vector<fs::path> explicit_places{AGON_BAD_PLUGINS};
  const std::vector<fs::path> places = paths(plugin_places(explicit_places));
  unsetenv("AGON_PLUGIN_PATH");
  BOOST_REQUIRE_GE(places.size(), 3u);
  BOOST_CHECK_EQUAL(places[0], AGON_BAD_PLUGINS);
  BOOST_CHECK_EQUAL(places[1], scratch.dir / "two");
  BOOST_CHECK_EQUAL(places[2], scratch.dir / "one");
  const std::vector<fs::path> gone{scratch.dir / "gone"};
  BOOST_CHECK_THROW(plugin_places(gone), Error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace agon::harness
