#include "tests/fuzz/hdf5_checksums.hpp"

#include <bit>
#include <cstring>
#include <optional>
#include <string_view>

/// Offsets and lengths are of 8 bytes, as Kindred and the usual tools write them (HDF5 File Format
/// Specification 3.0).
namespace kindred::fuzz {
namespace {

using Bytes = std::span<std::uint8_t>;

struct Mix {
  std::uint32_t a, b, c;

  void middle() {
    a -= c, a ^= std::rotl(c, 4), c += b;
    b -= a, b ^= std::rotl(a, 6), a += c;
    c -= b, c ^= std::rotl(b, 8), b += a;
    a -= c, a ^= std::rotl(c, 16), c += b;
    b -= a, b ^= std::rotl(a, 19), a += c;
    c -= b, c ^= std::rotl(b, 4), b += a;
  }
  void last() {
    c ^= b, c -= std::rotl(b, 14);
    a ^= c, a -= std::rotl(c, 11);
    b ^= a, b -= std::rotl(a, 25);
    c ^= b, c -= std::rotl(b, 16);
    a ^= c, a -= std::rotl(c, 4);
    b ^= a, b -= std::rotl(a, 14);
    c ^= b, c -= std::rotl(b, 24);
  }
  void add(Bytes bytes) {
    std::uint32_t words[3] = {0, 0, 0};
    for (std::size_t i = 0; i < bytes.size(); ++i) words[i / 4] += std::uint32_t{bytes[i]} << (8 * (i % 4));
    a += words[0], b += words[1], c += words[2];
  }
};

/// Bob Jenkins' lookup3, HDF5's checksum of metadata.
std::uint32_t lookup3(Bytes bytes) {
  const std::uint32_t start = 0xdeadbeef + static_cast<std::uint32_t>(bytes.size());
  Mix mix{start, start, start};
  if (bytes.empty()) return mix.c;
  for (; bytes.size() > 12; bytes = bytes.subspan(12)) {
    mix.add(bytes.first(12));
    mix.middle();
  }
  mix.add(bytes);
  mix.last();
  return mix.c;
}

std::uint64_t number(Bytes file, std::size_t at, std::size_t width) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width && at + i < file.size(); ++i)
    value |= std::uint64_t{file[at + i]} << (8 * i);
  return value;
}

/// The checksum stands behind the `length` bytes it is about.
bool seal(Bytes file, std::size_t at, std::uint64_t length) {
  if (at > file.size() || length > file.size() - at || file.size() - at - length < 4) return false;
  const std::uint32_t sum = lookup3(file.subspan(at, length));
  std::memcpy(file.data() + at + length, &sum, sizeof sum);
  return true;
}

/// Continuations are looked for among the messages of a header's first part only.
void mend_continuations(Bytes file, std::size_t at, std::size_t end, bool order_kept) {
  constexpr std::uint8_t continuation = 0x10;
  for (std::size_t header = order_kept ? 6 : 4; at + header <= end;) {
    const std::uint64_t size = number(file, at + 1, 2);
    if (file[at] == continuation && size == 16) {
      const std::uint64_t place = number(file, at + header, 8), length = number(file, at + header + 8, 8);
      if (length >= 8) seal(file, place, length - 4);
    }
    at += header + size;
  }
}

void mend_object_header(Bytes file, std::size_t at) {
  const std::uint64_t flags = number(file, at + 5, 1);
  std::size_t first = at + 6 + ((flags & 0x20U) != 0 ? 16 : 0) + ((flags & 0x10U) != 0 ? 4 : 0);
  const std::size_t width = std::size_t{1} << (flags & 3U);
  const std::uint64_t length = number(file, first, width);
  first += width;
  if (length <= file.size() && seal(file, at, first - at + length))
    mend_continuations(file, first, first + length, (flags & 4U) != 0);
}

/// Bytes before the checksum of the parts whose length is always the same.
std::optional<std::size_t> fixed_length(std::string_view signature) {
  if (signature == "FRHP") return 142;  // without filters
  if (signature == "BTHD") return 34;
  if (signature == "EAHD") return 68;
  if (signature == "FAHD") return 24;
  return std::nullopt;
}

}  // namespace

void mend_checksums(Bytes file) {
  constexpr std::size_t superblock = 44, smallest = 12;
  if (file.size() < superblock + 4) return;
  if (file[8] >= 2) seal(file, 0, superblock);
  for (std::size_t at = superblock; at + smallest < file.size(); ++at) {
    const std::string_view signature(reinterpret_cast<const char*>(file.data()) + at, 4);
    if (signature == "OHDR") mend_object_header(file, at);
    else if (const auto length = fixed_length(signature)) seal(file, at, *length);
  }
}

}  // namespace kindred::fuzz
