// SPDX-License-Identifier: MIT
//
// The host of rules written in Python (agon/draft/language.h): a file is run once, and its classes that derive
// from agon.Rule are the rules of a plugin.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agon/draft/language.h"
#include "interpreter.h"
#include "rule_class.h"

namespace agon::python {
namespace {

struct SourceFile {
  std::string name, version, license, build;
  std::deque<RuleClass> classes;
  std::vector<const agon_rule*> rules;
  agon_plugin plugin{};
};

std::string text_of(const py::module_& module, const char* attribute, const char* otherwise) {
  return py::hasattr(module, attribute) ? py::cast<std::string>(py::str(module.attr(attribute)))
                                        : otherwise;
}

// Runs the file as a module of its own. Nothing is imported from beside it: the build of a plugin is that of
// one file.
py::module_ run_file(const std::string& file) {
  const std::string name = std::filesystem::path(file).stem().string();
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const py::bytes source(text);
  py::module_ module = py::reinterpret_steal<py::module_>(PyModule_New(name.c_str()));
  module.attr("__file__") = file;
  const py::module_ builtins = py::module_::import("builtins");
  module.attr("__builtins__") = builtins;
  builtins.attr("exec")(builtins.attr("compile")(source, file, "exec"), module.attr("__dict__"));
  return module;
}

void read_file(const std::string& file, SourceFile& out) {
  const py::object base = py::module_::import("agon").attr("Rule");
  const auto numpy = py::cast<std::string>(py::module_::import("numpy").attr("__version__"));
  const py::module_ module = run_file(file);
  out.name = py::cast<std::string>(module.attr("__name__"));
  out.version = text_of(module, "__version__", "0.0.0");
  out.license = text_of(module, "__license__", "unknown");
  out.build = std::string("CPython ") + PY_VERSION + ", NumPy " + numpy;
  for (const auto& [name, value] : module.attr("__dict__").cast<py::dict>()) {
    if (PyType_Check(value.ptr()) == 0 || value.is(base) ||
        PyObject_IsSubclass(value.ptr(), base.ptr()) != 1)
      continue;
    if (py::cast<std::string>(value.attr("__module__")) != out.name) continue;  // imported
    if (py::cast<std::string>(value.attr("id")).empty()) continue;  // a base class of the file's
    out.classes.emplace_back();
    read_class(file, py::reinterpret_borrow<py::object>(value), out.classes.back());
    out.rules.push_back(&out.classes.back().rule);
  }
  if (out.rules.empty())
    throw py::type_error("no class in it derives from agon.Rule and has an id");
  out.plugin = {sizeof(agon_plugin), AGON_MAGIC,
                AGON_ABI_MINOR,      static_cast<uint32_t>(out.rules.size()),
                out.name.c_str(),    out.version.c_str(),
                out.license.c_str(), out.build.c_str(),
                out.rules.data()};
}

const agon_plugin* open(const char* file, const char** why) {
  static auto& files =
      *new std::map<std::string, std::unique_ptr<SourceFile>>;  // never ends, as plugins do
  static std::string reason;
  try {
    if (const auto known = files.find(file); known != files.end()) return &known->second->plugin;
    start();
    const py::gil_scoped_acquire lock;
    auto source = std::make_unique<SourceFile>();
    try {
      read_file(file, *source);
    } catch (const py::error_already_set& e) {
      reason = in_one_line(e, file);
      source.reset();
      *why = reason.c_str();
      return nullptr;
    }
    return &files.emplace(file, std::move(source)).first->second->plugin;
  } catch (const std::exception& e) {
    reason = e.what();
  }
  *why = reason.c_str();
  return nullptr;
}

}  // namespace
}  // namespace agon::python

extern "C" AGON_EXPORT const agon_language* agon_language_v1(void) {
  static constexpr agon_language kLanguage{sizeof(agon_language), AGON_MAGIC, AGON_ABI_MINOR, 0,
                                           &agon::python::open};
  return &kLanguage;
}
