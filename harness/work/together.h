// SPDX-License-Identifier: MIT
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "harness/work/executor.h"

namespace agon::harness {

// Cells that end within a moment are told, and so kept, together; workers go on meanwhile. What is
// not told has not ended for anybody: after a kill of this process it runs again. Of one thread.
class Together {
 public:
  using Tell = std::function<void(std::span<const FinishedCell>)>;
  Together(boost::asio::io_context& io, Tell tell) : timer_(io), tell_(std::move(tell)) {}

  void add(FinishedCell cell) {
    if (cells_.empty()) {
      timer_.expires_after(std::chrono::milliseconds(5));
      timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) tell();
      });
    }
    cells_.push_back(std::move(cell));
  }

  // Tells those that wait, in the order of their ends.
  void tell() {
    const std::vector<FinishedCell> cells = std::exchange(cells_, {});
    if (!cells.empty()) tell_(cells);
  }

 private:
  boost::asio::steady_timer timer_;
  Tell tell_;
  std::vector<FinishedCell> cells_;
};

}  // namespace agon::harness
