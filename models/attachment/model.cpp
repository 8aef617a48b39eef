#include "models/attachment/model.hpp"

#include <array>

#include "models/attachment/constants.hpp"
#include "models/attachment/invariants.hpp"
#include "models/attachment/names.hpp"
#include "models/attachment/schedule.hpp"

namespace kindred::attachment {

// One phase table per instruction set (kernel_unit.cpp, compiled three times).
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
  ParameterDeclaration{#name, symbol, default_value, {low, high},                                            \
                       unit,  source, meaning,       std::string_view(unit) == "switch"},
#include "models/attachment/parameters.def"
#undef PARAMETER
};

/// Which parameters a derived column follows from.
template <class... P>
constexpr std::array<int, sizeof...(P)> from(P... parameters) {
  return {parameters.index...};
}
constexpr auto care_parameters = from(neuroticism_adverse_care_correlation);
constexpr auto anxiety_parameters =
    from(neuroticism_adverse_care_correlation, neuroticism_on_anxiety, adverse_care_on_anxiety,
         anxiety_residual, sex_on_anxiety, anxiety_level);
constexpr auto avoidance_parameters =
    from(neuroticism_adverse_care_correlation, neuroticism_on_avoidance, adverse_care_on_avoidance,
         avoidance_residual, sex_on_avoidance, anxiety_avoidance_residual_correlation, avoidance_level);
constexpr auto self_compassion_parameters = from(
    neuroticism_adverse_care_correlation, neuroticism_on_self_compassion, adverse_care_on_self_compassion,
    self_compassion_residual, sex_on_self_compassion, anxiety_avoidance_residual_correlation,
    anxiety_self_compassion_residual_correlation, avoidance_self_compassion_residual_correlation);
constexpr auto consolidation_parameters =
    from(consolidation_rate, consolidation_spread, consolidation_highest);
constexpr auto compatibility_parameters = from(compatibility_skew);

constexpr std::span<const int> parameters_behind(DerivedColumn column, bool tie) {
  if (tie) return compatibility_parameters;
  if (column.index == adverse_care.index) return care_parameters;
  if (column.index == anxiety_trait.index) return anxiety_parameters;
  if (column.index == avoidance_trait.index) return avoidance_parameters;
  if (column.index == self_compassion_trait.index) return self_compassion_parameters;
  return consolidation_parameters;
}
constexpr std::span<const int> parameters_behind(auto, bool) { return {}; }

constexpr Element element_of(IndexColumn) { return Element::index; }
constexpr Element element_of(auto) { return Element::real; }
constexpr Storage storage_of(SharedColumn) { return Storage::shared; }
constexpr Storage storage_of(DerivedColumn) { return Storage::derived; }
constexpr Storage storage_of(auto) { return Storage::per_world; }

constexpr std::array person_table{
#define PERSON(kind, name, alias, symbol, low, high, unit, source, meaning)                                  \
  ColumnDeclaration{#name,       alias, symbol, element_of(name), storage_of(name),                          \
                    {low, high}, unit,  source, meaning,          parameters_behind(name, false)},
#define TIE(...)
#include "models/attachment/columns.def"
#undef PERSON
#undef TIE
};
constexpr std::array tie_table{
#define PERSON(...)
#define TIE(kind, name, symbol, low, high, unit, source, meaning)                                            \
  ColumnDeclaration{#name,       "",   symbol, element_of(name), storage_of(name),                           \
                    {low, high}, unit, source, meaning,          parameters_behind(name, true)},
#include "models/attachment/columns.def"
#undef PERSON
#undef TIE
};
constexpr std::array input_table{
#define INPUT(name, symbol, unit, meaning) InputDeclaration{#name, symbol, unit, meaning},
#include "models/attachment/inputs.def"
#undef INPUT
};

/// Cut-points are declared, not found: they put the shares between two published ones (E 1.1, E 1.4).
constexpr std::array quadrant_table{QuadrantDeclaration{"attachment_style",
                                                        attachment_anxiety.index,
                                                        attachment_avoidance.index,
                                                        .65,
                                                        .65,
                                                        {"secure", "preoccupied", "dismissing", "fearful"},
                                                        "declared cut-points, between E 1.1 and E 1.4"}};

constexpr std::array instrument_table{
    InstrumentDeclaration{
        "ecr_r_anxiety", attachment_anxiety.index, .90, 3.56, 1.12, {1, 7}, "ECR-R points 1-7", "E 1.9 [B]"},
    InstrumentDeclaration{"ecr_r_avoidance",
                          attachment_avoidance.index,
                          .90,
                          2.92,
                          1.19,
                          {1, 7},
                          "ECR-R points 1-7",
                          "E 1.9 [B]"},
    InstrumentDeclaration{
        "scs_total", self_compassion.index, .90, 3.0, .62, {1, 5}, "SCS points 1-5", "E 2.18 [B]"},
    InstrumentDeclaration{
        "scs_short_form", self_compassion.index, .86, 3.0, .62, {1, 5}, "SCS-SF points 1-5", "E 2.18 [B]"},
    InstrumentDeclaration{"ecr_short_anxiety",
                          attachment_anxiety.index,
                          .80,
                          3.56,
                          1.12,
                          {1, 7},
                          "ECR-S points 1-7",
                          "E 1.9 [B], reliability .80"},
    InstrumentDeclaration{"ecr_short_avoidance",
                          attachment_avoidance.index,
                          .80,
                          2.92,
                          1.19,
                          {1, 7},
                          "ECR-S points 1-7",
                          "E 1.9 [B], reliability .80"},
    InstrumentDeclaration{"ema_prompt_distress",
                          psychological_distress.index,
                          .41,
                          0,
                          1,
                          {-10, 20},
                          "SD",
                          "single experience-sampling prompt, reliability .41"}};

constexpr std::array outcome_table{OutcomeDeclaration{attachment_anxiety.index, false},
                                   OutcomeDeclaration{attachment_avoidance.index, false},
                                   OutcomeDeclaration{self_compassion.index, false},
                                   OutcomeDeclaration{psychological_distress.index, false},
                                   OutcomeDeclaration{self_criticism.index, false},
                                   OutcomeDeclaration{relationship_quality.index, true}};

constexpr std::array tie_readout_table{
    TieReadoutDeclaration{"friend", tie_closeness.index, .32, "tuned to C15"},
    TieReadoutDeclaration{"strong tie", tie_closeness.index, .67, "tuned to C15"}};

constexpr std::array band_table{
    BandDeclaration{"age", start_age.index, {25, 30, 35}, {"18-24", "25-29", "30-34", "35 and older"}}};

enum Style { secure, preoccupied, dismissing, fearful };

/// What people of each style struggle with and what the seed mechanisms offer against it. The words are a
/// clinician's; the column is the quantity of the model that shows the challenge.
constexpr std::array challenge_table{
    ChallengeDeclaration{preoccupied, "self-criticism", "kindness in place of self-attack", "self-soothing",
                         self_criticism.index, false},
    ChallengeDeclaration{preoccupied, "fear of abandonment", "soothes felt threat from within",
                         "internal security", attachment_anxiety.index, false},
    ChallengeDeclaration{preoccupied, "reliance on external validation",
                         "worth hangs less on the partner's response", "internal security",
                         external_validation.index, false},
    ChallengeDeclaration{dismissing, "suppressed emotion", "gentle awareness lets feelings in",
                         "awareness of emotion", emotion_suppression.index, false},
    ChallengeDeclaration{dismissing, "barriers to intimacy", "what is felt can be shown",
                         "balanced closeness", attachment_avoidance.index, false},
    ChallengeDeclaration{fearful, "ambivalence", "a safe base within calms approach and withdrawal",
                         "a safe base", fearful_arousal.index, false},
    ChallengeDeclaration{fearful, "inner conflict", "less conflict is carried into the bond", "a safe base",
                         bond_conflict.index, true},
    ChallengeDeclaration{fearful, "dysregulation", "stress is met with more calm", "emotion regulation",
                         psychological_distress.index, false},
    ChallengeDeclaration{secure, "staying secure", "keeps what is there", "maintenance",
                         attachment_anxiety.index, false},
    ChallengeDeclaration{secure, "keeping the bond good", "keeps what is there", "maintenance",
                         relationship_quality.index, true}};

constexpr std::array stock_table{mindfulness_skill.index,   emotion_regulation_skill.index,
                                 cognitive_skill.index,     journaling_skill.index,
                                 reflection_skill.index,    attention_stock.index,
                                 security_boost_stock.index};

}  // namespace

const Model& model() {
  static const ModelDeclaration declaration{"attachment",
                                            "Attachment and self-compassion",
                                            parameter_table,
                                            person_table,
                                            tie_table,
                                            input_table,
                                            draw_blocks(),
                                            schedule(),
                                            quadrant_table,
                                            instrument_table,
                                            outcome_table,
                                            tie_readout_table,
                                            band_table,
                                            challenge_table,
                                            partner_tie.index,
                                            bond_event.index,
                                            bond_committed.index,
                                            stock_table};
  static const Model model{&declaration,
                           static_cast<int>(ConstantId::count),
                           &derive,
                           {&isa_v2::phase_table, &isa_v3::phase_table, &isa_v4::phase_table},
                           &broken_invariant};
  return model;
}

}  // namespace kindred::attachment
