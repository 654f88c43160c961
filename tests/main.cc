// SPDX-License-Identifier: MIT
//
// main() of every test executable, by Boost.Test; BOOST_TEST_MODULE comes from CMakeLists.txt.
#include <boost/test/unit_test.hpp>
