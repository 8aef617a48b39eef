#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/record/soundness_faults.hpp"

/// Bonds, as spells and as columns of persons.
namespace kindred::record {

/// A row of the table of spells.
struct SpellRow {
  std::int32_t replicate, arm, tail, head, onset, terminus;
  bool censored;
  bool bond;  ///< else a commitment within one
};

/// Takes the rows of the table of spells in order: replicates ascending, within them arms, within them by
/// end. A spell must not end before it began, a person must not be in two bonds at the same time, both ends
/// must be acquainted, and a commitment stands directly before the bond it belongs to.
class SpellCheck {
 public:
  using Acquainted = std::function<bool(std::int32_t replicate, std::int32_t a, std::int32_t b)>;
  /// @param last_week   of the study, when bonds that go on are censored; nothing = not known
  /// @param acquainted  empty = the file has no graph
  SpellCheck(std::vector<std::string> arms, std::optional<std::int32_t> last_week, Acquainted acquainted,
             Faults& faults)
      : arms_(std::move(arms)), last_week_(last_week), acquainted_(std::move(acquainted)), faults_(faults) {}
  void add(std::int64_t row, const SpellRow& spell);
  /// After the last row.
  void finish();
  /// Persons with a bond in a week of a world, as the spells have it.
  std::int64_t bonded(std::int32_t replicate, std::int32_t arm, std::int32_t week) const;

 private:
  struct Bond {
    std::int32_t partner, onset, terminus;
    bool censored;
  };
  void fault(std::int64_t row, const SpellRow& spell, const std::string& text);
  void check_alone(std::int64_t row, const SpellRow& spell);
  void check_order(std::int64_t row, const SpellRow& spell);
  void check_person(std::int64_t row, const SpellRow& spell, std::int32_t person, std::int32_t partner);

  std::vector<std::string> arms_;
  std::optional<std::int32_t> last_week_;
  Acquainted acquainted_;
  Faults& faults_;
  std::optional<SpellRow> before_;
  std::int64_t before_row_ = 0;
  std::unordered_map<std::int32_t, Bond> last_;  ///< [person] last bond in the present world
  /// [replicate, arm][week] persons who begin to have a bond less those who cease to
  std::map<std::pair<std::int32_t, std::int32_t>, std::map<std::int32_t, std::int64_t>> change_;
};

/// Whether everybody is their partner's partner, in one week of one world.
/// @param persons   of the panel, ascending
/// @param partners  [persons] person, -1 = none
/// @param society   persons there are; negative = not known
/// @param where     "week 12, arm 'course', replicate 1"
void check_partners(const std::string& path, std::span<const std::int32_t> persons,
                    std::span<const std::int32_t> partners, std::int64_t society, const std::string& where,
                    Faults& faults);

}  // namespace kindred::record
