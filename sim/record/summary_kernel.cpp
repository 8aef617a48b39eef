#include "sim/record/summary_kernel.hpp"

namespace kindred::record {

namespace isa_v2 {
void mark_of_width(const MarkBlock&, const StyleRows&);
void add_of_width(const SumBlock&, StyleSums* const*);
void count_of_width(const CountBlock&, const Windows&, WindowCounts&, Found*);
int kept_in_window(const float*, int, float, float, int, int, float*);
int kept_between(const float*, int, float, float, float*, int*);
int changed_elements(const float*, const float*, int, std::uint16_t*, std::int32_t*);
}  // namespace isa_v2
namespace isa_v3 {
void mark_of_width(const MarkBlock&, const StyleRows&);
void add_of_width(const SumBlock&, StyleSums* const*);
void count_of_width(const CountBlock&, const Windows&, WindowCounts&, Found*);
int kept_in_window(const float*, int, float, float, int, int, float*);
int kept_between(const float*, int, float, float, float*, int*);
int changed_elements(const float*, const float*, int, std::uint16_t*, std::int32_t*);
}  // namespace isa_v3
namespace isa_v4 {
void mark_of_width(const MarkBlock&, const StyleRows&);
void add_of_width(const SumBlock&, StyleSums* const*);
void count_of_width(const CountBlock&, const Windows&, WindowCounts&, Found*);
int kept_in_window(const float*, int, float, float, int, int, float*);
int kept_between(const float*, int, float, float, float*, int*);
int changed_elements(const float*, const float*, int, std::uint16_t*, std::int32_t*);
}  // namespace isa_v4

const SummaryKernel& summary_kernel(InstructionSet isa) {
  static constexpr SummaryKernel kernels[] = {
      {4, &isa_v2::mark_of_width, &isa_v2::add_of_width, &isa_v2::count_of_width, &isa_v2::kept_in_window,
       &isa_v2::kept_between, &isa_v2::changed_elements},
      {8, &isa_v3::mark_of_width, &isa_v3::add_of_width, &isa_v3::count_of_width, &isa_v3::kept_in_window,
       &isa_v3::kept_between, &isa_v3::changed_elements},
      {16, &isa_v4::mark_of_width, &isa_v4::add_of_width, &isa_v4::count_of_width, &isa_v4::kept_in_window,
       &isa_v4::kept_between, &isa_v4::changed_elements}};
  return kernels[static_cast<int>(isa)];
}

}  // namespace kindred::record
