// Cost of a person-week per world by ensemble width, against the naive reference in the same run: one
// thread, CPU time, rounds interleaved, medians. Usage: width_bench [PERSONS] [ROUNDS]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <memory>

#include "models/attachment/model.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/random/seeds.hpp"
#include "tests/reference/naive_attachment.hpp"
#include "tests/reference/naive_draws.hpp"
#include "tests/support/hypotheses.hpp"

using namespace kindred;

namespace {

constexpr int burn_in = 520;
constexpr int warm_up_weeks = 60;  // until bonds have formed, so that every phase has work
constexpr int timed_weeks = 20;

using Naive = reference::NaiveModel<bench::NaiveDraws<double>>;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <class Step>
double ns_per_person_week(std::int64_t persons, Step step) {
  const double start = cpu_seconds();
  for (int week = 0; week < timed_weeks; ++week) step();
  return (cpu_seconds() - start) * 1e9 / timed_weeks / static_cast<double>(persons);
}

Naive make_naive(const Society& society, const std::vector<double>& parameters,
                 const bench::NaiveDraws<double>& draws) {
  reference::Parameters p;
  const auto declared = attachment::model().declaration->parameters;
  for (std::size_t i = 0; i < declared.size(); ++i)
    if (declared[i].name != "distress_on_drop_out") p.set(declared[i].symbol, parameters[i]);
  std::vector<reference::Tie> ties;
  for (std::size_t e = 0; e < society.graph.tie_low.size(); ++e)
    ties.push_back({society.graph.tie_low[e], society.graph.tie_high[e]});
  return {p, static_cast<int>(society.persons()), burn_in, std::move(ties), {}, draws};
}

struct Contender {
  int width;  // 0 = naive
  std::vector<double> rounds;
  double median() const {
    std::vector<double> sorted = rounds;
    std::sort(sorted.begin(), sorted.end());
    return sorted[sorted.size() / 2];
  }
};

}  // namespace

int main(int argc, char** argv) {
  SocietyPlan plan;
  plan.persons = argc > 1 ? std::atoll(argv[1]) : 10000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  const Seed seed{20261124};
  const Society society = make_society(plan, seed, 0);
  const PhiloxKey noise = noise_key(seed, 0, 0);
  const std::vector<double> parameters = support::hypothesis("remediation");
  const InstructionSet isa = instruction_set_in_use();

  bench::DrawMemo<double> memo[4];
  const bench::NaiveDraws<double> draws(society.key, noise, memo);
  Naive naive = make_naive(society, parameters, draws);
  std::vector<std::unique_ptr<Ensemble<float>>> ensembles;
  std::vector<Contender> contenders{{0, {}}};
  for (const int width : {1, 2, 4, 8, 16}) {
    std::vector<World> worlds(static_cast<std::size_t>(width), World{parameters, {}});
    EnsembleSetup setup{&attachment::model(),
                        &society,
                        noise,
                        burn_in,
                        width,
                        std::move(worlds),
                        attachment::model().phase_table[static_cast<int>(isa)],
                        false};
    setup.keep_apart = true;
    ensembles.push_back(std::make_unique<Ensemble<float>>(std::move(setup)));
    contenders.push_back({width, {}});
  }
  for (int week = 0; week < warm_up_weeks; ++week) {
    naive.step();
    for (auto& e : ensembles) e->advance();
  }
  for (int round = 0; round < rounds; ++round)
    for (std::size_t c = 0; c < contenders.size(); ++c)
      contenders[c].rounds.push_back(ns_per_person_week(plan.persons, [&] {
        if (c == 0) naive.step();
        else ensembles[c - 1]->advance();
      }));

  const double naive_ns = contenders.front().median();
  const double alone_ns = contenders[1].median();
  fmt::print(
      "attachment model, {} persons, one thread, {} kernels, CPU time, median of {} interleaved rounds\n",
      plan.persons, name_of(isa), rounds);
  fmt::print("{:>12} {:>24} {:>16} {:>18} {:>14}\n", "", "ns/person-week/world", "times naive",
             "ns/row (ensemble)", "cost of W=1");
  for (const Contender& c : contenders) {
    const double row = c.median();
    const int worlds = std::max(c.width, 1);
    fmt::print("{:>12} {:>24.1f} {:>16.1f} {:>18.1f} {:>14}\n",
               c.width == 0 ? "naive" : fmt::format("W = {}", c.width), row / worlds,
               naive_ns / (row / worlds), row, c.width == 0 ? "" : fmt::format("{:.2f}", row / alone_ns));
  }
  return 0;
}
