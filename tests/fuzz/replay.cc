// SPDX-License-Identifier: MIT
//
// main() of a fuzz target without libFuzzer: runs every file of the folders that are named, and
// each of them cut short, and says how many. Options (-runs=0) are libFuzzer's and passed over.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "fuzz.h"

namespace {

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  size_t files = 0;
  for (int i = 1; i < argc; ++i) {
    if (argv[i][0] == '-') continue;
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::ifstream in(entry.path(), std::ios::binary);
      std::string bytes{std::istreambuf_iterator<char>(in), {}};
      ++files;
      run(bytes);
      for (size_t cut = bytes.size() / 2; cut > 0; cut /= 2) run(bytes.substr(0, cut));
    }
  }
  std::cout << files << " inputs\n";
  return files > 0 ? 0 : 1;
}
