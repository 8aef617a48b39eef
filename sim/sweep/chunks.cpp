#include "sim/sweep/chunks.hpp"

#include <fmt/format.h>

#include <map>
#include <numeric>

#include "sim/engine/widths.hpp"
#include "sim/record/content_hash.hpp"
#include "sim/record/posix_file.hpp"
#include "sim/record/snapshots.hpp"

namespace kindred::sweep {

std::string society_of_point(const Plan& point) {
  const NetworkPlan& n = point.society.network;
  return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {}", point.model, point.seed.value, point.burn_in,
                     point.run, record::programmes_start(point), point.society.persons,
                     static_cast<int>(n.kind), n.acquaintances, n.rewiring, n.block, n.within, n.exponent,
                     n.path);
}

std::string network_hash(const NetworkPlan& network) {
  if (network.kind != NetworkPlan::Kind::file) return "";
  const record::PosixFile file = record::PosixFile::open_for_reading(network.path);
  std::vector<std::byte> all(file.size());
  file.read_at(0, all);
  return record::digest_of(all).hex();
}

std::vector<std::vector<int>> chunks_of(std::span<const int> society) {
  std::vector<std::vector<int>> chunks;
  std::map<int, std::size_t> open;  // society -> its chunk that still has room
  for (std::size_t point = 0; point < society.size(); ++point) {
    const auto found = open.find(society[point]);
    if (found == open.end() || chunks[found->second].size() == points_per_chunk) {
      open[society[point]] = chunks.size();
      chunks.emplace_back();
    }
    chunks[open[society[point]]].push_back(static_cast<int>(point));
  }
  return chunks;
}

double lanes_filled(const std::vector<std::vector<int>>& chunks, std::size_t arms, int widest) {
  double worlds = 0, lanes = 0;
  for (const std::vector<int>& chunk : chunks) {
    const auto count = static_cast<int>(chunk.size() * arms);
    const std::vector<int> widths = choose_widths(count, widest);
    worlds += count;
    lanes += std::accumulate(widths.begin(), widths.end(), 0.0);
  }
  return lanes > 0 ? worlds / lanes : 0;
}

}  // namespace kindred::sweep
