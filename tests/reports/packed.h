// SPDX-License-Identifier: MIT
//
// Bytes as stores of version 1 packed them, in hexadecimal digits.
#pragma once

#include <string>

namespace agon::reports::testing {

// Epochs 0 and 1 with updates 0 and 90, samples 0 and 1437, losses 2.3 and 1, training scores .1 and
// .8, and no validation score; the rate of epoch 1 is missing.
inline const std::string kPackedCurve =
    "01020100020100b4010100ba16010000000000000000000000000000e03f0166666666666602400000000000"
    "00f03f019a9999999999b93f9a9999999999e93f00000000000000f87f019a9999999999b93f000000000000"
    "f87f";

// Epochs 1 and 2 at samples 0 and 64; scores of A .5 and .25, of B .25 twice.
inline const std::string kPackedTwoTasks =
    "02020102020104040100800101000000000000e03f000000000000f03f00000000000000f87f000000000000"
    "00f87f00000000000000f87f009a9999999999b93f01000000000000e03f000000000000d03f000000000000"
    "00d03f";

// A heatmap "activity" of 1.5 and -2.25, and images without values of three names.
inline const std::string kPackedPictures =
    "02020861637469766974790541203c623e0473746570056c61796572046d65616e0102020000c03f000010c0"
    "07686561746d6170000000000000000000000006696d61676573030130000374776f08ac02";

inline std::string unhex(const std::string& digits) {
  std::string bytes;
  for (size_t i = 0; i < digits.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return bytes;
}

}  // namespace agon::reports::testing
