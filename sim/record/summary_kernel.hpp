#pragma once

#include <cstdint>

#include "sim/engine/contract.hpp"

/// The border between the population summaries (population.hpp) and their loops, which are compiled once per
/// instruction set like a model's kernels: plain data and pointers only.
///
/// A block is `elements` numbers of a column, [row][lane], from a first row on. Reals of two registers become
/// one register of 16-bit words, in the order in which the machine packs them: word i of the k-th pair of
/// registers belongs to element k * words + element_of_word(i, reals) of the block, where words = 2 * reals.
namespace kindred::record {

inline constexpr int summary_styles = 4, summary_shares = 5;
/// So many elements are looked at together: few enough to stay in the innermost cache for every outcome.
inline constexpr int block_elements = 1024;
/// Blocks after which the counters, of 16 bits, have to be emptied.
inline constexpr int blocks_per_count = 256;
inline constexpr int most_words = 32;
/// A word of flags holds so many elements, the first in the lowest bit.
inline constexpr int bits_of_flags = 16;

constexpr int element_of_word(int word, int reals) {
  const int part = word / 8, within = word % 8;
  return within < 4 ? 4 * part + within : reals + 4 * part + within - 4;
}

constexpr int word_of_element(int element, int reals) {
  const int within = element % reals;
  return within / 4 * 8 + within % 4 + (element < reals ? 0 : 4);
}
/// Counters and windows are kept per slot: per word, or per lane of a row that is longer than a register of
/// words.
constexpr int slots_of(int width, int reals) { return width > 2 * reals ? width : 2 * reals; }
constexpr int lane_of_slot(int slot, int width, int reals) {
  const int words = 2 * reals;
  return (slot / words * words + element_of_word(slot % words, reals)) % width;
}

/// A mark is what is known of an element: 4 * lane + style, and whether the element counts.
enum Mark : std::uint16_t { mark_style = 3, mark_single = 256, mark_nobody = 512 };

/// Which persons of a block have which style. first == null: everybody has style 0.
struct MarkBlock {
  const float* first;
  const float* second;
  const std::int32_t* bond;  ///< null = nobody has one
  float first_cut, second_cut;
  int width, elements;
};
/// Lanes of a row (or of a part of it as wide as a register of double precision) that have a style.
struct StyleRows {
  std::uint16_t* mark;     ///< [element], in the order of words
  std::uint32_t* row;      ///< [part][style][block_elements / width] row << 8 | lanes
  std::uint32_t* rows;     ///< [part][style] how many of them
  std::uint16_t* persons;  ///< [style][slot] added to
  std::uint16_t* coupled;  ///< [style][slot] added to
};

/// Sums of an outcome over everybody and over each style, in the order of rows.
struct StyleSums {
  double sum[1 + summary_styles][tile_width], squares[1 + summary_styles][tile_width];
};
struct SumBlock {
  const float* const* value;        ///< [outcome]
  const std::int32_t* const* bond;  ///< [outcome] not null = only persons who have one count
  int outcomes;                     ///< 1 or 2
  int width, elements;
  const std::uint32_t* row;  ///< as in StyleRows
  const std::uint32_t* rows;
};

/// Windows of values in which order statistics are looked for. A value becomes a key, (value - centre) *
/// scale; every array is over slots, but for the first two, which are in the order of elements.
struct Windows {
  alignas(64) float centre[most_words], scale[most_words];
  /// A window holds the keys from `low` on that are below `high`.
  alignas(64) std::int16_t low[1 + summary_styles][summary_shares][most_words];
  alignas(64) std::int16_t high[1 + summary_styles][summary_shares][most_words];
  alignas(64) std::int16_t low_by_mark[summary_shares][4 * tile_width];  // the same of the styles
  alignas(64) std::int16_t high_by_mark[summary_shares][4 * tile_width];
};
/// How many keys do not lie below each window of their own group.
struct WindowCounts {
  alignas(64) std::uint16_t from_low[1 + summary_styles][summary_shares][most_words];
};
/// Values in the windows of everybody or of their own style.
struct Found {
  float* values;
  std::uint32_t count, room;  ///< a count beyond the room tells that values were left out
};
struct CountBlock {
  const float* value;
  const std::uint16_t* mark;
  std::uint16_t left_out;  ///< marks of those who do not count
  int width, elements;     ///< reads up to the next multiple of `words`
};

struct SummaryKernel {
  int reals;  ///< in a register
  void (*mark)(const MarkBlock&, const StyleRows&);
  void (*add)(const SumBlock&, StyleSums* const*);
  /// found: [lane][style]
  void (*count)(const CountBlock&, const Windows&, WindowCounts&, Found*);
  /// Those of `values` whose key lies in [low, high); `kept` has room for a register more.
  int (*in_window)(const float* values, int n, float centre, float scale, int low, int high, float* kept);
  /// Those in [low, high); how many are below. `kept` may be `values`.
  int (*between)(const float* values, int n, float low, float high, float* kept, int* below);
  /// Which of n elements have an event that is not 0, or a flag above 0 that was not, or no longer.
  /// @param was  bits of last week's flags; becomes this week's   @param found  room for n   @return how many
  int (*changes)(const float* event, const float* flag, int n, std::uint16_t* was, std::int32_t* found);
};

/// The loops for an instruction set, which the machine must have (machine_has).
const SummaryKernel& summary_kernel(InstructionSet isa);

}  // namespace kindred::record
