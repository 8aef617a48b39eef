#pragma once

#include <cstring>
#include <string>

#include "sim/engine/ensemble.hpp"

/// Comparing worlds bit by bit. Zero and minus zero differ here, as they do in a file.
namespace kindred::support {

/// One world of one ensemble.
template <class Real>
struct Lane {
  const Ensemble<Real>& ensemble;
  int world;
};
template <class Real>
Lane(const Ensemble<Real>&, int) -> Lane<Real>;

/// Where two worlds differ: a column of a person or of a tie.
struct Cell {
  bool of_tie;
  int column;
  std::int64_t row;
};

template <class T>
bool same_bits(T x, T y) {
  return std::memcmp(&x, &y, sizeof(T)) == 0;
}

/// see(cell) for every cell in which two worlds differ in any bit.
template <class Real, class See>
void for_each_difference(Lane<Real> x, Lane<Real> y, See see) {
  const ModelDeclaration& model = *x.ensemble.model().declaration;
  const auto compare = [&](const auto& left, const auto& right, std::int64_t rows, bool of_tie, int column) {
    for (std::int64_t i = 0; i < rows; ++i)
      if (!same_bits(left(i, x.world), right(i, y.world))) see(Cell{of_tie, column, i});
  };
  for (int c = 0; c < static_cast<int>(model.person_columns.size()); ++c)
    if (model.person_columns[static_cast<std::size_t>(c)].element == Element::real)
      compare(x.ensemble.person(c), y.ensemble.person(c), x.ensemble.persons(), false, c);
    else compare(x.ensemble.person_index(c), y.ensemble.person_index(c), x.ensemble.persons(), false, c);
  for (int c = 0; c < static_cast<int>(model.tie_columns.size()); ++c)
    compare(x.ensemble.tie(c), y.ensemble.tie(c), x.ensemble.ties(), true, c);
}

/// How many cells differ, and which was first: for messages.
struct Differences {
  std::int64_t cells = 0;
  std::string first = "none";
};

/// Counts the differences for which `counts(cell)` holds.
template <class Real, class Counts>
Differences differences(Lane<Real> x, Lane<Real> y, Counts counts) {
  const ModelDeclaration& model = *x.ensemble.model().declaration;
  Differences d;
  for_each_difference(x, y, [&](const Cell& cell) {
    if (!counts(cell)) return;
    const auto c = static_cast<std::size_t>(cell.column);
    if (d.cells++ == 0)
      d.first = std::string(cell.of_tie ? model.tie_columns[c].name : model.person_columns[c].name) +
                " of row " + std::to_string(cell.row) + " after " + std::to_string(x.ensemble.weeks_done()) +
                " weeks";
  });
  return d;
}

template <class Real>
Differences differences(Lane<Real> x, Lane<Real> y) {
  return differences(x, y, [](const Cell&) { return true; });
}

/// Adds up what was found in different weeks.
inline void add(Differences& total, const Differences& more) {
  if (total.cells == 0) total.first = more.first;
  total.cells += more.cells;
}

}  // namespace kindred::support
