#include "sim/bench/ensembles.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>

#include "sim/bench/count_unit.hpp"
#include "sim/core/errors.hpp"
#include "sim/core/state_stream.hpp"
#include "sim/parallel/parallel.hpp"

namespace kindred::bench {

namespace {

template <class Declaration>
std::size_t with_symbol(std::span<const Declaration> all, std::string_view symbol) {
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].symbol == symbol) return i;
  throw Bug("nothing has the symbol " + std::string(symbol));
}

double bytes_of(const graph::AcquaintanceGraph& g) {
  return static_cast<double>(g.row_offset.size() + g.neighbour.size() + g.half_tie_tie.size() +
                             g.tie_low.size() + g.tie_high.size()) *
             sizeof(std::int32_t) +
         static_cast<double>(g.position.size()) * sizeof(float);
}

EnsembleSetup setup_of(const Model& model, const Society& society, PhiloxKey noise, std::vector<World> worlds,
                       PhaseTable phases, int burn_in, bool threads) {
  const int width = static_cast<int>(worlds.size());
  EnsembleSetup setup{&model, &society, noise, burn_in, width, std::move(worlds), phases, threads};
  setup.keep_apart = true;  // worlds that are the same would cost what one costs
  return setup;
}

/// Sleeping threads are not part of what is timed.
void wake(int threads) {
  parallel::for_tasks(4 * threads, [](std::int64_t) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(20);
    while (std::chrono::steady_clock::now() < end) continue;
  });
}

}  // namespace

std::vector<double> default_parameters(const ModelDeclaration& model) {
  std::vector<double> values;
  for (const ParameterDeclaration& p : model.parameters) values.push_back(p.default_value);
  return values;
}

std::size_t parameter_with(const ModelDeclaration& model, std::string_view symbol) {
  return with_symbol(model.parameters, symbol);
}
int column_with(const ModelDeclaration& model, std::string_view symbol) {
  return static_cast<int>(with_symbol(model.person_columns, symbol));
}

Runner::Runner(const Model& model, std::shared_ptr<const Society> society, PhiloxKey noise,
               std::vector<World> worlds, PhaseTable phases, int burn_in, bool threads)
    : society_(std::move(society)),
      ensemble_(setup_of(model, *society_, noise, std::move(worlds), phases, burn_in, threads)) {}

void Runner::advance(std::int64_t weeks) {
  for (std::int64_t week = 0; week < weeks; ++week) ensemble_.advance();
}

void Runner::keep() {
  auto bytes = std::make_shared<Bytes>();
  bytes->reserve(static_cast<std::size_t>(this->bytes()));
  StateWriter writer(
      [&](std::span<const std::byte> more) { bytes->insert(bytes->end(), more.begin(), more.end()); });
  ensemble_.save(writer);
  bytes->shrink_to_fit();
  kept_ = std::move(bytes);
}

void Runner::restore(const std::shared_ptr<const Bytes>& kept) {
  if (!kept) return;
  std::size_t at = 0;
  StateReader reader("the state kept in memory", kept->size(), [&](std::span<std::byte> to) {
    std::memcpy(to.data(), kept->data() + at, to.size());
    at += to.size();
  });
  ensemble_.restore(reader);
}

void Runner::keep_as(const Runner& other) {
  restore(other.kept_);
  kept_ = other.kept_;
}

double Runner::bytes() const { return bytes_of(society_->graph) + static_cast<double>(ensemble_.bytes()); }

Contender contender_of(Row row, Runners runners, std::int64_t longest, double seconds) {
  const auto stretch = [runners](std::int64_t weeks) {
    if (runners.size() == 1) runners.front()->advance(weeks);
    else
      parallel::for_tasks(static_cast<std::int64_t>(runners.size()),
                          [&](std::int64_t i) { runners[static_cast<std::size_t>(i)]->advance(weeks); });
  };
  const int threads = row.threads;
  const auto sample = [=](std::int64_t weeks, std::int64_t times) {
    const parallel::ThreadLimit limit(threads);
    Times sum{};
    limit.run([&] {
      for (std::int64_t i = 0; i < times; ++i) {
        for (const auto& runner : runners) runner->rewind();
        if (threads > 1) wake(threads);
        const Times t = timed(threads, [&] { stretch(weeks); });
        sum.wall += t.wall;
        sum.cpu += t.cpu;
      }
    });
    return sum;
  };
  sample(1, 1);
  const double week = sample(1, 1).wall;
  // many ensembles advance long enough for each to come into the caches, as it does in a study
  const std::int64_t least = runners.size() > 1 ? longest / 2 : 1;
  const std::int64_t weeks = std::min(longest, std::max(least, repetitions(week, seconds)));
  const std::int64_t times = repetitions(week * static_cast<double>(weeks), seconds);
  double persons = 0;
  for (const auto& runner : runners) persons += static_cast<double>(runner->persons());
  row.unit = "person-week";
  row.ensembles = static_cast<int>(runners.size());
  row.units = persons * static_cast<double>(weeks * times) * runners.front()->ensemble().width();
  row.bytes_per_unit = runners.front()->bytes() / static_cast<double>(runners.front()->persons());
  return {std::move(row), [=] { return sample(weeks, times); }};
}

Shape shape_of(const Ensemble<float>& e) {
  const ModelDeclaration& model = *e.model().declaration;
  Shape shape{e.width(), static_cast<double>(e.ties()) / static_cast<double>(e.persons()), {}, {}, {}};
  for (std::size_t c = 0; c < model.person_columns.size(); ++c) {
    const auto column = e.person(static_cast<int>(c));
    const std::int64_t values = e.persons() * (column.once ? 1 : e.lanes());
    const bool idle = model.person_columns[c].element == Element::real &&
                      std::all_of(column.data, column.data + values, [](float v) { return v == 0; });
    shape.person_once.push_back(column.once ? 1 : 0);
    shape.person_idle.push_back(idle ? 1 : 0);
  }
  for (std::size_t c = 0; c < model.tie_columns.size(); ++c)
    shape.tie_once.push_back(e.tie(static_cast<int>(c)).once ? 1 : 0);
  return shape;
}

OperationCounts counted_operations(const Runner& runner, const std::vector<World>& worlds, PhaseTable counted,
                                   int burn_in, int weeks) {
  const Ensemble<float>& e = runner.ensemble();
  const auto society = std::make_shared<const Society>(e.society());
  Runner counting(e.model(), society, e.noise(), worlds, counted, burn_in, false);
  counting.keep_as(runner);
  taken_counts();
  counting.advance(weeks);
  return operations_of(taken_counts(), e.persons(), e.width(), weeks);
}

}  // namespace kindred::bench
