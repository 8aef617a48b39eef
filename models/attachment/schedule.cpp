#include "models/attachment/schedule.hpp"

#include <array>

#include "models/attachment/draws.hpp"
#include "models/attachment/names.hpp"

namespace kindred::attachment {

namespace {

constexpr std::array all_draw_blocks{start_character,     start_residuals,    start_drift,      start_sex,
                                     start_compatibility, weekly_events,      weekly_states,    weekly_drift,
                                     weekly_ties,         match_at_formation, commitment_of_tie};

/// Position of a block in the list above: its stream counts from 1.
constexpr int at(const DrawBlockDeclaration& block) { return static_cast<int>(block.stream) - 1; }

template <class... Names>
constexpr std::array<int, sizeof...(Names)> list(Names... names) {
  return {names.index...};
}

constexpr std::array trait_draws{at(start_character), at(start_sex)};
constexpr auto trait_writes = list(trait_neuroticism, start_age, is_man, romantic_orientation);
constexpr std::array start_draws{at(start_character), at(start_residuals), at(start_drift)};
constexpr auto start_reads = list(trait_neuroticism, is_man);
constexpr auto start_writes =
    list(adverse_care, personal_consolidation, anxiety_trait, avoidance_trait, self_compassion_trait,
         anxiety_drift, avoidance_drift, self_compassion_drift, attachment_anxiety, attachment_avoidance,
         core_self_compassion, self_compassion, psychological_distress, self_criticism, partner_tie,
         partner_person, chosen_tie);
constexpr std::array start_tie_draws{at(start_compatibility)};
constexpr auto start_tie_writes = list(tie_compatibility, tie_closeness);

constexpr std::array signal_draws{at(weekly_events)};
constexpr auto signal_reads =
    list(attachment_anxiety, attachment_avoidance, psychological_distress, core_self_compassion, partner_tie,
         start_age, relationship_quality, bond_committed, bond_duration, mindfulness_skill,
         emotion_regulation_skill, cognitive_skill, journaling_skill, reflection_skill, attention_stock,
         security_boost_stock);
constexpr auto signal_writes =
    list(self_compassion, mindfulness_skill, emotion_regulation_skill, cognitive_skill, journaling_skill,
         reflection_skill, attention_stock, security_boost_stock, emotion_suppression, emotional_disclosure,
         partner_responsiveness, warmth_openness, visible_distress, shown_commitment, fearful_arousal,
         open_to_dating, bond_conflict, wants_to_leave);

constexpr std::array tie_draws{at(weekly_ties)};
constexpr auto tie_reads_ends = list(warmth_openness, partner_tie);
constexpr auto tie_reads = list(tie_compatibility, tie_closeness);
constexpr auto tie_writes = list(tie_closeness);

constexpr std::array fold_draws{at(weekly_ties)};
constexpr auto fold_reads =
    list(partner_tie, relationship_quality, open_to_dating, is_man, start_age, romantic_orientation);
constexpr auto fold_reads_neighbours =
    list(warmth_openness, visible_distress, open_to_dating, is_man, start_age, romantic_orientation);
constexpr auto fold_reads_ties = list(tie_closeness);
constexpr auto fold_writes = list(friend_support, distress_around, relationship_input, chosen_tie);

constexpr std::array bond_draws{at(match_at_formation), at(commitment_of_tie)};
constexpr auto bond_reads = list(partner_tie, partner_person, wants_to_leave, chosen_tie, bond_duration,
                                 bond_committed, match_quality, shown_commitment);
constexpr auto bond_reads_neighbours = list(wants_to_leave, shown_commitment, chosen_tie);
constexpr auto bond_writes =
    list(partner_tie, partner_person, bond_duration, bond_committed, match_quality, bond_event);

constexpr std::array person_draws{at(weekly_events), at(weekly_states), at(weekly_drift)};
constexpr auto person_reads = list(
    attachment_anxiety, attachment_avoidance, self_compassion, core_self_compassion, psychological_distress,
    self_criticism, relationship_quality, match_quality, bond_event, partner_tie, partner_person,
    bond_conflict, fearful_arousal, relationship_input, friend_support, distress_around, emotion_suppression,
    security_boost_stock, emotion_regulation_skill, cognitive_skill, reflection_skill, attention_stock,
    trait_neuroticism, anxiety_trait, avoidance_trait, self_compassion_trait, personal_consolidation,
    anxiety_drift, avoidance_drift, self_compassion_drift);
constexpr auto person_reads_neighbours = list(partner_responsiveness, emotional_disclosure);
constexpr auto person_writes = list(
    attachment_anxiety, attachment_avoidance, core_self_compassion, anxiety_drift, avoidance_drift,
    self_compassion_drift, psychological_distress, self_criticism, relationship_quality, external_validation);

using Kind = PhaseDeclaration::Kind;
constexpr std::array phases{
    PhaseDeclaration{"start_traits",
                     Kind::person,
                     true,
                     "what is the same in all worlds; a file may bring it",
                     trait_draws,
                     {},
                     {},
                     trait_writes,
                     {},
                     {}},
    PhaseDeclaration{"start_persons",
                     Kind::person,
                     true,
                     "who everybody is: care, prototypes, first state",
                     start_draws,
                     start_reads,
                     {},
                     start_writes,
                     {},
                     {}},
    PhaseDeclaration{"start_ties",
                     Kind::tie,
                     true,
                     "how well two acquaintances could get on",
                     start_tie_draws,
                     {},
                     {},
                     {},
                     {},
                     start_tie_writes},
    PhaseDeclaration{"signals",
                     Kind::person,
                     false,
                     "practice and its skills, published self-compassion, what others perceive this week",
                     signal_draws,
                     signal_reads,
                     {},
                     signal_writes,
                     {},
                     {}},
    PhaseDeclaration{"ties",
                     Kind::tie,
                     false,
                     "closeness of every acquaintance; both ends have the same luck",
                     tie_draws,
                     {},
                     tie_reads_ends,
                     {},
                     tie_reads,
                     tie_writes},
    PhaseDeclaration{
        "support",
        Kind::fold,
        false,
        "support by friends, distress around, the bond's input, whom an available person chooses",
        fold_draws,
        fold_reads,
        fold_reads_neighbours,
        fold_writes,
        fold_reads_ties,
        {}},
    PhaseDeclaration{"bonds", Kind::person, false, "bonds end, last, commit or form", bond_draws, bond_reads,
                     bond_reads_neighbours, bond_writes, fold_reads_ties, tie_writes},
    PhaseDeclaration{"persons",
                     Kind::person,
                     false,
                     "attachment, self-compassion, distress, self-criticism, quality of the bond",
                     person_draws,
                     person_reads,
                     person_reads_neighbours,
                     person_writes,
                     {},
                     {}}};

}  // namespace

std::span<const PhaseDeclaration> schedule() { return phases; }
std::span<const DrawBlockDeclaration> draw_blocks() { return all_draw_blocks; }

}  // namespace kindred::attachment
