#include "sim/engine/society.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

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

using Kind = NetworkPlan::Kind;

NetworkPlan network_of(Kind kind, int acquaintances, int block) {
  NetworkPlan network;
  network.kind = kind;
  network.acquaintances = acquaintances;
  network.block = block;
  network.rewiring = 0;  // all ties stay inside the community
  network.within = 1;
  return network;
}

Society drawn(const NetworkPlan& network, std::int64_t size) {
  return make_society({.persons = size, .network = network}, Seed{5}, 0);
}

/// The society of a network file, given by its text, and of the persons file beside it.
Society from_file(const std::string& name, const std::string& text, const std::string& people = "") {
  std::string folder = (std::filesystem::temp_directory_path() / "kindred-society-XXXXXX").string();
  const struct Clean {  // the folder goes also when the file is refused
    std::filesystem::path path;
    ~Clean() { std::filesystem::remove_all(path); }
  } clean{::mkdtemp(folder.data())};
  std::ofstream(clean.path / name) << text;
  if (!people.empty()) std::ofstream(clean.path / "n.persons.csv") << people;
  NetworkPlan network;
  network.kind = Kind::file;
  network.path = (clean.path / name).string();
  return make_society({.persons = 0, .network = network}, Seed{5}, 0);
}

ArmPlan arm_of(const std::string& name, const std::vector<ProgrammePlan>& programmes) {
  return {.name = name, .hypothesis = "none", .parameters = {}, .programmes = programmes};
}

ProgrammePlan chosen(const std::string& name, Allocation::Kind kind,
                     Allocation::Unit unit = Allocation::Unit::communities) {
  ProgrammePlan p = course(0, 8, .1, 0);
  p.name = name;
  p.allocation.kind = kind;
  p.allocation.unit = unit;
  return p;
}

std::string complaint(const std::vector<ArmPlan>& arms, const Society& society) {
  Plan plan{.title = "",
            .seed = Seed{5},
            .model = "attachment",
            .society = SocietyPlan{.persons = persons, .network = NetworkPlan{}},
            .arms = arms,
            .record = {},
            .notes = {},
            .resolved = ""};
  try {
    check_allocations(plan, society);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
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

TEST_CASE("communities are the blocks that a drawn network is made of, with a short last one") {
  for (const Kind kind : {Kind::community, Kind::blocks}) {
    const Society society = drawn(network_of(kind, 8, 50), 220);
    REQUIRE(society.community.size() == 220);
    std::vector<int> size(5);
    for (const std::int32_t c : society.community) ++size.at(static_cast<std::size_t>(c));
    CHECK(size == std::vector<int>{50, 50, 50, 50, 20});
    const auto& g = society.graph;
    REQUIRE(society.ties() > 500);
    for (std::size_t t = 0; t < g.tie_low.size(); ++t)
      REQUIRE(society.community[static_cast<std::size_t>(g.tie_low[t])] ==
              society.community[static_cast<std::size_t>(g.tie_high[t])]);
  }
  const Society whole = drawn(network_of(Kind::community, 8, 50), 150);
  CHECK(whole.community.back() == 2);  // no short block
  NetworkPlan open = network_of(Kind::community, 8, 50);
  open.rewiring = .5;  // negative control: ties that leave are seen
  const Society mixed = drawn(open, 220);
  int leave = 0;
  for (std::size_t t = 0; t < mixed.graph.tie_low.size(); ++t)
    leave += mixed.community[static_cast<std::size_t>(mixed.graph.tie_low[t])] !=
             mixed.community[static_cast<std::size_t>(mixed.graph.tie_high[t])];
  CHECK(leave > 50);
  for (const Kind kind : {Kind::watts_strogatz, Kind::erdos_renyi, Kind::scale_free})
    CHECK(drawn(network_of(kind, 8, 50), 220).community.empty());
}

TEST_CASE("a file's column 'community' is the persons' community and no trait") {
  const std::string ties = "tail,head\n3,1\n1,2\n";
  const Society csv =
      from_file("n.csv", ties, "person,age,community\n3,30,0\n2,31,1000000\n1,32,7\n4,33,7\n");
  CHECK(csv.labels == std::vector<std::string>{"1", "2", "3", "4"});
  CHECK(csv.community == std::vector<std::int32_t>{7, 1'000'000, 0, 7});
  CHECK(csv.attributes == std::map<std::string, std::vector<float>>{{"age", {32, 31, 30, 33}}});
  CHECK_NOTHROW(check_attributes(*a::model().declaration, csv));
  const Society graphml = from_file(
      "n.graphml", "<graphml><key id='c' for='node' attr.name='community' attr.type='int'/>"
                   "<graph edgedefault='undirected'>"
                   "<node id='x'><data key='c'>2</data></node><node id='y'><data key='c'>0</data></node>"
                   "<edge source='x' target='y'/></graph></graphml>");
  CHECK(graphml.community == std::vector<std::int32_t>{2, 0});
  CHECK(graphml.attributes.empty());
  const Society without = from_file("n.csv", ties, "person,age\n1,30\n2,31\n3,32\n");
  CHECK(without.community.empty());
  CHECK(without.attributes.size() == 1);
}

TEST_CASE("communities of a file that are no whole numbers from 0 on are refused by person and value") {
  const auto refused = [](const std::string& value) {
    try {
      from_file("n.csv", "tail,head\n1,2\n", "person,community\n1,3\n2," + value + "\n");
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  for (const std::string value : {"-1", "0.5", "1000001", "-0.25"}) {
    const std::string text = "society.network.path: 'community' of person 1 is " + value +
                             "; communities are whole numbers from 0 to 1000000";
    CHECK(refused(value).find(text) != std::string::npos);
  }
  CHECK(refused("north").find("north") != std::string::npos);
  CHECK(refused("0") == "accepted");
  CHECK(refused("1000000") == "accepted");
}

TEST_CASE("programmes by community are refused where the network has none, all at once and by name") {
  using By = Allocation::Kind;
  const Society none = drawn(network_of(Kind::watts_strogatz, 8, 50), 100);
  const Society some = drawn(network_of(Kind::community, 8, 50), 100);
  ProgrammePlan neighbours = chosen("neighbours", By::simple);
  Condition here;
  here.kind = Condition::Kind::community;
  here.labels = {1};
  neighbours.who = {here};
  const ArmPlan first = arm_of("first", {chosen("trial", By::clusters), chosen("graded", By::saturation)});
  const ArmPlan second = arm_of("second", {neighbours, chosen("wedge", By::stepped_wedge)});
  const std::string text = complaint({first, second}, none);
  for (const char* place : {"arms.first: programme 'trial'", "arms.first: programme 'graded'",
                            "arms.second: programme 'neighbours'", "arms.second: programme 'wedge'"})
    CHECK(text.find(std::string(place) + " is given by community, and this network has none") !=
          std::string::npos);
  CHECK(text.find("files with a column 'community'") != std::string::npos);
  CHECK(complaint({first, second}, some) == "accepted");
  const ArmPlan others =
      arm_of("others", {chosen("a", By::simple), chosen("b", By::stratified), chosen("c", By::everyone),
                        chosen("d", By::person), chosen("e", By::clusters, Allocation::Unit::couples),
                        chosen("f", By::saturation, Allocation::Unit::couples)});
  CHECK(complaint({others}, none) == "accepted");
}
