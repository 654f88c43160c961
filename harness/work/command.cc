// SPDX-License-Identifier: MIT
#include "harness/work/command.h"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/process.hpp>
#include <cstdlib>
#include <future>
#include <sstream>

namespace agon::harness {

namespace process = boost::process;

std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = (folder.empty() ? "." : folder) + "/" + name;
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return "";
}

CommandResult run_command(const std::string& program, const std::vector<std::string>& arguments) {
  boost::asio::io_context io;
  std::future<std::string> out, err;
  process::child child(process::exe = program, process::args = arguments, process::std_in.close(),
                       process::std_out > out, process::std_err > err, io);
  io.run();
  child.wait();
  return {child.exit_code(), out.get(), err.get()};
}

}  // namespace agon::harness
