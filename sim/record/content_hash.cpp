#include "sim/record/content_hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <memory>
#include <new>
#include <numeric>
#include <type_traits>

namespace kindred::record {
namespace {

struct FreeState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

Digest from_xxh(XXH128_hash_t hash) { return {hash.low64, hash.high64}; }

/// Feeds values to XXH3 with their lengths, so that no two different sequences look the same.
class Hasher {
 public:
  explicit Hasher(std::string_view purpose) : state_(XXH3_createState()) {
    if (!state_) throw std::bad_alloc();
    XXH3_128bits_reset(state_.get());
    add(purpose);
  }

  template <class T>
  requires std::is_arithmetic_v<T>
  void add(T value) { XXH3_128bits_update(state_.get(), &value, sizeof value); }
  void add(std::string_view text) {
    add(std::uint64_t{text.size()});
    XXH3_128bits_update(state_.get(), text.data(), text.size());
  }
  void add(const std::string& text) { add(std::string_view(text)); }
  template <class T>
  void add(const std::vector<T>& values) {
    add(std::uint64_t{values.size()});
    for (const T& value : values) add(value);
  }
  void add(const Digest& digest) {
    add(digest.low);
    add(digest.high);
  }
  void add(const Attribute& attribute) {
    add(attribute.name);
    add(std::uint64_t{attribute.value.index()});
    std::visit([this](const auto& value) { add(value); }, attribute.value);
  }
  void add(const Dataset& dataset) {
    add(path_of(dataset));
    add(type_name(dataset.type));
    add(dataset.dimensions);
    add(dataset.shape);
    add(dataset.chunk);
    add(dataset.text);
  }
  Digest digest() const { return from_xxh(XXH3_128bits_digest(state_.get())); }

 private:
  std::unique_ptr<XXH3_state_t, FreeState> state_;
};

std::vector<Attribute> sorted(std::vector<Attribute> attributes) {
  std::sort(attributes.begin(), attributes.end(),
            [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
  return attributes;
}

}  // namespace

std::string Digest::hex() const { return fmt::format("{:016x}{:016x}", high, low); }

bool is_build_attribute(std::string_view name) {
  return std::find(build_attributes.begin(), build_attributes.end(), name) != build_attributes.end();
}

Digest digest_of(std::span<const std::byte> bytes) {
  return from_xxh(XXH3_128bits(bytes.data(), bytes.size()));
}

Digest declaration_hash(const File& file) {
  Hasher hasher("kindred declaration 1");
  hasher.add(file.attributes);
  for (const Dataset& dataset : file.datasets) {
    hasher.add(dataset);
    hasher.add(dataset.attributes);
    hasher.add(std::int64_t{dataset.keep_bits});
  }
  return hasher.digest();
}

Digest content_hash(const File& file, std::span<const std::vector<Digest>> chunks) {
  std::vector<Attribute> root = file.attributes;
  std::erase_if(root, [](const Attribute& attribute) { return is_build_attribute(attribute.name); });
  std::vector<std::size_t> order(file.datasets.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return path_of(file.datasets[a]) < path_of(file.datasets[b]);
  });
  Hasher hasher("kindred content 1");
  hasher.add(sorted(std::move(root)));
  for (const std::size_t index : order) {
    hasher.add(file.datasets[index]);
    hasher.add(sorted(file.datasets[index].attributes));
    hasher.add(chunks[index]);
  }
  return hasher.digest();
}

}  // namespace kindred::record
