#pragma once

#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What a factor may be: a distribution over its values, and the value at a position of the unit interval.
namespace kindred::sweep {

enum class PriorKind {
  uniform,     ///< low, high
  loguniform,  ///< low, high > 0; uniform in the logarithm
  normal,      ///< mean, sd, cut to [low, high]
  lognormal,   ///< mean and sd of the natural logarithm; cut to [low, high] when given
  integer,     ///< low .. high, whole numbers, each equally likely
  choice       ///< names (words of the scenario, numbers included), each equally likely
};

/// Values are in the unit of the factor. Which fields count is said at PriorKind.
struct Prior {
  PriorKind kind = PriorKind::uniform;
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  double mean = 0;
  double sd = 1;
  std::vector<std::string> names;
};

/// A factor's value: the word that a scenario would hold, and its number (NaN for a name).
struct Value {
  std::string text;
  double number = std::numeric_limits<double>::quiet_NaN();
};

/// Shortest decimal that reads back as the same double.
Value number_value(double number);
/// A word; its number too when all of it reads as a finite one.
Value word_value(std::string word);

std::span<const std::string_view> prior_names();

/// A prior as written: its name and its numbers in the order of PriorKind, or the names of a choice.
/// lognormal takes two or four numbers. @throws ConfigError without a place: the caller knows it
Prior prior_named(std::string_view name, std::span<const double> numbers,
                  std::vector<std::string> names = {});

/// What is wrong with a prior, if anything.
std::optional<std::string> prior_problem(const Prior& prior);

/// How many values a prior has: names of a choice, whole numbers of an integer, nothing when continuous.
std::optional<std::int64_t> listed_values(const Prior& prior);

/// Whether both ends of the unit interval have a finite value.
bool is_bounded(const Prior& prior);

/// The value at `unit` by the inverse of the cumulative distribution: monotone, inside [low, high].
/// Listed values own bins of equal width; position 1 belongs to the last one.
/// @param unit  in [0, 1]; 1 needs a bounded prior  @throws Bug when the prior has a problem
Value value_at(const Prior& prior, double unit);

}  // namespace kindred::sweep
