#include "analysis/merged_sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sim/core/errors.hpp"

namespace kindred::analysis {

namespace {

using record::Dataset;

constexpr std::string_view group = "sweep";
constexpr std::size_t variable_rank = 5;

/// Datasets of the sweep by name.
class Reader {
 public:
  explicit Reader(const record::FinishedFile& opened) : opened_(opened) {
    if (!find("hash") || !find("replicates") || attribute("design").empty())
      throw ConfigError(Problem{opened.path, 0, 0,
                                "holds no sweep: kindred sweep merge FOLDER -o NAME.h5 writes one from the "
                                "folder of a finished sweep"});
  }

  const Dataset* find(std::string_view name) const {
    const auto& all = opened_.file.datasets;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Dataset& d) { return d.group == group && d.name == name; });
    return found == all.end() ? nullptr : &*found;
  }
  std::string attribute(std::string_view name) const {
    const record::Attribute* found = record::find_attribute(opened_.file.attributes, name);
    const auto* text = found == nullptr ? nullptr : std::get_if<std::string>(&found->value);
    return text == nullptr ? "" : *text;
  }
  const std::vector<std::string>& words(std::string_view name) const { return checked(name).text; }
  std::vector<double> numbers(std::string_view name) const {
    return record::read_numbers(opened_, path_of(checked(name))).values;
  }
  std::vector<int> whole_numbers(std::string_view name) const {
    std::vector<int> values;
    for (const double x : numbers(name)) values.push_back(static_cast<int>(x));
    return values;
  }
  std::vector<SweepVariable> variables() const {
    std::vector<SweepVariable> found;
    for (const Dataset& d : opened_.file.datasets) {
      if (d.group != group || d.dimensions.size() != variable_rank) continue;
      const record::Attribute* said = record::find_attribute(d.attributes, "long_name");
      const auto* text = said == nullptr ? nullptr : std::get_if<std::string>(&said->value);
      found.push_back({d.name, text == nullptr ? "" : *text});
    }
    return found;
  }
  [[noreturn]] void misfit(const std::string& what) const {
    throw IoError(opened_.path, "is no sweep that this version can read: " + what);
  }

 private:
  const Dataset& checked(std::string_view name) const {
    const Dataset* found = find(name);
    if (found == nullptr) misfit(fmt::format("it has no dataset '{}/{}'", group, name));
    return *found;
  }
  const record::FinishedFile& opened_;
};

Seed seed_of(const Reader& reader) {
  const std::string text = reader.attribute("seed");
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    reader.misfit(fmt::format("its seed is '{}'", text));
  return Seed(value);
}

void check_sizes(const MergedSweep& s, const Reader& reader) {
  const auto as_long = [&](const char* name, std::size_t is, std::size_t should) {
    if (is != should) reader.misfit(fmt::format("'{}' has {} values, not {}", name, is, should));
  };
  as_long("block", s.block.size(), s.points());
  as_long("step", s.step.size(), s.points());
  as_long("matrix", s.matrix.size(), s.points());
  as_long("axis_number", s.axis_number.size(), s.points());
  as_long("unit", s.unit.size(), s.points() * s.axes.size());
  as_long("replicates", s.replicates_of.size(), s.points());
  as_long("outcome_unit", s.units.size(), s.outcomes.size());
  if (s.variables.empty() || s.points() == 0 || s.replicates == 0 || s.weeks.empty())
    reader.misfit("it has no variable, point, replicate or week");
  for (const std::size_t n : s.replicates_of)
    if (n > s.replicates) reader.misfit(fmt::format("a point of {} replicates has {}", s.replicates, n));
}

std::string place_problem(const MergedSweep& sweep) {
  const std::size_t width = block_width(sweep), axes = sweep.axes.size();
  const bool is_saltelli = sweep.design == "saltelli";
  if (axes == 0 || sweep.points() % width != 0)
    return fmt::format("{} points of {} axes are no whole blocks of {}", sweep.points(), axes, width);
  for (std::size_t p = 0; p < sweep.points(); ++p) {
    const auto place = static_cast<int>(p % width);
    const int axis = sweep.axis_number[p];
    const bool in_block = sweep.block[p] == static_cast<int>(p / width);
    const bool fits = is_saltelli
                          ? sweep.matrix[p] == std::min(place + 1, 3) && axis == std::max(place - 2, -1)
                          : sweep.step[p] == place && (axis >= 0) == (place > 0);
    if (!in_block || !fits || axis >= static_cast<int>(axes))
      return fmt::format("point {} is not where a {} design has it", p, sweep.design);
  }
  return "";
}

/// Every axis moves once in a trajectory whose points are where they should be.
std::string trajectory_problem(const MergedSweep& sweep) {
  const std::vector<Step> steps = steps_of(sweep);
  const std::size_t width = block_width(sweep);
  std::vector<int> last(sweep.axes.size(), -1);  // trajectory in which the axis has moved
  for (std::size_t p = 0; p < steps.size(); ++p) {
    if (p % width == 0) continue;
    int& moved = last[static_cast<std::size_t>(steps[p].axis)];
    if (moved == sweep.block[p] || steps[p].change == 0 || !std::isfinite(steps[p].change))
      return fmt::format("the step to point {} is none of a trajectory", p);
    moved = sweep.block[p];
  }
  return "";
}

}  // namespace

MergedSweep read_merged_sweep(const record::FinishedFile& opened) {
  const Reader reader(opened);
  MergedSweep sweep{.design = reader.attribute("design"),
                    .seed = seed_of(reader),
                    .variables = reader.variables(),
                    .axes = {},
                    .arms = reader.words("arm"),
                    .outcomes = reader.words("outcome"),
                    .units = reader.words("outcome_unit"),
                    .weeks = reader.whole_numbers("week"),
                    .hashes = reader.words("hash"),
                    .block = reader.whole_numbers("block"),
                    .step = reader.whole_numbers("step"),
                    .matrix = reader.whole_numbers("matrix"),
                    .axis_number = reader.whole_numbers("axis_number"),
                    .unit = {},
                    .replicates = reader.numbers("replicate").size(),
                    .replicates_of = {}};
  if (reader.find("axis") != nullptr) {  // a list of points has no axes
    sweep.axes = reader.words("axis");
    sweep.unit = reader.numbers("unit");
  }
  for (const double n : reader.numbers("replicates"))
    sweep.replicates_of.push_back(static_cast<std::size_t>(n));
  check_sizes(sweep, reader);
  return sweep;
}

std::vector<double> read_sweep_variable(const record::FinishedFile& opened, const MergedSweep& sweep,
                                        const std::string& variable) {
  record::Numbers numbers = record::read_numbers(opened, fmt::format("{}/{}", group, variable));
  const std::vector<std::uint64_t> shape{sweep.points(), sweep.replicates, sweep.arms.size(),
                                         sweep.outcomes.size(), sweep.weeks.size()};
  if (numbers.shape != shape)
    throw IoError(opened.path,
                  fmt::format("'{}/{}' is not over (point, replicate, arm, outcome, week)", group, variable));
  return std::move(numbers.values);
}

Outcomes figure_of(const MergedSweep& sweep, const std::vector<double>& variable, const SweepFigure& figure) {
  Outcomes y(sweep.points());
  for (std::size_t p = 0; p < sweep.points(); ++p)
    for (std::size_t r = 0; r < sweep.replicates_of[p]; ++r) {
      const std::size_t world = p * sweep.replicates + r;
      const std::size_t outcome =
          (world * sweep.arms.size() + figure.arm) * sweep.outcomes.size() + figure.outcome;
      y[p].push_back(variable[outcome * sweep.weeks.size() + figure.week]);
    }
  return y;
}

std::vector<std::size_t> holes_of(const MergedSweep& sweep) {
  std::vector<std::size_t> holes;
  for (std::size_t p = 0; p < sweep.points(); ++p)
    if (sweep.replicates_of[p] == 0) holes.push_back(p);
  return holes;
}

std::size_t block_width(const MergedSweep& sweep) {
  return sweep.axes.size() + (sweep.design == "saltelli" ? 2 : 1);
}

std::vector<Step> steps_of(const MergedSweep& sweep) {
  const std::size_t axes = sweep.axes.size();
  std::vector<Step> steps;
  for (std::size_t p = 0; p < sweep.points(); ++p) {
    const int axis = sweep.axis_number[p];
    if (axis < 0 || p == 0) {
      steps.push_back({-1, 0});
      continue;
    }
    const std::size_t now = p * axes + static_cast<std::size_t>(axis);
    steps.push_back({axis, sweep.unit[now] - sweep.unit[now - axes]});
  }
  return steps;
}

std::string layout_problem(const MergedSweep& sweep) {
  const std::string problem = place_problem(sweep);
  return problem.empty() && sweep.design == "morris" ? trajectory_problem(sweep) : problem;
}

}  // namespace kindred::analysis
