// What the hash of every week's state costs: the same ensemble with and without it, one thread, CPU time,
// rounds interleaved, medians. Usage: hash_bench [PERSONS] [ROUNDS]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <memory>

#include "models/attachment/model.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/random/seeds.hpp"
#include "tests/support/experiment.hpp"

using namespace kindred;

namespace {

constexpr int warm_up_weeks = 60;  // until bonds have formed, so that every phase has work
constexpr int timed_weeks = 4;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  SocietyPlan plan;
  plan.persons = argc > 1 ? std::atoll(argv[1]) : 10000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 31;
  const Seed seed{20261124};
  const Society society = make_society(plan, seed, 0);
  const InstructionSet isa = instruction_set_in_use();
  fmt::print("attachment model, {} persons, one thread, {} kernels, CPU time, median of {} rounds\n",
             plan.persons, name_of(isa), rounds);
  fmt::print("{:>6} {:>10} {:>14} {:>14} {:>8}\n", "W", "programmes", "ns/row without", "ns/row with",
             "cost");
  for (const bool running : {false, true})
    for (const int width : {1, 4, 8, 16}) {
      std::vector<World> worlds(static_cast<std::size_t>(width),
                                World{support::hypothesis("remediation"), {}});
      if (running)
        for (World& world : worlds) world.programmes = {support::course(1)};
      std::unique_ptr<Ensemble<float>> ensembles[2];
      for (const bool hashed : {false, true})
        ensembles[hashed] = std::make_unique<Ensemble<float>>(
            EnsembleSetup{&attachment::model(), &society, noise_key(seed, 0, 0), running ? 0 : 520, width,
                          worlds, attachment::model().phase_table[static_cast<int>(isa)], false, 0,
                          hashed ? &hash_kernel(isa) : nullptr, true});
      std::vector<double> taken[2], ratio;
      for (int week = 0; week < warm_up_weeks; ++week)
        for (auto& e : ensembles) e->advance();
      for (int round = 0; round < rounds; ++round) {
        for (const int which : {round % 2, 1 - round % 2}) {
          ensembles[which]->advance();  // the other one has taken the cache
          const double start = cpu_seconds();
          for (int week = 0; week < timed_weeks; ++week) ensembles[which]->advance();
          taken[which].push_back((cpu_seconds() - start) * 1e9 / timed_weeks /
                                 static_cast<double>(plan.persons));
        }
        ratio.push_back(taken[1].back() / taken[0].back());
      }
      fmt::print("{:>6} {:>10} {:>14.1f} {:>14.1f} {:>7.1f}%\n", width, running ? "running" : "none",
                 median(taken[0]), median(taken[1]), 100 * (median(ratio) - 1));
    }
  return 0;
}
