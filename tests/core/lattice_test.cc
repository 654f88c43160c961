// SPDX-License-Identifier: MIT
#include <array>
#include <thread>

#include "reference.h"
#include "targets.h"

namespace agon::test {
namespace {

// The 26, 18 or 6 nearest neighbours in the order dz, dy, dx.
std::vector<int32_t> neighbours(int32_t most) {
  std::vector<int32_t> offsets;
  for (int32_t z = -1; z <= 1; ++z) {
    for (int32_t y = -1; y <= 1; ++y) {
      for (int32_t x = -1; x <= 1; ++x) {
        const int32_t distance = std::abs(z) + std::abs(y) + std::abs(x);
        if (distance > 0 && distance <= most) offsets.insert(offsets.end(), {z, y, x});
      }
    }
  }
  return offsets;
}

struct Case {
  int32_t z, y, x;
  bool periodic, driven;
  std::vector<int32_t> offsets;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const bool periodic : {false, true}) {
    for (const auto& [z, y, x] :
         {std::array{3, 3, 3}, {8, 8, 8}, {1, 1, 1}, {2, 1, 2}, {1, 4, 5}, {2, 3, 11}}) {
      all.push_back({z, y, x, periodic, true, neighbours(3)});
    }
    all.push_back({4, 4, 9, periodic, false, neighbours(2)});
    all.push_back({4, 4, 6, periodic, true, neighbours(1)});
    // far, unsorted and repeated offsets, and the site itself
    all.push_back({3, 5, 7, periodic, true, {0, 0,  2, 0, 0,  -3, 2, 1,  9, 0, 0, 0, -1, 0,
                                             1, -1, 0, 2, -1, 0,  3, -1, 0, 4, 0, 0, 2}});
    all.push_back({3, 3, 3, periodic, true, {}});
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lattice)

BOOST_DATA_TEST_CASE(step_matches_the_reference,
                     kTargets* boost::unit_test::data::make({0, 16, 32, 48}), target, lane_count) {
  const Pin pin(target);
  const auto lanes = static_cast<size_t>(lane_count);
  for (const Case& x : cases()) {
    const auto sites = static_cast<size_t>(x.z * x.y * x.x);
    const size_t k = x.offsets.size() / 3;
    const Matrix o = random_matrix(sites, lanes, 1), weights = random_matrix(sites, k, 2, kGarbage);
    const Matrix u = random_matrix(static_cast<size_t>(x.y * x.x), lanes, 3),
                 p0 = random_matrix(sites, lanes, 4);
    Matrix p = copy(p0), e(sites, lanes);
    const core::Lattice lattice{x.z, x.y, x.x, x.periodic, x.offsets, weights};
    const float alpha = 0.75f, eta = 0.2f, lambda = 0.1f;
    const uint64_t macs = core::lattice_step(lattice, o, x.driven ? ConstView(u) : ConstView(),
                                             alpha, eta, lambda, p, e);
    uint64_t links = 0;
    Matrix want_e(sites, lanes), want_p(sites, lanes);
    std::vector<double> drive(lanes);
    double worst = 0;
    const auto wrap = [](int32_t v, int32_t size) { return ((v % size) + size) % size; };
    for (int32_t z = 0; z < x.z; ++z) {
      for (int32_t y = 0; y < x.y; ++y) {
        for (int32_t c = 0; c < x.x; ++c) {
          const auto site = static_cast<size_t>((z * x.y + y) * x.x + c);
          std::fill(drive.begin(), drive.end(), 0.0);
          for (size_t j = 0; j < k; ++j) {
            int32_t nz = z + x.offsets[3 * j], ny = y + x.offsets[3 * j + 1],
                    nx = c + x.offsets[3 * j + 2];
            if (x.periodic) {
              nz = wrap(nz, x.z);
              ny = wrap(ny, x.y);
              nx = wrap(nx, x.x);
            } else if (nz < 0 || ny < 0 || nx < 0 || nz >= x.z || ny >= x.y || nx >= x.x) {
              continue;
            }
            ++links;
            const auto source = static_cast<size_t>((nz * x.y + ny) * x.x + nx);
            for (size_t lane = 0; lane < lanes; ++lane) {
              drive[lane] += static_cast<double>(weights.at(site, j)) *
                             static_cast<double>(o.at(source, lane));
            }
          }
          for (size_t lane = 0; lane < lanes; ++lane) {
            double d = drive[lane];
            if (z == 0 && x.driven)
              d += static_cast<double>(alpha) * static_cast<double>(u.at(site, lane));
            const double before = static_cast<double>(p0.at(site, lane)), error = d - before;
            const double after =
                (1 - static_cast<double>(lambda)) * before + static_cast<double>(eta) * error;
            worst = std::max({worst, std::abs(static_cast<double>(e.at(site, lane)) - error),
                              std::abs(static_cast<double>(p.at(site, lane)) - after)});
          }
        }
      }
    }
    BOOST_TEST(worst <= 2e-6);
    BOOST_TEST(macs == (links + 2 * sites) * lanes);
  }
}

// A lane is a sample: it does not matter which others are computed beside it.
BOOST_DATA_TEST_CASE(lanes_are_independent, kTargets, target) {
  const Pin pin(target);
  const std::vector<int32_t> offsets = neighbours(3);
  const Matrix o = random_matrix(8 * 8 * 8, 48, 1), weights = random_matrix(512, 26, 2),
               u = random_matrix(64, 48, 3);
  const core::Lattice lattice{8, 8, 8, false, offsets, weights};
  Matrix p = random_matrix(512, 48, 4), e(512, 48), p16(512, 16), e16(512, 16);
  for (size_t r = 0; r < 512; ++r) std::copy_n(p.row(r).begin() + 32, 16, p16.row(r).begin());
  core::lattice_step(lattice, o, u, 1.0f, 0.2f, 0.1f, p, e);
  const auto last = [](const Matrix& m) {
    return ConstView(m.data() + 32, m.rows(), 16, m.stride());
  };
  core::lattice_step(lattice, last(o), last(u), 1.0f, 0.2f, 0.1f, p16, e16);
  for (size_t r = 0; r < 512; ++r) {
    BOOST_REQUIRE(std::equal(e16.row(r).begin(), e16.row(r).end(), e.row(r).begin() + 32));
    BOOST_REQUIRE(std::equal(p16.row(r).begin(), p16.row(r).end(), p.row(r).begin() + 32));
  }
}

// What a step keeps of its lattice from call to call is that of this one lattice: a growing cone, and
// lattices of equal height in turn, give what each gives in a thread that has seen no other.
BOOST_AUTO_TEST_CASE(lattices_may_alternate) {
  const std::vector<int32_t> all = neighbours(3), few = neighbours(1);
  const Matrix weights = random_matrix(40 * 3 * 5, 26, 1), u = random_matrix(15, 16, 2);
  const auto errors_of = [&](int32_t z, int32_t y, bool periodic, bool of_few) {
    const auto sites = static_cast<size_t>(z * y * 5);
    const std::vector<int32_t>& offsets = of_few ? few : all;
    const core::Lattice lattice{
        z, y, 5, periodic, offsets, {weights.data(), sites, offsets.size() / 3, weights.stride()}};
    const Matrix o = random_matrix(sites, 16, 3);
    Matrix p = random_matrix(sites, 16, 4), e(sites, 16);
    const ConstView driven{u.data(), static_cast<size_t>(y * 5), 16, u.stride()};
    core::lattice_step(lattice, o, driven, 1.0f, 0.2f, 0.1f, p, e);
    return e;
  };
  for (int round = 0; round < 2; ++round) {
    for (const int32_t z : {1, 2, 3, 8, 33, 34, 40}) {
      for (const int32_t y : {3, 2}) {
        for (const int kind : {0, 1, 2, 3}) {
          const Matrix here = errors_of(z, y, (kind & 1) != 0, (kind & 2) != 0);
          Matrix alone;
          std::thread([&] { alone = errors_of(z, y, (kind & 1) != 0, (kind & 2) != 0); }).join();
          BOOST_TEST(same_bits(here, alone));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace agon::test
