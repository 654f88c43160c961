// SPDX-License-Identifier: MIT
//
// What parent and worker say to each other: whole frames, bytes that pretend to be frames, and the
// messages in them. A message that was read says the same when it is sent again.
#include "harness/work/wire.h"

#include "fuzz.h"
#include "harness/work/cell_job.h"

using namespace agon::harness;
using nlohmann::json;

namespace {

template <typename Read>
void each(const json& message, Read read) {
  try {
    const auto value = read(message);
    const std::string frame = to_frame(to_json(value));
    FrameReader reader;
    reader.add(frame);
    if (to_frame(to_json(read(*reader.next()))) != frame) __builtin_trap();
  } catch (const BadFrame&) {  // as the executor and the worker take them
  } catch (const json::exception&) {
  } catch (const std::invalid_argument&) {
  }
}

void take(std::string_view bytes) {
  FrameReader reader;
  try {
    // In pieces, as a pipe brings them.
    for (; !bytes.empty(); bytes.remove_prefix(std::min<size_t>(bytes.size(), 61))) {
      reader.add(bytes.substr(0, 61));
      while (const auto message = reader.next()) {
        each(*message, job_from_json);
        each(*message, curve_from_json);
        each(*message, outcome_from_json);
      }
    }
  } catch (const BadFrame&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return agon::fuzz::run(data, size, [](std::string_view bytes) {
    take(bytes);
    // The same as the body of one frame with its right length.
    std::string frame(4, '\0');
    for (size_t i = 0; i < frame.size(); ++i)
      frame[i] = static_cast<char>(bytes.size() >> (8 * i) & 0xff);
    take(frame.append(bytes));
  });
}
