// SPDX-License-Identifier: MIT
//
// agon new rule: a folder that builds against this agon or an installed one, and learns before a line is
// changed. Kinds and languages are rows of the two tables.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "core/file.h"
#include "core/text.h"
#include "harness/cli/cli.h"
#include "harness/cli/new.h"
#include "harness/run/console.h"

namespace agon::harness {
namespace {

namespace fs = std::filesystem;

// What a rule learns, and what the one it begins with must reach: a score between chance and what it reaches.
struct Kind {
  const char *name, *task, *score, *expected;
};
constexpr std::array kKinds = {
    Kind{"classify", "digits", "0.9", "an accuracy above 0.9 on `digits`"},
    Kind{"regress", "friedman-1", "0.7", "an R^2 above 0.7 on `friedman-1`"},
    Kind{"dynamics", "van-der-pol", "0.6", "1 / (1 + NRMSE) above 0.6 on `van-der-pol`"},
};

struct Language {
  const char *name, *ending;
  char word_mark;                     // between the words of the source's name
  bool builds;                        // has a CMakeLists.txt
  const char *info, *params, *verbs;  // where the README says they stand
};
constexpr std::array kLanguages = {
    Language{"c++", "cc", '-', true, "info", "params", "`fit`, and `predict` or `rollout`"},
    Language{"python", "py", '_', false, "id, name, summary, reference, capabilities", "params",
             "`fit` and `predict`, or `follow` and `rollout`"},
};

template <typename Rows>
const auto& row_of(const Rows& rows, const std::string& option, const std::string& word) {
  const auto row = std::ranges::find_if(rows, [&](const auto& r) { return r.name == word; });
  if (row != rows.end()) return *row;
  std::vector<std::string> names;
  for (const auto& r : rows) names.emplace_back(r.name);
  throw Error(Exit::usage, fmt::format("{} {}", option, core::printable(word)),
              "there is none such", fmt::format("use {}", fmt::join(names, ", ")));
}

// "my-rule" as MyRule, "delta" as DeltaRule: no keyword of either language ends so.
std::string class_of(const std::string& name) {
  std::string out;
  bool first = true;
  for (const char c : name) {
    if (c != '-') out += first && c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    first = c == '-';
  }
  return out.ends_with("Rule") ? out : out + "Rule";
}

void write(const fs::path& file, const std::string& text, bool runs = false) {
  core::make_folder(file.parent_path(), "run it where you may write");
  core::replace_file(file, text);
  if (runs) {
    using fs::perms;
    fs::permissions(file, perms::owner_exec | perms::group_exec | perms::others_exec,
                    fs::perm_options::add);
  }
}

}  // namespace

int new_rule(const NewOptions& options) {
  const Kind& kind = row_of(kKinds, "--task", options.task);
  const Language& language = row_of(kLanguages, "--language", options.language);
  const fs::path folder = options.name;
  if (options.name[0] < 'a') {
    throw Error(Exit::usage, fmt::format("agon new rule {}", options.name),
                "the name becomes a class's and starts with a digit", "start with a letter");
  }
  check_free(options, catalogue_of({}));
  check_absent(folder);
  std::string file = options.name;
  std::ranges::replace(file, '-', language.word_mark);
  file += fmt::format(".{}", language.ending);
  const std::string plugin = language.builds ? options.name : options.name + "/" + file;
  const std::map<std::string, std::string> words{
      {"id", options.name},
      {"class", class_of(options.name)},
      {"title", title_of(options.name)},
      {"file", file},
      {"plugin", plugin},
      {"plugin_here", language.builds ? "." : file},
      {"build", language.builds ? from_template("build.md.in", {{"id", options.name}}) : ""},
      {"info", language.info},
      {"params", language.params},
      {"verbs", language.verbs},
      {"task", kind.task},
      {"score", kind.score},
      {"expected", kind.expected}};
  try {
    write(folder / file, from_template(fmt::format("{}.{}.in", kind.name, language.ending), words));
    if (language.builds)
      write(folder / "CMakeLists.txt", from_template("CMakeLists.txt.in", words));
    write(folder / "README.md", from_template("README.md.in", words));
    write(folder / "test.sh", from_template("test.sh.in", words), true);
    write(folder / ".github/workflows/rule.yml", from_template("ci.yml.in", words));
    if (language.builds) write(folder / ".gitignore", "build/\n");
  } catch (const fs::filesystem_error& e) {
    throw Error(Exit::io, folder.string(), "cannot be written: " + e.code().message(),
                "work in a folder of yours");
  }
  say("{0}/{1}: the rule; what it does to begin with learns {2}\n\n"
      "  agon run quick --plugin {3} -r {0} -r bp -o out/{0}\n  {0}/test.sh\n",
      options.name, file, kind.task, plugin);
  return 0;
}

}  // namespace agon::harness
