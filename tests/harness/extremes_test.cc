// SPDX-License-Identifier: MIT
//
// Sizes at the ends of what kernels are made for: one row, one unit, one unit more than a vector has lanes,
// far more, and many layers. Every rule that has the parameter runs with it.
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <ostream>
#include <string>

#include "tests/harness/setup.h"

using namespace agon;
using namespace agon::harness;

namespace {

struct Size {
  const char *key, *value, *beside;
};
std::ostream& operator<<(std::ostream& out, const Size& s) {
  return out << s.key << "=" << s.value;
}

const std::vector<std::string> kRules{"bp", "ed", "pc", "ebn", "monolith", "linear", "elm"};
// beside: so that 256 layers do not take long.
const std::vector<Size> kSizes{{"batch", "1", ""},
                               {"width", "1", ""},
                               {"width", "17", ""},
                               {"width", "1000", ""},
                               {"depth", "256", ",width=4"}};

// Whether the rule has such a parameter and takes this value.
bool takes(const std::string& rule, const Size& size) {
  const std::filesystem::path file =
      std::filesystem::path(std::getenv("AGON_PLUGINS")) / (rule + ".agon.so");
  const agon_plugin& plugin = open_plugin(file);
  const RuleManifest manifest = manifest_of(plugin, rule_of(plugin, rule, file), file.string());
  const ParamManifest* param = manifest.param(size.key);
  if (param == nullptr) return false;
  return range_error(*param, {.i = std::stoll(size.value)}).empty();
}

}  // namespace

BOOST_DATA_TEST_CASE(a_rule_runs_at_every_size,
                     boost::unit_test::data::make(kRules) * boost::unit_test::data::make(kSizes),
                     rule, size) {
  // ebn's smallest network is two neurons; monolith and linear have no layers.
  if (!takes(rule, size)) return;
  // pc: an error moves one layer a step.
  const std::string steps = rule == "pc" && std::string(size.key) == "depth" ? ",steps=256" : "";
  Setup setup(rule, "digits",
              std::string(size.key) + "=" + size.value + size.beside + steps + ",updates=2");
  const reports::CellOutcome outcome = setup.train();
  // pc relaxes at least once for each layer and may leave the finite numbers: that is a result.
  BOOST_TEST((outcome.status == reports::Status::ok || outcome.status == reports::Status::diverged),
             outcome.status_detail);
}
