#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/bench/floor.hpp"
#include "sim/bench/sampling.hpp"
#include "sim/engine/ensemble.hpp"

/// Ensembles as contenders: made, brought to a moment, sent back to it before every sample.
namespace kindred::bench {

inline constexpr std::uint64_t bench_seed = 20261124;

/// A value of every parameter: the declared defaults.
std::vector<double> default_parameters(const ModelDeclaration& model);

/// Index of the parameter (person column) with this symbol. @throws Bug when there is none
std::size_t parameter_with(const ModelDeclaration& model, std::string_view symbol);
int column_with(const ModelDeclaration& model, std::string_view symbol);

/// Something timed: an ensemble on a society, and the moment that samples start from.
class Runner {
 public:
  /// Ensembles of one society share it.
  Runner(const Model& model, std::shared_ptr<const Society> society, PhiloxKey noise,
         std::vector<World> worlds, PhaseTable phases, int burn_in, bool threads);

  Ensemble<float>& ensemble() { return ensemble_; }
  const Ensemble<float>& ensemble() const { return ensemble_; }
  void advance(std::int64_t weeks);
  void keep();
  /// Goes back to what keep() marked; does nothing without.
  void rewind() { restore(kept_); }
  /// Takes the moment of another runner of the same shape as its own. @throws IoError when it is of another
  void keep_as(const Runner& other);
  std::int64_t persons() const { return ensemble_.persons(); }
  /// Memory of the ensemble and its society.
  double bytes() const;

 private:
  using Bytes = std::vector<std::byte>;
  void restore(const std::shared_ptr<const Bytes>& kept);

  std::shared_ptr<const Society> society_;
  Ensemble<float> ensemble_;
  std::shared_ptr<const Bytes> kept_;
};

/// Societies that are advanced side by side when there are several, else rows over threads.
using Runners = std::vector<std::shared_ptr<Runner>>;

/// Times `runners` on `threads` threads. A sample is about `seconds` long and is made of stretches of at most
/// `longest` weeks, each from the kept moment on.
Contender contender_of(Row row, Runners runners, std::int64_t longest, double seconds);

/// The shape of a runner's ensemble as it stands, for the floor.
Shape shape_of(const Ensemble<float>& ensemble);

/// Advances a copy of the runner's moment over lanes that count.
OperationCounts counted_operations(const Runner& runner, const std::vector<World>& worlds, PhaseTable counted,
                                   int burn_in, int weeks);

}  // namespace kindred::bench
