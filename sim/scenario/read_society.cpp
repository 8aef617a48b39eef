#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <limits>
#include <system_error>

#include <fmt/format.h>

#include "sim/scenario/reader.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

using Kind = NetworkPlan::Kind;

/// In the order of the words of `kind` in the table of keys.
constexpr std::array kinds = {Kind::community,  Kind::watts_strogatz, Kind::erdos_renyi,
                              Kind::scale_free, Kind::blocks,         Kind::file};

bool belongs(const Key& key, std::string_view kind) {
  return key.kinds.empty() || std::find(key.kinds.begin(), key.kinds.end(), kind) != key.kinds.end();
}

/// Why not one byte of a file can be read; empty when it can (also of an empty file).
std::string why_unreadable(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  char first = 0;
  if (in.is_open()) in.read(&first, 1);
  if (in.is_open() && !in.bad()) return "";
  return errno != 0 ? std::generic_category().message(errno) : "reading failed";
}

/// An edge list lies beside the file that names it, or in a networks folder.
void find_edges(Problems& problems, const Folders& folders, const Fields& fields, NetworkPlan& network,
                std::string& written_path) {
  const Field& field = fields["path"];
  if (!require_for_kind(problems, fields, "path", "file") || !field.valid) return;
  const std::string& file = field.node->place.file;
  std::vector<std::string> tried{in_folder(file == command_line ? folders.own : folder_of(file), field.text)};
  for (const std::string& place : places(folders, "networks")) tried.push_back(in_folder(place, field.text));
  for (const std::string& folder : folders.library) tried.push_back(in_folder(folder, field.text));
  const auto found = std::find_if(tried.begin(), tried.end(),
                                  [&](const std::string& path) { return is_file(folders, path); });
  if (field.text.empty() || found == tried.end()) {
    complain(problems, field.node->place, joined(fields.path, "path"),
             fmt::format("no file '{}' (searched: {})", field.text, listed(tried)));
    return;
  }
  const std::string ending = std::filesystem::path(*found).extension().string();
  if (ending != ".csv" && ending != ".graphml") {
    complain(problems, field.node->place, joined(fields.path, "path"),
             fmt::format("'{}' is neither .csv nor .graphml; save the ties as .csv with columns tail,head",
                         field.text));
    return;
  }
  const std::string& reason = folders.disk->unreadable.get(*found, [&] { return why_unreadable(*found); });
  if (!reason.empty()) {
    complain(problems, field.node->place, joined(fields.path, "path"),
             fmt::format("'{}' cannot be read: {}", *found, reason));
    return;
  }
  network.path = *found;
  // Relative to the scenario's folder, so that the resolved text does not depend on the working folder.
  const std::filesystem::path own = folders.own.empty() ? "." : folders.own;
  const bool absolute = std::filesystem::path(field.text).is_absolute();
  written_path = absolute ? field.text
                 : found == tried.begin()
                     ? std::filesystem::path(*found).lexically_proximate(own.lexically_normal()).string()
                     : field.text;
}

/// Acquaintances inside and outside the own block must exist.
void check_blocks(Problems& problems, const Fields& fields, const NetworkPlan& network,
                  std::int64_t persons) {
  const std::string block = joined(fields.path, "block"), within = joined(fields.path, "within");
  if (persons <= network.block) {
    complain(problems, fields.place_of("block"), block,
             fmt::format("{} persons do not fill a second block of {}; make blocks smaller", persons,
                         network.block));
    return;
  }
  const double inside = network.within * network.acquaintances;
  if (inside > network.block - 1)
    complain(
        problems, fields.place_of("within"), within,
        fmt::format("{:.4g} of {} acquaintances lie inside the own block, which holds {} others; make blocks "
                    "larger or lower within",
                    inside, network.acquaintances, network.block - 1));
  if (network.acquaintances - inside > static_cast<double>(persons - network.block))
    complain(
        problems, fields.place_of("within"), within,
        fmt::format("{:.4g} of {} acquaintances lie outside the own block, where {} persons are; make blocks "
                    "smaller or raise within",
                    network.acquaintances - inside, network.acquaintances, persons - network.block));
}

/// What the size of a drawn society allows.
void check_size(Problems& problems, const Field& persons, const Fields& network_fields,
                const NetworkPlan& network) {
  constexpr std::int64_t most_ends = std::numeric_limits<std::int32_t>::max();  // ties are counted in 32 bits
  const std::int64_t count = persons.integer, ends = count * network.acquaintances;
  if (count <= network.acquaintances)
    complain(problems, persons.node->place, "society.persons",
             fmt::format("{} persons cannot have {} acquaintances each; lower society.network.acquaintances",
                         count, network.acquaintances));
  else if (ends > most_ends)
    complain(
        problems, persons.node->place, "society.persons",
        fmt::format("{} persons with {} acquaintances each have {} in all, and one society holds at most {}; "
                    "lower one of the two",
                    count, network.acquaintances, ends, most_ends));
  else if (network.kind == Kind::blocks && network_fields["within"].valid && network_fields["block"].valid)
    check_blocks(problems, network_fields, network, count);
}

NetworkPlan read_network(Problems& problems, const Folders& folders, const Fields& fields,
                         std::string& written_path) {
  const std::string& path = fields.path;
  NetworkPlan network;
  network.kind = kinds[fields.choice("kind")];
  network.acquaintances = static_cast<int>(fields["acquaintances"].integer);
  network.rewiring = fields["rewiring"].number;
  network.block = static_cast<int>(fields["block"].integer);
  network.within = fields["within"].number;
  network.exponent = fields["exponent"].number;
  if (!fields["kind"].valid) return network;
  report_foreign_keys(problems, fields, fields["kind"].text);
  const bool ring = belongs(*fields["rewiring"].key, fields["kind"].text);
  if (ring && network.acquaintances % 2 != 0)
    complain(problems, fields.place_of("acquaintances"), joined(path, "acquaintances"),
             fmt::format("{} is odd; a ring has as many neighbours on each side, so write an even number",
                         network.acquaintances));
  if (network.kind == Kind::community && fields["block"].valid && network.acquaintances >= network.block)
    complain(problems, fields.place_of("block"), joined(path, "block"),
             fmt::format("a community of {} persons is too small for {} acquaintances each; make it larger",
                         network.block, network.acquaintances));
  if (network.kind == Kind::file) find_edges(problems, folders, fields, network, written_path);
  return network;
}

/// Columns or instruments by name, once each, in order of declaration.
template <class Declarations, class Matches>
std::vector<int> read_declared(Problems& problems, const Field& field, std::string_view path,
                               const Declarations& declarations, const Matches& matches) {
  std::vector<std::string> known;
  for (const auto& declaration : declarations) known.emplace_back(declaration.name);
  const auto index = [&](const std::string& name) {
    for (std::size_t i = 0; i < known.size(); ++i)
      if (matches(declarations[i], name)) return static_cast<int>(i);
    return -1;
  };
  return read_names(problems, *field.node, path, index, [&](const std::string& name) {
    return fmt::format("'{}' is not known; {}", name, suggestion(name, known));
  });
}

std::vector<int> outcome_columns(const ModelDeclaration& model) {
  std::vector<int> columns;
  for (const OutcomeDeclaration& outcome : model.outcomes) columns.push_back(outcome.column);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

void read_person_record(Problems& problems, const Field& persons, const ModelDeclaration* model,
                        RecordPlan& record) {
  if (persons.node && persons.node->kind == Node::Kind::scalar && persons.node->text == "none") {
    record.persons_every = 0;
    return;
  }
  const std::string path = "record.persons";
  const Fields fields = read_fields(problems, or_nothing(persons.node), persons.key->children, path);
  record.persons_every = static_cast<int>(fields["every"].integer);
  record.persons_sample = fields["sample"].integer;
  if (!model) return;
  const Field& columns = fields["columns"];
  const Field& instruments = fields["instruments"];
  record.person_columns = outcome_columns(*model);
  if (columns.node)
    record.person_columns =
        read_declared(problems, columns, path + ".columns", model->person_columns,
                      [](const ColumnDeclaration& column, const std::string& name) {
                        return column.name == name || (!column.alias.empty() && column.alias == name);
                      });
  if (instruments.node)
    record.instruments = read_declared(problems, instruments, path + ".instruments", model->instruments,
                                       [](const InstrumentDeclaration& instrument, const std::string& name) {
                                         return instrument.name == name;
                                       });
}

}  // namespace

SocietyDraft read_society(Problems& problems, const Folders& folders, const Node* node) {
  const Key& table = *find_key(scenario_keys(), "society");
  SocietyDraft draft;
  SocietyPlan& society = draft.plan;
  const Fields fields = read_fields(problems, or_nothing(node), table.children, "society");
  const Fields network = read_fields(problems, or_nothing(fields["network"].node),
                                     fields["network"].key->children, "society.network");
  society.network = read_network(problems, folders, network, draft.network_path);
  const Field& persons = fields["persons"];
  society.persons = persons.integer;
  const bool from_file = society.network.kind == Kind::file;
  if (!persons.node && !from_file && node && !problems.incomplete)
    complain(problems, fields.place, "society.persons",
             fmt::format("required but missing ({})", persons.key->meaning));
  if (persons.valid && !from_file) check_size(problems, persons, network, society.network);
  if (network["kind"].valid) draft.kind = network["kind"].text;
  const bool blocks = belongs(*network["block"].key, draft.kind);
  if (blocks && persons.valid && network["block"].valid)
    draft.communities = (society.persons + society.network.block - 1) / society.network.block;
  return draft;
}

void require_communities(Reader& reader, const Place& place, std::string_view path) {
  const Key& network = *find_key(find_key(scenario_keys(), "society")->children, "network");
  const Key& block = *find_key(network.children, "block");
  const std::string& kind = reader.society.kind;
  if (kind.empty() || belongs(block, kind)) return;
  if (kind == "file") return;  // its persons may have a column of communities: known when the file is read
  complain(reader.problems, place, path,
           fmt::format("a network of the kind '{}' has no communities; those of the kinds {} have, and a "
                       "file may",
                       kind, listed(strings(block.kinds))));
}

RecordPlan read_record(Problems& problems, const Node* node, const ModelDeclaration* model) {
  const Key& table = *find_key(scenario_keys(), "record");
  const Fields fields = read_fields(problems, or_nothing(node), table.children, "record");
  RecordPlan record;
  record.population_every = static_cast<int>(fields["population"].integer);
  record.styles = fields["styles"].boolean;
  record.ties = fields["ties"].text != "none";
  record.society = fields["society"].boolean;
  record.closeness = fields["closeness"].boolean;
  record.burn_in = fields["from"].text == "burn-in";
  read_person_record(problems, fields["persons"], model, record);
  return record;
}

}  // namespace kindred::scenario
