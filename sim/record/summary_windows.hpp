#pragma once

#include "sim/record/summary_sums.hpp"

/// Counting around windows: for the summaries' kernel unit only.
namespace kindred::record {
inline namespace KINDRED_ISA {

namespace {

/// Whole numbers that keep the order of the values. What lies far above must not become "beyond the range".
Words keys_of(const float* value, Reals low_centre, Reals high_centre, Reals low_scale, Reals high_scale) {
  const Reals most(1 << 30);
  const Reals low = (Reals::load(value) - low_centre) * low_scale;
  const Reals high = (Reals::load(value + reals) - high_centre) * high_scale;
  return packed(rounded(min(low, most)), rounded(min(high, most)));
}

/// What is looked up for the mark of each word.
template <int W>
struct Choice {
#if defined(__AVX512F__) && defined(__AVX512BW__)
  Words low, high;
  Choice(const void* by_mark, const void*, int) : low(load(by_mark)), high{} {
    if constexpr (W == 16) high = load(static_cast<const std::int16_t*>(by_mark) + words);
  }
  Words of(Words mark) const {
    const Machine at = reinterpret_cast<Machine>(mark), first = reinterpret_cast<Machine>(low);
    if constexpr (W == 16)
      return reinterpret_cast<Words>(_mm512_permutex2var_epi16(first, at, reinterpret_cast<Machine>(high)));
    return reinterpret_cast<Words>(_mm512_permutexvar_epi16(at, first));
  }
#else
  Words style[summary_styles];
  Choice(const void*, const void* by_style, int stride) {
    for (int s = 0; s < summary_styles; ++s)
      style[s] = load(static_cast<const std::int16_t*>(by_style) + s * stride);
  }
  Words of(Words mark) const {
    const WordMask low = mark << 15 < 0, high = mark << 14 < 0;
    return where(high, where(low, style[3], style[2]), where(low, style[1], style[0]));
  }
#endif
};

/// A 1 in the nibble of the style.
struct Nibbles {
  alignas(64) std::int16_t by_mark[32], by_style[summary_styles][words];
  Nibbles() {
    for (int i = 0; i < 32; ++i) by_mark[i] = static_cast<std::int16_t>(1 << 4 * (i % summary_styles));
    for (int s = 0; s < summary_styles; ++s) store(by_style[s], all_words(1 << 4 * s));
  }
};

/// Words of a block that lie in windows.
struct Hits {
  static constexpr int abreast = 4;
  std::uint16_t word[block_elements + abreast];
  int count = 0;
};

/// Writes some words whether or not there are so many, for the number is hard to foresee.
void take(int first_word, std::uint32_t found, Hits& hits) {
  const int count = __builtin_popcount(found);
  constexpr std::uint32_t sentinel = 1u << 31;
  for (int at = 0; at < count || at == 0; at += Hits::abreast)
    for (int i = at; i < at + Hits::abreast; ++i) {
      hits.word[hits.count + i] =
          static_cast<std::uint16_t>(first_word + __builtin_ctz(found | sentinel) / bits_per_word);
      found &= found - 1;
    }
  hits.count += count;
}

/// Values to the lists of their lanes and styles.
void hand_out(const Hits& hits, const CountBlock& b, Found* found) {
  std::uint8_t element[words];
  for (int i = 0; i < words; ++i) element[i] = static_cast<std::uint8_t>(element_of_word(i, reals));
  for (int i = 0; i < hits.count; ++i) {
    const int at = hits.word[i], within = at % words;
    Found& f = found[b.mark[at] & (4 * tile_width - 1)];
    f.values[f.count < f.room ? f.count : 0] = b.value[at - within + element[within]];
    ++f.count;
  }
}

/// Registers `first`, `first` + `step`, ... of a block, fewer than 16 of them: as many as a nibble counts.
template <int W, bool LeaveOut>
void count_some(const CountBlock& b, const Windows& w, int phase, int first, int end, int step,
                Words (&everybody)[summary_shares], Words (&by_style)[summary_shares], Hits& hits) {
  constexpr int stride = summary_shares * most_words;
  const int at = phase * words;
  const Nibbles nibbles;
  const Reals c0 = Reals::load(w.centre + at), c1 = Reals::load(w.centre + at + reals);
  const Reals s0 = Reals::load(w.scale + at), s1 = Reals::load(w.scale + at + reals);
  for (int i = first; i < end; i += step) {
    const Words mark = load(b.mark + i * words);
    Words key = keys_of(b.value + i * words, c0, c1, s0, s1);
    if constexpr (LeaveOut) key = where(equal(mark & all_words(b.left_out), Words{}), key, all_words(-32768));
    WordMask inside = no_words();
    for (int k = 0; k < summary_shares; ++k) {
      const WordMask from_low = from(load(w.low[0][k] + at), key);
      everybody[k] = add_where(from_low, everybody[k], all_words(1));
      inside |= less_where(from_low, key, load(w.high[0][k] + at));
    }
    const Words nibble = Choice<1>(nibbles.by_mark, nibbles.by_style, words).of(mark);
    for (int k = 0; k < summary_shares; ++k) {
      const Words low = Choice<W>(w.low_by_mark[k], w.low[1][k] + at, stride).of(mark);
      const Words high = Choice<W>(w.high_by_mark[k], w.high[1][k] + at, stride).of(mark);
      const WordMask from_low = from(low, key);
      by_style[k] = add_where(from_low, by_style[k], nibble);
      inside |= less_where(from_low, key, high);
    }
    take(i * words, bits(inside), hits);
  }
}

template <int W, bool LeaveOut>
void count_block(const CountBlock& b, const Windows& w, WindowCounts& counts, Found* found) {
  constexpr int together = 15 * phases<W>;
  const int registers = (b.elements + words - 1) / words;
  Hits hits;
  for (int phase = 0; phase < phases<W>; ++phase) {
    const int at = phase * words;
    Words everybody[summary_shares];
    for (int k = 0; k < summary_shares; ++k) everybody[k] = load(counts.from_low[0][k] + at);
    for (int from = phase; from < registers; from += together) {
      Words by_style[summary_shares] = {};
      const int to = from + together < registers ? from + together : registers;
      count_some<W, LeaveOut>(b, w, phase, from, to, phases<W>, everybody, by_style, hits);
      for (int s = 0; s < summary_styles; ++s)
        for (int k = 0; k < summary_shares; ++k) {
          std::uint16_t* const count = counts.from_low[1 + s][k] + at;
          store(count, load(count) + ((by_style[k] >> (4 * s)) & all_words(15)));
        }
    }
    for (int k = 0; k < summary_shares; ++k) store(counts.from_low[0][k] + at, everybody[k]);
  }
  hand_out(hits, b, found);
}

}  // namespace

}  // namespace KINDRED_ISA
}  // namespace kindred::record
