#include "tests/fuzz/graph_support.hpp"

/// An edge list, and a persons file beside it when the input holds a line "===": what follows that line.
using namespace kindred;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::string_view mark = "\n===\n";
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t at = text.find(mark);
  const std::string path = fuzz::memory_folder().write("network.csv", text.substr(0, at));
  const std::string persons = fuzz::memory_folder() / "network.persons.csv";
  std::filesystem::remove(persons);
  if (at != std::string_view::npos)
    fuzz::memory_folder().write("network.persons.csv", text.substr(at + mark.size()));
  fuzz::reads_or_says_why([&] { fuzz::require_whole(graph::read_graph_file(path)); });
  return 0;
}
