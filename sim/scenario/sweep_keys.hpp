#pragma once

#include "sim/scenario/arm_keys.hpp"
#include "sim/scenario/keys.hpp"

/// The tables of the section `sweep`. Only keys.cpp includes this file; everybody else asks for a table
/// through keys.hpp.
namespace kindred::scenario::tables {

inline constexpr Words designs[] = {"grid", "list", "lhs", "sobol", "morris", "saltelli", "star"};
inline constexpr Words counted_designs[] = {"lhs", "sobol", "morris", "saltelli"};
inline constexpr Words list_design[] = {"list"};
inline constexpr Words sobol_design[] = {"sobol"};
inline constexpr Words morris_design[] = {"morris"};
inline constexpr Words factor_designs[] = {"grid", "lhs", "sobol", "morris", "saltelli", "star"};
inline constexpr Words priors[] = {"uniform", "loguniform", "normal", "lognormal", "integer"};
inline constexpr Words normal_priors[] = {"normal", "lognormal"};
inline constexpr Words variables[] = {"mean", "effect_treated", "effect_untreated_partner",
                                      "effect_everyone"};

inline constexpr Key factor_table[] = {
    {.name = "prior", .type = Type::word, .meaning = "how the values are spread", .words = priors},
    {.name = "values", .type = Type::values, .meaning = "the values, listed, instead of a prior"},
    {.name = "low",
     .type = Type::amount,
     .meaning = "lowest value; left out = the lowest that the key allows",
     .kinds = priors},
    {.name = "high",
     .type = Type::amount,
     .meaning = "highest value; left out = the highest that the key allows",
     .kinds = priors},
    {.name = "mean",
     .type = Type::amount,
     .meaning = "of the values (of their natural logarithms for lognormal); left out = the key's default",
     .kinds = normal_priors},
    {.name = "sd",
     .type = Type::amount,
     .meaning = "standard deviation, likewise; left out = a quarter of the range",
     .kinds = normal_priors},
    {.name = "together", .type = Type::text, .meaning = "label; parameters of one label move together"},
    {.name = "levels",
     .type = Type::integer,
     .meaning = "how many values a grid or a star takes",
     .range = {1, 1048576}},
    {.name = "centre",
     .type = Type::number,
     .meaning = "position of a star's centre in the range, from 0 to below 1",
     .standard = "0.5",
     .range = {0, 1}},
};

inline constexpr Key goal_table[] = {
    {.name = "arm", .type = Type::text, .meaning = "name of an arm", .required = true},
    {.name = "outcome", .type = Type::text, .meaning = "one of the model's outcomes", .required = true},
    {.name = "variable",
     .type = Type::word,
     .meaning =
         "the arm's mean, or its effect on those it treats, on their untreated partners or on everyone",
     .required = true,
     .words = variables},
    {.name = "week",
     .type = Type::integer,
     .meaning = "one of the weeks at which outcomes are kept",
     .required = true,
     .range = {0, longest_time},
     .unit = "weeks"},
};

inline constexpr Key until_table[] = {
    {.name = "halfwidth",
     .type = Type::number,
     .meaning = "half the width of the 95 % interval at which a point has enough societies",
     .required = true,
     .range = {1e-9, 1e9}},
    {.name = "of",
     .type = Type::map,
     .meaning = "the quantity whose interval it is",
     .required = true,
     .children = goal_table},
    {.name = "batch",
     .type = Type::integer,
     .meaning = "societies added in each round, the first included",
     .standard = "1",
     .range = {1, 100000}},
    {.name = "most",
     .type = Type::integer,
     .meaning = "societies of a point at most",
     .required = true,
     .range = {1, 100000}},
};

inline constexpr Key sweep_table[] = {
    {.name = "design",
     .type = Type::word,
     .meaning = "how points are chosen",
     .required = true,
     .words = designs},
    {.name = "points",
     .type = Type::integer,
     .meaning = "points (lhs, sobol), trajectories (morris) or base rows (saltelli)",
     .range = {1, 1048576},
     .kinds = counted_designs},
    {.name = "levels",
     .type = Type::integer,
     .meaning = "levels of each parameter, an even number",
     .standard = "4",
     .range = {2, 1000},
     .kinds = morris_design},
    {.name = "scrambled",
     .type = Type::boolean,
     .meaning = "whether the sequence is scrambled",
     .standard = "true",
     .kinds = sobol_design},
    {.name = "from",
     .type = Type::text,
     .meaning = "CSV whose header holds paths of keys and each of whose lines is a point",
     .kinds = list_design},
    {.name = "rows",
     .type = Type::text,
     .meaning = "the same written in place, as a block of text (rows: |)",
     .kinds = list_design},
    {.name = "parameters",
     .type = Type::factors,
     .meaning = "what varies, by the path of its key, such as society.persons",
     .children = factor_table,
     .kinds = factor_designs},
    {.name = "weeks",
     .type = Type::weeks,
     .meaning =
         "weeks after the programmes' start (or of the study when no arm has one) at which outcomes are "
         "kept; left out = those of 8, 34, 60 and 112 that fit, and the last week"},
    {.name = "until",
     .type = Type::map,
     .meaning = "societies are added to each point until a quantity is known well enough",
     .children = until_table},
};

}  // namespace kindred::scenario::tables
