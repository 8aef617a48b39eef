#include "sim/engine/state_hash.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "sim/engine/hash_words.hpp"

namespace kindred {

namespace {

bool contains(std::span<const int> columns, int column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

/// What the weeks do with a column.
struct Use {
  bool handed_on = false;  ///< the first weekly phase that has to do with it reads it
  int last_writer = -1;
};

Use use_of(const ModelDeclaration& model, Entity entity, int column) {
  Use use;
  for (std::size_t p = 0; p < model.phases.size(); ++p) {
    const PhaseDeclaration& phase = model.phases[p];
    if (phase.at_start) continue;
    const bool person = entity == Entity::person;
    const bool reads = person ? contains(phase.reads_own, column) || contains(phase.reads_neighbours, column)
                              : contains(phase.reads_ties, column);
    const bool writes = contains(person ? phase.writes : phase.writes_ties, column);
    if (reads && use.last_writer < 0) use.handed_on = true;
    if (writes) use.last_writer = static_cast<int>(p);
  }
  return use;
}

/// Adds lists of at most longest_fold columns each.
void append(std::vector<HashList>& lists, const ModelDeclaration& model, const HashList& all) {
  const auto is_real = [&](int c) {
    return model.person_columns[static_cast<std::size_t>(c)].element == Element::real;
  };
  std::vector<int> columns = all.columns;
  std::stable_partition(columns.begin(), columns.end(), is_real);
  for (std::size_t at = 0; at < columns.size(); at += longest_fold) {
    HashList list = all;
    const auto begin = columns.begin() + static_cast<std::ptrdiff_t>(at);
    list.columns.assign(begin, columns.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                     columns.size(), at + longest_fold)));
    list.reals = static_cast<int>(std::count_if(list.columns.begin(), list.columns.end(), is_real));
    list.number += static_cast<std::uint32_t>(at / longest_fold) * list_continued;
    lists.push_back(std::move(list));
  }
}

}  // namespace

CarriedColumns carried_columns(const ModelDeclaration& model) {
  CarriedColumns carried;
  HashList constants;
  std::vector<HashList> state(model.phases.size()), stocks(model.phases.size());
  for (std::size_t p = 0; p < model.phases.size(); ++p) {
    const auto number = static_cast<std::uint32_t>(p);
    state[p] = {{}, 0, state_list + number, static_cast<int>(p), false};
    stocks[p] = {{}, 0, stocks_list + number, static_cast<int>(p), true};
  }
  for (int c = 0; c < static_cast<int>(model.person_columns.size()); ++c) {
    const Use use = use_of(model, Entity::person, c);
    if (!use.handed_on) continue;
    if (use.last_writer < 0) constants.columns.push_back(c);
    else
      (contains(model.input_stocks, c) ? stocks : state)[static_cast<std::size_t>(use.last_writer)]
          .columns.push_back(c);
  }
  append(carried.constants, model, constants);
  for (const auto* lists : {&state, &stocks})
    for (const HashList& list : *lists) append(carried.state, model, list);
  for (int c = 0; c < static_cast<int>(model.tie_columns.size()); ++c) {
    const Use use = use_of(model, Entity::tie, c);
    if (use.handed_on) (use.last_writer < 0 ? carried.tie_constants : carried.tie_state).push_back(c);
  }
  return carried;
}

}  // namespace kindred
