#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/record/layout.hpp"

/// What makes two files the same: names, types, shapes, attributes and decoded values, whatever the
/// compression level, the HDF5 version or the order in which the datasets were declared.
namespace kindred::record {

/// 128 bits of XXH3.
struct Digest {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool operator==(const Digest&) const = default;

  /// 32 hexadecimal digits, the most significant first.
  std::string hex() const;
};

/// Root attributes that say by which build, and how, a file was made: no part of its content.
inline constexpr std::array<std::string_view, 5> build_attributes = {
    "content_hash", "kindred_version", "kindred_commit", "history", "provenance"};

bool is_build_attribute(std::string_view name);

Digest digest_of(std::span<const std::byte> bytes);

/// Identifies a declaration: two spools with equal hashes hold chunks of the same layout.
Digest declaration_hash(const File& file);

/// @param file    lengths known, `mantissa_bits` among the attributes, text datasets with their contents
/// @param chunks  per dataset, in the order of `file`, the digests of its chunks by index (decoded, edge
///                chunks filled up with zeros); empty for text
Digest content_hash(const File& file, std::span<const std::vector<Digest>> chunks);

}  // namespace kindred::record
