// SPDX-License-Identifier: MIT
//
// Hyper-parameters of a Python rule: what agon.real, agon.integer, agon.boolean, agon.choice and agon.text
// make, as rows of the ABI's table. Threads: under the GIL.
#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <vector>

#include "agon/params.h"

namespace agon::python {

namespace py = pybind11;

// Owns the texts that its row points to; stays where it is once its key is set.
struct Parameter {
  agon_param row{};
  std::string key, unit, help, default_text;
  std::vector<std::string> choices;
  std::vector<const char*> choice_texts;

  // Lets the row point to the texts.
  void settle(const std::string& of_key);
  // The value of a cell as Python sees it: a number, a truth value, the chosen word, a text.
  py::object value(agon_value v) const;
};

// From what stands under a key of Rule.params: a parameter, or for batch, epochs and updates a number. Throws
// py::type_error.
Parameter parameter_of(const std::string& key, const py::handle& given);

void add_parameters(py::module_& module);

}  // namespace agon::python
