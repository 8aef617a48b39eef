#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What a user probably meant.
namespace kindred::scenario {

/// Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and
/// swaps of neighbours, each counting 1. Case is ignored.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest of `known`, when near enough to be a slip of the finger: at most a third of the word's
/// length (at least 1). Ties go to the first.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known);

/// "a, b, c"; after `limit` names "… and 7 more". Empty input gives "nothing".
std::string listed(std::span<const std::string> names, std::size_t limit = 20);

/// Up to three of `known` of which a whole word ("style" of "leaf_shape") is near; none when more are.
std::vector<std::string> sharing_a_word(std::string_view word, std::span<const std::string> known);

/// "did you mean 'x'?" when one is near or shares a word, "did you mean 'x' or 'y'?", or nothing.
std::optional<std::string> guess(std::string_view word, std::span<const std::string> known);

/// The guess when there is one, else "allowed here: a, b, c".
std::string suggestion(std::string_view word, std::span<const std::string> known);

std::vector<std::string> strings(std::span<const std::string_view> names);

}  // namespace kindred::scenario
