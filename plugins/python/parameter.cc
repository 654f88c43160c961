// SPDX-License-Identifier: MIT
#include "parameter.h"

#include <pybind11/stl.h>

#include <algorithm>

namespace agon::python {
namespace {

uint32_t flags_of(bool log, bool tunable, bool structure) {
  return (log ? kLog : kPlain) | (tunable ? kTunable : kPlain) | (structure ? kStructure : kPlain);
}

Parameter made(const agon_param& row, const std::string& unit, const std::string& help) {
  Parameter p;
  p.row = row;
  p.unit = unit;
  p.help = help;
  return p;
}

Parameter choice_of(const py::args& names, const py::object& value, const std::string& help) {
  Parameter p =
      made(integer("", 0, 0, static_cast<int64_t>(names.size()) - 1, kPlain, "", ""), "", help);
  p.row.type = AGON_CHOICE;
  for (const py::handle& name : names) p.choices.push_back(name.cast<std::string>());
  if (!value.is_none()) {
    const auto at = std::ranges::find(p.choices, value.cast<std::string>());
    if (at == p.choices.end()) throw py::value_error("the default is none of the choices");
    p.row.default_value.i = at - p.choices.begin();
  }
  return p;
}

}  // namespace

void Parameter::settle(const std::string& of_key) {
  key = of_key;
  row.key = key.c_str();
  row.unit = unit.c_str();
  row.help = help.c_str();
  if (row.type == AGON_TEXT) row.default_value.text = default_text.c_str();
  if (row.type != AGON_CHOICE) return;
  for (const std::string& choice : choices) choice_texts.push_back(choice.c_str());
  row.choices = choice_texts.data();
  row.choice_count = static_cast<uint32_t>(choices.size());
}

py::object Parameter::value(agon_value v) const {
  switch (row.type) {
    case AGON_REAL: return py::float_(v.r);
    case AGON_BOOL: return py::bool_(v.i != 0);
    case AGON_CHOICE: return py::str(choices.at(static_cast<size_t>(v.i)));
    case AGON_TEXT: return py::str(v.text);
    default: return py::int_(v.i);
  }
}

Parameter parameter_of(const std::string& key, const py::handle& given) {
  const bool number = py::isinstance<py::int_>(given) && !py::isinstance<py::bool_>(given);
  agon_param host{};
  if (number) {
    const auto n = given.cast<int64_t>();
    if (key == "batch") host = batch_param(n);
    if (key == "epochs") host = epochs_param(n);
    if (key == "updates") {
      host = updates_param();
      host.default_value.i = n;
    }
  }
  if (host.key != nullptr) return made(host, host.unit, host.help);
  if (py::isinstance<Parameter>(given)) return given.cast<const Parameter&>();
  throw py::type_error(
      "params['" + key + "'] is " + py::cast<std::string>(py::repr(given)) +
      ": agon.real, agon.integer, agon.boolean, agon.choice or agon.text is needed, or a number "
      "for batch, epochs and updates");
}

void add_parameters(py::module_& m) {
  using namespace py::literals;
  py::class_<Parameter>(m, "Parameter");
  m.def(
      "real",
      [](double value, double min, double max, const std::string& help, const std::string& unit,
         bool log, bool tunable, bool structure) {
        return made(real("", value, min, max, flags_of(log, tunable, structure), "", ""), unit,
                    help);
      },
      "default"_a, "min"_a, "max"_a, "help"_a = "", py::kw_only(), "unit"_a = "", "log"_a = false,
      "tunable"_a = false, "structure"_a = false);
  m.def(
      "integer",
      [](int64_t value, int64_t min, int64_t max, const std::string& help, const std::string& unit,
         bool log, bool tunable, bool structure) {
        return made(integer("", value, min, max, flags_of(log, tunable, structure), "", ""), unit,
                    help);
      },
      "default"_a, "min"_a, "max"_a, "help"_a = "", py::kw_only(), "unit"_a = "", "log"_a = false,
      "tunable"_a = false, "structure"_a = false);
  m.def(
      "boolean",
      [](bool value, const std::string& help) {
        return made(boolean("", value, kPlain, ""), "", help);
      },
      "default"_a, "help"_a = "");
  m.def(
      "choice",
      [](const py::args& names, const py::object& value, const std::string& help) {
        return choice_of(names, value, help);
      },
      py::kw_only(), "default"_a = py::none(), "help"_a = "");
  m.def(
      "text",
      [](const std::string& value, int64_t max_bytes, const std::string& help) {
        Parameter p = made(text("", "", max_bytes, kPlain, ""), "", help);
        p.default_text = value;
        return p;
      },
      "default"_a = "", "max_bytes"_a = 256, "help"_a = "");
}

}  // namespace agon::python
