#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

/// What a model says about itself. Every quantity is declared once; the configuration check, the HDF5
/// attributes, the tables of the READMEs, the JSON Schema and the bounds tests are derived from here.
namespace kindred {

/// A closed interval. Membership is the positive form, so that NaN lies outside every range.
struct Range {
  double low;
  double high;
  constexpr bool contains(double x) const { return x >= low && x <= high; }
};

/// A number that a world may set differently from its neighbours.
struct ParameterDeclaration {
  std::string_view name;    ///< the field's own words, as written in a scenario
  std::string_view symbol;  ///< the letter used in the equations of the model's README
  double default_value;
  Range range;  ///< what a scenario may set, in `unit`
  std::string_view unit;
  std::string_view source;  ///< evidence row, calibration, or assumption id
  std::string_view meaning;
  /// 0 or 1; holds from the programmes' start on, so that everybody has the calibrated past.
  bool is_switch = false;
};

enum class Element : std::uint8_t {
  real,   ///< a latent or signal: float in runs, double in the reference build
  index,  ///< int32; -1 means "none"
};

/// How a column is stored. `derived` columns follow from shared draws and parameters: they are stored
/// once when the worlds of an ensemble agree on every parameter they depend on, else once per world.
enum class Storage : std::uint8_t { per_world, shared, derived };

struct ColumnDeclaration {
  std::string_view name;
  std::string_view alias;  ///< short name accepted in `who:` conditions; empty = none
  std::string_view symbol;
  Element element;
  Storage storage;
  Range range;  ///< physically possible values, used by `valid_range` and the integrity checks
  std::string_view unit;
  std::string_view source;
  std::string_view meaning;
  std::span<const int> depends_on = {};  ///< parameter indices, for derived columns
};

/// What a programme can deliver to a person in a week (a practice dose).
struct InputDeclaration {
  std::string_view name;
  std::string_view symbol;
  std::string_view unit;
  std::string_view meaning;
};

enum class Entity : std::uint8_t { person, tie };
enum class Distribution : std::uint8_t { uniform, normal, exponential };
enum class Occasion : std::uint8_t {
  start,   ///< once per society
  weekly,  ///< every week
  event,   ///< only when something happens; keyed by the week it happens in
};

/// Four decisions that share one Philox call: word k of the block belongs to decision k for ever.
/// Weekly tie blocks hold a single decision; there the four words serve four ties (sim/random).
struct DrawBlockDeclaration {
  std::string_view name;
  std::uint32_t stream;  ///< unique within the model; part of the file format
  Entity entity;
  Occasion occasion;
  std::array<Distribution, 4> distribution;
  std::array<std::string_view, 4> decisions;  ///< empty text = word not used
};

/// A read-out in four quadrants: which side of its cut each of two columns lies on.
struct QuadrantDeclaration {
  std::string_view name;
  int first_column;
  int second_column;
  double first_cut;  ///< latent SD units; above = strictly greater
  double second_cut;
  std::array<std::string_view, 4> labels;  ///< low-low, high-low, low-high, high-high (first, second)
  std::string_view source;
};

/// A read-out in four bands of one column, such as ages.
struct BandDeclaration {
  std::string_view name;
  int column;
  std::array<double, 3> cuts;              ///< ascending; a value on a cut belongs to the band above it
  std::array<std::string_view, 4> labels;  ///< lowest first
};

/// One row of the table a clinician knows: what people of a quadrant struggle with, what is said to help,
/// and the quantity in which the model shows it.
struct ChallengeDeclaration {
  int label;  ///< quadrant label of the model's first quadrant read-out
  std::string_view challenge;
  std::string_view helps;  ///< how the programme is thought to help
  std::string_view focus;  ///< of treatment
  int column;              ///< person column that shows the challenge
  bool among_coupled;      ///< read only while the bond of the start lasts
};

/// An instrument reads a latent column with error: raw = clip(mean + sd * (sqrt(r) z + sqrt(1-r) n)).
struct InstrumentDeclaration {
  std::string_view name;
  int column;
  double reliability;  ///< share of observed variance that is true
  double mean;         ///< raw points at latent 0
  double sd;           ///< raw points per latent SD
  Range range;         ///< raw points; observed scores are clipped to it
  std::string_view unit;
  std::string_view source;
};

/// What the population summaries report about one column.
struct OutcomeDeclaration {
  int column;
  bool among_coupled;  ///< summarised over persons for whom the model's `coupled_column` is >= 0
};

/// A kind of tie, read out of a tie column: present while the value is strictly above the cut.
struct TieReadoutDeclaration {
  std::string_view name;
  int column;
  double cut;
  std::string_view source;
};

/// One printed line of the schedule. Columns are named by index into the person or tie declarations.
struct PhaseDeclaration {
  enum class Kind : std::uint8_t { person, tie, fold };
  std::string_view name;
  Kind kind;
  bool at_start;  ///< runs once when a society is made, not every week
  std::string_view does;
  std::span<const int> draw_blocks;  ///< indices of the draw blocks the engine supplies
  std::span<const int> reads_own;
  std::span<const int> reads_neighbours;
  std::span<const int> writes;
  std::span<const int> reads_ties;
  std::span<const int> writes_ties;
};

/// Everything a model declares, as the scenario reader, the recorder and the documents see it. The
/// reader finds every name here by look-up and knows none of its own.
struct ModelDeclaration {
  std::string_view name;
  std::string_view title;
  std::span<const ParameterDeclaration> parameters;
  std::span<const ColumnDeclaration> person_columns;
  std::span<const ColumnDeclaration> tie_columns;
  std::span<const InputDeclaration> inputs;
  std::span<const DrawBlockDeclaration> draw_blocks;
  std::span<const PhaseDeclaration> phases;
  std::span<const QuadrantDeclaration> quadrants;
  std::span<const InstrumentDeclaration> instruments;
  std::span<const OutcomeDeclaration> outcomes;
  std::span<const TieReadoutDeclaration> tie_readouts;  ///< weakest kind first
  std::span<const BandDeclaration> bands;
  std::span<const ChallengeDeclaration> challenges;
  int coupled_column;     ///< person column that is >= 0 while a person has a bond; -1 = no bonds
  int bond_event_column;  ///< person column: 0 nothing, 1 break-up, 2 formation; -1 = no bonds
  int committed_column;   ///< person column: 1 while the bond is committed; -1 = no bonds
  /// Person columns that stay exactly 0 until the first programme starts: what programmes have delivered.
  std::span<const int> input_stocks = {};
};

}  // namespace kindred
