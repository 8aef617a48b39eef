#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// HDF5's library trusts what a file says about itself: a damaged or hostile one can make it crash or loop.
/// What reads files from strangers therefore does so in a child process first, whose end is then an answer.
namespace kindred::record {

/// What a child may use before it is ended; 0 = what it likes.
struct ChildLimits {
  std::uint64_t cpu_seconds = 0;
  std::uint64_t memory_bytes = 0;  ///< beyond what the parent uses
};

/// Runs `read` in a child process. @returns its lines
/// @param path  of the file being read, for messages
/// @throws IoError of `read`, and when the child crashes, runs out of memory or out of time; Bug of `read`.
std::vector<std::string> lines_from_child(const std::string& path, const ChildLimits& limits,
                                          const std::function<std::vector<std::string>()>& read);

}  // namespace kindred::record
