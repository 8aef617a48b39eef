#include "sim/record/soundness_structure.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <span>

#include "sim/record/burn_in.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/hdf5_attributes.hpp"
#include "sim/record/salvage.hpp"
#include "sim/record/text_hash.hpp"

namespace kindred::record {
namespace {

constexpr std::string_view known_format = "1";
constexpr std::array<std::string_view, 10> root_texts = {
    "Conventions", "title", "kindred_format", "kindred_version", "kindred_commit",
    "model",       "seed",  "config",         "config_hash",     "content_hash"};

/// What a group of a study consists of, whatever the model.
struct GroupRule {
  std::string_view group;
  std::vector<std::string_view> datasets;
};

std::vector<GroupRule> group_rules() {
  return {
      {"population",
       {"time", "arm", "replicate", "society", "quantile", "persons", "coupled_persons", "broke_up",
        "formed_bond"}},
      {"persons", {"time", "arm", "replicate", "society", "person", "person_id"}},
      {"ties",
       {"spell", "tail", "head", "onset", "terminus", "terminus_censored", "kind", "arm", "replicate"}},
      {"society", {"society", "arm", "person"}},
      {"graph", {"tie", "society", "tail", "head"}},
      {"closeness", {"tie", "replicate", "arm", "tail", "head", "closeness"}},
      {"effects",
       {"time", "arm", "replicate", "society", "outcome", "cell", "against", "effect", "persons",
        "individual_sd", "share_up", "share_down", "baseline_sd", "cell_sd"}},
      {"sweep",
       {"point", "hash", "replicates", "replicate", "society", "arm", "outcome", "outcome_unit", "week"}}};
}

std::string joined(std::string_view group, std::string_view name) {
  return fmt::format("{}{}{}", group, group.empty() ? "" : "/", name);
}

const Dataset* find(const File& file, std::string_view path) {
  const auto found = std::find_if(file.datasets.begin(), file.datasets.end(),
                                  [&](const Dataset& dataset) { return path_of(dataset) == path; });
  return found == file.datasets.end() ? nullptr : &*found;
}

bool has_group(const File& file, std::string_view group) {
  return std::any_of(file.datasets.begin(), file.datasets.end(),
                     [&](const Dataset& dataset) { return dataset.group == group; });
}

std::string root_text(const File& file, std::string_view name) {
  const Attribute* attribute = find_attribute(file.attributes, name);
  return attribute == nullptr ? "" : attribute_text(attribute->value);
}

void check_root(const File& file, Faults& faults) {
  for (const std::string_view name : root_texts)
    if (find_attribute(file.attributes, name) == nullptr)
      faults.add("root", fmt::format("attribute '{}' is missing", name));
  const std::string format = root_text(file, "kindred_format");
  if (!format.empty() && format != known_format)
    faults.add("root",
               fmt::format("attribute 'kindred_format' is {}, this program knows {}", format, known_format));
  const std::string stated = root_text(file, "config_hash"), found = text_hash(root_text(file, "config"));
  if (!stated.empty() && stated != found)
    faults.add("root",
               fmt::format("attribute 'config_hash' is {}, the configuration gives {}", stated, found));
}

void check_groups_there(const File& file, Faults& faults) {
  const std::vector<GroupRule> rules = group_rules();
  if (std::none_of(rules.begin(), rules.end(),
                   [&](const GroupRule& rule) { return has_group(file, rule.group); }))
    faults.add("root", "holds none of the groups of a study");
  for (const GroupRule& rule : rules) {
    if (!has_group(file, rule.group)) continue;
    for (const std::string_view name : rule.datasets)
      if (find(file, joined(rule.group, name)) == nullptr) faults.add(joined(rule.group, name), "is missing");
  }
}

void check_required_attributes(const Dataset& dataset, Faults& faults) {
  for (const std::string_view name : {"long_name", "units", "source", "valid_range"}) {
    if (name == "valid_range" && dataset.type == ValueType::text) continue;
    if (find_attribute(dataset.attributes, name) == nullptr)
      faults.add(path_of(dataset), fmt::format("attribute '{}' is missing", name));
  }
}

/// Datasets that the effects of a study, kept in a file of their own, leave behind.
bool is_asked_for(const File& file, const Dataset& promised) {
  const bool only_effects = std::all_of(file.datasets.begin(), file.datasets.end(),
                                        [](const Dataset& dataset) { return dataset.group == "effects"; });
  return !only_effects || promised.group == "effects";
}

void compare_shape(const Dataset& found, const Dataset& promised, Faults& faults) {
  const std::string path = path_of(promised);
  if (found.type != promised.type)
    faults.add(path, fmt::format("is {}, must be {}", type_name(found.type), type_name(promised.type)));
  if (found.dimensions != promised.dimensions)
    faults.add(path, fmt::format("has dimensions [{}], must have [{}]", fmt::join(found.dimensions, ", "),
                                 fmt::join(promised.dimensions, ", ")));
  if (found.shape != promised.shape && !is_table(promised))
    faults.add(path, fmt::format("has shape {}, the file's scenario asks for {}", extents_text(found.shape),
                                 extents_text(promised.shape)));
}

void compare_texts(const Dataset& found, const Dataset& promised, Faults& faults) {
  const std::string path = path_of(promised);
  for (const Attribute& attribute : promised.attributes) {
    const Attribute* other = find_attribute(found.attributes, attribute.name);
    if (other == nullptr) faults.add(path, fmt::format("attribute '{}' is missing", attribute.name));
    else if (*other != attribute)
      faults.add(path, fmt::format("attribute '{}' is {}, must be {}", attribute.name,
                                   attribute_text(other->value), attribute_text(attribute.value)));
  }
  if (promised.text.size() != found.text.size()) return;
  for (std::size_t i = 0; i < promised.text.size(); ++i)
    if (found.text[i] != promised.text[i])
      faults.add(path, fmt::format("place {} is '{}', must be '{}'", i, found.text[i], promised.text[i]));
}

/// Another release may know more variables, and groups of its own, but none writes fewer of these groups.
bool is_of_every_release(std::string_view group) {
  const std::vector<GroupRule> rules = group_rules();
  return std::any_of(rules.begin(), rules.end(), [&](const GroupRule& rule) { return rule.group == group; });
}

void check_promise(const File& file, const Promise& promise, Faults& faults) {
  for (const Dataset& promised : promise.datasets) {
    if (!is_asked_for(file, promised)) continue;
    const Dataset* found = find(file, path_of(promised));
    if (found != nullptr) {
      compare_shape(*found, promised, faults);
      if (promise.same_build) compare_texts(*found, promised, faults);
    } else if (promise.same_build ||
               (!has_group(file, promised.group) && is_of_every_release(promised.group))) {
      faults.add(path_of(promised), "is missing; the file's scenario asks for it");
    }
  }
}

}  // namespace

bool is_study(const File& file) {
  constexpr std::array<std::string_view, 6> marks = {"kindred_format", "kindred_version", "model",
                                                     "seed",           "config",          "config_hash"};
  if (find_attribute(file.attributes, burn_in_mark) != nullptr) return false;  // it has rules of its own
  return std::any_of(marks.begin(), marks.end(),
                     [&](std::string_view name) { return find_attribute(file.attributes, name) != nullptr; });
}

bool is_incomplete(const File& file) { return find_attribute(file.attributes, incomplete_mark) != nullptr; }

const Dataset* find_with(const File& file, std::string_view path,
                         const std::vector<std::string>& dimensions) {
  const Dataset* found = find(file, path);
  return found != nullptr && found->dimensions == dimensions ? found : nullptr;
}

void check_scales(const File& file, const Dataset& dataset, Faults& faults) {
  for (std::size_t axis = 0; axis < dataset.dimensions.size(); ++axis) {
    const auto scale = std::find_if(file.datasets.begin(), file.datasets.end(), [&](const Dataset& other) {
      return other.group == dataset.group && other.name == dataset.dimensions[axis] && is_coordinate(other);
    });
    if (scale == file.datasets.end())
      faults.add(path_of(dataset), fmt::format("dimension {} has no scale in its group", axis));
    else if (scale->shape.front() != dataset.shape[axis])
      faults.add(path_of(dataset), fmt::format("dimension '{}' has length {}, its scale {}", scale->name,
                                               dataset.shape[axis], scale->shape.front()));
  }
}

void check_structure(const File& file, const Promise& promise, Faults& faults) {
  check_root(file, faults);
  check_groups_there(file, faults);
  for (const Dataset& dataset : file.datasets) check_required_attributes(dataset, faults);
  if (!is_incomplete(file)) check_promise(file, promise, faults);
}

}  // namespace kindred::record
