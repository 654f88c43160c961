// SPDX-License-Identifier: MIT
#include "harness/bench/python_peers.h"

#include <boost/process.hpp>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>
#include <utility>

#include "agon_harness_bench_resources.h"
#include "core/error.h"
#include "harness/plugins/values.h"
#include "harness/work/command.h"
#include "harness/work/process.h"

namespace agon::harness::bench {
namespace {

namespace process = boost::process;
using nlohmann::json;

std::string script() {
  for (const Resource& file : resources()) {
    if (file.name == "peers.py") return std::string(file.bytes);
  }
  return "";
}

bool has_numpy(const std::string& python) {
  try {
    return !python.empty() && run_command(python, {"-c", "import numpy"}).code == 0;
  } catch (const std::system_error&) {  // it is no program
    return false;
  }
}

std::string choose(const std::string& wish) {
  if (!wish.empty() && !has_numpy(wish)) {
    throw Error(Exit::usage, "--python " + wish, "is no python3 that has NumPy",
                "give another, or leave it out");
  }
  if (!wish.empty()) return wish;
  for (const std::string& python : {find_program("python3"), std::string("/usr/bin/python3")}) {
    if (has_numpy(python)) return python;
  }
  return "";
}

json about(const Case& one) {
  json settings = json::object();
  for (const auto& [key, text] : parse_settings(one.settings)) settings[key] = text;
  return {{"rule", one.rule},         {"work", one.work == Work::fit ? "fit" : "other"},
          {"inputs", one.net.inputs}, {"outputs", one.net.outputs},
          {"batch", one.net.batch},   {"settings", std::move(settings)}};
}

}  // namespace

class PythonPeers::Process {
 public:
  explicit Process(const std::string& python)
      : python_(python),
        child_(process::exe = python, process::args = {"-u", "-c", script()},
               process::std_in<in_, process::std_out> out_) {}

  ~Process() {
    in_.pipe().close();  // it ends with its input
    std::error_code ignored;
    child_.wait(ignored);
  }

  // A line to it, a line back.
  json ask(const json& request) {
    const BrokenPipesIgnored ignored;
    in_ << request.dump() << std::endl;
    std::string line;
    const json answer = std::getline(out_, line) ? json::parse(line, nullptr, false) : json();
    if (!answer.is_object()) {
      throw Error(Exit::io, "the peers in " + python_, "do not answer (the process ended)",
                  "see what it said above, or leave --peers out");
    }
    if (answer.contains("not_for_me")) throw NotForMe(answer.at("not_for_me").get<std::string>());
    return answer;
  }

 private:
  std::string python_;
  process::opstream in_;
  process::ipstream out_;
  process::child child_;
};

namespace {

// One object of that process.
template <typename Process>
class Remote : public Contender {
 public:
  Remote(Process& process, int64_t id) : process_(process), id_(id) {}
  double run(int64_t times) override {
    return process_.ask({{"run", id_}, {"times", times}}).at("seconds").template get<double>();
  }

 private:
  Process& process_;
  int64_t id_;
};

}  // namespace

PythonPeers::PythonPeers(const std::string& python) {
  const std::string chosen = choose(python);
  if (chosen.empty()) {
    peers_.push_back({"python3", "no python3 with NumPy was found", false});
    return;
  }
  process_ = std::make_unique<Process>(chosen);
  const json answer = process_->ask({{"who", true}});
  for (const json& peer : answer.at("peers"))
    peers_.push_back({peer.at("name"), peer.at("about"), peer.at("present")});
}

PythonPeers::~PythonPeers() = default;

const std::vector<PythonPeers::Peer>& PythonPeers::peers() const noexcept { return peers_; }

std::unique_ptr<Contender> PythonPeers::make(const std::string& peer, const Case& one) {
  json request = about(one);
  request["make"] = peer;
  const json answer = process_->ask(request);
  return std::make_unique<Remote<Process>>(*process_, answer.at("id").get<int64_t>());
}

}  // namespace agon::harness::bench
