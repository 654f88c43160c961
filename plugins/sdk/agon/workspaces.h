// SPDX-License-Identifier: MIT
//
// Working memory for chunks of Context::parallel_for that run at once: each takes one that nobody else has
// and gives it back. What a chunk leaves in it means nothing to the next: which one a chunk gets depends on
// the threads. One is made with the pool, more only where chunks meet, so that one thread never allocates.
// Thread: take() any, the rest [model]. Errors: what make() throws.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace agon {

template <typename Work>
class Workspaces {
 public:
  // One in use; given back when it goes, while the pool lives.
  class Lease {
   public:
    Lease(Workspaces& pool, Work& work) : pool_(&pool), work_(&work) {}
    Lease(Lease&& other) noexcept
        : pool_(other.pool_), work_(std::exchange(other.work_, nullptr)) {}
    Lease& operator=(Lease&& other) noexcept {
      std::swap(pool_, other.pool_);
      std::swap(work_, other.work_);
      return *this;
    }
    ~Lease() {
      if (work_ != nullptr) pool_->give_back(*work_);
    }
    Work& operator*() const { return *work_; }
    Work* operator->() const { return work_; }

   private:
    Workspaces* pool_;
    Work* work_;
  };

  // make() gives a std::unique_ptr<Work>.
  explicit Workspaces(std::function<std::unique_ptr<Work>()> make) : make_(std::move(make)) {
    all_.push_back(make_());
    free_.push_back(all_.front().get());
  }

  // The one that a single thread works in.
  Work& first() { return *all_.front(); }

  // One that nobody else has, until the lease goes.
  Lease take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) {
      free_.reserve(all_.size() + 1);  // giving back cannot fail
      all_.push_back(make_());
      return {*this, *all_.back()};
    }
    Work* const work = free_.back();
    free_.pop_back();
    return {*this, *work};
  }

 private:
  void give_back(Work& work) noexcept {
    const std::lock_guard lock(mutex_);
    free_.push_back(&work);
  }

  std::function<std::unique_ptr<Work>()> make_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Work>> all_;
  std::vector<Work*> free_;
};

}  // namespace agon
