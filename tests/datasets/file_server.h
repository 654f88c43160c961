// SPDX-License-Identifier: MIT
//
// A web server on loopback that sends what a test says, as badly as it says.
#pragma once

#include <boost/asio.hpp>
#include <cstddef>
#include <functional>
#include <limits>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace agon::datasets::testing {

struct Request {
  std::string path;  // "/mnist/a.gz"
  std::string range, if_range;
};

struct Answer {
  std::string status = "200 OK";
  std::vector<std::string> headers{};
  std::string body{};
  size_t sent = std::numeric_limits<size_t>::max();  // so much of the body, then the line is cut
  bool sized = true;                                 // says how long the body is
};

// The file, or the rest of it that was asked for.
Answer whole(const Request& request, std::string_view bytes, const std::string& etag);

class FileServer {
 public:
  explicit FileServer(std::function<Answer(const Request&)> answer);
  ~FileServer();
  FileServer(const FileServer&) = delete;
  FileServer& operator=(const FileServer&) = delete;

  std::string url(const std::string& folder = "") const;  // "http://127.0.0.1:PORT/folder/"
  std::vector<Request> requests();                        // so far

 private:
  void serve();
  void answer_one(boost::asio::ip::tcp::socket& socket);

  std::function<Answer(const Request&)> answer_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::mutex mutex_;  // of the two below
  bool closing_ = false;
  std::vector<Request> requests_;
  std::thread thread_;
};

}  // namespace agon::datasets::testing
