#pragma once

#include <cstdint>

#include "sim/core/declarations.hpp"
#include "sim/random/philox.hpp"

/// What the engine and a model promise each other. A model is declarations plus phase functions; the
/// engine owns every loop, every buffer and every draw. Everything that crosses the border between
/// instruction sets is plain data and pointers.
namespace kindred {

/// Widest ensemble. Per-world values are stored as tiles of this many numbers, world w at every
/// position k with k mod W == w, so that a register of any width can be loaded from them.
inline constexpr int tile_width = 16;

/// Rows (and ties) advance in blocks of a constant size, whatever the number of threads.
inline constexpr std::int64_t rows_per_block = 128;
inline constexpr std::int64_t ties_per_block = 1024;

/// Rows that lie in one slice (row_slices.hpp): a multiple of every register's number of rows.
inline constexpr std::int64_t rows_per_slice = 16;

/// One programme slot of the ensemble in the current week.
struct SlotArguments {
  void* treated;                   ///< [row][world] 1 = allotted to the programme
  void* enrolled;                  ///< [row][world] 1 = treated and not dropped out
  const void* on_course;           ///< [tile] 1 during the weeks of the course
  const void* started;             ///< [tile] 1 from the first week on
  const void* dose;                ///< [input][tile] per week of full practice
  const void* adherence_exponent;  ///< [tile]
  const void* drop_out;            ///< [tile] weekly probability at distress 0
  const void* maintained;          ///< [tile] share who keep practising
};

/// Lists of the state hash that ties have (state_hash.hpp): column c in list tie_list + c for the lower half
/// of the hash and in that list + tie_upper_half for the upper one.
inline constexpr std::uint32_t tie_list = 512, tie_upper_half = 2048;

/// What a phase of persons has changed of ties that were hashed before it: changes of the hash's halves.
struct TieChanges {
  const std::uint8_t* hashed;  ///< by column: 1 = it is part of the hash
  std::uint32_t* halves;       ///< [row / rows_per_block][lane][lower, upper]
};

/// What a phase function receives. Columns and parameters are float, or double in the reference build.
struct PhaseArguments {
  void* const* person;              ///< by column index: [row][world], or [row] when stored once
  const std::uint8_t* person_once;  ///< by column index
  void* const* tie;
  const std::uint8_t* tie_once;
  void* tie_draw;                    ///< [tie] this week's uniform of each tie, filled by the tie phase
  const void* parameters;            ///< [parameter][tile]
  const void* constants;             ///< [constant][tile]
  const std::int32_t* row_offset;    ///< first half-tie of each row
  const std::int32_t* neighbour;     ///< by half-tie, ascending within a row
  const std::int32_t* half_tie_tie;  ///< by half-tie: the undirected tie
  const std::int32_t* tie_low;       ///< lower end of each tie
  const std::int32_t* tie_high;
  const std::int32_t* far_offset;    ///< first entry of each row in far_half_tie; null = all is in the caches
  const std::int32_t* far_half_tie;  ///< half-ties to distant rows: to be asked for before they are needed
  const std::int32_t* slice_offset;  ///< row_slices.hpp; null when no phase or width has use for slices
  const std::int32_t* slice_neighbour;  ///< [line][row of the slice], slice_absent = none
  std::int32_t slice_absent;            ///< the row behind the padding: 0 in every column of one lane
  const void* position;                 ///< [row] place in the community's ring, [0, 1)
  const void* adherence_draw;           ///< [row] uniform, the same in every slot and world
  const void* maintenance_draw;         ///< [row] uniform
  PhiloxKeys keys;
  std::uint32_t week;       ///< since the society began
  double study_week;        ///< week - burn_in
  bool programmes_running;  ///< false: every input stock of every world is still exactly zero
  int slots;
  const SlotArguments* slot;
  const TieChanges* tie_changes = nullptr;  ///< null: nobody asks
};

/// Advances rows (or ties) [begin, end); `end` may lie in the padding.
using PhaseFunction = void (*)(const PhaseArguments&, std::int64_t begin, std::int64_t end);

enum class InstructionSet : std::uint8_t { v2, v3, v4 };

/// Phase function number `phase` of the declared schedule for ensembles of `width` worlds.
using PhaseTable = PhaseFunction (*)(int phase, int width);

/// The state of every world between two phases, as a model's own check of its invariants sees it. Columns are
/// single precision, in the form of PhaseArguments.
struct StateView {
  const void* const* person;  ///< by column index: [row][world], or [row] when stored once
  const std::uint8_t* person_once;
  const void* const* tie;
  const std::uint8_t* tie_once;
  const float* parameters;  ///< [parameter][tile]
  const std::int32_t* tie_low;
  const std::int32_t* tie_high;
  std::int64_t persons, ties;
  int width;   ///< lanes of a row
  int worlds;  ///< lanes that count
  int slots;
  const SlotArguments* slot;
  bool week_over;  ///< after the last phase of a week, not between two

  float real(int column, std::int64_t row, int world) const {
    return static_cast<const float*>(person[column])[person_once[column] != 0 ? row : row * width + world];
  }
  std::int32_t index(int column, std::int64_t row, int world) const {
    return static_cast<const std::int32_t*>(person[column])[row * width + world];
  }
  float of_tie(int column, std::int64_t at, int world) const {
    return static_cast<const float*>(tie[column])[tie_once[column] != 0 ? at : at * width + world];
  }
  float parameter(int p, int world) const { return parameters[p * tile_width + world]; }
  float treated(int s, std::int64_t row, int world) const {
    return static_cast<const float*>(slot[s].treated)[row * width + world];
  }
  float enrolled(int s, std::int64_t row, int world) const {
    return static_cast<const float*>(slot[s].enrolled)[row * width + world];
  }
};

/// A rule that a state breaks.
struct Violation {
  const char* rule = nullptr;  ///< null = none was found
  bool of_tie = false;         ///< `row` is a tie
  std::int64_t row = 0;
  int world = 0;
};

/// Looks for the first broken rule in a state, given the one in which the week began: its persons and slots,
/// programmes that began allotted; its ties are those of now.
using InvariantCheck = Violation (*)(const StateView& now, const StateView& week_began);

struct Model {
  const ModelDeclaration* declaration;
  int constants;  ///< how many derived constants
  void (*derive)(const double* parameters, double* constants);
  PhaseTable phase_table[3];       ///< by InstructionSet
  InvariantCheck check = nullptr;  ///< may be null; asked after every phase in builds that check invariants
};

}  // namespace kindred
