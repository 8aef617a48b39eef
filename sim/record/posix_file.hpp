#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

/// Plain files with every failure reported by name. All functions throw IoError naming the path.
namespace kindred::record {

/// Owns an open file.
class PosixFile {
 public:
  /// Also opens a folder, for sync().
  static PosixFile open_for_reading(const std::string& path);

  /// Opens what exists.
  static PosixFile open_for_changing(const std::string& path);

  /// Opens or creates, and refuses a file that another process is writing.
  static PosixFile open_for_writing(const std::string& path);

  /// Whether another process holds the file open for writing; false where that cannot be told.
  static bool is_being_written(const std::string& path);

  PosixFile(PosixFile&& other) noexcept;
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(PosixFile&&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile();

  const std::string& path() const { return path_; }
  std::uint64_t size() const;
  void write_at(std::uint64_t offset, std::span<const std::byte> bytes);
  /// @throws IoError also when the file ends first.
  void read_at(std::uint64_t offset, std::span<std::byte> bytes) const;
  void cut(std::uint64_t length);
  /// False, with errno, when the file system does not set these bytes aside.
  bool reserve(std::uint64_t bytes) const;
  /// Returns when the bytes are on the disk, so that a power cut cannot undo them.
  void sync();

 private:
  PosixFile(std::string path, int flags);
  std::string path_;
  int descriptor_;
};

/// The folder a path lies in; "." for a bare name.
std::string folder_of(const std::string& path);

/// @throws IoError when the folder of `path` is missing or not a folder.
void require_folder_of(const std::string& path);

/// Sets `bytes` of disk aside for a file without changing its length; publish() gives back what is left.
/// A file system that cannot do so is let be.
/// @throws IoError when the disk or the user's quota has less than that.
void reserve(const std::string& path, std::uint64_t bytes);

/// Bytes that a file in this folder may still take; nothing where that cannot be told.
std::optional<std::uint64_t> free_bytes(const std::string& folder);

/// Puts a finished file under its final name and makes both the bytes and the name durable.
void publish(const std::string& temporary, const std::string& path);

/// Removes a file; one that is not there is no failure. For clean-up on the way out: reports nothing.
void remove_quietly(const std::string& path) noexcept;

}  // namespace kindred::record
