#pragma once

#include "sim/scenario/keys.hpp"

/// The tables of what an arm offers: hypotheses, programmes and how they are given. Only keys.cpp includes
/// this file; everybody else asks for a table through keys.hpp.
namespace kindred::scenario::tables {

inline constexpr Range shares{0, 1};
inline constexpr Range course_weeks{1, 520};
inline constexpr Range exponents{0, 10};

using Words = std::string_view;
/// In the order of Allocation::Kind and its members.
inline constexpr Words allocation_kinds[] = {"simple",        "stratified", "clusters", "saturation",
                                             "stepped-wedge", "everyone",   "person"};
inline constexpr Words allocation_units[] = {"communities", "couples"};
inline constexpr Words allocation_members[] = {"all", "one"};
inline constexpr Words share_kinds[] = {"simple", "stratified", "saturation"};
inline constexpr Words stratified_kind[] = {"stratified"};
inline constexpr Words cluster_kinds[] = {"clusters", "saturation"};
inline constexpr Words saturation_kind[] = {"saturation"};
inline constexpr Words stepped_kind[] = {"stepped-wedge"};
inline constexpr Words person_kind[] = {"person"};

inline constexpr Key hypothesis_table[] = {
    {.name = "schema", .type = Type::schema, .meaning = "version of the file's language", .required = true},
    {.name = "hypothesis", .type = Type::text, .meaning = "name of the hypothesis", .required = true},
    {.name = "code", .type = Type::text, .meaning = "short code that may stand for the name, such as H1"},
    {.name = "title", .type = Type::text, .meaning = "one line for people"},
    {.name = "source", .type = Type::text, .meaning = "where the numbers come from"},
    {.name = "parameters", .type = Type::parameters, .meaning = "what differs from the model's defaults"},
};

inline constexpr Key programme_table[] = {
    {.name = "schema", .type = Type::schema, .meaning = "version of the file's language", .required = true},
    {.name = "programme", .type = Type::text, .meaning = "name of the programme", .required = true},
    {.name = "title", .type = Type::text, .meaning = "one line for people"},
    {.name = "source", .type = Type::text, .meaning = "where the numbers come from"},
    {.name = "weeks",
     .type = Type::integer,
     .meaning = "length of the course",
     .required = true,
     .range = course_weeks,
     .unit = "weeks"},
    {.name = "total", .type = Type::doses, .meaning = "practice over the whole course, by input"},
    {.name = "per_week", .type = Type::doses, .meaning = "practice in each week of the course, by input"},
    {.name = "adherence_exponent",
     .type = Type::number,
     .meaning = "adherence is u^exponent for a uniform u; its mean is 1 / (1 + exponent)",
     .standard = "0",
     .range = exponents},
    {.name = "drop_out",
     .type = Type::number,
     .meaning = "weekly probability of dropping out at average distress",
     .standard = "0",
     .range = shares,
     .unit = "per week"},
    {.name = "maintained",
     .type = Type::number,
     .meaning = "share who go on practising after the course",
     .standard = "0",
     .range = shares},
};

inline constexpr Key bound_table[] = {
    {.name = "above", .type = Type::bound, .meaning = "strictly greater than"},
    {.name = "below", .type = Type::bound, .meaning = "strictly less than"},
};

inline constexpr Key allocation_table[] = {
    {.name = "kind",
     .type = Type::word,
     .meaning =
         "simple: each with probability share; stratified: exactly share of each stratum; clusters: all "
         "in the chosen clusters; saturation: share in the chosen clusters, otherwise in the others; "
         "stepped-wedge: communities one after another; everyone; person: one by number",
     .standard = "simple",
     .words = allocation_kinds},
    {.name = "strata",
     .type = Type::strata,
     .meaning = "what is equal within a stratum: styles, partnered, flags and codes",
     .kinds = stratified_kind},
    {.name = "unit",
     .type = Type::word,
     .meaning = "what a cluster is",
     .standard = "communities",
     .words = allocation_units,
     .kinds = cluster_kinds},
    {.name = "members",
     .type = Type::word,
     .meaning = "all of a couple, or one of the two by luck",
     .standard = "all",
     .words = allocation_members,
     .kinds = cluster_kinds},
    {.name = "clusters",
     .type = Type::number,
     .meaning = "share of the clusters that are chosen",
     .range = shares,
     .kinds = cluster_kinds},
    {.name = "otherwise",
     .type = Type::number,
     .meaning = "share treated in clusters that are not chosen",
     .standard = "0",
     .range = shares,
     .kinds = saturation_kind},
    {.name = "steps",
     .type = Type::integer,
     .meaning = "groups into which luck puts the communities",
     .range = {2, 52},
     .kinds = stepped_kind},
    {.name = "every",
     .type = Type::duration,
     .meaning = "time between the starts of two groups",
     .range = {1, longest_time},
     .kinds = stepped_kind},
    {.name = "step",
     .type = Type::integer,
     .meaning = "a single group instead of all: its number, from 1; the use starts when that group does",
     .range = {1, 52},
     .kinds = stepped_kind},
    {.name = "person",
     .type = Type::integer,
     .meaning = "number of the person, from 0",
     .range = {0, 99999999},
     .kinds = person_kind},
};

inline constexpr Key use_table[] = {
    {.name = "programme",
     .type = Type::programme,
     .meaning = "name of a programme, or path of its file",
     .required = true,
     .children = std::span<const Key>(programme_table).subspan(1)},
    {.name = "start",
     .type = Type::duration,
     .meaning = "time of the study at which the course begins",
     .required = true,
     .range = {0, longest_time}},
    {.name = "who",
     .type = Type::who,
     .meaning = "who is eligible, judged once at start; left out = everyone"},
    {.name = "share",
     .type = Type::number,
     .meaning = "share of the eligible who are enrolled",
     .standard = "1",
     .range = shares,
     .kinds = share_kinds},
    {.name = "allocation",
     .type = Type::map,
     .meaning = "how those who are enrolled are chosen among the eligible",
     .children = allocation_table},
    {.name = "group",
     .type = Type::text,
     .meaning =
         "programmes of one group draw the same luck of enrolment, so equal shares treat equal people"},
    {.name = "weeks",
     .type = Type::integer,
     .meaning = "length of the course instead of the programme's own",
     .range = course_weeks,
     .unit = "weeks"},
    {.name = "adherence_exponent",
     .type = Type::number,
     .meaning = "instead of the programme's own",
     .range = exponents},
    {.name = "drop_out",
     .type = Type::number,
     .meaning = "instead of the programme's own",
     .range = shares,
     .unit = "per week"},
    {.name = "maintained",
     .type = Type::number,
     .meaning = "instead of the programme's own",
     .range = shares},
    {.name = "dose",
     .type = Type::doses,
     .meaning = "practice over the whole course, by input, instead of all the programme gives of that input"},
};

inline constexpr Key arm_table[] = {
    {.name = "hypothesis",
     .type = Type::hypothesis,
     .meaning = "of this arm, instead of the model's",
     .children = std::span<const Key>(hypothesis_table).subspan(1)},
    {.name = "parameters", .type = Type::parameters, .meaning = "of this arm, over the model's"},
    {.name = "programmes", .type = Type::uses, .meaning = "what this arm offers", .children = use_table},
};

}  // namespace kindred::scenario::tables
