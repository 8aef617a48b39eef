#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "sim/core/errors.hpp"

/// What the fuzz targets share: files in memory, and the promise every reader makes.
namespace kindred::fuzz {

/// A folder in memory of this process's own, gone at its end.
class MemoryFolder {
 public:
  MemoryFolder() : path_("/dev/shm/kindred-fuzz-" + std::to_string(getpid())) {
    std::filesystem::create_directories(path_);
  }
  MemoryFolder(const MemoryFolder&) = delete;
  MemoryFolder& operator=(const MemoryFolder&) = delete;
  ~MemoryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

  /// @returns the path of the file written
  std::string write(std::string_view name, std::string_view bytes) const {
    const std::string path = *this / name;
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path;
  }

 private:
  std::string path_;
};

/// The one of this process: libFuzzer calls a target with nothing but bytes.
inline const MemoryFolder& memory_folder() {
  static const MemoryFolder folder;
  return folder;
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The promise: whatever a file holds, reading it succeeds or says what is wrong with it. Every other
/// exception leaves here, and libFuzzer reports it as it reports a crash.
/// @returns whether the file was read
template <class Read>
bool reads_or_says_why(const Read& read) {
  try {
    read();
    return true;
  } catch (const ConfigError&) {
    return false;
  } catch (const IoError&) {
    return false;
  }
}

/// Stops at a broken invariant of what was read.
inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace kindred::fuzz
