// Compiled once per instruction set with -DKINDRED_ISA=isa_v2 | isa_v3 | isa_v4; see sim/core/isa.hpp.
#include "sim/record/summary_kernel.hpp"

#include "sim/record/summary_sums.hpp"
#include "sim/record/summary_windows.hpp"

namespace kindred::record {
inline namespace KINDRED_ISA {

namespace {

/// Puts the lanes whose bit is set one behind the other. @return how many
int keep(float* to, Reals x, std::uint32_t lanes) {
#ifdef __AVX512F__
  _mm512_storeu_ps(to,
                   _mm512_maskz_compress_ps(static_cast<__mmask16>(lanes), reinterpret_cast<__m512>(x.v)));
  return __builtin_popcount(lanes);
#else
  int kept = 0;
  for (; lanes != 0; lanes &= lanes - 1) to[kept++] = x.lane(__builtin_ctz(lanes));
  return kept;
#endif
}

/// Lanes of the i-th register that lie before the end.
std::uint32_t lanes_before(int n, int i) {
  return n - i >= reals ? (1u << reals) - 1u : (1u << (n - i)) - 1u;
}

void mark_of_width(const MarkBlock& b, const StyleRows& out) {
  switch (b.width) {
  case 1:
    return mark_block<1>(b, out);
  case 2:
    return mark_block<2>(b, out);
  case 4:
    return mark_block<4>(b, out);
  case 8:
    return mark_block<8>(b, out);
  default:
    return mark_block<16>(b, out);
  }
}

void add_of_width(const SumBlock& b, StyleSums* const* sums) {
  switch (b.width) {
  case 1:
    return add_block<1>(b, sums);
  case 2:
    return add_block<2>(b, sums);
  case 4:
    return add_block<4>(b, sums);
  case 8:
    return add_block<8>(b, sums);
  default:
    return add_block<16>(b, sums);
  }
}

void count_of_width(const CountBlock& b, const Windows& w, WindowCounts& counts, Found* found) {
  const bool all = b.left_out == 0;
  if (b.width < 16)
    return all ? count_block<8, false>(b, w, counts, found) : count_block<8, true>(b, w, counts, found);
  return all ? count_block<16, false>(b, w, counts, found) : count_block<16, true>(b, w, counts, found);
}

int kept_in_window(const float* values, int n, float centre, float scale, int low, int high, float* kept) {
  using I = Indices<float, reals>;
  const Reals c(centre), s(scale), most(1 << 30);
  const I lowest(low), beyond(high);
  int count = 0;
  for (int i = 0; i < n; i += reals) {
    const Reals x = Reals::load(values + i);
    const I key(rounded(min((x - c) * s, most)));
    count += keep(kept + count, x, bits_of(beyond > key) & bits_of(key >= lowest) & lanes_before(n, i));
  }
  return count;
}

int kept_between(const float* values, int n, float low, float high, float* kept, int* below) {
  int count = 0;
  *below = 0;
  for (int i = 0; i < n; i += reals) {
    const Reals x = Reals::load(values + i);
    const std::uint32_t here = lanes_before(n, i), under = bits_of(x < Reals(low)) & here;
    *below += __builtin_popcount(under);
    count += keep(kept + count, x, bits_of(x < Reals(high)) & here & ~under);
  }
  return count;
}

int changed_elements(const float* event, const float* flag, int n, std::uint16_t* was, std::int32_t* found) {
  int count = 0;
  const Reals none(0.0f);
  for (int first = 0; first < n; first += bits_of_flags) {
    std::uint32_t events = 0, flags = 0;
    if (n - first >= bits_of_flags) {
      for (int i = 0; i < bits_of_flags; i += reals) {
        const std::uint32_t quiet = bits_of(Reals::load(event + first + i) == none);
        events |= (~quiet & ((1u << reals) - 1u)) << i;
        flags |= bits_of(Reals::load(flag + first + i) > none) << i;
      }
    } else {
      for (int i = 0; i < n - first; ++i) {
        events |= (event[first + i] != 0.0f ? 1u : 0u) << i;
        flags |= (flag[first + i] > 0.0f ? 1u : 0u) << i;
      }
    }
    std::uint16_t& word = was[first / bits_of_flags];
    for (std::uint32_t left = events | (flags ^ word); left != 0; left &= left - 1)
      found[count++] = first + __builtin_ctz(left);
    word = static_cast<std::uint16_t>(flags);
  }
  return count;
}

}  // namespace

const SummaryKernel& summary_kernel_here() {
  static constexpr SummaryKernel kernel{reals,           &mark_of_width, &add_of_width,    &count_of_width,
                                        &kept_in_window, &kept_between,  &changed_elements};
  return kernel;
}

}  // namespace KINDRED_ISA
}  // namespace kindred::record
