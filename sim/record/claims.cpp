#include "sim/record/claims.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <system_error>

#include "sim/record/chunk_grid.hpp"
#include "sim/record/codec.hpp"

namespace kindred::record {
namespace {

constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t deflate_ratio = 1032;  // no deflated byte stands for more
constexpr std::uint64_t reference_bytes = 16;  // of a variable-length text in its dataset
constexpr std::uint64_t small = 4096;          // a dataset may be this large in a file of any size

/// The product, or the largest number when it does not fit.
std::uint64_t product(std::uint64_t a, std::uint64_t b) { return b != 0 && a > most / b ? most : a * b; }

std::uint64_t product(const std::vector<std::uint64_t>& factors) {
  std::uint64_t all = 1;
  for (const std::uint64_t factor : factors) all = factor == 0 ? 0 : product(all, factor);
  return std::find(factors.begin(), factors.end(), 0U) == factors.end() ? all : 0;
}

std::uint64_t file_bytes(const std::string& path) {
  std::error_code failure;
  const std::uintmax_t bytes = std::filesystem::file_size(path, failure);
  if (failure) throw IoError(path, "cannot be examined: " + failure.message());
  return bytes;
}

[[noreturn]] void implausible(const std::string& path, const std::string& what, const std::string& claim) {
  throw IoError(path, fmt::format("{} claims {}, more than the file can hold: it is damaged", what, claim));
}

std::vector<H5Z_filter_t> filters_of(hid_t properties, const std::string& path, const std::string& what) {
  const int count = check(H5Pget_nfilters(properties), path, "read the filters of " + what);
  std::vector<H5Z_filter_t> filters;
  for (int i = 0; i < count; ++i) {
    std::size_t values = 0;
    filters.push_back(
        H5Pget_filter2(properties, static_cast<unsigned>(i), nullptr, &values, nullptr, 0, nullptr, nullptr));
  }
  return filters;
}

/// Only what Kindred and the usual tools for rewriting write: others would be decoders of their own to trust.
void require_known_filters(hid_t properties, const std::string& path, const std::string& what) {
  const std::vector<H5Z_filter_t> filters = filters_of(properties, path, what);
  const std::vector<H5Z_filter_t> allowed[] = {
      {}, {H5Z_FILTER_SHUFFLE}, {H5Z_FILTER_DEFLATE}, {H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE}};
  if (std::find(std::begin(allowed), std::end(allowed), filters) == std::end(allowed))
    throw IoError(path, fmt::format("{} is packed in a way that is not read (filters {})", what,
                                    fmt::join(filters, ", ")));
}

void require_inside(hid_t properties, const std::string& path, const std::string& what) {
  const H5D_layout_t layout = H5Pget_layout(properties);
  if (layout != H5D_CHUNKED && layout != H5D_CONTIGUOUS && layout != H5D_COMPACT)
    throw IoError(path, what + " is stored in a way that is not read");
  if (H5Pget_external_count(properties) != 0) throw IoError(path, what + " is stored in other files");
}

/// @param filters  of the dataset, in the order in which they were applied
void require_sound_chunk(hid_t id, const Dataset& dataset, const Extents& start,
                         const std::vector<H5Z_filter_t>& filters, const std::string& path) {
  const std::string doing = "read dataset '" + path_of(dataset) + "' at " + extents_text(start);
  const std::vector<hsize_t> offset = to_hsize(start);
  hsize_t stored_bytes = 0;
  check(H5Dget_chunk_storage_size(id, offset.data(), &stored_bytes), path, doing);
  if (stored_bytes > file_bytes(path))
    throw IoError(path, "cannot " + doing + ": the chunk is not in the file");
  std::vector<std::byte> stored(stored_bytes);
  std::uint32_t left_out = 0;
  if (stored.empty()) throw IoError(path, "cannot " + doing + ": the chunk is missing");
  check(H5Dread_chunk(id, H5P_DEFAULT, offset.data(), &left_out, stored.data()), path, doing);
  const std::uint64_t raw_bytes = product(dataset.chunk) * element_size(dataset.type);
  const bool deflated = !filters.empty() && filters.back() == H5Z_FILTER_DEFLATE &&
                        (left_out & (1U << (filters.size() - 1))) == 0;
  if (deflated ? !inflates_to(stored, raw_bytes) : stored_bytes < raw_bytes)
    throw IoError(path, "cannot " + doing + ": its stored bytes do not give the values of a chunk");
}

}  // namespace

void require_own_link(hid_t group, const std::string& link, const std::string& path) {
  H5L_info_t info{};
  check(H5Lget_info(group, link.c_str(), &info, H5P_DEFAULT), path, "read link '" + link + "'");
  if (info.type != H5L_TYPE_HARD)
    throw IoError(path, fmt::format("'{}' is a link to elsewhere, which is not followed", link));
}

void require_fits(std::uint64_t values, std::uint64_t bytes, const std::string& what,
                  const std::string& path) {
  if (product(values, bytes) > std::max(file_bytes(path), small))
    implausible(path, what, fmt::format("{} values", values));
}

void require_affordable(std::uint64_t values, std::uint64_t bytes, const Dataset& dataset,
                        const std::string& path) {
  const std::uint64_t limit = std::max(bytes_read_freely, product(file_bytes(path), most_inflated));
  if (product(values, bytes) > limit)
    throw IoError(path,
                  fmt::format("dataset '{}' would take more than {} MB of memory: its {} values are packed "
                              "more tightly than results are; read it in parts with another program",
                              path_of(dataset), limit >> 20U, values));
}

void require_plausible(hid_t id, const Dataset& dataset, const std::string& path) {
  const std::string what = "dataset '" + path_of(dataset) + "'";
  const PropertyHandle properties(check(H5Dget_create_plist(id), path, "read the storage of " + what));
  require_inside(properties.get(), path, what);
  require_known_filters(properties.get(), path, what);
  const bool chunked = H5Pget_layout(properties.get()) == H5D_CHUNKED;
  const std::uint64_t width = dataset.type == ValueType::text ? reference_bytes : element_size(dataset.type);
  const std::uint64_t values = product(dataset.shape);
  const std::uint64_t limit = product(std::max(file_bytes(path), small), chunked ? deflate_ratio : 1);
  if (product(values, width) > limit) implausible(path, what, fmt::format("{} values", values));
  if (!chunked || dataset.type == ValueType::text) return;
  if (std::find(dataset.chunk.begin(), dataset.chunk.end(), 0U) != dataset.chunk.end())
    throw IoError(path, what + " has empty chunks: it is damaged");
  if (product(product(dataset.chunk), width) > limit)
    implausible(path, what, fmt::format("chunks of {}", extents_text(dataset.chunk)));
  std::vector<std::uint64_t> chunks;
  for (std::size_t axis = 0; axis < dataset.shape.size(); ++axis)
    chunks.push_back(dataset.shape[axis] / dataset.chunk[axis] +
                     (dataset.shape[axis] % dataset.chunk[axis] != 0 ? 1 : 0));
  if (product(chunks) > std::max(file_bytes(path), small))
    implausible(path, what, fmt::format("{} chunks", product(chunks)));
}

void require_sound_chunks(hid_t id, const Dataset& dataset, const ChunkPlace& place,
                          const std::string& path) {
  if (value_count(place.extent) == 0) return;
  const PropertyHandle properties(check(H5Dget_create_plist(id), path, "read the storage of a dataset"));
  if (H5Pget_layout(properties.get()) != H5D_CHUNKED) return;
  const std::vector<H5Z_filter_t> filters = filters_of(properties.get(), path, path_of(dataset));
  Extents first, counts;
  for (std::size_t axis = 0; axis < dataset.chunk.size(); ++axis) {
    first.push_back(place.start[axis] / dataset.chunk[axis]);
    counts.push_back((place.start[axis] + place.extent[axis] - 1) / dataset.chunk[axis] - first[axis] + 1);
  }
  const Extents one(counts.size(), 1);
  for (std::uint64_t index = 0; index < value_count(counts); ++index) {
    Extents start = chunk_place(counts, one, index).start;
    for (std::size_t axis = 0; axis < start.size(); ++axis)
      start[axis] = (first[axis] + start[axis]) * dataset.chunk[axis];
    require_sound_chunk(id, dataset, start, filters, path);
  }
}

}  // namespace kindred::record
