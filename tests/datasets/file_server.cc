// SPDX-License-Identifier: MIT
#include "file_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace agon::datasets::testing {

namespace asio = boost::asio;
using asio::ip::tcp;

Answer whole(const Request& request, std::string_view bytes, const std::string& etag) {
  Answer answer{.headers = {"ETag: " + etag}, .body = std::string(bytes)};
  if (request.range.empty() || request.if_range != etag) return answer;
  const size_t start = std::stoul(request.range.substr(std::string("bytes=").size()));
  if (start >= bytes.size()) return {.status = "416 Range Not Satisfiable"};
  answer.status = "206 Partial Content";
  answer.headers.push_back(
      fmt::format("Content-Range: bytes {}-{}/{}", start, bytes.size() - 1, bytes.size()));
  answer.body = bytes.substr(start);
  return answer;
}

FileServer::FileServer(std::function<Answer(const Request&)> answer)
    : answer_(std::move(answer)),
      acceptor_(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      thread_([this] { serve(); }) {}

FileServer::~FileServer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  // accept() waits for somebody to come.
  boost::system::error_code ignored;
  tcp::socket knock(context_);
  knock.connect(acceptor_.local_endpoint(), ignored);
  thread_.join();
}

std::string FileServer::url(const std::string& folder) const {
  return fmt::format("http://127.0.0.1:{}/{}{}", acceptor_.local_endpoint().port(), folder,
                     folder.empty() ? "" : "/");
}

std::vector<Request> FileServer::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void FileServer::serve() {
  for (;;) {
    boost::system::error_code error;
    tcp::socket socket(context_);
    acceptor_.accept(socket, error);
    {
      const std::lock_guard lock(mutex_);
      if (closing_ || error) return;
    }
    try {
      answer_one(socket);
    } catch (const std::exception&) {
      // The client has left: that is what some tests are about.
    }
  }
}

void FileServer::answer_one(tcp::socket& socket) {
  std::string text;
  asio::read_until(socket, asio::dynamic_buffer(text), "\r\n\r\n");
  std::istringstream in(text);
  Request request;
  std::string line;
  in >> line >> request.path;
  while (std::getline(in, line)) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.starts_with("Range: ")) request.range = line.substr(7);
    if (line.starts_with("If-Range: ")) request.if_range = line.substr(10);
  }
  {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
  }
  const Answer answer = answer_(request);
  std::string head = "HTTP/1.1 " + answer.status + "\r\nConnection: close\r\n";
  if (answer.sized) head += fmt::format("Content-Length: {}\r\n", answer.body.size());
  for (const std::string& one : answer.headers) head += one + "\r\n";
  asio::write(socket, asio::buffer(head + "\r\n"));
  asio::write(socket, asio::buffer(answer.body.data(), std::min(answer.sent, answer.body.size())));
  boost::system::error_code ignored;
  socket.shutdown(tcp::socket::shutdown_both, ignored);
}

}  // namespace agon::datasets::testing
