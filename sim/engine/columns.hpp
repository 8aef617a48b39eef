#pragma once

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <sys/mman.h>

namespace kindred {

/// A zeroed, cache-line aligned buffer with room for one register beyond its end, so that kernels may
/// read whole registers at the edge.
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(std::size_t bytes)
      : bytes_(bytes), memory_(std::aligned_alloc(64, (bytes + 127) / 64 * 64), Free{true}) {
    if (!memory_) throw std::bad_alloc();
    std::memset(memory_.get(), 0, (bytes + 127) / 64 * 64);
  }
  /// A part of somebody else's memory, zeroed already.
  AlignedBuffer(void* memory, std::size_t bytes) : bytes_(bytes), memory_(memory, Free{false}) {}
  void* data() const { return memory_.get(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Free {
    bool owned;
    void operator()(void* p) const {
      if (owned) std::free(p);
    }
  };
  std::size_t bytes_ = 0;
  std::unique_ptr<void, Free> memory_{nullptr, Free{false}};
};

/// One piece of memory for all columns of an ensemble, so that large pages can back it. Columns follow each
/// other at a distance that is odd in cache lines: most have a length of many lines that divides by a power
/// of two, and the row at hand would otherwise be in the same few cache sets in all of them (measured: 5 to 7
/// % of a run of 10,000 persons).
class ColumnArena {
 public:
  ColumnArena() = default;
  /// @param bytes  sum of room_for() of all columns
  explicit ColumnArena(std::size_t bytes) {
    const std::size_t page = page_for(bytes);
    const std::size_t size = size_for(bytes);
    memory_.reset(static_cast<std::byte*>(std::aligned_alloc(page, size)));
    if (!memory_) throw std::bad_alloc();
    // a wish: without large pages all is the same, a little slower
    if (page == large_page) static_cast<void>(madvise(memory_.get(), size, MADV_HUGEPAGE));
    std::memset(memory_.get(), 0, size);
  }
  /// What an arena for so many bytes takes.
  static std::size_t size_for(std::size_t bytes) {
    return (bytes + page_for(bytes)) / page_for(bytes) * page_for(bytes);
  }
  /// With room for one register beyond the end.
  static std::size_t room_for(std::size_t bytes) { return ((bytes / line + 2 + gap) | 1) * line; }
  /// The next column. It lives as long as the arena.
  AlignedBuffer take(std::size_t bytes) {
    std::byte* const here = memory_.get() + taken_;
    taken_ += room_for(bytes);
    return {here, bytes};
  }

 private:
  static constexpr std::size_t line = 64, gap = 8, large_page = std::size_t{2} << 20;
  static std::size_t page_for(std::size_t bytes) { return bytes < large_page ? line : large_page; }
  struct Free {
    void operator()(std::byte* p) const { std::free(p); }
  };
  std::unique_ptr<std::byte, Free> memory_;
  std::size_t taken_ = 0;
};

/// Lane of each world, when every world has its own.
inline constexpr std::array<std::uint8_t, 16> own_lanes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/// Read access to a column [row][lane], or [row] when it is stored once for all worlds.
template <class T>
struct ColumnView {
  const T* data;
  bool once;
  int width;  ///< lanes of a row
  std::array<std::uint8_t, 16> lane = own_lanes;
  std::int64_t stride() const { return once ? 1 : width; }
  /// The values of one world, a stride apart.
  const T* of(int world) const { return once ? data : data + lane[static_cast<std::size_t>(world)]; }
  T operator()(std::int64_t row, int world) const { return of(world)[row * stride()]; }
};

}  // namespace kindred
