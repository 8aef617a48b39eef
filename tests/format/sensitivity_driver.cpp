#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "analysis/sensitivity.hpp"
#include "sim/sweep/design.hpp"
#include "sim/sweep/sequences.hpp"

// What designs, priors and sensitivity measures compute, as plain numbers for comparison with other programs.
//   design KIND N AXES SEED [plain]     one point a line
//   prior NAME NUMBER...                stdin: positions; one value a line
//   sobol AXES RESAMPLES                stdin: a point's replicates a line; "name value low high uncorrected"
//   morris AXES RESAMPLES               stdin: axis, change, replicates a line; the same

using namespace kindred;

namespace {

constexpr Seed comparison_seed{20261124};

int print_design(const std::vector<std::string>& words) {
  sweep::DesignPlan plan{.seed = Seed{std::stoull(words.at(3))}};
  plan.kind = sweep::design_named(words.at(0)).value();
  plan.n = std::stoll(words.at(1));
  plan.is_scrambled = words.size() < 5;
  for (int i = 0; i < std::stoi(words.at(2)); ++i) {
    sweep::Factor factor;
    factor.path = "x" + std::to_string(i);
    factor.prior.high = 1;
    plan.factors.push_back(factor);
  }
  for (const sweep::Point& point : sweep::make_design(plan).points) {
    for (const double u : point.unit) std::printf("%.17g ", u);
    std::printf("\n");
  }
  return 0;
}

int print_prior(const std::vector<std::string>& words) {
  std::vector<double> numbers;
  for (std::size_t i = 1; i < words.size(); ++i) numbers.push_back(std::stod(words[i]));
  const sweep::Prior prior = sweep::prior_named(words.at(0), numbers);
  for (double unit = 0; std::cin >> unit;) std::printf("%s\n", sweep::value_at(prior, unit).text.c_str());
  return 0;
}

void print(const std::string& name, const analysis::Estimate& e) {
  std::printf("%s %.17g %.17g %.17g %.17g\n", name.c_str(), e.value, e.low, e.high, e.uncorrected);
}

void print(const std::string& name, const std::vector<analysis::Estimate>& estimates) {
  for (std::size_t i = 0; i < estimates.size(); ++i) print(name + std::to_string(i), estimates[i]);
}

int print_indices(const std::vector<std::string>& words, bool is_morris) {
  std::vector<analysis::Step> steps;
  analysis::Outcomes outcomes;
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream in(line);
    if (is_morris) in >> steps.emplace_back().axis >> steps.back().change;
    outcomes.emplace_back();
    for (double value = 0; in >> value;) outcomes.back().push_back(value);
  }
  const int axes = std::stoi(words.at(0));
  const analysis::Bootstrap bootstrap{comparison_seed, std::stoi(words.at(1))};
  if (is_morris) {
    const auto m = std::get<0>(analysis::morris_measures(axes, steps, outcomes, bootstrap));
    print("mu", m.mu), print("mu_star", m.mu_star), print("sigma", m.sigma);
    return 0;
  }
  const auto s = std::get<0>(analysis::sobol_indices(axes, outcomes, bootstrap));
  print("first", s.first), print("total", s.total);
  std::printf("variance %.17g\nnoise_share %.17g\n", s.noise.expectation, s.noise.share);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  const std::string what = arguments[1];
  const std::vector<std::string> words(arguments + 2, arguments + count);
  if (what == "design") return print_design(words);
  if (what == "prior") return print_prior(words);
  return print_indices(words, what == "morris");
}
