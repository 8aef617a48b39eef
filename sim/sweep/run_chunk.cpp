#include "sim/sweep/run_chunk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "sim/core/errors.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/engine/widths.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/record/soundness.hpp"

namespace kindred::sweep {

namespace {

/// A world of the chunk and whose it is.
struct Place {
  std::size_t point, arm;
};

/// Of the points that can be run.
std::vector<Place> places_of(const std::vector<Plan>& points, const std::vector<Result>& results) {
  std::vector<Place> places;
  for (std::size_t p = 0; p < points.size(); ++p)
    for (std::size_t a = 0; results[p].failure.empty() && a < points[p].arms.size(); ++a)
      places.push_back({p, a});
  return places;
}

/// Study weeks at which states are kept: the programmes' start and what the sweep asks for.
std::vector<int> kept_weeks(const Plan& point, const std::vector<int>& weeks) {
  const int start = std::max(0, record::programmes_start(point));
  std::vector<int> kept{start};
  for (const int week : weeks) kept.push_back(start + week);
  return kept;
}

/// The worlds places[first, first + worlds) from the burn-in to the end of the study.
class Lanes {
 public:
  Lanes(const std::vector<Plan>& points, const Engine& engine, std::vector<Place> places, int width,
        const Society& society, PhiloxKey noise, bool threads)
      : points_(points), engine_(engine), places_(std::move(places)),
        ensemble_({engine.model, &society, noise, points.front().burn_in, width, worlds(),
                   engine.model->phase_table[static_cast<int>(engine.isa)], threads,
                   std::max(0, record::programmes_start(points.front())), &hash_kernel(engine.isa)}) {}

  void run(const std::vector<int>& weeks, const std::function<void(std::int64_t)>& advanced,
           std::vector<Result>& results, std::vector<record::ReplicateSnapshots>& snapshots) {
    record::SnapshotKeeper keeper(kept_weeks(points_.front(), weeks), *engine_.model->declaration);
    keeper.observe(ensemble_);
    const int last = points_.front().run;
    while (ensemble_.study_week() < last) {
      if (engine_.stop != nullptr && *engine_.stop) throw Stopped{};
      ensemble_.advance();
      keeper.observe(ensemble_);
      check(results);
      advanced(static_cast<std::int64_t>(places_.size()));
    }
    std::vector<record::ArmSnapshots> kept = keeper.take();
    for (std::size_t w = 0; w < places_.size(); ++w)
      snapshots[places_[w].point].arms[places_[w].arm] = std::move(kept[w]);
  }

 private:
  std::vector<World> worlds() const {
    std::vector<World> worlds;
    for (const Place& place : places_) {
      const ArmPlan& arm = points_[place.point].arms[place.arm];
      worlds.push_back({arm.parameters, arm.programmes});
    }
    return worlds;
  }
  /// A world that leaves its range spoils its own point and no other.
  void check(std::vector<Result>& results) const {
    for (std::size_t w = 0; w < places_.size(); ++w) {
      Result& result = results[places_[w].point];
      if (!result.failure.empty()) continue;
      const std::string wrong = record::unsound_state(ensemble_, static_cast<int>(w), points_.front().run);
      if (!wrong.empty())
        result.failure =
            fmt::format("arm '{}', {}", points_[places_[w].point].arms[places_[w].arm].name, wrong);
    }
  }

  const std::vector<Plan>& points_;
  const Engine& engine_;
  std::vector<Place> places_;
  Ensemble<float> ensemble_;
};

}  // namespace

namespace {

/// What is wrong with a point in a society, in one line; empty when it can be run.
std::string refusal(const std::function<void()>& check) {
  try {
    check();
    return "";
  } catch (const ConfigError& error) {
    std::string text;
    for (const Problem& problem : error.problems()) text += (text.empty() ? "" : "; ") + problem.text();
    return text;
  }
}

}  // namespace

std::vector<Result> run_chunk(const std::vector<Plan>& points, const Engine& engine, const Measures& measures,
                              const std::vector<int>& weeks, int society, int noise, bool threads,
                              const std::function<void(std::int64_t worlds)>& advanced) {
  const Plan& any = points.front();
  std::vector<Result> results(points.size());
  std::optional<Society> made;
  const std::string no_society = refusal([&] {
    made = make_society(any.society, any.seed, static_cast<std::uint32_t>(society));
    check_attributes(*engine.model->declaration, *made);
  });
  std::vector<record::ReplicateSnapshots> snapshots(points.size());
  for (Result& result : results) result.failure = no_society;
  if (!no_society.empty()) return results;
  const Society& drawn = *made;
  for (std::size_t p = 0; p < points.size(); ++p) {
    results[p].failure = refusal([&] { check_allocations(points[p], drawn); });
    snapshots[p].arms.resize(points[p].arms.size());
    snapshots[p].tie_low = drawn.graph.tie_low;
    snapshots[p].tie_high = drawn.graph.tie_high;
  }
  const std::vector<Place> places = places_of(points, results);
  for (std::size_t first = 0;
       const int width : choose_widths(static_cast<int>(places.size()), engine.widest)) {
    const std::size_t count = std::min(static_cast<std::size_t>(width), places.size() - first);
    const auto begin = places.begin() + static_cast<std::ptrdiff_t>(first);
    Lanes lanes(points, engine, {begin, begin + static_cast<std::ptrdiff_t>(count)}, width, drawn,
                replicate_noise(any.seed, society, noise), threads);
    lanes.run(weeks, advanced, results, snapshots);
    first += count;
  }
  for (std::size_t p = 0; p < points.size(); ++p)
    if (results[p].failure.empty()) results[p].values = measures.of(points[p], snapshots[p]);
  return results;
}

}  // namespace kindred::sweep
