#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/engine/society.hpp"
#include "sim/record/layout.hpp"
#include "sim/record/study_file.hpp"

/// A burn-in that is lived through once, for many scenarios: the state of its worlds when the study begins,
/// in a file of its own. Scenarios that agree on what happened before may differ in all that comes after.
namespace kindred::record {

/// Root attribute of such a file, and the version of what it holds that is written and read.
inline constexpr std::string_view burn_in_mark = "burn_in_format";
inline constexpr std::int32_t burn_in_format = 1;

/// The parameters with which a world lives through its burn-in: a switch that waits for the programmes' start
/// is at its default.
std::vector<double> burn_in_parameters(const Plan& plan, const ModelDeclaration& model, const ArmPlan& world);

/// The burn-in of a plan as a plan of its own: one arm, without programmes, for each set of parameters, named
/// after the first arm that has it; no study behind it.
Plan burn_in_alone(const Plan& plan, const ModelDeclaration& model);

/// What must be equal for a burn-in to be a scenario's own.
struct BurnInFact {
  std::string key;      ///< of the scenario
  std::string unit;     ///< "weeks", for messages; may be empty
  Attribute attribute;  ///< of the file
};
/// @param network_file  digest of the network file's bytes, empty for drawn networks
std::vector<BurnInFact> burn_in_facts(const Plan& plan, std::int64_t persons,
                                      const std::string& network_file);

/// How large such a file's arrays are.
struct BurnInShape {
  std::int64_t persons = 0;
  int societies = 1;
  int per_society = 1;
  int weeks = 0;                                ///< of the burn-in
  std::vector<std::string> worlds, hypotheses;  ///< [world]
  std::uint64_t replicates() const {
    return static_cast<std::uint64_t>(societies) * static_cast<std::uint64_t>(per_society);
  }
};
BurnInShape shape_of(const Plan& alone, std::int64_t persons);

/// Every dataset of the file, in order.
std::vector<Dataset> burn_in_datasets(const BurnInShape& shape, const ModelDeclaration& model);

/// @param alone  made by burn_in_alone
StudyFile describe_burn_in(const Plan& alone, const ModelDeclaration& model, const Society& society,
                           const Build& build);

/// Digest of a network file's bytes in hexadecimal digits; empty for networks that are drawn.
/// @throws IoError when the file cannot be read
std::string network_file_hash(const SocietyPlan& society);

}  // namespace kindred::record
