#include "sim/record/stored_burn_in.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>

#include "sim/core/errors.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/hdf5_attributes.hpp"
#include "sim/record/inspect.hpp"
#include "sim/record/posix_file.hpp"

namespace kindred::record {

namespace {

constexpr std::int32_t most_societies = 100'000;  // what a scenario may ask for
constexpr std::int32_t longest_burn_in = 52'000;  // weeks
constexpr std::size_t differences_shown = 3;

/// @throws IoError when the file cannot be read at all, which HDF5 would not say
std::string readable(const std::string& path) {
  static_cast<void>(PosixFile::open_for_reading(path));
  return path;
}

template <class T>
T attribute_of(const FinishedFile& opened, std::string_view name) {
  const Attribute* found = find_attribute(opened.file.attributes, name);
  const T* value = found == nullptr ? nullptr : std::get_if<T>(&found->value);
  if (value == nullptr)
    throw IoError(opened.path, fmt::format("is damaged: its attribute '{}' is missing or another", name));
  return *value;
}

std::int32_t count_of(const FinishedFile& opened, std::string_view name, std::int32_t most) {
  const auto count = attribute_of<std::int32_t>(opened, name);
  if (count < 1 || count > most)
    throw IoError(opened.path, fmt::format("is damaged: its attribute '{}' is {}", name, count));
  return count;
}

/// @throws IoError when the file is something else, or of another time
void require_format(const FinishedFile& opened) {
  const Attribute* mark = find_attribute(opened.file.attributes, burn_in_mark);
  if (mark == nullptr)
    throw IoError(opened.path,
                  "holds a result, no burn-in to branch from; write one with 'kindred run SCENARIO "
                  "--burn-in-only -o NAME.h5'");
  if (mark->value != AttributeValue(burn_in_format))
    throw IoError(opened.path, fmt::format("was written by another version of Kindred ({}): its burn-in has "
                                           "format {}, and this program reads {}",
                                           attribute_of<std::string>(opened, "kindred_version"),
                                           attribute_text(mark->value), burn_in_format));
}

std::string with_unit(const AttributeValue& value, const std::string& unit) {
  return attribute_text(value) + (unit.empty() ? "" : " " + unit);
}

bool same_number(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

}  // namespace

StoredBurnIn::StoredBurnIn(const std::string& path) : opened_(open_finished(readable(path))) {
  require_format(opened_);
  content_hash_ = attribute_of<std::string>(opened_, "content_hash");
  version_ = attribute_of<std::string>(opened_, "kindred_version");
  commit_ = attribute_of<std::string>(opened_, "kindred_commit");
  shape_.societies = count_of(opened_, "societies", most_societies);
  shape_.per_society = count_of(opened_, "histories_per_society", most_societies);
  shape_.weeks = count_of(opened_, "burn_in_weeks", longest_burn_in);
  shape_.persons = attribute_of<std::int64_t>(opened_, "society_persons");
  shape_.worlds = dataset("worlds", "world").text;
  shape_.hypotheses = dataset("worlds", "hypothesis").text;
  const std::size_t names = dataset("worlds", "parameter").text.size();
  const Numbers values = read_numbers(opened_, "worlds/value");
  if (names == 0 || shape_.worlds.empty() || shape_.persons < 1 ||
      values.shape != Extents{shape_.worlds.size(), names})
    damaged("it names no worlds, or not their parameters");
  for (std::size_t w = 0; w < shape_.worlds.size(); ++w)
    parameters_.emplace_back(values.values.begin() + static_cast<std::ptrdiff_t>(w * names),
                             values.values.begin() + static_cast<std::ptrdiff_t>((w + 1) * names));
}

void StoredBurnIn::damaged(const std::string& what) const {
  throw IoError(opened_.path, "is damaged: " + what);
}

const Dataset& StoredBurnIn::dataset(std::string_view group, std::string_view name) const {
  for (const Dataset& d : opened_.file.datasets)
    if (d.group == group && d.name == name) return d;
  damaged(fmt::format("dataset '{}/{}' is missing", group, name));
}

std::vector<std::byte> StoredBurnIn::block(std::string_view group, std::string_view name, Extents start,
                                           Extents extent) const {
  return read_block(opened_, dataset(group, name), {std::move(start), extent}, extent);
}

/// Everything is exactly as large, and cut exactly as, the program writes it.
void StoredBurnIn::require_layout(const ModelDeclaration& model) const {
  const std::vector<Dataset> expected = burn_in_datasets(shape_, model);
  if (expected.size() != opened_.file.datasets.size()) damaged("it holds more, or less, than a burn-in");
  std::uint64_t rows = 0;
  for (const Dataset& wanted : expected) {
    const Dataset& found = dataset(wanted.group, wanted.name);
    const bool table = is_table(wanted);
    const bool like = found.type == wanted.type && found.dimensions == wanted.dimensions &&
                      found.chunk == wanted.chunk && (table || found.shape == wanted.shape);
    if (!like) damaged(fmt::format("dataset '{}' has another type or shape than it should", path_of(wanted)));
    if (table && rows != 0 && found.shape[0] != rows) damaged("the columns of a table differ in length");
    if (table) rows = found.shape[0];
  }
}

std::size_t StoredBurnIn::world_with(const std::vector<double>& parameters) const {
  const auto found = std::find_if(parameters_.begin(), parameters_.end(), [&](const auto& stored) {
    return std::equal(stored.begin(), stored.end(), parameters.begin(), parameters.end(), same_number);
  });
  return static_cast<std::size_t>(found - parameters_.begin());
}

/// In what an arm differs from the stored world that comes closest; empty when one is the same.
std::string StoredBurnIn::unmatched(const Plan& plan, const ModelDeclaration& model,
                                    const ArmPlan& arm) const {
  const std::vector<double> wanted = burn_in_parameters(plan, model, arm);
  if (world_with(wanted) < parameters_.size()) return "";
  const auto differing = [&](std::size_t world) {
    std::vector<std::size_t> places;
    for (std::size_t p = 0; p < wanted.size(); ++p)
      if (!same_number(parameters_[world][p], wanted[p])) places.push_back(p);
    return places;
  };
  std::size_t closest = 0;
  for (std::size_t w = 1; w < parameters_.size(); ++w)
    if (differing(w).size() < differing(closest).size()) closest = w;
  const std::vector<std::size_t> places = differing(closest);
  std::vector<std::string> shown;
  for (const std::size_t p : places)
    if (shown.size() < differences_shown)
      shown.push_back(
          fmt::format("{} {} there, {} here", model.parameters[p].name, parameters_[closest][p], wanted[p]));
  if (places.size() > shown.size()) shown.push_back(fmt::format("and {} more", places.size() - shown.size()));
  return fmt::format("no world of '{}' has this arm's parameters; '{}' comes closest: {}", path(),
                     shape_.worlds[closest], fmt::join(shown, ", "));
}

std::vector<BurnInProblem> StoredBurnIn::problems(const Plan& plan, const ModelDeclaration& model,
                                                  std::int64_t persons, const Build& build) const {
  std::vector<BurnInProblem> found;
  if (version_ != build.version || commit_ != build.commit)
    found.push_back({"branch", fmt::format("'{}' was written by kindred {} ({}), and only that program lives "
                                           "through the same burn-in; this is {} ({})",
                                           path(), version_, commit_, build.version, build.commit)});
  for (const BurnInFact& fact : burn_in_facts(plan, persons, network_file_hash(plan.society))) {
    const Attribute* stored = find_attribute(opened_.file.attributes, fact.attribute.name);
    if (stored != nullptr && stored->value == fact.attribute.value) continue;
    if (fact.key == "society.network.path")
      found.push_back({fact.key, fmt::format("the network file is not the one of '{}'", path())});
    else if (stored != nullptr)
      found.push_back(
          {fact.key, fmt::format("{} here, {} in '{}'", with_unit(fact.attribute.value, fact.unit),
                                 with_unit(stored->value, fact.unit), path())});
  }
  const auto at_most = [&](const char* key, int wanted, int stored) {
    if (wanted > stored)
      found.push_back({key, fmt::format("{} here, only {} in '{}'", wanted, stored, path())});
  };
  at_most("replicates.societies", plan.societies, shape_.societies);
  at_most("replicates.per_society", plan.per_society, shape_.per_society);
  if (attribute_of<std::string>(opened_, "model") != model.name) return found;
  if (parameters_.front().size() != model.parameters.size()) return found;  // by another version, said above
  for (const ArmPlan& arm : plan.arms)
    if (const std::string why = unmatched(plan, model, arm); !why.empty())
      found.push_back({"arms." + arm.name, why});
  if (found.empty()) require_layout(model);
  return found;
}

void StoredBurnIn::verify() const {
  const std::vector<std::string> damages = record::verify(path());
  if (damages.empty()) return;
  const std::string more = damages.size() > 1 ? fmt::format(" (and {} more)", damages.size() - 1) : "";
  const std::string& first = damages.front();
  const bool named = first.starts_with(path() + ": ");
  throw IoError(path(), "is damaged: " + (named ? first.substr(path().size() + 2) : first) + more);
}

}  // namespace kindred::record
