#include "sim/record/library_versions.hpp"

#include <fmt/format.h>
#include <hdf5.h>
#include <libdeflate.h>
#include <xxhash.h>

namespace kindred::record {

std::vector<std::pair<std::string, std::string>> library_versions() {
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return {{"hdf5", fmt::format("{}.{}.{}", major, minor, release)},
          {"libdeflate", LIBDEFLATE_VERSION_STRING},
          {"xxhash", fmt::format("{}", XXH_versionNumber())}};
}

}  // namespace kindred::record
