#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/record/soundness_faults.hpp"

/// The acquaintance graph and the tables that repeat it. A tie is stored once, lower person first, so both of
/// its halves are there by construction; what can go wrong is order, number and ends.
namespace kindred::record {

/// The ties of one society, ascending: place in the list = number of the tie in its society.
using Ties = std::vector<std::pair<std::int32_t, std::int32_t>>;

/// True when two persons, in either order, are the ends of a tie. @param ties  ascending
bool are_tied(const Ties& ties, std::int32_t a, std::int32_t b);

/// Takes the rows of a table of ties in order: societies ascending, ties within a society too, each once, no
/// person tied to itself, all ends persons there are.
class TieCheck {
 public:
  /// @param subject  the table
  /// @param persons  in every society; negative = not known
  TieCheck(std::string subject, std::int64_t persons, Faults& faults)
      : subject_(std::move(subject)), persons_(persons), faults_(faults) {}
  void add(std::int64_t row, std::int64_t society, std::int32_t tail, std::int32_t head);

 private:
  std::string subject_;
  std::int64_t persons_;
  Faults& faults_;
  bool any_ = false;
  std::int64_t society_ = 0;
  std::int32_t tail_ = 0, head_ = 0;
};

/// Takes the rows of a table that lists, for every replicate and within it for every arm, all ties of the
/// replicate's society in the order of the graph: each tie there has its mate here.
class RepeatedTies {
 public:
  RepeatedTies(std::string subject, Faults& faults) : subject_(std::move(subject)), faults_(faults) {}
  /// @param graph  of the replicate's society
  void add(std::int64_t row, std::int32_t replicate, std::int32_t arm, std::int32_t tail, std::int32_t head,
           const Ties& graph);
  /// After the last row. @param replicates, arms  that must have been listed
  void finish(std::int64_t replicates, std::int64_t arms);

 private:
  void end_segment();
  std::string subject_;
  Faults& faults_;
  std::int32_t replicate_ = -1, arm_ = -1;
  std::size_t next_ = 0, length_ = 0;  ///< ties listed of the present segment, and how many there are
  std::int64_t segments_ = 0;
};

}  // namespace kindred::record
