// SPDX-License-Identifier: MIT
#include "interpreter.h"

#include <dlfcn.h>

#include <cstdlib>
#include <stdexcept>

namespace agon::python {
namespace {

// NumPy's own modules look for the interpreter among the global symbols; the host was opened locally.
void make_global() {
  Dl_info where{};
  if (dladdr(reinterpret_cast<void*>(&Py_InitializeFromConfig), &where) == 0 ||
      dlopen(where.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD) == nullptr)
    throw std::runtime_error("the library of CPython cannot be found again");
}

void initialise() {
  make_global();
  for (const char* threads :
       {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS"})
    setenv(threads, "1", 1);
  PyPreConfig before;  // the process's locale is the host's
  PyPreConfig_InitPythonConfig(&before);
  before.configure_locale = 0;
  before.coerce_c_locale = 0;
  before.utf8_mode = 1;
  PyStatus status = Py_PreInitialize(&before);
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.install_signal_handlers = 0;
  config.parse_argv = 0;
  config.write_bytecode = 0;
  config.buffered_stdio = 0;
  config.use_hash_seed = 1;
  config.hash_seed = 0;
  // Another python3 that comes first on PATH has another standard library.
  if (PyStatus_Exception(status) == 0)
    status = PyConfig_SetBytesString(&config, &config.program_name, AGON_PYTHON);
  if (PyStatus_Exception(status) == 0) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status) != 0) {
    throw std::runtime_error(std::string("CPython does not start: ") +
                             (status.err_msg != nullptr ? status.err_msg : "no reason given"));
  }
  PyEval_SaveThread();
}

// The last line of the traceback that lies in the file.
std::string place(const py::handle& trace, const std::string& file) {
  std::string out;
  for (py::object at = py::reinterpret_borrow<py::object>(trace); at && !at.is_none();
       at = at.attr("tb_next")) {
    const py::object code = at.attr("tb_frame").attr("f_code");
    if (py::cast<std::string>(code.attr("co_filename")) != file) continue;
    out = "line " + std::to_string(py::cast<int>(at.attr("tb_lineno")));
    const auto function = py::cast<std::string>(code.attr("co_name"));
    if (function != "<module>") out += " in " + function;
  }
  return out;
}

}  // namespace

void start() {
  static const bool started = [] {
    initialise();
    return true;
  }();
  (void)started;
}

std::string in_one_line(const py::error_already_set& error, const std::string& file) {
  const auto type = py::cast<std::string>(error.type().attr("__name__"));
  std::string text = py::cast<std::string>(py::str(error.value()));
  std::string where = error.trace() ? place(error.trace(), file) : "";
  if (error.matches(PyExc_SyntaxError)) {
    text = py::cast<std::string>(py::str(error.value().attr("msg")));
    where = "line " + py::cast<std::string>(py::str(error.value().attr("lineno")));
  }
  return (where.empty() ? "" : where + ": ") + type + (text.empty() ? "" : ": " + text);
}

std::string traceback_of(const py::error_already_set& error) {
  const py::object trace = error.trace() ? py::object(error.trace()) : py::object(py::none());
  const py::object lines =
      py::module_::import("traceback").attr("format_exception")(error.type(), error.value(), trace);
  return py::cast<std::string>(py::str("").attr("join")(lines));
}

}  // namespace agon::python
