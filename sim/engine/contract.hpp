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
  const void* position;          ///< [row] place in the community's ring, [0, 1)
  const void* adherence_draw;    ///< [row] uniform, the same in every slot and world
  const void* maintenance_draw;  ///< [row] uniform
  PhiloxKey key;
  std::uint32_t week;       ///< since the society began
  double study_week;        ///< week - burn_in
  bool programmes_running;  ///< false: every input stock of every world is still exactly zero
  int slots;
  const SlotArguments* slot;
};

/// Advances rows (or ties) [begin, end); `end` may lie in the padding.
using PhaseFunction = void (*)(const PhaseArguments&, std::int64_t begin, std::int64_t end);

enum class InstructionSet : std::uint8_t { v2, v3, v4 };

/// Phase function number `phase` of the declared schedule for ensembles of `width` worlds.
using PhaseTable = PhaseFunction (*)(int phase, int width);

struct Model {
  const ModelDeclaration* declaration;
  int constants;  ///< how many derived constants
  void (*derive)(const double* parameters, double* constants);
  PhaseTable phase_table[3];  ///< by InstructionSet
};

}  // namespace kindred
