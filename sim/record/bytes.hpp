#pragma once

#include <cstddef>
#include <cstring>
#include <vector>

namespace kindred::record {

/// The memory of plain numbers, as a chunk wants it.
template <class T>
std::vector<std::byte> bytes_of(const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

}  // namespace kindred::record
