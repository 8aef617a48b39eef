// The lane type in every instruction set this machine runs, in the binary that users get.
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "sim/engine/instruction_set.hpp"
#include "tests/unit/lanes_self_test.hpp"

using namespace kindred;
using namespace kindred::self_test;

namespace {

struct Unit {
  InstructionSet isa;
  CheckLanes check;
  int native_width;
};
constexpr std::array units{Unit{InstructionSet::v2, &self_test::isa_v2::check_lanes, 4},
                           Unit{InstructionSet::v3, &self_test::isa_v3::check_lanes, 8},
                           Unit{InstructionSet::v4, &self_test::isa_v4::check_lanes, 16}};

struct LaneType {
  int width;
  bool in_double;
  std::string text() const { return (in_double ? "double x " : "float x ") + std::to_string(width); }
};
constexpr std::array lane_types{LaneType{1, true}, LaneType{1, false}, LaneType{4, false}, LaneType{8, false},
                                LaneType{16, false}};

std::vector<Unit> runnable() {
  std::vector<Unit> result;
  for (const Unit& unit : units)
    if (machine_has(unit.isa)) result.push_back(unit);
  return result;
}

}  // namespace

TEST_CASE("every lane operation equals scalar code, lane by lane, under every mask pattern") {
  REQUIRE_FALSE(runnable().empty());
  for (const Unit& unit : runnable())
    for (const LaneType& type : lane_types) {
      LaneReport report{};
      const bool has = unit.check(type.width, type.in_double, Operation::count, report);
      INFO(name_of(unit.isa) << ", " << type.text());
      CHECK(has == (type.width <= unit.native_width));
      if (!has) continue;
      for (int op = 0; op < operation_count; ++op) {
        INFO("operation " << op);
        CHECK(report.checked[op] >= 2000);
        CHECK(report.failed[op] == 0);
      }
    }
}

TEST_CASE("negative control: a wrong expectation for one operation in one lane is found, and only there") {
  for (const Unit& unit : runnable())
    for (const LaneType& type : lane_types) {
      if (type.width > unit.native_width) continue;
      for (int planted = 0; planted < operation_count; ++planted) {
        LaneReport report{};
        unit.check(type.width, type.in_double, static_cast<Operation>(planted), report);
        INFO(name_of(unit.isa) << ", " << type.text() << ", operation " << planted);
        CHECK(report.failed[planted] > report.checked[planted] / type.width / 2);
        for (int op = 0; op < operation_count; ++op) CHECK((op == planted || report.failed[op] == 0));
      }
    }
}
