#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "sim/engine/ensemble.hpp"
#include "sim/record/burn_in.hpp"
#include "sim/record/read_file.hpp"
#include "sim/record/task.hpp"
#include "sim/record/world_past.hpp"

namespace kindred::record {

/// Why a scenario cannot take its burn-in from a file.
struct BurnInProblem {
  std::string key;   ///< of the scenario
  std::string text;  ///< what is stored, what is wanted
};

/// A file that was written by a run of the burn-in alone, opened for reading. It may come from strangers:
/// what it claims is held against the society and the model before anything is allocated, and what it holds
/// is checked before the engine sees it.
class StoredBurnIn {
 public:
  /// @throws IoError saying whether the file is missing, no HDF5, truncated, damaged or something else
  explicit StoredBurnIn(const std::string& path);

  const std::string& path() const { return opened_.path; }
  const std::string& content_hash() const { return content_hash_; }
  const std::string& version() const { return version_; }  ///< of the program that wrote it
  int replicates() const { return static_cast<int>(shape_.replicates()); }
  const std::vector<std::string>& worlds() const { return shape_.worlds; }

  /// Everything that keeps a plan from taking its burn-in from here; empty when it can.
  /// @param persons  of the plan's societies   @throws IoError when the file is damaged
  std::vector<BurnInProblem> problems(const Plan& plan, const ModelDeclaration& model, std::int64_t persons,
                                      const Build& build) const;

  /// Decodes everything once and compares it with the file's own hash. @throws IoError when it is damaged
  void verify() const;

  /// Puts the worlds of a task into an ensemble of the plan, which then stands at the beginning of the study.
  /// For plans without problems(). Thread safe. @throws IoError when the file is damaged
  /// @returns [world] what happened before
  std::vector<WorldPast> enter(const Plan& plan, const Task& task, Ensemble<float>& ensemble);

 private:
  struct Row {
    std::uint64_t replicate, world;
  };
  std::size_t world_with(const std::vector<double>& parameters) const;
  std::string unmatched(const Plan& plan, const ModelDeclaration& model, const ArmPlan& arm) const;
  void require_layout(const ModelDeclaration& model) const;
  void require_society(std::uint64_t society, const Ensemble<float>& ensemble) const;
  void place_persons(const Row& row, int world, Ensemble<float>& ensemble) const;
  void place_ties(const Row& row, std::uint64_t society, int world, Ensemble<float>& ensemble) const;
  WorldPast past(const Row& row, int world, const Ensemble<float>& ensemble) const;
  const Dataset& dataset(std::string_view group, std::string_view name) const;
  std::vector<std::byte> block(std::string_view group, std::string_view name, Extents start,
                               Extents extent) const;
  [[noreturn]] void damaged(const std::string& what) const;

  FinishedFile opened_;
  std::string content_hash_, version_, commit_;
  BurnInShape shape_;
  std::vector<std::vector<double>> parameters_;  // [world][parameter]
  std::vector<std::uint64_t> ties_;              // [society]
  std::mutex mutex_;                             // HDF5 reads from one thread at a time
};

}  // namespace kindred::record
