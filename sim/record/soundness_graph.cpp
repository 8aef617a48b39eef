#include "sim/record/soundness_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace kindred::record {

bool are_tied(const Ties& ties, std::int32_t a, std::int32_t b) {
  return std::binary_search(ties.begin(), ties.end(), std::pair(std::min(a, b), std::max(a, b)));
}

void TieCheck::add(std::int64_t row, std::int64_t society, std::int32_t tail, std::int32_t head) {
  const auto fault = [&](const std::string& text) {
    faults_.add(subject_, fmt::format("row {}, society {}: {}", row, society, text));
  };
  if (tail == head) fault(fmt::format("person {} is tied to itself", tail));
  else if (tail > head)
    fault(fmt::format("the tie of {} and {} stands higher person first, without its mate", tail, head));
  for (const std::int32_t end : {tail, head})
    if (end < 0 || (persons_ >= 0 && end >= persons_))
      fault(fmt::format("person {} does not exist; there are persons 0 to {}", end, persons_ - 1));
  const std::tuple now{society, tail, head}, before{society_, tail_, head_};
  if (any_ && now == before) fault(fmt::format("the tie of {} and {} is listed twice", tail, head));
  else if (any_ && society < society_) fault(fmt::format("stands behind society {}", society_));
  else if (any_ && now < before)
    fault(fmt::format("the tie of {} and {} stands behind that of {} and {}; ties must ascend", tail, head,
                      tail_, head_));
  any_ = true;
  std::tie(society_, tail_, head_) = now;
}

void RepeatedTies::add(std::int64_t row, std::int32_t replicate, std::int32_t arm, std::int32_t tail,
                       std::int32_t head, const Ties& graph) {
  if (replicate != replicate_ || arm != arm_) {
    end_segment();
    if (segments_ > 0 && std::pair(replicate, arm) < std::pair(replicate_, arm_))
      faults_.add(subject_, fmt::format("row {}: replicate {}, arm {} stands behind replicate {}, arm {}",
                                        row, replicate, arm, replicate_, arm_));
    replicate_ = replicate;
    arm_ = arm;
    next_ = 0;
    length_ = graph.size();
    ++segments_;
  }
  const std::size_t place = next_++;
  if (place >= length_) return;  // told at the end of the segment
  const auto& [low, high] = graph[place];
  if (tail != low || head != high)
    faults_.add(subject_, fmt::format("row {}, replicate {}, arm {}: holds the tie of {} and {} where the "
                                      "graph has that of {} and {}",
                                      row, replicate, arm, tail, head, low, high));
}

void RepeatedTies::end_segment() {
  if (segments_ > 0 && next_ != length_)
    faults_.add(subject_, fmt::format("replicate {}, arm {}: lists {} ties, the graph has {}", replicate_,
                                      arm_, next_, length_));
}

void RepeatedTies::finish(std::int64_t replicates, std::int64_t arms) {
  end_segment();
  const std::int64_t wanted = replicates * arms;
  if (segments_ != wanted)
    faults_.add(subject_, fmt::format("lists the ties of {} worlds; {} replicates of {} arms are {}",
                                      segments_, replicates, arms, wanted));
}

}  // namespace kindred::record
