#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"

/// State as a stream of bytes, for checkpoints: what is written in an order is read in the same order by the
/// same program on the same kind of machine. Where the bytes go, and that they are undamaged, is others'
/// business; still no length is believed before the bytes for it are known to be there.
namespace kindred {

template <class T>
concept PlainState = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>;

class StateWriter {
 public:
  using Sink = std::function<void(std::span<const std::byte>)>;
  explicit StateWriter(Sink sink) : sink_(std::move(sink)) {}

  template <PlainState T>
  void value(const T& one) {
    sink_(std::as_bytes(std::span(&one, 1)));
  }
  /// Length, then the values.
  template <PlainState T>
  void values(std::span<const T> many) {
    value(std::uint64_t{many.size()});
    sink_(std::as_bytes(many));
  }
  template <PlainState T>
  void values(const std::vector<T>& many) {
    values(std::span<const T>(many));
  }
  void text(std::string_view characters) { values(std::span<const char>(characters)); }
  /// A name that the reader must meet in the same place.
  void mark(std::string_view name) { text(name); }

 private:
  Sink sink_;
};

class StateReader {
 public:
  using Source = std::function<void(std::span<std::byte>)>;
  /// @param path  named in errors   @param length  bytes that `source` will give
  StateReader(std::string path, std::uint64_t length, Source source)
      : path_(std::move(path)), left_(length), source_(std::move(source)) {}

  template <PlainState T>
  T value() {
    T one{};
    take(std::as_writable_bytes(std::span(&one, 1)));
    return one;
  }
  /// @throws IoError when the file ends before the length it states
  template <PlainState T>
  std::vector<T> values() {
    const auto count = value<std::uint64_t>();
    if (count > left_ / sizeof(T)) refuse("ends too early");
    std::vector<T> many(count);
    take(std::as_writable_bytes(std::span(many)));
    return many;
  }
  /// Fills memory that is there already.
  /// @throws IoError when the file holds another number of values
  template <PlainState T>
  void fill(std::span<T> memory) {
    if (value<std::uint64_t>() != memory.size()) refuse("holds a state of another shape");
    take(std::as_writable_bytes(memory));
  }
  std::string text() {
    const std::vector<char> characters = values<char>();
    return {characters.begin(), characters.end()};
  }
  void mark(std::string_view name) {
    if (text() != name) refuse("holds something else where '" + std::string(name) + "' should begin");
  }
  /// A number that must lie below `limit`: an index or a count.
  std::uint64_t index_below(std::uint64_t limit) {
    const auto index = value<std::uint64_t>();
    if (index >= limit) refuse("holds a number that is out of range");
    return index;
  }
  /// @throws IoError when something is left
  void end() {
    if (left_ != 0) refuse("holds more than it should");
  }
  [[noreturn]] void refuse(const std::string& what) const { throw IoError(path_, what); }

 private:
  void take(std::span<std::byte> bytes) {
    if (bytes.size() > left_) refuse("ends too early");
    source_(bytes);
    left_ -= bytes.size();
  }
  std::string path_;
  std::uint64_t left_;
  Source source_;
};

}  // namespace kindred
