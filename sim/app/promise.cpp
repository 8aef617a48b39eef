#include "sim/app/promise.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/effect_layout.hpp"
#include "sim/app/build_info.hpp"
#include "sim/app/library.hpp"
#include "sim/app/models.hpp"
#include "sim/core/errors.hpp"
#include "sim/record/hdf5_attributes.hpp"
#include "sim/record/inspect.hpp"
#include "sim/record/posix_file.hpp"
#include "sim/record/read_file.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/record/study_file.hpp"
#include "sim/scenario/scenario.hpp"

namespace kindred::app {

namespace {

constexpr std::int64_t most_persons = std::int64_t{1} << 26U;  // a file that claims more is not relied on

std::string text_of(const record::File& file, std::string_view name) {
  const record::Attribute* attribute = record::find_attribute(file.attributes, name);
  return attribute == nullptr ? "" : record::attribute_text(attribute->value);
}

/// A text under a name that can be opened, nowhere on the disk.
class TextInMemory {
 public:
  explicit TextInMemory(std::string_view text) : descriptor_(memfd_create("scenario", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw IoError("scenario", "cannot be held in memory");
    record::PosixFile::open_for_changing(path()).write_at(0, std::as_bytes(std::span(text)));
  }
  TextInMemory(const TextInMemory&) = delete;
  TextInMemory& operator=(const TextInMemory&) = delete;
  ~TextInMemory() { close(descriptor_); }
  std::string path() const { return fmt::format("/proc/self/fd/{}", descriptor_); }

 private:
  int descriptor_;
};

/// Persons of a society as the file has them; 0 when it does not tell.
std::int64_t persons_of(const record::File& file) {
  const record::Dataset* scale = record::find_with(file, "society/person", {"person"});
  if (scale != nullptr) return static_cast<std::int64_t>(scale->shape.front());
  for (const record::Dataset& dataset : file.datasets) {
    const std::string path = record::path_of(dataset);
    if (path != "persons/person_id" && path != "ties/head") continue;
    const record::Attribute* range = record::find_attribute(dataset.attributes, "valid_range");
    const auto* ends = range == nullptr ? nullptr : std::get_if<std::vector<std::int32_t>>(&range->value);
    if (ends != nullptr && ends->size() == 2) return std::int64_t{ends->back()} + 1;
  }
  return 0;
}

/// The plan of a stored scenario. Who knows whom does not decide what is recorded, so a network that the
/// scenario takes from elsewhere is replaced by one that needs no file.
Plan plan_of(const std::string& config, std::int64_t persons) {
  const TextInMemory text(config);
  scenario::Sources sources{text.path(), {}, library_folders()};
  if (config.find("\n    path: ") != std::string::npos) {
    sources.overrides.push_back("society.network={kind: erdos-renyi, acquaintances: 1}");
    if (config.find("\n  persons: ") == std::string::npos)
      sources.overrides.push_back(fmt::format("society.persons={}", persons));
  }
  return scenario::read(sources, all_declarations());
}

/// As many persons, nobody acquainted; named when the file names them.
Society strangers(const record::File& file, std::int64_t persons) {
  Society society{{}, {}, {}};
  society.graph.row_offset.assign(static_cast<std::size_t>(persons) + 1, 0);
  if (const record::Dataset* labels = record::find_with(file, "society/person_label", {"person"}))
    society.labels = labels->text;
  return society;
}

record::Promise promise_of(const record::File& file, const Plan& plan, const ModelDeclaration& model) {
  const record::StudyFile study =
      record::describe_study(plan, model, strangers(file, plan.society.persons), build_info());
  record::Promise promise;
  promise.datasets = study.file.datasets;
  promise.weeks["population"] = study.population_weeks;
  promise.weeks["persons"] = study.person_weeks;
  promise.weeks["state"] = study.state_weeks;
  if (record::programmes_start(plan) >= 0) {
    for (record::Dataset& dataset : analysis::declare_effects(plan, model))
      promise.datasets.push_back(std::move(dataset));
    promise.weeks["effects"] = analysis::weeks_after_start(plan);
  }
  for (const OutcomeDeclaration& outcome : model.outcomes)
    if (outcome.among_coupled)
      promise.among_coupled.emplace_back(model.person_columns[static_cast<std::size_t>(outcome.column)].name);
  if (model.coupled_column >= 0)
    promise.bond_tie = model.person_columns[static_cast<std::size_t>(model.coupled_column)].name;
  promise.per_society = plan.per_society;
  promise.same_build = text_of(file, "kindred_version") == build_info().version &&
                       text_of(file, "kindred_commit") == build_info().commit;
  return promise;
}

}  // namespace

record::Promise promise_of(const std::string& path) {
  try {
    const record::File file = record::open_finished(path).file;
    const std::string config = text_of(file, "config");
    if (config.empty() || record::find_attribute(file.attributes, "design") != nullptr) return {};
    const Plan plan = plan_of(config, persons_of(file));
    if (plan.society.persons > most_persons) return {};
    return promise_of(file, plan, *model_named(plan.model).declaration);
  } catch (const IoError&) {
    return {};  // who checks the file says why
  } catch (const ConfigError&) {
    return {};
  }
}

}  // namespace kindred::app
