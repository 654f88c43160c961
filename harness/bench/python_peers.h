// SPDX-License-Identifier: MIT
//
// Peers in Python (peers.py), in one process of its own that stands by: a turn is a line to it and a line
// back, so that its turns lie among ours in every round. It flushes denormals as we do, and inherits what
// make_fair() of fair.h has set. Threads: one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/bench/case.h"
#include "harness/bench/contender.h"

namespace agon::harness::bench {

class PythonPeers {
 public:
  // Starts `python`, a file, or the first of PATH's python3 and /usr/bin/python3 that has NumPy where it
  // is "". Without one all peers are absent.
  explicit PythonPeers(const std::string& python);
  ~PythonPeers();

  struct Peer {
    std::string name;   // "torch"
    std::string about;  // "PyTorch 1.13.1, eager", or why it is absent
    bool present = false;
  };
  const std::vector<Peer>& peers() const noexcept;
  // Of a peer that is present. Throws NotForMe, and agon::Error(Exit::io) when the process is gone.
  std::unique_ptr<Contender> make(const std::string& peer, const Case& one);

 private:
  class Process;
  std::unique_ptr<Process> process_;
  std::vector<Peer> peers_;
};

}  // namespace agon::harness::bench
