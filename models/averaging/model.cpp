#include "models/averaging/model.hpp"

#include <array>

#include "models/averaging/names.hpp"

namespace kindred::averaging {

namespace isa_v2 {
PhaseFunction phase_table(int phase, int width);
}
namespace isa_v3 {
PhaseFunction phase_table(int phase, int width);
}
namespace isa_v4 {
PhaseFunction phase_table(int phase, int width);
}

namespace {

constexpr std::array parameter_table{
#define PARAMETER(name, symbol, default_value, low, high, unit, source, meaning)                             \
  ParameterDeclaration{#name, symbol, default_value, {low, high}, unit, source, meaning},
#include "models/averaging/parameters.def"
#undef PARAMETER
};
constexpr std::array person_table{
#define PERSON(kind, name, alias, symbol, low, high, unit, source, meaning)                                  \
  ColumnDeclaration{#name,       alias, symbol, Element::real, Storage::per_world,                           \
                    {low, high}, unit,  source, meaning,       {}},
#include "models/averaging/columns.def"
#undef PERSON
};

using enum Distribution;
constexpr std::array draw_table{DrawBlockDeclaration{"start_opinion",
                                                     1,
                                                     Entity::person,
                                                     Occasion::start,
                                                     {uniform, uniform, uniform, uniform},
                                                     {"expressed_opinion", "adaptation_rate", "", ""}},
                                DrawBlockDeclaration{"weekly_noise",
                                                     2,
                                                     Entity::person,
                                                     Occasion::weekly,
                                                     {normal, normal, uniform, uniform},
                                                     {"expressed_opinion", "", "", ""}}};
constexpr std::array start_draws{0};
constexpr std::array move_draws{1};
constexpr std::array start_writes{expressed_opinion.index, slow_opinion.index, adaptation_rate.index};
constexpr std::array listen_reads{expressed_opinion.index};
constexpr std::array listen_writes{opinion_around.index};
constexpr std::array move_reads{expressed_opinion.index, adaptation_rate.index, opinion_around.index,
                                slow_opinion.index};
constexpr std::array move_writes{expressed_opinion.index, slow_opinion.index};

using Kind = PhaseDeclaration::Kind;
constexpr std::array phase_table_declared{
    PhaseDeclaration{
        "start", Kind::person, true, "opinions and rates", start_draws, {}, {}, start_writes, {}, {}},
    PhaseDeclaration{"listen",
                     Kind::fold,
                     false,
                     "mean opinion of the acquaintances",
                     {},
                     listen_reads,
                     listen_reads,
                     listen_writes,
                     {},
                     {}},
    PhaseDeclaration{
        "move", Kind::person, false, "move towards it", move_draws, move_reads, {}, move_writes, {}, {}}};
constexpr std::array outcome_table{OutcomeDeclaration{expressed_opinion.index, false},
                                   OutcomeDeclaration{slow_opinion.index, false}};

void derive(const double*, double*) {}

}  // namespace

const Model& model() {
  static const ModelDeclaration declaration{"averaging",
                                            "Opinion averaging",
                                            parameter_table,
                                            person_table,
                                            {},
                                            {},
                                            draw_table,
                                            phase_table_declared,
                                            {},
                                            {},
                                            outcome_table,
                                            {},
                                            {},
                                            {},
                                            -1,
                                            -1,
                                            -1};
  static const Model model{
      &declaration, 0, &derive, {&isa_v2::phase_table, &isa_v3::phase_table, &isa_v4::phase_table}};
  return model;
}

}  // namespace kindred::averaging
