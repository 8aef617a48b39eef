#include "sim/engine/society.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "models/attachment/model.hpp"
#include "models/attachment/names.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/ensemble.hpp"
#include "tests/support/hypotheses.hpp"

using namespace kindred;
namespace a = kindred::attachment;

namespace {

constexpr int persons = 4000;

Society society_of(std::map<std::string, std::vector<float>> attributes) {
  SocietyPlan plan;
  plan.persons = persons;
  Society society = make_society(plan, Seed{5}, 0);
  society.attributes = std::move(attributes);
  return society;
}

Ensemble<float> ensemble_on(const Society& society, std::vector<World> worlds, int burn_in,
                            int switches_from = 0) {
  const int width = worlds.size() <= 1 ? 1 : (worlds.size() <= 2 ? 2 : 4);
  return Ensemble<float>({&a::model(), &society, replicate_noise(Seed{5}, 0, 0), burn_in, width,
                          std::move(worlds), a::model().phase_table[0], false, switches_from});
}

std::vector<double> with(std::vector<double> parameters, Parameter name, double value) {
  parameters[static_cast<std::size_t>(name.index)] = value;
  return parameters;
}

ProgrammePlan course(int start, int weeks, double dose, double maintained) {
  ProgrammePlan p;
  p.start = start;
  p.weeks = weeks;
  p.dose.assign(7, 0.0);
  p.dose[static_cast<std::size_t>(a::self_kind_journaling.index)] = dose;
  p.maintained = maintained;
  return p;
}

}  // namespace

TEST_CASE("sex from a file reaches the prototypes that depend on it") {
  std::vector<float> sex(persons);
  for (std::size_t i = 0; i < sex.size(); ++i) sex[i] = static_cast<float>(i % 2);
  const Society society = society_of({{"sex", sex}});
  const auto parameters = with(support::hypothesis("none"), a::sex_on_anxiety, .2);
  const auto without = with(support::hypothesis("none"), a::sex_on_anxiety, 0);
  const auto ensemble = ensemble_on(society, {{parameters, {}}, {without, {}}}, 0);
  for (int i = 0; i < persons; ++i) {
    REQUIRE(ensemble.person(a::is_man.index)(i, 0) == sex[static_cast<std::size_t>(i)]);
    const float effect =
        ensemble.person(a::anxiety_trait.index)(i, 0) - ensemble.person(a::anxiety_trait.index)(i, 1);
    REQUIRE(std::abs(effect - (i % 2 ? .2f : -.2f)) < 1e-6f);
  }
}

TEST_CASE("neuroticism from a file reaches care, prototypes and the first state") {
  const Society plain = society_of({});
  const Society given = society_of({{"trait_neuroticism", std::vector<float>(persons, 1.5f)}});
  const auto parameters = support::hypothesis("none");
  const auto ensemble = ensemble_on(given, {{parameters, {}}}, 0);
  double care = 0;
  for (int i = 0; i < persons; ++i) {
    care += static_cast<double>(ensemble.person(a::adverse_care.index)(i, 0)) / persons;
    REQUIRE(std::abs(ensemble.person(a::psychological_distress.index)(i, 0) - .35f * 1.5f) < 1e-6f);
  }
  CHECK(std::abs(care - .3 * 1.5) < 4 * std::sqrt(1 - .09) / std::sqrt(persons));
  double drawn = 0;  // negative control: without the file the mean is that of the draws
  const auto other = ensemble_on(plain, {{parameters, {}}}, 0);
  for (int i = 0; i < persons; ++i)
    drawn += static_cast<double>(other.person(a::adverse_care.index)(i, 0)) / persons;
  CHECK(std::abs(drawn) < 4 / std::sqrt(persons));
}

TEST_CASE("traits of a file that no model has, or out of range, are refused by name and person") {
  const auto refused = [](std::map<std::string, std::vector<float>> attributes) {
    try {
      check_attributes(*a::model().declaration, society_of(std::move(attributes)));
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refused({{"shoe_size", std::vector<float>(persons, 42)}}).find("'shoe_size'") != std::string::npos);
  std::vector<float> age(persons, 30);
  age[17] = -5;
  CHECK(refused({{"age", age}}).find("'age' of person 17 is -5; allowed is 0 to 120") != std::string::npos);
  std::vector<float> sex(persons, 1);
  sex[3] = .5f;
  CHECK(refused({{"sex", sex}}).find("'sex' of person 3 is 0.5") != std::string::npos);
  age[17] = std::nanf("");
  CHECK_FALSE(refused({{"age", age}}).empty());
  age[17] = 31;
  CHECK(refused({{"age", age}}).empty());
}

TEST_CASE("a mechanism switch holds from its week on and changes nothing before") {
  const Society society = society_of({});
  const auto on = support::hypothesis("remediation");
  auto off = on;
  for (const Parameter m :
       {a::anxious_mechanism, a::avoidant_mechanism, a::fearful_mechanism, a::security_mechanism})
    off = with(off, m, 0);
  auto ensemble = ensemble_on(society, {{on, {}}, {off, {}}}, 5, 10);
  const auto differ = [&] {
    int n = 0;
    for (int i = 0; i < persons; ++i)
      n += ensemble.person(a::attachment_avoidance.index)(i, 0) !=
           ensemble.person(a::attachment_avoidance.index)(i, 1);
    return n;
  };
  for (int week = 0; week < 15; ++week) ensemble.advance();  // up to the state at study week 10
  CHECK(differ() == 0);
  ensemble.advance();
  CHECK(differ() > persons / 2);
}

TEST_CASE("a programme of dose zero does not prolong the skills of another one") {
  const Society society = society_of({});
  const auto parameters = support::hypothesis("remediation");
  const ProgrammePlan journaling = course(0, 2, .5, 0);
  const World alone{parameters, {journaling}};
  const World beside_nothing{parameters, {journaling, course(0, 30, 0, 1)}};
  const World beside_skill{parameters, {journaling, course(0, 30, .1, 1)}};
  auto ensemble = ensemble_on(society, {alone, beside_nothing, beside_skill}, 0);
  for (int week = 0; week < 20; ++week) ensemble.advance();
  int same = 0, more = 0;
  for (int i = 0; i < persons; ++i) {
    const auto skill = ensemble.person(a::journaling_skill.index);
    same += skill(i, 0) == skill(i, 1);
    more += skill(i, 2) > skill(i, 0);
  }
  CHECK(same == persons);
  CHECK(more == persons);  // negative control: a programme that delivers does
}
