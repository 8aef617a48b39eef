#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/core/plan.hpp"
#include "sim/graph/acquaintance_graph.hpp"
#include "sim/random/philox.hpp"

namespace kindred::graph {

/// The streams of the society seed that draw a graph. Part of the format: another program that follows the
/// rules below draws the same graph. The high half spells "GR", far from the small numbers of models.
enum class GraphStream : std::uint32_t {
  ring = 0x4752'0001,        ///< counter (person, k, 0): the k-th forward tie of a ring
  gaps = 0x4752'0002,        ///< counter (person, pair of uniforms, 0): Bernoulli ties
  attachment = 0x4752'0003,  ///< counter (person, k, attempt): the k-th tie of a newcomer
  shuffle = 0x4752'0004,     ///< counter (person, 0, 0): who came when
};

/// Every setting that `make` could not meet for so many persons; none for the kind `file`.
std::vector<Problem> network_problems(const NetworkPlan& plan, std::int64_t persons);

/// Draws the acquaintance graph of a society. Every decision is one Philox word, keyed by the person it
/// belongs to, and only additions, multiplications and comparisons are used: equal plans and keys give equal
/// graphs on every machine. O(persons + ties). Uniforms are ((x >> 9) + 0.5) 2^-23, an index below n is the
/// high word of x n.
///
/// community: persons in blocks of `block` (the last may be short). Inside a block of s persons, for each i
///   and k = 1 .. acquaintances/2, i has a lattice tie to the person k places further round the block. Words
///   of the counter (i, k, 0, ring): 0: the tie is rewired iff u < rewiring; 1: the target lies inside the
///   block iff the top bit is 0, else anywhere in the society; 2: the target's index there. The ties are
///   the lattice ties that were not rewired, and {i, target} of those that were; a target equal to i, or
///   already linked to i by a standing lattice tie or by another rewired tie, is dropped and not redrawn (so
///   the order of drawing cannot matter). A block with fewer than acquaintances + 1 persons is a clique
///   that rewires nothing.
/// watts_strogatz: the same with one block that holds everybody.
/// erdos_renyi: each pair is tied with probability acquaintances / (persons - 1).
/// blocks: each pair inside a block of s persons is tied with probability within * acquaintances / (s - 1),
///   at most 1 in a short last block, every other pair with (1 - within) * acquaintances / (persons - block).
///   Both kinds walk the higher persons of i in order, jumping over the untied: the jump is the largest g
///   with (1 - p)^g > u, u = (53 bits + 0.5) 2^-53, from (i, number / 2, 0, gaps); the next starts
///   behind that tie.
/// scale_free: growth by attachment with initial attractiveness (Dorogovtsev, Mendes & Samukhin 2000,
///   Phys. Rev. Lett. 85:4633): a newcomer ties to acquaintances/2 persons (an odd number alternates), each
///   chosen uniformly with probability (exponent - 2) / (exponent - 1), else as the receiver of a uniformly
///   chosen earlier tie; the tail of the degrees then falls with `exponent`. A person already chosen is drawn
///   again up to 64 times, then that tie is dropped. The first ceil(acquaintances/2) + 1 are a clique, and
///   who came when is a keyed shuffle, so that degree does not follow ring position.
/// file: read_graph_file(path), see graph_file.hpp; persons = 0 takes the file's number.
///
/// Positions follow the blocks in community and blocks, else (i + 0.5) / persons.
/// @throws ConfigError listing `network_problems` or those of the file; IoError when it cannot be read.
AcquaintanceGraph make(const NetworkPlan& plan, std::int64_t persons, PhiloxKey society_key);

}  // namespace kindred::graph
