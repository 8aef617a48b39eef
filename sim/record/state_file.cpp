#include "sim/record/state_file.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>

#include "sim/core/errors.hpp"
#include "sim/record/posix_file.hpp"

namespace kindred::record {
namespace {

constexpr std::uint64_t magic = 0x4b43454843444e4bULL;  // "KNDCHECK"
constexpr std::uint32_t format_version = 2;
constexpr std::size_t piece_bytes = std::size_t{1} << 20U;

struct Header {
  std::uint64_t magic;
  std::uint32_t version;
  StateKind kind;
  Digest owner;
  std::uint64_t length;  ///< of the state behind the header
  Digest state;          ///< XXH3-128
  std::uint64_t check;   ///< XXH3-64 of the fields above
};
static_assert(std::is_trivially_copyable_v<Header> && sizeof(Header) == 64);

std::uint64_t check_of(const Header& header) { return XXH3_64bits(&header, offsetof(Header, check)); }

class Hasher {
 public:
  Hasher() : state_(XXH3_createState()) {
    if (!state_) throw std::bad_alloc();
    XXH3_128bits_reset(state_.get());
  }
  void add(std::span<const std::byte> bytes) {
    XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
  }
  Digest digest() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
    return {hash.low64, hash.high64};
  }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };
  std::unique_ptr<XXH3_state_t, Free> state_;
};

/// Small writes are gathered, large ones go through.
class Output {
 public:
  explicit Output(PosixFile& file) : file_(file) {}
  void add(std::span<const std::byte> bytes) {
    hasher_.add(bytes);
    if (gathered_.size() + bytes.size() > piece_bytes) flush();
    if (bytes.size() > piece_bytes) put(bytes);
    else gathered_.insert(gathered_.end(), bytes.begin(), bytes.end());
  }
  void flush() {
    put(gathered_);
    gathered_.clear();
  }
  std::uint64_t length() const { return length_; }
  Digest digest() const { return hasher_.digest(); }

 private:
  void put(std::span<const std::byte> bytes) {
    file_.write_at(sizeof(Header) + length_, bytes);
    length_ += bytes.size();
  }
  PosixFile& file_;
  Hasher hasher_;
  std::vector<std::byte> gathered_;
  std::uint64_t length_ = 0;
};

void write_part(const std::string& part, StateKind kind, const Digest& owner,
                const std::function<void(StateWriter&)>& write) {
  PosixFile file = PosixFile::open_for_writing(part);
  file.cut(0);
  Output output(file);
  StateWriter writer([&](std::span<const std::byte> bytes) { output.add(bytes); });
  write(writer);
  output.flush();
  Header header{magic, format_version, kind, owner, output.length(), output.digest(), 0};
  header.check = check_of(header);
  file.write_at(0, std::as_bytes(std::span(&header, 1)));
}

Header checked_header(const PosixFile& file, StateKind kind, const Digest& owner) {
  Header header{};
  file.read_at(0, std::as_writable_bytes(std::span(&header, 1)));
  const auto refuse = [&](const char* what) { throw IoError(file.path(), what); };
  if (header.magic != magic || header.check != check_of(header)) refuse("is damaged at its beginning");
  if (header.version != format_version) refuse("was written by a version of Kindred with another format");
  if (header.kind != kind) refuse("is not what its name says");
  if (header.owner != owner) refuse("belongs to another run");
  if (file.size() < sizeof header || file.size() - sizeof header != header.length)
    refuse("is cut short or too long");
  return header;
}

}  // namespace

void write_state_file(const std::string& path, StateKind kind, const Digest& owner,
                      const std::function<void(StateWriter&)>& write) {
  const std::string part = path + ".part";
  try {
    write_part(part, kind, owner, write);
    publish(part, path);
  } catch (...) {
    remove_quietly(part);
    throw;
  }
}

StateReader read_state_file(const std::string& path, StateKind kind, const Digest& owner) {
  const auto file = std::make_shared<PosixFile>(PosixFile::open_for_reading(path));
  const Header header = checked_header(*file, kind, owner);
  Hasher hasher;
  std::vector<std::byte> piece(std::min<std::uint64_t>(piece_bytes, header.length));
  for (std::uint64_t at = 0; at < header.length; at += piece.size()) {
    const auto part = std::span(piece).first(std::min<std::uint64_t>(piece.size(), header.length - at));
    file->read_at(sizeof header + at, part);
    hasher.add(part);
  }
  if (hasher.digest() != header.state) throw IoError(path, "is damaged");
  return {path, header.length, [file, at = std::uint64_t{sizeof header}](std::span<std::byte> bytes) mutable {
            file->read_at(at, bytes);
            at += bytes.size();
          }};
}

}  // namespace kindred::record
