#pragma once

#include "models/averaging/names.hpp"
#include "sim/engine/kernel_loops.hpp"

/// Opinion averaging (DeGroot 1974): x' = clamp(x + y (m - x) + s n), m the mean of the acquaintances'
/// x; z' = z + c (x' - z). Four lines with closed-form answers: it tests and times the engine without
/// any psychology.
namespace kindred::averaging {

inline constexpr std::uint32_t start_stream = 1;
inline constexpr std::uint32_t weekly_stream = 2;

inline namespace KINDRED_ISA {

struct Start {
  static constexpr int draw_blocks = 1;
  static constexpr DrawBlock blocks[] = {
      {start_stream,
       {Distribution::uniform, Distribution::uniform, Distribution::uniform, Distribution::uniform}}};
  template <class Me>
  static void apply(Me& me) {
    const auto p = me.parameters();
    const auto x = p[opinion_lowest] + (p[opinion_highest] - p[opinion_lowest]) * me.draw(0);
    me.set(expressed_opinion, x);
    me.set(slow_opinion, x);
    me.set(adaptation_rate,
           p[adaptation_lowest] + (p[adaptation_highest] - p[adaptation_lowest]) * me.draw(1));
  }
};

struct Listen {
  static constexpr RealColumn reads_of_neighbours[] = {expressed_opinion};
  template <class Me>
  static void apply(Me& me) {
    using L = typename Me::L;
    L sum(0), count(0);
    me.for_each_tie([&](const auto& tie) {
      sum += tie.neighbour_shows(expressed_opinion);
      count += flag<L>(tie.present());
    });
    me.set(opinion_around, where(count > L(0), sum / max(count, L(1)), me[expressed_opinion]));
  }
};

struct Move {
  static constexpr int draw_blocks = 1;
  static constexpr DrawBlock blocks[] = {
      {weekly_stream,
       {Distribution::normal, Distribution::normal, Distribution::uniform, Distribution::uniform}}};
  template <class Me>
  static void apply(Me& me) {
    const auto p = me.parameters();
    const auto x = me[expressed_opinion];
    const auto moved =
        clamp(x + me[adaptation_rate] * (me[opinion_around] - x) + p[opinion_noise] * me.draw(0),
              p[opinion_lowest], p[opinion_highest]);
    me.set(expressed_opinion, moved);
    me.set(slow_opinion, me[slow_opinion] + p[copying_rate] * (moved - me[slow_opinion]));
  }
};

template <class Real, int Native, int W>
PhaseFunction phase_of_width(int phase) {
  switch (phase) {
  case 0:
    return &person_loop<Start, Real, Native, W>;
  case 1:
    return &fold_loop<Listen, Real, Native, W>;
  case 2:
    return &person_loop<Move, Real, Native, W>;
  default:
    return nullptr;
  }
}

}  // namespace KINDRED_ISA
}  // namespace kindred::averaging
