#include "tests/fuzz/graph_support.hpp"

/// A GraphML document: any bytes.
using namespace kindred;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = fuzz::memory_folder().write("network.graphml", fuzz::text_of(data, size));
  fuzz::reads_or_says_why([&] { fuzz::require_whole(graph::read_graph_file(path)); });
  return 0;
}
