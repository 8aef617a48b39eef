#include "sim/scenario/keys.hpp"

#include "sim/scenario/arm_keys.hpp"
#include "sim/scenario/sweep_keys.hpp"

namespace kindred::scenario {
namespace {

using namespace tables;

constexpr Range counts{1, 100000};

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

constexpr Key direct_table[] = {
    {.name = "arms",
     .type = Type::arm_names,
     .meaning = "arms with one programme whose direct effect is measured",
     .required = true},
    {.name = "persons",
     .type = Type::integer,
     .meaning = "persons treated alone, each in a world of their own",
     .required = true,
     .range = {1, 1000},
     .unit = "persons"},
};

constexpr Key mediated_table[] = {
    {.name = "arms",
     .type = Type::arm_names,
     .meaning = "arms whose effect is taken apart by mechanism",
     .required = true},
    {.name = "mechanisms",
     .type = Type::switches,
     .meaning = "switches that are turned off, one at a time; left out = every switch of the model"},
};

constexpr Key effects_table[] = {
    {.name = "direct",
     .type = Type::map,
     .meaning = "what a programme does to a person who is treated alone",
     .children = direct_table},
    {.name = "mediated",
     .type = Type::map,
     .meaning = "what is left of an effect when a mechanism is switched off",
     .children = mediated_table},
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
    {.name = "closeness",
     .type = Type::boolean,
     .meaning = "record every acquaintance tie's closeness when the programmes start",
     .standard = "false"},
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
    {.name = "branch",
     .type = Type::text,
     .meaning =
         "file with a burn-in that was lived through before (kindred run --burn-in-only), relative to the "
         "file that names it"},
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
    {.name = "effects",
     .type = Type::map,
     .meaning = "worlds that are run beside the arms to take their effects apart",
     .children = effects_table},
    {.name = "replicates", .type = Type::map, .meaning = "how often", .children = replicate_table},
    {.name = "record", .type = Type::map, .meaning = "what is kept", .children = record_table},
    {.name = "sweep",
     .type = Type::map,
     .meaning = "the points of a parameter sweep; a single run ignores it",
     .children = sweep_table},
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
