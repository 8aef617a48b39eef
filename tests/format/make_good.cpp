#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "sim/record/content_hash.hpp"
#include "sim/record/hdf5_attributes.hpp"
#include "sim/record/read_file.hpp"
#include "sim/record/seal.hpp"

/// Writes the hash and the seal that a result file would have if what it holds now were what was written: for
/// tests of what is wrong with a file in itself. Usage: make_good FILE
using namespace kindred::record;

namespace {

std::string hash_now(const std::string& path) {
  const FinishedFile opened = open_finished(path);
  std::vector<std::vector<Digest>> digests;
  for (const Dataset& dataset : opened.file.datasets) {
    std::vector<Digest>& of_dataset = digests.emplace_back();
    const bool any = dataset.type != ValueType::text && value_count(dataset.shape) > 0;
    for (std::uint64_t c = 0; any && c < chunk_count(dataset.shape, dataset.chunk); ++c)
      of_dataset.push_back(digest_of(
          read_block(opened, dataset, chunk_place(dataset.shape, dataset.chunk, c), dataset.chunk)));
  }
  return content_hash(opened.file, digests).hex();
}

void make_good(const std::string& path) {
  const QuietHdf5 quiet;
  const std::string hash = hash_now(path);
  FileHandle file(check(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), path, "open it for writing"));
  check(H5Adelete(file.get(), "content_hash"), path, "remove the old hash");
  write_attribute(file.get(), {"content_hash", hash}, path);
  check(file.close_now(), path, "write the last bytes");
  append_seal(path);
}

}  // namespace

int main(int count, char** words) {
  if (count != 2) return 2;
  try {
    make_good(words[1]);
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
