#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "analysis/sensitivity.hpp"
#include "analysis/sensitivity_blocks.hpp"
#include "sim/core/errors.hpp"

namespace kindred::analysis {
namespace {

/// Elementary effects, [trajectory][axis][replicate].
struct Effects {
  Blocks less_mean;          ///< less the axis' mean effect, so that equal effects have a variance of zero
  std::vector<double> mean;  ///< [axis] over trajectories and replicates
};

/// What one set of weights gives, [axis].
struct Measures {
  std::vector<double> mu, mu_star, sigma;
};

void check_steps(std::size_t axes, std::span<const Step> steps, std::size_t points) {
  const std::size_t width = axes + 1;
  if (axes < 1 || steps.size() != points || points % width != 0 || points < 2 * width)
    throw Bug(fmt::format("{} steps and {} outcomes are no two or more trajectories of {} points",
                          steps.size(), points, width));
  for (std::size_t start = 0; start < points; start += width) {
    std::vector<int> moved(axes);
    bool is_sound = steps[start].axis == -1;
    for (const Step& step : steps.subspan(start + 1, axes)) {
      const bool is_known = step.axis >= 0 && static_cast<std::size_t>(step.axis) < axes;
      is_sound = is_sound && is_known && step.change != 0 && std::isfinite(step.change) &&
                 ++moved[static_cast<std::size_t>(step.axis)] == 1;
    }
    if (!is_sound)
      throw Bug(fmt::format("the rows from {} are no trajectory that moves each axis once", start));
  }
}

Effects effects_of(const Blocks& trajectories, std::span<const Step> steps) {
  const std::size_t axes = trajectories.slots - 1, replicates = trajectories.replicates;
  Effects found{
      {trajectories.count, axes, replicates, std::vector<double>(trajectories.count * axes * replicates)},
      std::vector<double>(axes)};
  std::vector<double>& values = found.less_mean.values;
  const double n = static_cast<double>(trajectories.count * replicates);
  for (std::size_t t = 0; t < trajectories.count; ++t)
    for (std::size_t step = 1; step <= axes; ++step) {
      const Step& moved = steps[t * trajectories.slots + step];
      const auto axis = static_cast<std::size_t>(moved.axis);
      const auto now = trajectories.at(t, step), before = trajectories.at(t, step - 1);
      for (std::size_t r = 0; r < replicates; ++r) {
        const double effect = (now[r] - before[r]) / moved.change;
        values[(t * axes + axis) * replicates + r] = effect;
        found.mean[axis] += effect / n;
      }
    }
  for (std::size_t i = 0; i < values.size(); ++i) values[i] -= found.mean[i / replicates % axes];
  return found;
}

double weighted_mean(std::span<const double> values, const Weights& weights) {
  double sum = 0, weight = 0;
  for (std::size_t r = 0; r < values.size(); ++r) {
    sum += weights.replicate[r] * values[r];
    weight += weights.replicate[r];
  }
  return sum / weight;
}

/// |effect| with its size from one replicate and its sign from the others; without correction, |mean|. Others
/// that are all zero have no sign: a difference to the sum of all would take one from rounding.
double size_of(std::span<const double> less_mean, double mean_effect, const Weights& weights) {
  if (!weights.is_corrected) return std::abs(mean_effect + weighted_mean(less_mean, weights));
  double size = 0;
  for (std::size_t r = 0; r < less_mean.size(); ++r) {
    double others = 0;
    for (std::size_t s = 0; s < less_mean.size(); ++s)
      if (s != r) others += weights.replicate[s] * (mean_effect + less_mean[s]);
    const int sign = (others > 0) - (others < 0);
    size += weights.replicate[r] * sign * (mean_effect + less_mean[r]);
  }
  return size / std::accumulate(weights.replicate.begin(), weights.replicate.end(), 0.0);
}

Measures measures_of(const Effects& all, const Weights& weights) {
  const Blocks& effects = all.less_mean;
  Measures found;
  for (std::size_t i = 0; i < effects.slots; ++i) {
    double n = 0, sum = 0, sizes = 0, squares = 0;
    std::vector<double> means(effects.replicates);
    for (std::size_t t = 0; t < effects.count; ++t) {
      const double times = weights.block[t];
      if (times == 0) continue;
      const auto effect = effects.at(t, i);
      n += times;
      sum += times * weighted_mean(effect, weights);
      sizes += times * size_of(effect, all.mean[i], weights);
      squares += times * product(effect, effect, weights);
      add_times(means, effect, times);
    }
    for (double& mean : means) mean /= n;
    const double variance = (squares / n - product(means, means, weights)) * n / (n - 1);
    found.mu.push_back(all.mean[i] + sum / n);
    found.mu_star.push_back(sizes / n);
    found.sigma.push_back(std::sqrt(std::max(variance, 0.0)));
  }
  return found;
}

template <class Of>
std::vector<Estimate> estimates(const Of& of, const Measures& corrected, const Measures& plain,
                                const std::vector<Measures>& samples) {
  std::vector<Estimate> found;
  for (std::size_t i = 0; i < of(corrected).size(); ++i) {
    std::vector<double> values;
    for (const Measures& sample : samples) values.push_back(of(sample)[i]);
    const auto [low, high] = middle_95(std::move(values));
    found.push_back({of(corrected)[i], low, high, of(plain)[i]});
  }
  return found;
}

/// Variance of f over all points of the trajectories.
double variance_of_points(const Blocks& blocks, const Weights& weights) {
  const double n = static_cast<double>(blocks.count * blocks.slots);
  std::vector<double> means(blocks.replicates);
  double squares = 0;
  for (std::size_t t = 0; t < blocks.count; ++t)
    for (std::size_t step = 0; step < blocks.slots; ++step) {
      const auto outcome = blocks.at(t, step);
      squares += product(outcome, outcome, weights) / n;
      add_times(means, outcome, 1 / n);
    }
  return (squares - product(means, means, weights)) * n / (n - 1);
}

}  // namespace

std::variant<MorrisMeasures, Holes> morris_measures(int axes, std::span<const Step> steps, const Outcomes& y,
                                                    const Bootstrap& bootstrap) {
  const auto d = static_cast<std::size_t>(std::max(axes, 0));
  check_steps(d, steps, y.size());
  if (auto holes = holes_in(y)) return std::move(*holes);
  const Blocks points = blocks_of(y, d + 1, mean_of_points(y));
  const Effects effects = effects_of(points, steps);
  const bool is_corrected = points.replicates >= 2;
  const Measures value = measures_of(effects, all_once(points, is_corrected));
  const Measures plain = measures_of(effects, all_once(points, false));
  std::vector<Measures> samples;
  for (int b = 0; b < bootstrap.resamples; ++b)
    samples.push_back(
        measures_of(effects, resampled(points, bootstrap, static_cast<std::uint32_t>(b), is_corrected)));
  std::vector<std::size_t> rows(y.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const double variance = variance_of_points(points, all_once(points, is_corrected));
  return MorrisMeasures{noise_of(y, rows, variance, points),
                        estimates([](const Measures& m) { return m.mu; }, value, plain, samples),
                        estimates([](const Measures& m) { return m.mu_star; }, value, plain, samples),
                        estimates([](const Measures& m) { return m.sigma; }, value, plain, samples),
                        notes_on(y, points, variance)};
}

}  // namespace kindred::analysis
