#include <fmt/format.h>

#include <cmath>

#include "models/averaging/model.hpp"
#include "sim/bench/count_unit.hpp"
#include "sim/bench/models_timed.hpp"
#include "sim/bench/naive_programs.hpp"
#include "sim/bench/numpy_child.hpp"
#include "sim/random/seeds.hpp"

namespace kindred::bench {

namespace {

constexpr const char* section = "averaging";

const ModelDeclaration& declared() { return *averaging::model().declaration; }

std::vector<World> worlds_of(int width) {
  return std::vector<World>(static_cast<std::size_t>(width), averaging_world());
}

std::shared_ptr<Runner> runner_of(std::shared_ptr<const Society> society, int width, InstructionSet isa) {
  const PhaseTable phases = averaging::model().phase_table[static_cast<int>(isa)];
  return std::make_shared<Runner>(averaging::model(), std::move(society), noise_key(Seed{bench_seed}, 0, 0),
                                  worlds_of(width), phases, 0, true);
}

/// Noise, rate of z, lowest and highest opinion, in the order the other programs take them.
void parameters_of(float (&p)[4]) {
  const char* symbols[4] = {"s", "c", "lo", "hi"};
  for (int i = 0; i < 4; ++i)
    p[i] = static_cast<float>(declared().parameters[parameter_with(declared(), symbols[i])].default_value);
}

Answer answer_of(const Ensemble<float>& e, const std::string& label) {
  const auto opinion = e.person(column_with(declared(), "x"));
  double sum = 0, squares = 0;
  for (std::int64_t i = 0; i < e.persons(); ++i) {
    const double x = static_cast<double>(opinion(i, 0));
    sum += x, squares += x * x;
  }
  const double n = static_cast<double>(e.persons()), mean = sum / n;
  return {section, label, e.persons(), e.weeks_done(), mean, std::sqrt(squares / n - mean * mean), 0};
}

struct Start {
  std::vector<float> x, y;
};
Start start_of(const Ensemble<float>& e) {
  const auto x = e.person(column_with(declared(), "x")), y = e.person(column_with(declared(), "y"));
  Start start;
  for (std::int64_t i = 0; i < e.persons(); ++i) start.x.push_back(x(i, 0)), start.y.push_back(y(i, 0));
  return start;
}

void add_naive(Timed& timed, const Society& society, const Start& start, const Effort& effort) {
  const graph::AcquaintanceGraph& g = society.graph;
  const NaiveGraph graph{static_cast<int>(society.persons()),
                         static_cast<int>(society.ties()),
                         g.row_offset.data(),
                         g.neighbour.data(),
                         g.tie_low.data(),
                         g.tie_high.data()};
  float p[4];
  parameters_of(p);
  const NaiveProgram program =
      naive_programs(effort.instruction_set).averaging(graph, start.x.data(), start.y.data(), p);
  const std::shared_ptr<void> state(program.state, program.end);
  program.advance(state.get(), averaging_weeks);
  const NaiveSummary s = program.summary(state.get());
  timed.answers.push_back({section, "naive C++", society.persons(), averaging_weeks, s.mean[0], s.sd[0], 0});
  const auto sample = [program, state](std::int64_t weeks) {
    return bench::timed(1, [&] { program.advance(state.get(), static_cast<int>(weeks)); });
  };
  const std::int64_t weeks = repetitions(sample(1).wall, effort.seconds);
  const double persons = static_cast<double>(society.persons());
  timed.contenders.push_back({{section, "naive C++", society.persons(), 0, 1, "person-week",
                               persons * static_cast<double>(weeks), program.bytes / persons, ""},
                              [sample, weeks] { return sample(weeks); }});
}

void add_numpy(Timed& timed, const Society& society, const Start& start, const Effort& effort) {
  NumpyChild::Input input{society.graph.row_offset, society.graph.neighbour, start.x, start.y, {}};
  parameters_of(input.parameters);
  const auto child = std::make_shared<NumpyChild>(input);
  Row row{section, "NumPy and SciPy", society.persons(), 0, 1, "person-week", 0, 0, child->problem()};
  if (!row.skipped.empty()) {
    timed.contenders.push_back({row, {}});
    return;
  }
  row.label = child->versions();
  child->steps(averaging_weeks);
  const auto [mean, sd] = child->moments();
  timed.answers.push_back({section, row.label, society.persons(), averaging_weeks, mean, sd, 0});
  const std::int64_t weeks = repetitions(child->steps(1).wall, effort.seconds);
  row.units = static_cast<double>(society.persons() * weeks);
  timed.contenders.push_back({row, [child, weeks] { return child->steps(weeks); }});
}

}  // namespace

SocietyPlan averaging_society(std::int64_t persons) {
  SocietyPlan plan;
  plan.persons = persons;
  plan.network.kind = NetworkPlan::Kind::watts_strogatz;
  plan.network.acquaintances = 10;
  plan.network.rewiring = 0.1;
  return plan;
}

World averaging_world() {
  World world{default_parameters(declared()), {}};
  world.parameters[parameter_with(declared(), "y0")] = .05;
  world.parameters[parameter_with(declared(), "y1")] = .15;
  return world;
}

void add_averaging(Timed& timed, std::int64_t persons, const Effort& effort) {
  const auto society =
      std::make_shared<const Society>(make_society(averaging_society(persons), Seed{bench_seed}, 0));
  const auto few =
      std::make_shared<const Society>(make_society(averaging_society(counted_persons), Seed{bench_seed}, 0));
  const auto counted = runner_of(few, counted_width, effort.instruction_set);
  counted->keep();
  const OperationCounts operations =
      counted_operations(*counted, worlds_of(counted_width), &averaging_counted, 0, 4);
  Start start;
  for (const int width : effort.widths) {
    const auto runner = runner_of(society, width, effort.instruction_set);
    if (start.x.empty()) start = start_of(runner->ensemble());
    if (width == 1) {
      runner->advance(averaging_weeks);
      timed.answers.push_back(answer_of(runner->ensemble(), "W = 1"));
    }
    for (const int threads : effort.threads > 1 ? std::vector<int>{1, effort.threads} : std::vector<int>{1})
      timed.contenders.push_back(
          contender_of({section, fmt::format("W = {}", width), persons, width, threads, "", 0, 0, ""},
                       {runner}, 1 << 20, effort.seconds));
    const Shape shape = shape_of(runner->ensemble());
    timed.counted.push_back({section, persons, width, traffic_of(declared(), shape),
                             draws_of(declared(), shape.ties), operations});
  }
  add_naive(timed, *society, start, effort);
  add_numpy(timed, *society, start, effort);
}

}  // namespace kindred::bench
