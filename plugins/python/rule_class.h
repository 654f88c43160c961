// SPDX-License-Identifier: MIT
//
// A class of Python as a rule of the ABI: its tables, made of the class's attributes when its file is opened.
// Threads: made by one; read from then on, calls into Python under the GIL.
#pragma once

#include <pybind11/pybind11.h>

#include <deque>
#include <string>
#include <vector>

#include "agon/plugin.h"
#include "parameter.h"

namespace agon::python {

namespace py = pybind11;

struct RuleClass {
  std::string file;  // of the source
  py::object type;   // the class

  std::string id, name, summary, reference;
  std::deque<Parameter> params;
  std::vector<const agon_param*> rows;
  std::deque<std::string> texts;  // of the metrics and the card
  std::vector<agon_metric> metrics;
  std::vector<agon_equation> equations;
  std::vector<const char*> limits;

  agon_rule rule{};
  agon_supervised supervised{};
  agon_dynamics dynamics{};
  agon_metrics metrics_table{};
  agon_tensors tensors{};
  agon_card card{};
  bool has_tensors = false;
};

// Fills `out`, which stays where it is from then on. Throws py::error_already_set, py::type_error,
// py::value_error with what the class lacks.
void read_class(const std::string& file, const py::object& type, RuleClass& out);

}  // namespace agon::python
