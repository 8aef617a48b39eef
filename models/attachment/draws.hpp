#pragma once

#include "sim/core/declarations.hpp"

/// The luck of the model: one stream per block, one word per decision, for ever. Stream numbers are part
/// of the format; a retired number is never used again.
namespace kindred::attachment {

using enum Distribution;

inline constexpr DrawBlockDeclaration start_character{
    "start_character",
    1,
    Entity::person,
    Occasion::start,
    {normal, normal, normal, normal},
    {"trait_neuroticism", "adverse_care", "personal_consolidation", "start_age"}};
inline constexpr DrawBlockDeclaration start_residuals{
    "start_residuals",
    2,
    Entity::person,
    Occasion::start,
    {normal, normal, normal, normal},
    {"anxiety_residual", "avoidance_residual", "self_compassion_residual", ""}};
inline constexpr DrawBlockDeclaration start_drift{
    "start_drift",
    3,
    Entity::person,
    Occasion::start,
    {normal, normal, normal, normal},
    {"anxiety_drift", "avoidance_drift", "self_compassion_drift", ""}};
inline constexpr DrawBlockDeclaration start_sex{"start_sex",
                                                4,
                                                Entity::person,
                                                Occasion::start,
                                                {uniform, uniform, uniform, uniform},
                                                {"sex_and_orientation", "", "", ""}};
inline constexpr DrawBlockDeclaration start_compatibility{"start_compatibility",
                                                          5,
                                                          Entity::tie,
                                                          Occasion::start,
                                                          {uniform, uniform, uniform, uniform},
                                                          {"tie_compatibility", "", "", ""}};
inline constexpr DrawBlockDeclaration weekly_events{
    "weekly_events",
    6,
    Entity::person,
    Occasion::weekly,
    {exponential, uniform, uniform, uniform},
    {"stress", "open_to_dating", "wants_to_leave", "drop_out"}};
inline constexpr DrawBlockDeclaration weekly_states{
    "weekly_states",
    7,
    Entity::person,
    Occasion::weekly,
    {normal, normal, normal, normal},
    {"attachment_anxiety", "attachment_avoidance", "core_self_compassion", "relationship_quality"}};
inline constexpr DrawBlockDeclaration weekly_drift{
    "weekly_drift",
    8,
    Entity::person,
    Occasion::weekly,
    {normal, normal, normal, normal},
    {"anxiety_drift", "avoidance_drift", "self_compassion_drift", "affect_noise"}};
inline constexpr DrawBlockDeclaration weekly_ties{"weekly_ties",
                                                  9,
                                                  Entity::tie,
                                                  Occasion::weekly,
                                                  {uniform, uniform, uniform, uniform},
                                                  {"tie_closeness", "", "", ""}};
inline constexpr DrawBlockDeclaration match_at_formation{
    "match_at_formation",         10, Entity::tie, Occasion::event, {normal, normal, uniform, uniform},
    {"match_quality", "", "", ""}};
inline constexpr DrawBlockDeclaration commitment_of_tie{
    "commitment_of_tie",           11, Entity::tie, Occasion::event, {uniform, uniform, uniform, uniform},
    {"bond_committed", "", "", ""}};

}  // namespace kindred::attachment
