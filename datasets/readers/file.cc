// SPDX-License-Identifier: MIT
#include "datasets/readers/file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "core/error.h"

namespace agon::datasets {

std::string read_bytes(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    throw Error(Exit::data, file.string(), "there is no such file", "check the path");
  }
  // A FIFO would block for ever and a device never end.
  if (!std::filesystem::is_regular_file(status)) {
    throw Error(Exit::data, file.string(), "not a regular file",
                "put the data file itself there, or a link to it");
  }
  const auto size = std::filesystem::file_size(file, error);
  std::string bytes;
  if (!error) bytes.resize(static_cast<size_t>(size));
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (in && !error) in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (error || !in) {
    const std::string reason = error        ? error.message()
                               : errno != 0 ? std::strerror(errno)
                                            : "it shrank";
    throw Error(Exit::data, file.string(), "cannot be read: " + reason,
                "check the permissions of the file and its folder");
  }
  return bytes;
}

}  // namespace agon::datasets
