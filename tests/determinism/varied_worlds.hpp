#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/ensemble.hpp"
#include "sim/engine/widths.hpp"
#include "sim/random/philox.hpp"

/// Worlds in which every path of a model is walked, without naming any of its quantities, and the hash of
/// everything they hold: what two runs have to agree on.
namespace kindred::determinism {

inline constexpr std::int64_t persons = 901;  ///< fills neither a block nor a register
inline constexpr int world_count = 11;        ///< fills no ensemble
inline constexpr int burn_in = 50;            ///< weeks
inline constexpr int weeks = 72;              /// burn-in included

/// Uniform in (0, 1), fixed for ever by (a, b): these worlds are the same in every build.
inline double fixed_uniform(std::uint32_t a, std::uint32_t b) {
  return (static_cast<double>(philox({a, b, 0, 0}, {20, 24})[0] >> 9) + 0.5) * 0x1p-23;
}

/// Which worlds an ensemble carries. Alike: nothing differs that a derived column follows from, so derived
/// columns are stored once.
enum class Kind { varied, alike };

inline bool derives_something(const ModelDeclaration& model, int parameter) {
  for (const auto columns : {model.person_columns, model.tie_columns})
    for (const ColumnDeclaration& column : columns)
      for (const int behind : column.depends_on)
        if (behind == parameter) return true;
  return false;
}

/// Every parameter moved up to half the way from its default to one of its bounds.
inline std::vector<double> varied_parameters(const ModelDeclaration& model, std::uint32_t world, Kind kind) {
  std::vector<double> values;
  for (std::uint32_t p = 0; p < model.parameters.size(); ++p) {
    const ParameterDeclaration& declared = model.parameters[p];
    const double way = fixed_uniform(world, p) - 0.5;
    const double bound = way < 0 ? declared.range.low : declared.range.high;
    const bool fixed = kind == Kind::alike && derives_something(model, static_cast<int>(p));
    values.push_back(fixed ? declared.default_value
                           : declared.default_value +
                                 (way < 0 ? -way : way) * (bound - declared.default_value));
  }
  return values;
}

/// Nobody chosen, or by a column, by a score, by a label, by being one of a couple.
inline std::vector<Condition> varied_conditions(const ModelDeclaration& model, std::uint32_t which) {
  const auto& quadrant = model.quadrants.front();
  switch (which % 5) {
  case 1:
    return {{Condition::Kind::column, quadrant.first_column, 0.3, {}, {}}};
  case 2:
    return {{Condition::Kind::instrument, 0, model.instruments.front().mean, {}, {}}};
  case 3:
    return {{Condition::Kind::quadrant, 0, {}, {}, {1, 3}}};
  case 4:
    return {{Condition::Kind::coupled, 0, {}, {}, {1}}};
  default:
    return {};
  }
}

/// None, one or two programmes, which deliver a little of everything.
inline std::vector<ProgrammePlan> varied_programmes(const ModelDeclaration& model, std::uint32_t world) {
  std::vector<ProgrammePlan> programmes;
  for (std::uint32_t slot = 0; !model.inputs.empty() && slot < world % 3; ++slot) {
    ProgrammePlan plan;
    plan.start = static_cast<int>(2 + 7 * slot);
    plan.weeks = 8;
    for (std::uint32_t input = 0; input < model.inputs.size(); ++input)
      plan.dose.push_back(0.3 * fixed_uniform(world + 100 * slot, 1000 + input));
    plan.adherence_exponent = 0.2 + fixed_uniform(world, 2000 + slot);
    plan.drop_out = 0.1 * fixed_uniform(world, 3000 + slot);
    plan.maintained = fixed_uniform(world, 4000 + slot);
    plan.who = varied_conditions(model, world + slot);
    plan.share = 0.6;
    plan.group = slot == 0 ? "" : "second";
    programmes.push_back(std::move(plan));
  }
  return programmes;
}

inline std::vector<World> varied_worlds(const Model& model, Kind kind) {
  std::vector<World> worlds;
  for (std::uint32_t w = 0; w < world_count; ++w)
    worlds.push_back(
        {varied_parameters(*model.declaration, w, kind), varied_programmes(*model.declaration, w)});
  return worlds;
}

/// FNV-1a over 32-bit words.
class Hash {
 public:
  void see(std::uint32_t word) { value_ = (value_ ^ word) * 1099511628211u; }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037u;
};

inline std::uint32_t bits_of(std::int32_t value) { return static_cast<std::uint32_t>(value); }
inline std::uint32_t bits_of(float value) {
  if (!(value == value)) throw std::runtime_error("a NaN, whose bits are nobody's promise");
  std::uint32_t word = 0;
  std::memcpy(&word, &value, sizeof word);
  return word;
}

/// see(name, view, rows, slot) for everything an ensemble holds: columns of persons and of ties (slot -1),
/// and who is treated and enrolled in every slot.
template <class See>
void for_each_column(const Ensemble<float>& ensemble, See see) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  for (std::size_t c = 0; c < model.person_columns.size(); ++c) {
    const std::string name(model.person_columns[c].name);
    if (model.person_columns[c].element == Element::real)
      see(name, ensemble.person(static_cast<int>(c)), ensemble.persons(), -1);
    else see(name, ensemble.person_index(static_cast<int>(c)), ensemble.persons(), -1);
  }
  for (std::size_t c = 0; c < model.tie_columns.size(); ++c)
    see(std::string(model.tie_columns[c].name), ensemble.tie(static_cast<int>(c)), ensemble.ties(), -1);
  for (int s = 0; s < ensemble.slots(); ++s) {
    see("treated in slot " + std::to_string(s), ensemble.treated(s), ensemble.persons(), s);
    see("enrolled in slot " + std::to_string(s), ensemble.enrolled(s), ensemble.persons(), s);
  }
}

}  // namespace kindred::determinism
