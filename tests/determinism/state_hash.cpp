// Hashes of everything two models hold as weeks go by: a line per column, over all worlds, rows and weeks,
// and one for the engine's own hash of the state in every week.
//   state_hash        runs every width on every instruction set of this machine, and with 1, 2 and 7 threads;
//                     prints the lines once when all agree, else says who parts and exits 1
//   state_hash one    one width on the instruction set in use (KINDRED_ISA)
// Needs no scenario and no file, so a build of the engine and the models alone can be asked.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <map>
#include <string_view>

#include "models/attachment/model.hpp"
#include "models/averaging/model.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/random/seeds.hpp"
#include "tests/determinism/varied_worlds.hpp"

namespace {

using namespace kindred;
using namespace kindred::determinism;

/// A way of running that must change nothing. Threads 0: rows are not shared.
struct Way {
  InstructionSet isa;
  int widest;
  int threads;
};

std::string text_of(const Way& way) {
  return fmt::format("{}, widest {}, {}", name_of(way.isa), way.widest,
                     way.threads == 0 ? "rows in one loop" : fmt::format("rows on {} threads", way.threads));
}

/// By column: the hash of each world.
using Hashes = std::map<std::string, std::vector<Hash>>;

constexpr int weeks_between_looks = 10;

/// A world without a programme in a slot has nothing to say of it: whether the slot exists there depends on
/// the other worlds of its ensemble.
void look(const Ensemble<float>& ensemble, const std::vector<World>& worlds, int first_world,
          Hashes& hashes) {
  for_each_column(ensemble, [&](const std::string& name, const auto& view, std::int64_t rows, int slot) {
    std::vector<Hash>& column = hashes[name];
    column.resize(world_count);
    for (int w = 0; w < ensemble.worlds(); ++w) {
      const auto world = static_cast<std::size_t>(first_world + w);
      if (slot >= static_cast<int>(worlds[world].programmes.size())) continue;
      for (std::int64_t row = 0; row < rows; ++row) column[world].see(bits_of(view(row, w)));
    }
  });
}

/// The engine's own hash of a state, which runs record every week (sim/engine/state_hash.hpp).
void see_state(std::span<const std::uint64_t> of_worlds, int first_world, int last_world, Hashes& hashes) {
  std::vector<Hash>& weeks_of_world = hashes["state_hash"];
  weeks_of_world.resize(world_count);
  for (int world = first_world; world < last_world; ++world) {
    const std::uint64_t hash = of_worlds[static_cast<std::size_t>(world - first_world)];
    Hash& seen = weeks_of_world[static_cast<std::size_t>(world)];
    seen.see(static_cast<std::uint32_t>(hash));
    seen.see(static_cast<std::uint32_t>(hash >> 32));
  }
}

/// All worlds of one kind, in ensembles of at most the widest width.
Hashes run_worlds(const Model& model, const Society& society, Kind kind, const Way& way) {
  const std::vector<World> worlds = varied_worlds(model, kind);
  Hashes hashes;
  int first = 0;
  for (const int width : choose_widths(world_count, way.widest)) {
    const int last = std::min(first + width, world_count);
    Ensemble<float> ensemble({&model,
                              &society,
                              noise_key(Seed{31}, 0, 0),
                              burn_in,
                              width,
                              {worlds.begin() + first, worlds.begin() + last},
                              model.phase_table[static_cast<int>(way.isa)],
                              way.threads != 0,
                              0,
                              &hash_kernel(way.isa)});
    for (int week = 0; week <= weeks; ++week) {
      if (week > 0) ensemble.advance();
      see_state(ensemble.hasher()->hashes(), first, last, hashes);
      if (week % weeks_between_looks == 0) look(ensemble, worlds, first, hashes);
    }
    first = last;
  }
  return hashes;
}

/// Line by line: model, kind of worlds, column; and the hash over all worlds.
std::map<std::string, std::uint64_t> hashes_of(const Way& way) {
  const parallel::ThreadLimit limit(way.threads == 0 ? 1 : way.threads);
  SocietyPlan plan;
  plan.persons = persons;
  plan.network.acquaintances = 14;
  const Society society = make_society(plan, Seed{29}, 0);
  std::map<std::string, std::uint64_t> lines;
  for (const Model* model : {&attachment::model(), &averaging::model()})
    for (const Kind kind : {Kind::varied, Kind::alike})
      for (const auto& [column, of_world] : run_worlds(*model, society, kind, way)) {
        Hash hash;
        for (const Hash& world : of_world) {
          hash.see(static_cast<std::uint32_t>(world.value()));
          hash.see(static_cast<std::uint32_t>(world.value() >> 32));
        }
        lines[fmt::format("{} {} {}", model->declaration->name, kind == Kind::varied ? "varied" : "alike",
                          column)] = hash.value();
      }
  return lines;
}

std::vector<Way> all_ways() {
  std::vector<Way> ways;
  for (const InstructionSet isa : {InstructionSet::v2, InstructionSet::v3, InstructionSet::v4}) {
    if (!machine_has(isa)) {
      fmt::print(stderr, "skip: this machine cannot run {} code\n", name_of(isa));
      continue;
    }
    for (const int widest : {1, 2, 4, 8, 16}) ways.push_back({isa, widest, 0});
  }
  const InstructionSet best = ways.back().isa;
  for (const int threads : {1, 2, 7}) ways.push_back({best, 8, threads});
  return ways;
}

int compare(const std::vector<Way>& ways) {
  const auto expected = hashes_of(ways.front());
  int partings = 0;
  for (const Way& way : ways) {
    std::vector<std::string> apart;
    for (const auto& [line, hash] : hashes_of(way))
      if (const auto found = expected.find(line); found == expected.end() || found->second != hash)
        apart.push_back(line);
    if (apart.empty()) continue;
    ++partings;
    fmt::print(stderr, "{} columns differ between [{}] and [{}], such as: {}\n", apart.size(),
               text_of(ways.front()), text_of(way), apart.front());
  }
  if (partings != 0) return 1;
  for (const auto& [line, hash] : expected) fmt::print("{} {:016x}\n", line, hash);
  fmt::print(stderr, "{} columns agree in {} ways of running\n", expected.size(), ways.size());
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    const bool one = count == 2 && std::string_view(words[1]) == "one";
    if (count != 1 && !one) {
      fmt::print(stderr, "usage: state_hash [one]\n");
      return 2;
    }
    return compare(one ? std::vector<Way>{{instruction_set_in_use(), 8, 0}} : all_ways());
  } catch (const std::exception& error) {
    fmt::print(stderr, "state_hash: {}\n", error.what());
    return 70;
  }
}
