#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

struct libdeflate_compressor;
struct libdeflate_decompressor;

/// The bytes of a chunk as HDF5's own shuffle and deflate filters would store them, made here because
/// libdeflate does it at several times the speed of the filters. Any HDF5 reads the result.
namespace kindred::record {

/// Groups the bytes of the values by significance: all first bytes, then all second bytes ...
/// @param width  bytes per value; a width of 1 copies
void shuffle(std::span<const std::byte> values, std::size_t width, std::span<std::byte> shuffled);
void unshuffle(std::span<const std::byte> shuffled, std::size_t width, std::span<std::byte> values);

/// Rounds float32 values to `keep_bits` mantissa bits, to nearest, ties to even. NaN and infinities
/// stay; a finite value stays finite. Rounding twice changes nothing.
/// @param values     native-endian float32   @param keep_bits  1-23
void round_mantissa(std::span<std::byte> values, int keep_bits);

/// Shuffle, then deflate in zlib format. One per thread.
class Compressor {
 public:
  /// @param level  1 (fast) - 12
  /// @throws Bug for a level outside that range.
  explicit Compressor(int level);

  /// The compressed bytes; valid until the next call.
  std::span<const std::byte> compress(std::span<const std::byte> values, std::size_t width);

 private:
  struct Free {
    void operator()(libdeflate_compressor* compressor) const;
  };
  std::unique_ptr<libdeflate_compressor, Free> compressor_;
  std::vector<std::byte> shuffled_;
  std::vector<std::byte> compressed_;
};

/// True when the stored bytes inflate to exactly so many.
bool inflates_to(std::span<const std::byte> stored, std::size_t raw_length);

/// Inflate, then unshuffle.
class Decompressor {
 public:
  Decompressor();

  /// @param raw_length  bytes that must come out
  /// @throws Bug when the bytes are not what a Compressor wrote (callers verify checksums first).
  std::vector<std::byte> decompress(std::span<const std::byte> stored, std::size_t raw_length,
                                    std::size_t width);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* decompressor) const;
  };
  std::unique_ptr<libdeflate_decompressor, Free> decompressor_;
  std::vector<std::byte> shuffled_;
};

}  // namespace kindred::record
