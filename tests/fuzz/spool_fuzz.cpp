#include <cstring>
#include <vector>

#include "sim/record/content_hash.hpp"
#include "sim/record/spool.hpp"
#include "sim/record/spool_contents.hpp"
#include "sim/record/spool_format.hpp"
#include "tests/fuzz/spool_declaration.hpp"
#include "tests/fuzz/support.hpp"

/// A spool: one byte that chooses what is tried, then the file. Checksums would refuse nearly every change
/// to the file, so on request they are made right again: what lies behind them is to be met too.
using namespace kindred;
using namespace kindred::record;

namespace {

enum Choice : unsigned { mended = 1, resumed = 2, cut_short = 4 };

/// Header and records with right checksums, as far as the lengths in the records go.
void mend(std::vector<std::byte>& bytes, const Digest& declaration) {
  if (bytes.size() < sizeof(SpoolHeader)) return;
  SpoolHeader header = make_header(declaration, 1);
  std::memcpy(bytes.data(), &header, sizeof header);
  for (std::size_t at = sizeof header; bytes.size() - at >= sizeof(RecordHeader);) {
    RecordHeader record{};
    std::memcpy(&record, bytes.data() + at, sizeof record);
    const std::size_t room = bytes.size() - at - sizeof record;
    if (record.stored_length > room) return;
    seal(record, std::span(bytes).subspan(at + sizeof record, record.stored_length));
    std::memcpy(bytes.data() + at, &record, sizeof record);
    at += sizeof record + record.stored_length;
  }
}

void read_all(const File& declared, const std::string& path) {
  const SpoolContents contents = sort_spool(declared, path);
  fuzz::require(space_needed(contents) > 0);
  for (std::size_t dataset = 0; dataset < declared.datasets.size(); ++dataset)
    for_each_chunk(contents, dataset, [](const StoredChunk&) {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const File declared = fuzz::spool_declaration();
  const auto rest = std::as_bytes(std::span(data + 1, size - 1));
  std::vector<std::byte> bytes(rest.begin(), rest.end());
  const unsigned choice = data[0];
  if ((choice & mended) != 0) mend(bytes, declaration_hash(declared));
  const std::string output = fuzz::memory_folder() / "out.h5";
  fuzz::memory_folder().write("out.h5.spool", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if ((choice & resumed) == 0) {
    try {
      fuzz::reads_or_says_why([&] { read_all(declared, spool_path(output)); });
    } catch (const Bug&) {
      // Whole records that do not make a whole file: what finish() says to a writer that forgot a chunk.
    }
    return 0;
  }
  const std::uint64_t length = (choice & cut_short) != 0 ? bytes.size() / 2 : bytes.size();
  fuzz::reads_or_says_why([&] {
    Spool spool(declared, output, {.queue_bytes = 1024, .compression_level = 1, .resume_at = length});
    spool.sync();
  });
  return 0;
}
