#include "sim/scenario/keys.hpp"

namespace kindred::scenario {
namespace {

using Words = std::string_view;

constexpr Range shares{0, 1};
constexpr Range counts{1, 100000};
constexpr Range course_weeks{1, 520};
constexpr Range exponents{0, 10};

constexpr Words populations[] = {"western-community"};
constexpr Words network_kinds[] = {"community",  "watts-strogatz", "erdos-renyi",
                                   "scale-free", "blocks",         "file"};
constexpr Words drawn_kinds[] = {"community", "watts-strogatz", "erdos-renyi", "scale-free", "blocks"};
constexpr Words ring_kinds[] = {"community", "watts-strogatz"};
constexpr Words block_kinds[] = {"community", "blocks"};
constexpr Words blocks_kind[] = {"blocks"};
constexpr Words scale_free_kind[] = {"scale-free"};
constexpr Words file_kind[] = {"file"};
constexpr Words tie_words[] = {"events", "none"};
constexpr Words from_words[] = {"study", "burn-in"};

constexpr Key hypothesis_table[] = {
    {.name = "schema", .type = Type::schema, .meaning = "version of the file's language", .required = true},
    {.name = "hypothesis", .type = Type::text, .meaning = "name of the hypothesis", .required = true},
    {.name = "code", .type = Type::text, .meaning = "short code that may stand for the name, such as H1"},
    {.name = "title", .type = Type::text, .meaning = "one line for people"},
    {.name = "source", .type = Type::text, .meaning = "where the numbers come from"},
    {.name = "parameters", .type = Type::parameters, .meaning = "what differs from the model's defaults"},
};

constexpr Key programme_table[] = {
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

constexpr Key bound_table[] = {
    {.name = "above", .type = Type::bound, .meaning = "strictly greater than"},
    {.name = "below", .type = Type::bound, .meaning = "strictly less than"},
};

constexpr Key use_table[] = {
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
     .range = shares},
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

constexpr Key arm_table[] = {
    {.name = "hypothesis",
     .type = Type::hypothesis,
     .meaning = "of this arm, instead of the model's",
     .children = std::span<const Key>(hypothesis_table).subspan(1)},
    {.name = "parameters", .type = Type::parameters, .meaning = "of this arm, over the model's"},
    {.name = "programmes", .type = Type::uses, .meaning = "what this arm offers", .children = use_table},
};

constexpr Key time_table[] = {
    {.name = "burn_in",
     .type = Type::duration,
     .meaning = "time before the study in which lives settle",
     .required = true,
     .range = {0, longest_time}},
    {.name = "run",
     .type = Type::duration,
     .meaning = "length of the study",
     .required = true,
     .range = {1, longest_time}},
};

constexpr Key network_table[] = {
    {.name = "kind",
     .type = Type::word,
     .meaning = "how acquaintances are drawn",
     .standard = "community",
     .words = network_kinds},
    {.name = "acquaintances",
     .type = Type::integer,
     .meaning = "mean number of acquaintances aimed at",
     .standard = "24",
     .range = {1, 1000},
     .unit = "persons",
     .kinds = drawn_kinds},
    {.name = "rewiring",
     .type = Type::number,
     .meaning = "share of ring ties that are rewired",
     .standard = "0.2",
     .range = shares,
     .kinds = ring_kinds},
    {.name = "block",
     .type = Type::integer,
     .meaning = "persons per community or block",
     .standard = "128",
     .range = {4, 1000000},
     .unit = "persons",
     .kinds = block_kinds},
    {.name = "within",
     .type = Type::number,
     .meaning = "share of ties inside the own block",
     .standard = "0.8",
     .range = shares,
     .kinds = blocks_kind},
    {.name = "exponent",
     .type = Type::number,
     .meaning = "exponent of the degree distribution",
     .standard = "2.5",
     .range = {2.01, 10},
     .kinds = scale_free_kind},
    {.name = "path",
     .type = Type::text,
     .meaning = "edge list (CSV or GraphML), relative to the file that names it or in a networks folder",
     .kinds = file_kind},
};

constexpr Key society_table[] = {
    {.name = "persons",
     .type = Type::integer,
     .meaning = "people in a society; may be left out when the network is a file",
     .range = {2, 100000000},
     .unit = "persons"},
    {.name = "population",
     .type = Type::word,
     .meaning = "whom the people are like",
     .standard = "western-community",
     .words = populations},
    {.name = "network",
     .type = Type::map,
     .meaning = "who is acquainted with whom",
     .children = network_table},
};

constexpr Key model_table[] = {
    {.name = "hypothesis",
     .type = Type::hypothesis,
     .meaning = "name or code of a hypothesis",
     .children = std::span<const Key>(hypothesis_table).subspan(1)},
    {.name = "parameters", .type = Type::parameters, .meaning = "numbers that replace the hypothesis' own"},
};

constexpr Key replicate_table[] = {
    {.name = "societies",
     .type = Type::integer,
     .meaning = "how many societies are drawn",
     .standard = "1",
     .range = counts},
    {.name = "per_society",
     .type = Type::integer,
     .meaning = "histories of each society",
     .standard = "1",
     .range = counts},
};

constexpr Key person_table[] = {
    {.name = "every",
     .type = Type::duration,
     .meaning = "time between two frames",
     .standard = "4 weeks",
     .range = {1, longest_time}},
    {.name = "sample",
     .type = Type::integer_or_all,
     .meaning = "how many persons are followed, or all",
     .standard = "2000",
     .range = {1, 100000000},
     .unit = "persons"},
    {.name = "columns",
     .type = Type::columns,
     .meaning = "what is recorded of each person; left out = the model's outcomes"},
    {.name = "instruments",
     .type = Type::instruments,
     .meaning = "questionnaires given at each frame; left out = none"},
};

constexpr Key record_table[] = {
    {.name = "population",
     .type = Type::duration_or_none,
     .meaning = "time between two summaries, or none",
     .standard = "1 week",
     .range = {1, longest_time}},
    {.name = "persons",
     .type = Type::map_or_none,
     .meaning = "frames of single persons, or none",
     .children = person_table},
    {.name = "styles",
     .type = Type::boolean,
     .meaning = "record who lies in which quadrant",
     .standard = "true"},
    {.name = "ties",
     .type = Type::word,
     .meaning = "bonds as events, or none",
     .standard = "events",
     .words = tie_words},
    {.name = "society",
     .type = Type::boolean,
     .meaning = "record traits and the acquaintance graph",
     .standard = "true"},
    {.name = "from",
     .type = Type::word,
     .meaning = "where recording begins",
     .standard = "study",
     .words = from_words},
};

constexpr Key scenario_table[] = {
    {.name = "schema", .type = Type::schema, .meaning = "version of the scenario language", .required = true},
    {.name = "title", .type = Type::text, .meaning = "one line for people"},
    {.name = "seed",
     .type = Type::seed,
     .meaning = "whole number from which all luck is drawn",
     .required = true},
    {.name = "include",
     .type = Type::files,
     .meaning = "files merged below this one: this file wins, and later files win over earlier ones"},
    {.name = "time", .type = Type::map, .meaning = "how long", .required = true, .children = time_table},
    {.name = "society", .type = Type::map, .meaning = "who", .required = true, .children = society_table},
    {.name = "model",
     .type = Type::models,
     .meaning = "the model's name and its numbers",
     .required = true,
     .children = model_table},
    {.name = "arms",
     .type = Type::arms,
     .meaning = "worlds that are compared, by name",
     .required = true,
     .children = arm_table},
    {.name = "replicates", .type = Type::map, .meaning = "how often", .children = replicate_table},
    {.name = "record", .type = Type::map, .meaning = "what is kept", .children = record_table},
};

}  // namespace

std::span<const Key> scenario_keys() { return scenario_table; }
std::span<const Key> programme_keys() { return programme_table; }
std::span<const Key> hypothesis_keys() { return hypothesis_table; }
std::span<const Key> bound_keys() { return bound_table; }

const Key* find_key(std::span<const Key> keys, std::string_view name) {
  for (const Key& key : keys)
    if (key.name == name) return &key;
  return nullptr;
}

}  // namespace kindred::scenario
