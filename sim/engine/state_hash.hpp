#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/hash_kernel.hpp"
#include "sim/engine/lane_plan.hpp"

/// A number of 64 bits per world and week that says whether two runs are in the same state. It covers all
/// that a week hands on to the next, bit by bit, and nothing else, so it is the same for any number of
/// threads, any ensemble width, any instruction set and whatever is recorded.
///
/// Every value is a 32-bit word x: the bits of a float, or an index. Arithmetic is modulo 2^32, but sums and
/// products with factors of persons are modulo 2^64:
///
///     fold(x0 x1 ...) = t, from t = 0 and t = (t << 9 | t >> 23) ^ x for each x in turn
///     mix(x)          : x ^= x >> 16; x *= 0x85ebca6b; x ^= x >> 13; x *= 0xc2b2ae35; x ^= x >> 16
///     factor(l, i)    = mix(i + l * 0x9e3779b9) | 1
///
/// Persons come in lists of columns. List l adds fold(its columns of person i) * factor(l, i) for every i:
///
///     l = 0        constants, which weeks read and none writes
///     l = 1 + p    state that phase p of the printed schedule (from 0) is the last to write
///     l = 128 + p  the same, but stocks of what programmes delivered: 0 before they start
///     l = 256 + s  treated and enrolled (1 or 0) of programme slot s: 0 in worlds without such a slot
///
/// In a list real columns come first, then indices, each in the order of declaration. A list longer than 32
/// columns goes on as list l + 1024, and so on.
///
/// Tie e of column c of ties adds rotl(its word, 9 (e mod 128 div 16) mod 32) * factor(512 + c, 16 (e div
/// 128) + e mod 16), modulo 2^32, to the lower half of the hash, and the same with factor(2560 + c, ...) to
/// the upper half; the two halves are added as one number of 64 bits. rotl(x, b) = x << b | x >> (32 - b).
///
/// A column is handed on when the first weekly phase that has to do with it reads it.
///
/// A changed bit changes one fold and with it the hash, always. Any other difference (two persons, two
/// columns or the rows of two arms exchanged, many small ones) goes unnoticed with a probability of 2^-32 for
/// each person it concerns, all of them together.
namespace kindred {

template <class Real>
class Ensemble;

/// Columns of persons that are folded together.
struct HashList {
  std::vector<int> columns;  ///< indices, real columns first
  int reals = 0;             ///< how many they are
  std::uint32_t number = 0;  ///< l
  int phase = -1;            ///< the last to write them; -1 = none
  bool stocks = false;
};
/// What a model hands on from week to week, found in its printed schedule.
struct CarriedColumns {
  std::vector<HashList> constants, state;
  std::vector<int> tie_constants, tie_state;
};
CarriedColumns carried_columns(const ModelDeclaration& model);

/// Numbers of the first list of each kind.
inline constexpr std::uint32_t state_list = 1, stocks_list = 128, slot_list = 256, list_continued = 1024;

/// [world] the hash of the state an ensemble is in, computed at once from its columns: slow, and without any
/// of the code that computes it in passing.
std::vector<std::uint64_t> state_hashes(const Ensemble<float>& ensemble);
/// [lane] the part of it that never changes.
std::vector<std::uint64_t> constant_hashes(const Ensemble<float>& ensemble);

/// The two halves of a sum over ties as one number.
constexpr std::uint64_t whole(std::uint32_t lower, std::uint32_t upper) {
  return std::uint64_t{upper} << 32U | lower;
}

/// Computes the hash while the phases of a week are at it, since reading all columns once more would take as
/// long as some of the phases. A block is hashed right after the phase that writes its columns last, while it
/// is in the cache; what a phase of persons changes of ties after that is added as a difference. Blocks leave
/// their sums in places of their own, which are added up when all are done.
class StateHasher {
 public:
  /// Where an ensemble keeps its columns [row][lane]; they stay there as long as it lives.
  struct Places {
    std::int64_t persons, ties;
    LanePlan lanes;
    std::vector<void*> person, tie;  ///< by column
    struct Slot {
      const void *treated, *enrolled;
    };
    std::vector<Slot> slots;
  };
  StateHasher(const HashKernel& kernel, const ModelDeclaration& model, Places places);
  /// What its sums take of the memory.
  static std::int64_t bytes_needed(std::int64_t persons, std::int64_t ties, int lanes);

  /// Hashes a new ensemble, or one whose state was put in from outside.
  void start(const Ensemble<float>& ensemble, bool programmes_running);
  /// Before the first phase of a week; the programmes that begin have been allotted.
  void begin_week(bool programmes_running);
  /// For a phase: where it tells what it changes of ties that have been hashed; null when none has been yet.
  const TieChanges* changes_in(int phase) const { return phase > ties_at_ ? &changes_ : nullptr; }
  /// Carries a phase function over rows (or ties) [begin, end), begin being a multiple of 128. Writes what
  /// belongs to its own block; blocks may run at the same time.
  template <class Function>
  void carry(int phase, std::int64_t begin, std::int64_t end, Function function) {
    if (phase == ties_at_)
      for (std::int64_t at = begin; at < end; at += ties_per_hash_block) {
        const std::int64_t last = at + ties_per_hash_block < end ? at + ties_per_hash_block : end;
        function(at, last);
        hash_ties(at, last);
      }
    else function(begin, end);
    hash_persons(phase, begin, end);
  }
  /// After the last phase.
  void end_week();

  /// [world] hash of the state after the last week, or of the first one.
  std::array<std::uint64_t, tile_width> hashes() const {
    std::array<std::uint64_t, tile_width> of_worlds;
    for (int w = 0; w < tile_width; ++w) of_worlds[static_cast<std::size_t>(w)] = hashes_[lane_of(w)];
    return of_worlds;
  }
  /// Whether every value that persons hand on is finite in a world: true never is a mistake, false may be one
  /// (a sum that overflowed).
  bool finite(int world) const { return finite_[lane_of(world)] != 0; }

 private:
  int width() const { return places_.lanes.lanes; }
  std::size_t lane_of(int world) const { return places_.lanes.of[static_cast<std::size_t>(world)]; }
  void hash_ties(std::int64_t begin, std::int64_t end);
  /// What phase `phase` is the last to write; -1 = whatever is written.
  void hash_persons(int phase, std::int64_t begin, std::int64_t end);
  void add_up();

  const HashKernel* kernel_;
  Places places_;
  CarriedColumns carried_;
  std::vector<std::vector<const void*>> list_columns_;  // pointers behind carried_.state, then of each slot
  int ties_at_ =
      -1;  // phase after whose blocks ties are hashed: the last for ties; -1 = hashed once, changed
  int slots_at_ = -1;  // phase after whose blocks programme slots are hashed: the last one for persons
  bool programmes_running_ = false;
  std::vector<std::uint8_t> hashed_ties_;  // by column
  TieChanges changes_{};
  std::vector<std::uint64_t> constants_, hashes_;       // [lane]
  std::vector<std::uint64_t> person_blocks_;            // [block of 128][lane]
  std::vector<std::uint32_t> tie_blocks_, tie_change_;  // [block of 128][lane][lower, upper]
  std::vector<float> totals_;                           // [block of 128][lane]
  std::vector<std::uint8_t> finite_;                    // [lane]
};

}  // namespace kindred
