#include "sim/record/codec.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>

#include "sim/core/errors.hpp"
#include "sim/record/layout.hpp"

namespace kindred::record {
namespace {

constexpr std::uint32_t exponent_mask = 0x7f800000U;  // of an IEEE 754 binary32

std::uint32_t rounded(std::uint32_t bits, int dropped) {
  if ((bits & exponent_mask) == exponent_mask) return bits;
  const std::uint32_t mask = (1U << dropped) - 1U;
  const std::uint32_t half = 1U << (dropped - 1);
  const std::uint32_t odd = (bits >> dropped) & 1U;
  const std::uint32_t nearest = (bits + (half - 1U) + odd) & ~mask;
  // The largest finite values would round up to infinity; the nearest finite value is below.
  return (nearest & exponent_mask) == exponent_mask ? bits & ~mask : nearest;
}

template <std::size_t width>
void shuffle_fixed(const std::byte* values, std::size_t count, std::byte* shuffled) {
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t b = 0; b < width; ++b) shuffled[b * count + i] = values[i * width + b];
}

}  // namespace

void shuffle(std::span<const std::byte> values, std::size_t width, std::span<std::byte> shuffled) {
  const std::size_t count = values.size() / width;
  if (width == 4) return shuffle_fixed<4>(values.data(), count, shuffled.data());
  if (width == 8) return shuffle_fixed<8>(values.data(), count, shuffled.data());
  std::copy(values.begin(), values.end(), shuffled.begin());
}

void unshuffle(std::span<const std::byte> shuffled, std::size_t width, std::span<std::byte> values) {
  const std::size_t count = values.size() / width;
  for (std::size_t b = 0; b < width; ++b)
    for (std::size_t i = 0; i < count; ++i) values[i * width + b] = shuffled[b * count + i];
}

void round_mantissa(std::span<std::byte> values, int keep_bits) {
  const int dropped = all_mantissa_bits - keep_bits;
  if (dropped == 0) return;
  for (std::size_t at = 0; at < values.size(); at += sizeof(std::uint32_t)) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, values.data() + at, sizeof bits);
    bits = rounded(bits, dropped);
    std::memcpy(values.data() + at, &bits, sizeof bits);
  }
}

Compressor::Compressor(int level) : compressor_(libdeflate_alloc_compressor(level)) {
  if (!compressor_) throw Bug("the compression level lies in 1-12");
}

std::span<const std::byte> Compressor::compress(std::span<const std::byte> values, std::size_t width) {
  shuffled_.resize(values.size());
  shuffle(values, width, shuffled_);
  compressed_.resize(libdeflate_zlib_compress_bound(compressor_.get(), values.size()));
  const std::size_t length = libdeflate_zlib_compress(compressor_.get(), shuffled_.data(), shuffled_.size(),
                                                      compressed_.data(), compressed_.size());
  if (length == 0) throw Bug("the compression bound was too small");
  return std::span(compressed_).first(length);
}

void Compressor::Free::operator()(libdeflate_compressor* compressor) const {
  libdeflate_free_compressor(compressor);
}

bool inflates_to(std::span<const std::byte> stored, std::size_t raw_length) {
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!decompressor) throw std::bad_alloc();
  std::vector<std::byte> raw(raw_length);
  return libdeflate_zlib_decompress(decompressor.get(), stored.data(), stored.size(), raw.data(), raw_length,
                                    nullptr) == LIBDEFLATE_SUCCESS;
}

Decompressor::Decompressor() : decompressor_(libdeflate_alloc_decompressor()) {
  if (!decompressor_) throw std::bad_alloc();
}

std::vector<std::byte> Decompressor::decompress(std::span<const std::byte> stored, std::size_t raw_length,
                                                std::size_t width) {
  shuffled_.resize(raw_length);
  const libdeflate_result result = libdeflate_zlib_decompress(
      decompressor_.get(), stored.data(), stored.size(), shuffled_.data(), raw_length, nullptr);
  if (result != LIBDEFLATE_SUCCESS) throw Bug("a stored chunk does not inflate to its declared length");
  std::vector<std::byte> values(raw_length);
  unshuffle(shuffled_, width, values);
  return values;
}

void Decompressor::Free::operator()(libdeflate_decompressor* decompressor) const {
  libdeflate_free_decompressor(decompressor);
}

}  // namespace kindred::record
