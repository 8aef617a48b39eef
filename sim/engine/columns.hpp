#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace kindred {

/// A zeroed, cache-line aligned buffer with room for one register beyond its end, so that kernels may
/// read whole registers at the edge.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t bytes)
      : bytes_(bytes), memory_(std::aligned_alloc(64, (bytes + 127) / 64 * 64)) {
    if (!memory_) throw std::bad_alloc();
    std::memset(memory_.get(), 0, (bytes + 127) / 64 * 64);
  }
  void* data() const { return memory_.get(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Free {
    void operator()(void* p) const { std::free(p); }
  };
  std::size_t bytes_ = 0;
  std::unique_ptr<void, Free> memory_;
};

/// Read access to a column [row][world], or [row] when it is stored once for all worlds.
template <class T>
struct ColumnView {
  const T* data;
  bool once;
  int width;
  T operator()(std::int64_t row, int world) const { return once ? data[row] : data[row * width + world]; }
};

}  // namespace kindred
