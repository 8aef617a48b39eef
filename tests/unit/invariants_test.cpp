// Every rule of the attachment model's own check has a violation that is planted here and found.
#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <string>

#include "models/attachment/invariants.hpp"
#include "sim/engine/invariant_watch.hpp"
#include "tests/support/experiment.hpp"

using namespace kindred;
using namespace kindred::attachment;

namespace {

constexpr int width = 4, spoilt = 2;

/// A society in which people have met, and a course is under way.
class Stage {
 public:
  Stage() : society_(support::community(300, Seed{7})), ensemble_(made(society_)) {
    support::run(ensemble_, 39);
    watch_.begin_week(*ensemble_.model().declaration, ensemble_.state_view());
    support::run(ensemble_, 1);
    view_ = ensemble_.state_view();
    for (std::int64_t i = 0; i < view_.persons; ++i) {
      const std::int32_t partner = view_.index(partner_person.index, i, spoilt);
      if (partner < 0) single_ = i;
      if (partner > i) coupled_ = i;  // looked at before the partner
    }
  }
  float& real(int column, std::int64_t row) {
    return const_cast<float*>(static_cast<const float*>(
        view_.person[column]))[view_.person_once[column] != 0 ? row : row * width + spoilt];
  }
  std::int32_t& index(IndexColumn c, std::int64_t row) {
    return const_cast<std::int32_t*>(
        static_cast<const std::int32_t*>(view_.person[c.index]))[row * width + spoilt];
  }
  float& flag(void* of_slot, std::int64_t row) { return static_cast<float*>(of_slot)[row * width + spoilt]; }
  float& tie(int column, std::int64_t at) {
    return const_cast<float*>(
        static_cast<const float*>(view_.tie[column]))[view_.tie_once[column] != 0 ? at : at * width + spoilt];
  }
  Violation found() const { return watch_.broken(ensemble_.model(), view_, true); }
  Violation found_before_programmes() const { return watch_.broken(ensemble_.model(), view_, false); }
  const StateView& view() const { return view_; }
  std::int64_t coupled() const { return coupled_; }
  std::int64_t single() const { return single_; }
  const ModelDeclaration& declaration() const { return *ensemble_.model().declaration; }

 private:
  static Ensemble<float> made(const Society& society) {
    return support::ensemble_of<float>(
        society, Seed{7},
        std::vector<World>(width, World{support::hypothesis("relational"), {support::course(30)}}));
  }
  Society society_;
  Ensemble<float> ensemble_;
  InvariantWatch watch_;
  StateView view_{};
  std::int64_t coupled_ = -1, single_ = -1;
};

/// Spoils a value, says which rule is broken, and puts the value back.
template <class T>
std::string rule_after(Stage& stage, T& place, T value) {
  const T before = std::exchange(place, value);
  const Violation found = stage.found();
  place = before;
  if (found.rule == nullptr) return "none";
  CHECK(found.world == spoilt);
  return found.rule;
}

}  // namespace

TEST_CASE("no rule is broken in a society that lives as the model says") {
  Stage stage;
  REQUIRE(stage.coupled() >= 0);
  REQUIRE(stage.single() >= 0);
  CHECK(stage.found().rule == nullptr);
}

TEST_CASE("each planted violation of bonds is found") {
  Stage stage;
  const std::int64_t i = stage.coupled(), s = stage.single();
  const std::int32_t tie = stage.index(partner_tie, i), mate = stage.index(partner_person, i);
  const auto after = [&](auto& place, auto value) { return rule_after(stage, place, value); };
  CHECK(after(stage.index(partner_tie, i), -1) ==
        "a bond has a tie without a partner, or a partner without a tie");
  CHECK(after(stage.index(partner_person, i), -1) ==
        "a bond has a tie without a partner, or a partner without a tie");
  CHECK(after(stage.index(partner_tie, s), tie) ==
        "a bond has a tie without a partner, or a partner without a tie");
  CHECK(after(stage.index(partner_tie, i), tie == 0 ? 1 : tie - 1) == "the tie of a bond joins others");
  CHECK(after(stage.index(partner_person, i), mate == 0 ? 1 : mate - 1) == "the tie of a bond joins others");
  CHECK(after(stage.real(bond_duration.index, i), 999.0f) == "partners disagree about their bond");
  CHECK(after(stage.real(match_quality.index, i), 9.0f) == "partners disagree about their bond");
  CHECK(after(stage.real(bond_committed.index, i), 1 - stage.real(bond_committed.index, i)) ==
        "partners disagree about their bond");
  CHECK(after(stage.real(bond_duration.index, s), 3.0f) == "a single person keeps something of a bond");
  CHECK(after(stage.real(relationship_quality.index, s), .1f) ==
        "a single person feels the quality of a bond");
  CHECK(after(stage.real(bond_event.index, s), stage.real(bond_event.index, s) > 0 ? 0.0f : 1.0f) ==
        "bonds are not the old ones plus formed minus broken");
  // one end only: its partner has it no more, so the other end is the first to be told
  const std::int32_t other_tie = std::exchange(stage.index(partner_tie, mate), -1);
  const std::int32_t other = std::exchange(stage.index(partner_person, mate), -1);
  const Violation found = stage.found();
  CHECK(found.rule != nullptr);
  stage.index(partner_tie, mate) = other_tie;
  stage.index(partner_person, mate) = other;
  CHECK(stage.found().rule == nullptr);
}

TEST_CASE("a bond that is returned by nobody, and one that may not be, are found") {
  Stage stage;
  const std::int64_t i = stage.coupled();
  const std::int32_t mate = stage.index(partner_person, i);
  const std::int64_t later = std::max<std::int64_t>(i, mate), earlier = std::min<std::int64_t>(i, mate);
  const std::int32_t tie = std::exchange(stage.index(partner_tie, later), -1);
  const std::int32_t partner = std::exchange(stage.index(partner_person, later), -1);
  const Violation found = stage.found();
  REQUIRE(found.rule != nullptr);
  CHECK(found.rule == std::string("a partner does not return the bond"));
  CHECK(found.row == earlier);
  stage.index(partner_tie, later) = tie;
  stage.index(partner_person, later) = partner;
  const float age = stage.real(start_age.index, i);  // stored once: every world is spoilt
  stage.real(start_age.index, i) = age + 50;
  const Violation gap = stage.found();
  REQUIRE(gap.rule != nullptr);
  CHECK(gap.rule == std::string("partners are not eligible for each other"));
}

TEST_CASE("each planted violation of flags, shares, stocks, styles, ties and enrolment is found") {
  Stage stage;
  const auto after = [&](auto& place, auto value) { return rule_after(stage, place, value); };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(after(stage.real(open_to_dating.index, 5), .5f) == "a flag is neither 0 nor 1");
  CHECK(after(stage.real(wants_to_leave.index, 5), nan) == "a flag is neither 0 nor 1");
  CHECK(after(stage.real(bond_event.index, 5), 3.0f) == "a code is none of 0, 1, 2");
  CHECK(after(stage.real(emotional_disclosure.index, 5), 1.01f) == "a share leaves [0, 1]");
  CHECK(after(stage.real(mindfulness_skill.index, 5), -.01f) == "a stock or rate is negative");
  CHECK(after(stage.real(security_boost_stock.index, 5), nan) == "a stock or rate is negative");
  CHECK(after(stage.real(attachment_anxiety.index, 5), nan) == "somebody has no style");
  CHECK(after(stage.real(attachment_avoidance.index, 5), nan) == "somebody has no style");
  CHECK(after(stage.tie(tie_closeness.index, 9), 1.0f) == "closeness leaves its bounds");
  CHECK(after(stage.tie(tie_closeness.index, 9), 0.0f) == "closeness leaves its bounds");
  CHECK(after(stage.tie(tie_closeness.index, 9), nan) == "closeness leaves its bounds");
  const std::int64_t i = stage.single();
  stage.real(wants_to_leave.index, i) = 1;
  CHECK(after(stage.real(open_to_dating.index, i), 1.0f) ==
        "somebody is available and leaves a bond in one week");
  stage.real(wants_to_leave.index, i) = 0;

  const SlotArguments& slot = stage.view().slot[0];
  std::int64_t treated = 0, untreated = 0;
  for (std::int64_t row = 0; row < stage.view().persons; ++row)
    (stage.view().treated(0, row, spoilt) > 0 ? treated : untreated) = row;
  CHECK(after(stage.flag(slot.enrolled, treated), 2.0f) == "a flag is neither 0 nor 1");
  CHECK(after(stage.flag(slot.enrolled, untreated), 1.0f) == "somebody is enrolled without being treated");
  stage.flag(slot.treated, untreated) = 1;
  CHECK(after(stage.flag(slot.enrolled, untreated), 1.0f) == "enrolment comes back");
  stage.flag(slot.treated, untreated) = 0;

  const Violation early = stage.found_before_programmes();
  REQUIRE(early.rule != nullptr);
  CHECK(early.rule == std::string("something was delivered before the first programme"));
  CHECK(text_of(early, stage.declaration(), 12, 6).find("week 12, after phase 'bonds', world ") == 0);
}
