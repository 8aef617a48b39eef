#include "sim/record/posix_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "sim/core/errors.hpp"

namespace kindred::record {
namespace {

constexpr mode_t readable_by_all = 0666;  // less the user's umask

[[noreturn]] void fail(const std::string& path, const std::string& doing) {
  const int error = errno;
  throw IoError(path, doing + ": " + std::generic_category().message(error), error);
}

/// Whether the open file still is what the path names: it may have been removed before it was locked.
bool is_named(int descriptor, const std::string& path) {
  struct stat open {
  }, named{};
  return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

}  // namespace

PosixFile::PosixFile(std::string path, int flags)
    : path_(std::move(path)), descriptor_(::open(path_.c_str(), flags | O_CLOEXEC, readable_by_all)) {
  if (descriptor_ < 0) fail(path_, "cannot be opened");
}

PosixFile PosixFile::open_for_reading(const std::string& path) { return {path, O_RDONLY}; }

PosixFile PosixFile::open_for_changing(const std::string& path) { return {path, O_RDWR}; }

PosixFile PosixFile::open_for_writing(const std::string& path) {
  constexpr int tries = 100;
  for (int i = 0; i < tries; ++i) {
    PosixFile file(path, O_RDWR | O_CREAT);
    // Network file systems without locks answer otherwise; the guard is a courtesy there.
    if (::flock(file.descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) break;
    if (is_named(file.descriptor_, path)) return file;
  }
  throw IoError(path, "is being written by another run");
}

bool PosixFile::is_being_written(const std::string& path) {
  const PosixFile file(path, O_RDONLY);
  return ::flock(file.descriptor_, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

PosixFile::PosixFile(PosixFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

PosixFile::~PosixFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::uint64_t PosixFile::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail(path_, "cannot be examined");
  return static_cast<std::uint64_t>(status.st_size);
}

void PosixFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(path_, "cannot be written");
    offset += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void PosixFile::read_at(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const ssize_t got = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path_, "cannot be read");
    if (got == 0) throw IoError(path_, "ends too early");
    offset += static_cast<std::uint64_t>(got);
    bytes = bytes.subspan(static_cast<std::size_t>(got));
  }
}

void PosixFile::cut(std::uint64_t length) {
  if (::ftruncate(descriptor_, static_cast<off_t>(length)) != 0) fail(path_, "cannot be cut");
}

bool PosixFile::reserve(std::uint64_t bytes) const {
  return ::fallocate(descriptor_, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(bytes)) == 0;
}

void PosixFile::sync() {
  // Some file systems cannot sync a folder; its names are then as durable as they make them.
  if (::fsync(descriptor_) != 0 && errno != EINVAL) fail(path_, "cannot be made durable");
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

void require_folder_of(const std::string& path) {
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(folder_of(path), ignored);
  if (!std::filesystem::exists(status))
    throw IoError(path, "cannot be created: the folder '" + folder_of(path) + "' does not exist");
  if (!std::filesystem::is_directory(status))
    throw IoError(path, "cannot be created: '" + folder_of(path) + "' is not a folder");
  if (std::filesystem::is_directory(path, ignored))
    throw IoError(path, "cannot be created: it is the name of a folder");
}

void reserve(const std::string& path, std::uint64_t bytes) {
  const PosixFile file = PosixFile::open_for_changing(path);
  if (file.reserve(bytes) || (errno != ENOSPC && errno != EDQUOT)) return;
  const int error = errno;
  throw IoError(
      path, "needs " + std::to_string((bytes >> 20U) + 1) + " MiB: " + std::generic_category().message(error),
      error);
}

std::optional<std::uint64_t> free_bytes(const std::string& folder) {
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0) return std::nullopt;
  return std::uint64_t{status.f_bavail} * status.f_frsize;
}

void publish(const std::string& temporary, const std::string& path) {
  PosixFile file = PosixFile::open_for_changing(temporary);
  file.cut(file.size());  // gives back what was reserved beyond the end
  file.sync();
  if (std::rename(temporary.c_str(), path.c_str()) != 0) fail(path, "cannot be given its final name");
  PosixFile::open_for_reading(folder_of(path)).sync();
}

void remove_quietly(const std::string& path) noexcept { ::unlink(path.c_str()); }

}  // namespace kindred::record
