// SPDX-License-Identifier: MIT
//
// CPython inside this process: started once, never ended. Threads: start() by one; the rest under the GIL.
#pragma once

#include <pybind11/pybind11.h>

#include <string>

namespace agon::python {

namespace py = pybind11;

// No signal handlers, no written bytecode, hashes of strings that are the same in every process, unbuffered output, and one
// thread for the BLAS of NumPy, so that the same seed means the same bits. Returns without the GIL. Throws
// std::runtime_error.
void start();

// A Python exception in words, with the innermost line of `file`: "line 12 in fit: ValueError: ...".
std::string in_one_line(const py::error_already_set& error, const std::string& file);
// As Python prints it.
std::string traceback_of(const py::error_already_set& error);

}  // namespace agon::python
