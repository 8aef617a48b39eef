#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "models/attachment/model.hpp"
#include "sim/bench/count_unit.hpp"
#include "sim/bench/models_timed.hpp"
#include "sim/bench/naive_programs.hpp"
#include "sim/core/errors.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/random/seeds.hpp"

namespace kindred::bench {

namespace {

constexpr const char* section = "attachment";
constexpr int burn_in = 520;

const ModelDeclaration& declared() { return *attachment::model().declaration; }

std::shared_ptr<const Society> society_of(std::int64_t persons) {
  SocietyPlan plan;
  plan.persons = persons;
  return std::make_shared<const Society>(make_society(plan, Seed{bench_seed}, 0));
}

/// Worlds that part from each other, as arms do: the first mechanism from off to its strongest.
std::vector<World> worlds_of(int width) {
  const std::size_t mechanism = parameter_with(declared(), "k1");
  const Range range = declared().parameters[mechanism].range;
  std::vector<World> worlds(static_cast<std::size_t>(width), World{default_parameters(declared()), {}});
  for (std::size_t w = 0; w < worlds.size(); ++w)
    worlds[w].parameters[mechanism] =
        range.low + (range.high - range.low) * static_cast<double>(w) / static_cast<double>(worlds.size());
  return worlds;
}

std::shared_ptr<Runner> runner_of(std::shared_ptr<const Society> society, std::uint32_t replicate, int width,
                                  InstructionSet isa, bool threads) {
  const PhaseTable phases = attachment::model().phase_table[static_cast<int>(isa)];
  return std::make_shared<Runner>(attachment::model(), std::move(society),
                                  noise_key(Seed{bench_seed}, 0, replicate), worlds_of(width), phases,
                                  burn_in, threads);
}

Answer answer_of(const Ensemble<float>& e, const std::string& label) {
  const auto value = e.person(declared().quadrants.front().first_column);
  const auto bond = e.person_index(declared().coupled_column);
  double sum = 0, squares = 0, coupled = 0;
  for (std::int64_t i = 0; i < e.persons(); ++i) {
    const double x = static_cast<double>(value(i, 0));
    sum += x, squares += x * x, coupled += bond(i, 0) >= 0 ? 1 : 0;
  }
  const double n = static_cast<double>(e.persons()), mean = sum / n;
  return {section,    label, e.persons(), e.weeks_done(), mean, std::sqrt(squares / n - mean * mean),
          coupled / n};
}

/// The reference program and its state.
struct Naive {
  NaiveProgram program;
  std::shared_ptr<void> state;
};

Naive naive_of(const Society& society, bool in_float, InstructionSet isa) {
  const graph::AcquaintanceGraph& g = society.graph;
  const NaiveGraph graph{static_cast<int>(society.persons()),
                         static_cast<int>(society.ties()),
                         g.row_offset.data(),
                         g.neighbour.data(),
                         g.tie_low.data(),
                         g.tie_high.data()};
  std::vector<std::string> symbols;  // terminated texts of the declared ones
  std::vector<double> values;
  for (const ParameterDeclaration& p : declared().parameters) {
    if (p.symbol == "dDrop") continue;  // the reference has this number written out
    symbols.emplace_back(p.symbol);
    values.push_back(p.default_value);
  }
  std::vector<NaiveParameter> parameters;
  for (std::size_t i = 0; i < symbols.size(); ++i) parameters.push_back({symbols[i].c_str(), values[i]});
  const NaiveProgram program =
      naive_programs(isa).attachment(in_float, graph, parameters.data(), static_cast<int>(parameters.size()),
                                     burn_in, society.key, noise_key(Seed{bench_seed}, 0, 0));
  return {program, std::shared_ptr<void>(program.state, program.end)};
}

Contender naive_contender(const Naive& naive, const std::string& label, std::int64_t persons,
                          double seconds) {
  const auto sample = [naive](int weeks, std::int64_t times) {
    Times sum{};
    for (std::int64_t i = 0; i < times; ++i) {
      naive.program.rewind(naive.state.get());
      const Times t = timed(1, [&] { naive.program.advance(naive.state.get(), weeks); });
      sum.wall += t.wall;
      sum.cpu += t.cpu;
    }
    return sum;
  };
  sample(1, 1);
  const double week = sample(1, 1).wall;
  const int weeks = static_cast<int>(std::min<std::int64_t>(longest_stretch, repetitions(week, seconds)));
  const std::int64_t times = repetitions(week * weeks, seconds);
  const double rows = static_cast<double>(persons);
  return {{section, label, persons, 0, 1, "person-week", rows * static_cast<double>(weeks * times),
           naive.program.bytes / rows, ""},
          [sample, weeks, times] { return sample(weeks, times); }};
}

/// Everything that has to reach the moment when bonds have formed.
struct Warm {
  std::vector<std::shared_ptr<Runner>> runners;  ///< by width
  std::shared_ptr<Runner> few;                   ///< for counting
  Naive naive[2];                                ///< double, float
};

Warm warmed_up(std::shared_ptr<const Society> society, const Effort& effort) {
  Warm warm;
  const bool keeps = society->persons() <= most_kept_persons;
  std::vector<std::function<void()>> tasks;
  warm.few = runner_of(society_of(counted_persons), 0, counted_width, effort.instruction_set, true);
  for (const int width : effort.widths) {
    warm.runners.push_back(runner_of(society, 0, width, effort.instruction_set, true));
  }
  for (const auto& runner : warm.runners)
    tasks.emplace_back([runner, keeps] {
      runner->advance(warm_up_weeks);
      if (keeps) runner->keep();
    });
  tasks.emplace_back([&warm] { warm.few->advance(warm_up_weeks), warm.few->keep(); });
  for (const int in_float : {0, 1})
    tasks.emplace_back([&warm, &society, &effort, in_float, keeps] {
      Naive& naive = warm.naive[in_float];
      naive = naive_of(*society, in_float == 1, effort.instruction_set);
      naive.program.advance(naive.state.get(), warm_up_weeks);
      if (keeps) naive.program.keep(naive.state.get());
    });
  parallel::for_tasks(static_cast<std::int64_t>(tasks.size()),
                      [&](std::int64_t i) { tasks[tasks.size() - 1 - static_cast<std::size_t>(i)](); });
  return warm;
}

void add_side_by_side(Timed& timed, const std::shared_ptr<const Society>& society, const Runner& like,
                      const Effort& effort) {
  const int width = like.ensemble().width();
  if (effort.threads < 2) return;
  Runners runners;
  for (std::uint32_t r = 0; r < ensembles_side_by_side; ++r) {
    runners.push_back(runner_of(society, r, width, effort.instruction_set, false));
    runners.back()->keep_as(like);
  }
  const std::string label = fmt::format("{} x W = {}", ensembles_side_by_side, width);
  for (const int threads : {1, effort.threads})
    timed.contenders.push_back(contender_of({section, label, like.persons(), width, threads, "", 0, 0, ""},
                                            runners, longest_stretch, effort.seconds));
}

void add_answers(Timed& timed, const Warm& warm, std::int64_t persons) {
  timed.answers.push_back(answer_of(warm.runners.front()->ensemble(), "W = 1"));
  for (const int in_float : {0, 1}) {
    const Naive& naive = warm.naive[in_float];
    const NaiveSummary s = naive.program.summary(naive.state.get());
    timed.answers.push_back({section, in_float == 1 ? "naive C++, float" : "naive C++", persons,
                             warm_up_weeks, s.mean[0], s.sd[0], s.share});
  }
}

}  // namespace

void add_attachment(Timed& timed, std::int64_t persons, const Effort& effort) {
  const auto society = society_of(persons);
  const Warm warm = warmed_up(society, effort);
  add_answers(timed, warm, persons);
  const OperationCounts operations =
      counted_operations(*warm.few, worlds_of(counted_width), &attachment_counted, burn_in, 4);
  for (std::size_t i = 0; i < effort.widths.size(); ++i) {
    const int width = effort.widths[i];
    const auto& runner = warm.runners[i];
    for (const int threads : effort.threads > 1 ? std::vector<int>{1, effort.threads} : std::vector<int>{1})
      timed.contenders.push_back(
          contender_of({section, fmt::format("W = {}", width), persons, width, threads, "", 0, 0, ""},
                       {runner}, longest_stretch, effort.seconds));
    if (persons == side_by_side_persons) add_side_by_side(timed, society, *runner, effort);
    const Shape shape = shape_of(runner->ensemble());
    timed.counted.push_back({section, persons, width, traffic_of(declared(), shape),
                             draws_of(declared(), shape.ties), operations});
  }
  timed.contenders.push_back(naive_contender(warm.naive[0], "naive C++", persons, effort.seconds));
  timed.contenders.push_back(naive_contender(warm.naive[1], "naive C++, float", persons, effort.seconds));
}

}  // namespace kindred::bench
