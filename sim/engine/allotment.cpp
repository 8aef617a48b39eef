#include "sim/engine/allotment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "sim/core/errors.hpp"
#include "sim/engine/eligibility.hpp"
#include "sim/engine/measurement.hpp"
#include "sim/random/seeds.hpp"

namespace kindred {

namespace {

/// The luck of an enrolment: of a person (stream_enrolment) or a cluster (stream_cluster).
struct Luck {
  PhiloxKey key;
  std::uint32_t group;
  double operator()(std::uint32_t stream, std::int64_t of) const {
    const auto words = philox({static_cast<std::uint32_t>(of), 0, group, stream}, key);
    return static_cast<double>(single_uniform(words[0]));
  }
};

/// One programme in one world: what every way of choosing needs.
template <class Real>
struct Choice {
  const Ensemble<Real>& ensemble;
  int world;
  const ProgrammePlan& programme;
  Luck luck;
  Allotment who;

  std::size_t persons() const { return who.eligible.size(); }
  double draw(std::size_t person) const { return luck(stream_enrolment, static_cast<std::int64_t>(person)); }
  std::int32_t bond(std::size_t person) const {
    const int column = ensemble.model().declaration->coupled_column;
    return column < 0 ? -1 : ensemble.person_index(column)(static_cast<std::int64_t>(person), world);
  }
  /// A stepped wedge is of communities, whatever `unit` says.
  bool by_couples() const {
    const Allocation& how = programme.allocation;
    return how.unit == Allocation::Unit::couples && how.kind != Allocation::Kind::stepped_wedge;
  }
  /// Cluster of a person; -1 = belongs to none (singles, among couples).
  std::int32_t cluster(std::size_t person) const {
    if (by_couples()) return bond(person);
    return ensemble.society().community[person];
  }
};

template <class Real>
void treat_with_luck(Choice<Real>& choice, double share) {
  for (std::size_t i = 0; i < choice.persons(); ++i)
    choice.who.treated[i] = choice.who.eligible[i] && choice.draw(i) < share ? 1 : 0;
}

/// The first round(share * n) of each stratum, in the order of their luck.
template <class Real>
void treat_by_stratum(Choice<Real>& choice) {
  const ModelDeclaration& model = *choice.ensemble.model().declaration;
  const auto column_value = [&](int column, std::size_t person) {
    return static_cast<double>(
        choice.ensemble.person(column)(static_cast<std::int64_t>(person), choice.world));
  };
  std::map<std::vector<double>, std::vector<std::pair<double, std::size_t>>> strata;
  for (std::size_t i = 0; i < choice.persons(); ++i) {
    if (!choice.who.eligible[i]) continue;
    std::vector<double> stratum;
    for (const Condition& by : choice.programme.allocation.strata) {
      if (by.kind == Condition::Kind::coupled) {
        stratum.push_back(choice.bond(i) >= 0 ? 1 : 0);
      } else if (by.kind == Condition::Kind::quadrant) {
        const QuadrantDeclaration& q = model.quadrants[static_cast<std::size_t>(by.index)];
        stratum.push_back(quadrant(q, column_value(q.first_column, i), column_value(q.second_column, i)));
      } else {
        stratum.push_back(column_value(by.index, i));
      }
    }
    strata[stratum].emplace_back(choice.draw(i), i);
  }
  for (auto& [stratum, members] : strata) {
    std::sort(members.begin(), members.end());
    const auto enrolled = static_cast<std::size_t>(
        std::floor(choice.programme.share * static_cast<double>(members.size()) + .5));
    for (std::size_t k = 0; k < enrolled; ++k) choice.who.treated[members[k].second] = 1;
  }
}

/// Places of the communities in the order of their luck; communities are the same in every world, so an
/// exact number of them is chosen.
template <class Real>
std::map<std::int32_t, std::size_t> community_places(const Choice<Real>& choice) {
  const auto& community = choice.ensemble.society().community;
  std::set<std::int32_t> all(community.begin(), community.end());
  std::vector<std::pair<double, std::int32_t>> order;
  for (const std::int32_t c : all) order.emplace_back(choice.luck(stream_cluster, c), c);
  std::sort(order.begin(), order.end());
  std::map<std::int32_t, std::size_t> place;
  for (std::size_t k = 0; k < order.size(); ++k) place[order[k].second] = k;
  return place;
}

/// Whether each person's cluster is chosen. Couples differ between worlds: each is chosen by its own luck, so
/// that no couple's fate hangs on another's.
template <class Real>
std::vector<std::uint8_t> in_chosen_cluster(const Choice<Real>& choice) {
  const Allocation& how = choice.programme.allocation;
  std::vector<std::uint8_t> chosen(choice.persons());
  if (choice.by_couples()) {
    for (std::size_t i = 0; i < chosen.size(); ++i) {
      const std::int32_t couple = choice.cluster(i);
      chosen[i] = couple >= 0 && choice.luck(stream_cluster, couple) < how.clusters ? 1 : 0;
    }
    return chosen;
  }
  const auto place = community_places(choice);
  const auto count = static_cast<double>(place.size());
  std::size_t first = 0, last = static_cast<std::size_t>(std::floor(how.clusters * count + .5));
  if (how.kind == Allocation::Kind::stepped_wedge) {
    first = static_cast<std::size_t>(std::floor(count * how.step / how.steps + .5));
    last = static_cast<std::size_t>(std::floor(count * (how.step + 1) / how.steps + .5));
  }
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const std::size_t k = place.at(choice.cluster(i));
    chosen[i] = k >= first && k < last ? 1 : 0;
  }
  return chosen;
}

template <class Real>
void treat_clusters(Choice<Real>& choice) {
  const Allocation& how = choice.programme.allocation;
  const bool graded = how.kind == Allocation::Kind::saturation;
  const std::vector<std::uint8_t> chosen = in_chosen_cluster(choice);
  for (std::size_t i = 0; i < choice.persons(); ++i) {
    const double outside = graded && choice.cluster(i) >= 0 ? how.otherwise : 0.0;
    const double share = chosen[i] ? (graded ? choice.programme.share : 1.0) : outside;
    choice.who.treated[i] = choice.who.eligible[i] && (share >= 1 || choice.draw(i) < share) ? 1 : 0;
    const bool compared = how.kind == Allocation::Kind::clusters && !choice.by_couples();
    if (!chosen[i] && !compared) choice.who.eligible[i] = 0;
  }
}

/// Of a couple both of whom would be treated, the partner with the smaller draw is; singles stay as they are.
template <class Real>
void keep_one_of_each(Choice<Real>& choice) {
  std::map<std::int32_t, std::size_t> first;
  for (std::size_t i = 0; i < choice.persons(); ++i) {
    if (!choice.who.treated[i] || choice.bond(i) < 0) continue;
    const auto [found, fresh] = first.emplace(choice.bond(i), i);
    if (fresh) continue;
    const bool earlier = choice.draw(i) < choice.draw(found->second);
    choice.who.treated[earlier ? found->second : i] = 0;  // a couple has no third member
  }
}

template <class Real>
void treat_person(Choice<Real>& choice) {
  const std::int64_t person = choice.programme.allocation.person;
  if (person < 0 || person >= static_cast<std::int64_t>(choice.persons()))
    throw ConfigError(Problem{
        "", 0, 0,
        fmt::format("programme '{}': allocation.person is {}; persons of this society are numbered 0 to {}",
                    choice.programme.name, person, choice.persons() - 1)});
  const auto i = static_cast<std::size_t>(person);
  choice.who.treated[i] = choice.who.eligible[i];
  choice.who.eligible = choice.who.treated;  // no draw decides about anybody else
}

/// Of all who would be treated only one is: the one at `place` in an order drawn for this alone, if so many
/// there are. The first places are a random sample of the treated, whatever chance each of them had.
template <class Real>
void keep_only(Choice<Real>& choice, int place) {
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < choice.persons(); ++i)
    if (choice.who.treated[i])
      order.emplace_back(choice.luck(stream_sample, static_cast<std::int64_t>(i)), i);
  std::sort(order.begin(), order.end());
  std::fill(choice.who.treated.begin(), choice.who.treated.end(), std::uint8_t{0});
  const auto k = static_cast<std::size_t>(place);
  if (k < order.size()) choice.who.treated[order[k].second] = 1;
}

}  // namespace

template <class Real>
Allotment allot(const Ensemble<Real>& ensemble, int world, const ProgrammePlan& programme) {
  const auto persons = static_cast<std::size_t>(ensemble.persons());
  Choice<Real> choice{ensemble,
                      world,
                      programme,
                      {ensemble.society().key, label_hash(programme.group)},
                      {std::vector<std::uint8_t>(persons), std::vector<std::uint8_t>(persons)}};
  for (std::size_t i = 0; i < persons; ++i)
    choice.who.eligible[i] = std::all_of(programme.who.begin(), programme.who.end(), [&](const Condition& c) {
      return meets(ensemble, world, static_cast<std::int64_t>(i), c);
    });
  switch (programme.allocation.kind) {
  case Allocation::Kind::simple:
    treat_with_luck(choice, programme.share);
    break;
  case Allocation::Kind::stratified:
    treat_by_stratum(choice);
    break;
  case Allocation::Kind::clusters:
  case Allocation::Kind::saturation:
  case Allocation::Kind::stepped_wedge:
    treat_clusters(choice);
    break;
  case Allocation::Kind::everyone:
    choice.who.treated = choice.who.eligible;
    break;
  case Allocation::Kind::person:
    treat_person(choice);
    break;
  }
  if (programme.allocation.one_of_each) keep_one_of_each(choice);
  if (programme.only_place >= 0) keep_only(choice, programme.only_place);
  return std::move(choice.who);
}

template Allotment allot(const Ensemble<float>&, int, const ProgrammePlan&);
template Allotment allot(const Ensemble<double>&, int, const ProgrammePlan&);

}  // namespace kindred
