#include "sim/record/seal.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <type_traits>

#include "sim/core/errors.hpp"
#include "sim/record/posix_file.hpp"

namespace kindred::record {
namespace {

constexpr std::array<char, 8> magic{'k', 'i', 'n', 'd', 's', 'e', 'a', 'l'};
constexpr std::uint32_t version = 1;
constexpr std::uint32_t piece_bytes = 1U << 16U;
constexpr std::uint64_t pieces_at_once = 16;  // read together

struct Footer {
  std::array<char, 8> magic;
  std::uint32_t version;
  std::uint32_t piece_bytes;
  std::uint64_t length;
  std::uint64_t whole_low, whole_high;    ///< of the HDF5 part
  std::uint64_t pieces_low, pieces_high;  ///< of the pieces' digests
  std::uint64_t check;                    ///< of everything before it
};
static_assert(std::endian::native == std::endian::little);
static_assert(std::is_trivially_copyable_v<Footer> && sizeof(Footer) == 64);

struct FreeState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

/// Digests of the first `length` bytes of a file.
struct Digests {
  std::vector<std::uint64_t> pieces;
  XXH128_hash_t whole;
};

std::uint64_t piece_count(std::uint64_t length) {
  return length / piece_bytes + (length % piece_bytes != 0 ? 1 : 0);
}

Digests digests_of(const PosixFile& file, std::uint64_t length) {
  const std::unique_ptr<XXH3_state_t, FreeState> state(XXH3_createState());
  if (!state) throw std::bad_alloc();
  XXH3_128bits_reset(state.get());
  std::vector<std::byte> buffer(std::min(pieces_at_once * piece_bytes, length));
  Digests digests{{}, {}};
  digests.pieces.reserve(piece_count(length));
  for (std::uint64_t at = 0; at < length; at += buffer.size()) {
    const std::span part = std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), length - at));
    file.read_at(at, part);
    XXH3_128bits_update(state.get(), part.data(), part.size());
    for (std::size_t piece = 0; piece < part.size(); piece += piece_bytes)
      digests.pieces.push_back(
          XXH3_64bits(part.data() + piece, std::min<std::size_t>(piece_bytes, part.size() - piece)));
  }
  digests.whole = XXH3_128bits_digest(state.get());
  return digests;
}

XXH128_hash_t digest_of_pieces(const std::vector<std::uint64_t>& pieces) {
  return XXH3_128bits(pieces.data(), pieces.size() * sizeof(std::uint64_t));
}

std::uint64_t check_of(const Footer& footer) { return XXH3_64bits(&footer, offsetof(Footer, check)); }

Footer footer_of(const Digests& digests, std::uint64_t length) {
  const XXH128_hash_t pieces = digest_of_pieces(digests.pieces);
  Footer footer{
      magic,         version, piece_bytes, length, digests.whole.low64, digests.whole.high64, pieces.low64,
      pieces.high64, 0};
  footer.check = check_of(footer);
  return footer;
}

/// The last 64 bytes when they say that they are a seal's.
std::optional<Footer> footer_at_end(const PosixFile& file) {
  const std::uint64_t bytes = file.size();
  if (bytes < sizeof(Footer)) return std::nullopt;
  Footer footer{};
  file.read_at(bytes - sizeof footer, std::as_writable_bytes(std::span(&footer, 1)));
  if (footer.magic != magic) return std::nullopt;
  return footer;
}

/// What is wrong with the last 64 bytes themselves; empty when they can be relied on.
std::string footer_fault(const Footer& footer, std::uint64_t file_bytes) {
  const std::string where =
      fmt::format("bytes {} to {} (the seal)", file_bytes - sizeof(Footer), file_bytes - 1);
  if (footer.check != check_of(footer)) return where + ": are not those that were written";
  if (footer.version != version || footer.piece_bytes != piece_bytes)
    return fmt::format("{}: a seal of version {}, this program knows {}", where, footer.version, version);
  if (file_bytes < seal_bytes(footer.length) || file_bytes - seal_bytes(footer.length) != footer.length)
    return fmt::format("{}: belongs to a file of {} bytes, this one has {}; bytes are missing or too many",
                       where, footer.length + seal_bytes(footer.length), file_bytes);
  return {};
}

/// Damaged pieces as stretches of bytes.
std::vector<SealReport::Region> regions_of(const std::vector<std::uint64_t>& stated,
                                           const std::vector<std::uint64_t>& found, std::uint64_t length) {
  std::vector<SealReport::Region> regions;
  for (std::size_t i = 0; i < stated.size(); ++i) {
    if (stated[i] == found[i]) continue;
    const std::uint64_t first = i * std::uint64_t{piece_bytes};
    const std::uint64_t last = std::min(first + piece_bytes, length) - 1;
    if (!regions.empty() && regions.back().last + 1 == first) regions.back().last = last;
    else regions.push_back({first, last});
  }
  return regions;
}

/// Holds the HDF5 part against a footer that can be relied on.
void check_bytes(const PosixFile& file, const Footer& footer, SealReport& report) {
  std::vector<std::uint64_t> stated(piece_count(footer.length));
  file.read_at(footer.length, std::as_writable_bytes(std::span(stated)));
  const Digests found = digests_of(file, footer.length);
  const XXH128_hash_t pieces = digest_of_pieces(stated);
  if (pieces.low64 != footer.pieces_low || pieces.high64 != footer.pieces_high) {
    report.faults.push_back(
        fmt::format("bytes {} to {} (the seal's digests): are not those that were written", footer.length,
                    footer.length + stated.size() * sizeof(std::uint64_t) - 1));
    if (found.whole.low64 != footer.whole_low || found.whole.high64 != footer.whole_high)
      report.regions.push_back({0, footer.length - 1});  // which of them the damaged digests cannot tell
  } else {
    report.regions = regions_of(stated, found.pieces, footer.length);
  }
  for (const SealReport::Region& region : report.regions)
    report.faults.push_back(
        fmt::format("bytes {} to {}: are not those that were written", region.first, region.last));
}

}  // namespace

std::uint64_t seal_bytes(std::uint64_t length) {
  return piece_count(length) * sizeof(std::uint64_t) + sizeof(Footer);
}

void append_seal(const std::string& path) {
  PosixFile file = PosixFile::open_for_changing(path);
  const std::uint64_t length = file.size();
  const Digests digests = digests_of(file, length);
  const Footer footer = footer_of(digests, length);
  file.write_at(length, std::as_bytes(std::span(digests.pieces)));
  file.write_at(length + seal_bytes(length) - sizeof footer, std::as_bytes(std::span(&footer, 1)));
}

bool has_seal(const std::string& path) {
  return footer_at_end(PosixFile::open_for_reading(path)).has_value();
}

SealReport check_seal(const std::string& path) {
  const PosixFile file = PosixFile::open_for_reading(path);
  SealReport report{false, file.size(), {}, {}};
  const std::optional<Footer> footer = footer_at_end(file);
  if (!footer) return report;
  report.present = true;
  if (const std::string fault = footer_fault(*footer, report.sealed); !fault.empty()) {
    report.faults.push_back(fault);
  } else {
    report.sealed = footer->length;
    check_bytes(file, *footer, report);
  }
  return report;
}

}  // namespace kindred::record
