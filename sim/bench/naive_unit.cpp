// Compiled once per instruction set with -DKINDRED_ISA=isa_v2 | isa_v3 | isa_v4. It uses the standard library
// freely, so the build makes every symbol of the object but naive_table() its own (CMakeLists.txt): code for
// this instruction set must not become the whole program's std::vector.
#include <cmath>
#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

#include "sim/bench/naive_programs.hpp"
#include "tests/reference/naive_attachment.hpp"
#include "tests/reference/naive_draws.hpp"

namespace kindred::bench {
inline namespace KINDRED_ISA {

struct Moments {
  double n = 0, sum = 0, squares = 0;
  void add(double x) { ++n, sum += x, squares += x * x; }
  double mean() const { return sum / n; }
  double sd() const { return std::sqrt(squares / n - mean() * mean()); }
};

/// Opinion averaging as one would write it.
class Averaging {
 public:
  Averaging(const NaiveGraph& g, const float* x, const float* y, const float (&p)[4])
      : row_offset_(g.row_offset, g.row_offset + g.persons + 1),
        neighbour_(g.neighbour, g.neighbour + row_offset_.back()), next_(static_cast<std::size_t>(g.persons)),
        noise_(0.0f, p[0]), follows_(p[1]), low_(p[2]), high_(p[3]) {
    for (int i = 0; i < g.persons; ++i) agents_.push_back({x[i], y[i], x[i]});
  }
  void step() {
    for (std::size_t i = 0; i < agents_.size(); ++i) {
      const Agent& own = agents_[i];
      float sum = 0;
      for (int h = row_offset_[i]; h < row_offset_[i + 1]; ++h)
        sum += agents_[static_cast<std::size_t>(neighbour_[static_cast<std::size_t>(h)])].x;
      const int degree = row_offset_[i + 1] - row_offset_[i];
      const float around = degree > 0 ? sum / static_cast<float>(degree) : own.x;
      next_[i] = std::clamp(own.x + own.y * (around - own.x) + noise_(random_), low_, high_);
    }
    for (std::size_t i = 0; i < agents_.size(); ++i) {
      agents_[i].x = next_[i];
      agents_[i].z += follows_ * (next_[i] - agents_[i].z);
    }
  }
  void keep() {}  // its work does not depend on its state
  void rewind() {}
  double bytes() const {
    return static_cast<double>(agents_.size() * (sizeof(Agent) + sizeof(float)) +
                               (row_offset_.size() + neighbour_.size()) * sizeof(int));
  }
  NaiveSummary summary() const {
    Moments x, z;
    for (const Agent& a : agents_) x.add(static_cast<double>(a.x)), z.add(static_cast<double>(a.z));
    return {{x.mean(), z.mean()}, {x.sd(), z.sd()}, 0};
  }

 private:
  struct Agent {
    float x, y, z;
  };
  std::vector<Agent> agents_;
  std::vector<int> row_offset_, neighbour_;
  std::vector<float> next_;
  std::mt19937_64 random_{20261124};
  std::normal_distribution<float> noise_;
  float follows_, low_, high_;
};

/// The reference program, with the engine's luck.
template <class Real>
class Attachment {
  using Reference = reference::Reference<Real>;
  using Draws = NaiveDraws<Real>;
  using Model = typename Reference::template NaiveModel<Draws>;

 public:
  Attachment(const NaiveGraph& g, const NaiveParameter* parameters, int count, int burn_in, PhiloxKey society,
             PhiloxKey noise)
      : draws_(society, noise, memo_) {
    typename Reference::Parameters p;
    if (static_cast<std::size_t>(count) != Reference::parameter_entries.size())
      throw std::invalid_argument("the naive program has another number of parameters");
    for (int i = 0; i < count; ++i) p.set(parameters[i].symbol, parameters[i].value);
    std::vector<typename Reference::Tie> ties;
    for (int e = 0; e < g.ties; ++e) ties.push_back({g.tie_low[e], g.tie_high[e]});
    now_.emplace(p, g.persons, burn_in, std::move(ties), std::vector<typename Reference::Programme>{},
                 draws_);
  }
  Attachment(const Attachment&) = delete;  // the model holds a reference to its draws
  Attachment& operator=(const Attachment&) = delete;
  void step() { now_->step(); }
  void keep() { kept_.emplace(*now_); }
  void rewind() {
    if (kept_) now_.emplace(*kept_);
  }
  double bytes() const {
    const double persons = static_cast<double>(now_->persons().size());
    const double ties = static_cast<double>(now_->ties().size());
    // a week copies the persons; a half-tie holds two indices, a tie two ends and two numbers
    return persons * (2 * sizeof(typename Reference::Person) + sizeof(std::vector<int>)) +
           ties * (2 * 2 * sizeof(int) + 2 * sizeof(int) + 2 * sizeof(Real));
  }
  NaiveSummary summary() const {
    Moments a, v;
    double coupled = 0;
    for (const auto& person : now_->persons()) {
      a.add(static_cast<double>(person.A)), v.add(static_cast<double>(person.V));
      coupled += person.coupled() ? 1 : 0;
    }
    return {{a.mean(), v.mean()}, {a.sd(), v.sd()}, coupled / a.n};
  }

 private:
  DrawMemo<Real> memo_[4];
  Draws draws_;
  std::optional<Model> now_, kept_;
};

template <class Program>
NaiveProgram handle_of(Program* program) {
  return {program,
          program->bytes(),
          [](void* state, int weeks) {
            for (int week = 0; week < weeks; ++week) static_cast<Program*>(state)->step();
          },
          [](void* state) { static_cast<Program*>(state)->keep(); },
          [](void* state) { static_cast<Program*>(state)->rewind(); },
          [](const void* state) { return static_cast<const Program*>(state)->summary(); },
          [](void* state) { delete static_cast<Program*>(state); }};
}

NaivePrograms naive_table() {
  return {[](const NaiveGraph& g, const float* x, const float* y, const float(&p)[4]) {
            return handle_of(new Averaging(g, x, y, p));
          },
          [](bool in_float, const NaiveGraph& g, const NaiveParameter* p, int count, int burn_in,
             PhiloxKey society, PhiloxKey noise) {
            return in_float ? handle_of(new Attachment<float>(g, p, count, burn_in, society, noise))
                            : handle_of(new Attachment<double>(g, p, count, burn_in, society, noise));
          }};
}

}  // namespace KINDRED_ISA
}  // namespace kindred::bench
