// A naive reference implementation of the attachment model, written from the model specification
// alone. It is the referee that faster implementations are judged against: one world, double
// precision, an array of structs, one small function per equation, nothing cached or reordered.
//
// Symbols are spelled as in the specification. "Section n" and "P1".."P4" in the comments refer to
// its sections and to the four phases of a week (sections 2 and 3).
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kindred::reference {

// ---------------------------------------------------------------------------------------------
// Source of random draws. Normals are standard, uniforms lie in (0,1). Every draw is a pure
// function of its arguments; `week` is the index of the week being stepped, 0 for the first.

template <class D>
concept DrawSource = requires(const D& draws, int i, int e, int k, int week) {
  // Static, person.
  { draws.neuroticism(i) } -> std::convertible_to<double>;       // normal
  { draws.adverse_care(i) } -> std::convertible_to<double>;      // normal, independent part of M
  { draws.residual(i, k) } -> std::convertible_to<double>;       // normal, k = A, V, S, raw
  { draws.consolidation(i) } -> std::convertible_to<double>;     // normal
  { draws.age_noise(i) } -> std::convertible_to<double>;         // normal
  { draws.sex(i) } -> std::convertible_to<double>;               // uniform, sex and orientation
  { draws.adherence(i) } -> std::convertible_to<double>;         // uniform
  { draws.maintainer(i) } -> std::convertible_to<double>;        // uniform
  { draws.initial_drift(i, k) } -> std::convertible_to<double>;  // normal, k = A, V, S, raw
  // Static, tie.
  { draws.compatibility(e) } -> std::convertible_to<double>;  // uniform
  // Weekly, person.
  { draws.state(i, week, k) } -> std::convertible_to<double>;  // normal, k = zA, zV, zS, zq
  { draws.drift(i, week, k) } -> std::convertible_to<double>;  // normal, k = w1, w2, w3, w4
  { draws.stress(i, week) } -> std::convertible_to<double>;    // uniform
  { draws.act(i, week) } -> std::convertible_to<double>;       // uniform
  { draws.leave(i, week) } -> std::convertible_to<double>;     // uniform
  { draws.drop(i, week) } -> std::convertible_to<double>;      // uniform
  // Weekly, tie; `match` and `commit` are asked for only when the event needs them.
  { draws.tie(e, week) } -> std::convertible_to<double>;     // uniform
  { draws.match(e, week) } -> std::convertible_to<double>;   // normal
  { draws.commit(e, week) } -> std::convertible_to<double>;  // uniform
};

/// The program over its type of number: the referee computes in double; the one in float is timed beside it.
template <class Real>
struct Reference {
  // ---------------------------------------------------------------------------------------------
  // Parameters (section 4): the values common to all hypotheses, which are those of H0.

  struct Parameters {
    // Neuroticism and adverse early care, and their loadings on the prototypes.
    Real rNM = .30;
    Real aN = .3470, aM = .0759;
    Real vN = .1390, vM = .1231;
    Real sN = -.6390, sM = -.0766;
    // Trait residuals, slow drift, residual correlations, half sex differences, drift half-life.
    Real uA = .5108, uV = .5542, uS = .5345;
    Real gA = .38, gV = .38, gS = .40;
    Real covAV = .1133, covA = 0, covV = 0;
    Real dmsA = -.07, dmsV = .10, dmsS = .06;
    Real lvA = 0, lvV = 0;  // mean prototypes of another population
    Real hlG = 312;
    // Consolidation of deviations into the prototype.
    Real eps = .003, epsSig = .8, epsMax = .012;
    // Weekly return to the target and stationary SD of the state part.
    Real lA = .067, lV = .067, lS = .25;
    Real sdA = .50, sdV = .50, sdS = .36;
    // Relationship and friend input; centring constants.
    Real thA = .06, thV = .08, thF = .04;
    Real Rel0 = .55, F0 = .49, T0 = 1.12, U0 = .68, O0 = .65;
    // Threat, reliance, suppression, responsiveness shortfall, ambivalence.
    Real aT = .12, nu = .20, hU = .12, w0 = .05, k5 = .15;
    // Self-compassion on the mechanisms, and between the states.
    Real k1 = 0, k2 = 0, k3 = 0, k6 = 0, kLR = 0;
    Real bSA = 0, bSV = 0, bAS = 0, bVS = 0, psi = 0;
    // Distress.
    Real phiD = .6;
    Real dN = .30, dA = .20, dV = .03, dS = .10, dK = .14, dRel = .12;
    Real dStress = .405, kR = .25, sdD = .30, kappa = .02;
    // Conflict.
    Real cf = .30, qC = .15;
    // Self-criticism.
    Real lK = .25, kN = .20, kA = .15, kD = .15, kS = .68, sdK = .25;
    // Bond quality.
    Real lq = .10, sq = .25, gsd = .6, q0 = .10, qInit = .3;
    Real qA = .22, qV = .28, rA = .10, rV = .13;
    Real pSa = 0, pS = 0, qD = 0, rD = 0;
    Real qAV = .15, qBuf = .20;
    // Break-up hazard and commitment.
    Real h0 = .0016, h1 = .0185, htau = 150, hq = .7, hcom = .00035;
    Real kcom = .004, kcq = .5, tcom = 78;
    // Meeting and choosing.
    Real meet = .085, mV = .18, wc = 1, wR = 1, wz = .5, gap = 8;
    // Break-up pulses.
    Real jA = .20, jD = .60, jV = -.05;
    // Closeness, support, ex-partners.
    Real lc = .03, sc = .035, mexp = 2, mrom = .90;
    Real cO = .35, cR = .5, f0 = 4, exdrop = .3;
    // Skills: self-compassion per unit, direct paths, half-lives.
    Real eMind = .26, eReg = .17, eCog = .23, eJour = .17, eRefl = .17;
    Real xR = .20, xK = .25, xD = .25, eAtt = .15;
    Real hlKeep = 150, hlLapse = 12, hlY = 1.5, hlYK = 26;
    // Mechanism switches (1 on, 0 off).
    Real m1 = 1, m2 = 1, m3 = 1, m4 = 1;

    void set(std::string_view symbol, double value) {
      for (const ParameterEntry& entry : parameter_entries) {
        if (entry.symbol == symbol) {
          this->*entry.member = static_cast<Real>(value);
          return;
        }
      }
      throw std::invalid_argument("unknown parameter symbol '" + std::string(symbol) + "'");
    }
  };

  struct ParameterEntry {
    std::string_view symbol;
    Real Parameters::*member;
  };

  static constexpr auto parameter_entries = std::to_array<ParameterEntry>({
      {"rNM", &Parameters::rNM},         {"aN", &Parameters::aN},           {"aM", &Parameters::aM},
      {"vN", &Parameters::vN},           {"vM", &Parameters::vM},           {"sN", &Parameters::sN},
      {"sM", &Parameters::sM},           {"uA", &Parameters::uA},           {"uV", &Parameters::uV},
      {"uS", &Parameters::uS},           {"gA", &Parameters::gA},           {"gV", &Parameters::gV},
      {"gS", &Parameters::gS},           {"covAV", &Parameters::covAV},     {"covA", &Parameters::covA},
      {"covV", &Parameters::covV},       {"dmsA", &Parameters::dmsA},       {"dmsV", &Parameters::dmsV},
      {"dmsS", &Parameters::dmsS},       {"lvA", &Parameters::lvA},         {"lvV", &Parameters::lvV},
      {"hlG", &Parameters::hlG},         {"eps", &Parameters::eps},         {"epsSig", &Parameters::epsSig},
      {"epsMax", &Parameters::epsMax},   {"lA", &Parameters::lA},           {"lV", &Parameters::lV},
      {"lS", &Parameters::lS},           {"sdA", &Parameters::sdA},         {"sdV", &Parameters::sdV},
      {"sdS", &Parameters::sdS},         {"thA", &Parameters::thA},         {"thV", &Parameters::thV},
      {"thF", &Parameters::thF},         {"Rel0", &Parameters::Rel0},       {"F0", &Parameters::F0},
      {"T0", &Parameters::T0},           {"U0", &Parameters::U0},           {"O0", &Parameters::O0},
      {"aT", &Parameters::aT},           {"nu", &Parameters::nu},           {"hU", &Parameters::hU},
      {"w0", &Parameters::w0},           {"k5", &Parameters::k5},           {"k1", &Parameters::k1},
      {"k2", &Parameters::k2},           {"k3", &Parameters::k3},           {"k6", &Parameters::k6},
      {"kLR", &Parameters::kLR},         {"bSA", &Parameters::bSA},         {"bSV", &Parameters::bSV},
      {"bAS", &Parameters::bAS},         {"bVS", &Parameters::bVS},         {"psi", &Parameters::psi},
      {"phiD", &Parameters::phiD},       {"dN", &Parameters::dN},           {"dA", &Parameters::dA},
      {"dV", &Parameters::dV},           {"dS", &Parameters::dS},           {"dK", &Parameters::dK},
      {"dRel", &Parameters::dRel},       {"dStress", &Parameters::dStress}, {"kR", &Parameters::kR},
      {"sdD", &Parameters::sdD},         {"kappa", &Parameters::kappa},     {"cf", &Parameters::cf},
      {"qC", &Parameters::qC},           {"lK", &Parameters::lK},           {"kN", &Parameters::kN},
      {"kA", &Parameters::kA},           {"kD", &Parameters::kD},           {"kS", &Parameters::kS},
      {"sdK", &Parameters::sdK},         {"lq", &Parameters::lq},           {"sq", &Parameters::sq},
      {"gsd", &Parameters::gsd},         {"q0", &Parameters::q0},           {"qInit", &Parameters::qInit},
      {"qA", &Parameters::qA},           {"qV", &Parameters::qV},           {"rA", &Parameters::rA},
      {"rV", &Parameters::rV},           {"pSa", &Parameters::pSa},         {"pS", &Parameters::pS},
      {"qD", &Parameters::qD},           {"rD", &Parameters::rD},           {"qAV", &Parameters::qAV},
      {"qBuf", &Parameters::qBuf},       {"h0", &Parameters::h0},           {"h1", &Parameters::h1},
      {"htau", &Parameters::htau},       {"hq", &Parameters::hq},           {"hcom", &Parameters::hcom},
      {"kcom", &Parameters::kcom},       {"kcq", &Parameters::kcq},         {"tcom", &Parameters::tcom},
      {"meet", &Parameters::meet},       {"mV", &Parameters::mV},           {"wc", &Parameters::wc},
      {"wR", &Parameters::wR},           {"wz", &Parameters::wz},           {"gap", &Parameters::gap},
      {"jA", &Parameters::jA},           {"jD", &Parameters::jD},           {"jV", &Parameters::jV},
      {"lc", &Parameters::lc},           {"sc", &Parameters::sc},           {"mexp", &Parameters::mexp},
      {"mrom", &Parameters::mrom},       {"cO", &Parameters::cO},           {"cR", &Parameters::cR},
      {"f0", &Parameters::f0},           {"exdrop", &Parameters::exdrop},   {"eMind", &Parameters::eMind},
      {"eReg", &Parameters::eReg},       {"eCog", &Parameters::eCog},       {"eJour", &Parameters::eJour},
      {"eRefl", &Parameters::eRefl},     {"xR", &Parameters::xR},           {"xK", &Parameters::xK},
      {"xD", &Parameters::xD},           {"eAtt", &Parameters::eAtt},       {"hlKeep", &Parameters::hlKeep},
      {"hlLapse", &Parameters::hlLapse}, {"hlY", &Parameters::hlY},         {"hlYK", &Parameters::hlYK},
      {"m1", &Parameters::m1},           {"m2", &Parameters::m2},           {"m3", &Parameters::m3},
      {"m4", &Parameters::m4},
  });

  // A member added without an entry (or the reverse) does not compile.
  static_assert(parameter_entries.size() * sizeof(Real) == sizeof(Parameters));

  // ---------------------------------------------------------------------------------------------
  // Programmes, ties, persons.

  enum Skill { mind, reg, cog, jour, refl, skill_count };

  // One programme slot of an arm (section 3 P1, section 12.5 and 12.6).
  struct Programme {
    int start_week = 0;
    int weeks = 8;
    std::array<Real, skill_count> dose{};  // per week: mind, reg, cog, jour, refl
    Real attention = 0;                    // per week
    Real boost = 0;                        // y per week
    Real kadh = .25;
    Real hdrop = .02;
    Real pKeep = .7;
    std::vector<char> treated;  // one entry per person
  };

  // An undirected tie; low < high. Its index in the vector of ties is its id.
  struct Tie {
    int low;
    int high;
  };

  enum class Orientation { other, same, both };

  // Event of a week (section 2, P3).
  enum Event { no_event = 0, break_event = 1, form_event = 2 };

  struct Person {
    // Static (section 1.1). uA, uV, uS are correlated already.
    Real N = 0, M = 0;
    Real uA = 0, uV = 0, uS = 0;
    Real ep = 0;
    Real start_age = 0;
    bool man = false;
    Orientation orientation = Orientation::other;
    Real adherence_uniform = 0;
    Real keep_uniform = 0;

    // Age in years at the model's week().
    Real age = 0;

    // Dynamic (section 1.3).
    Real A = 0, V = 0, Sc = 0, S = 0;
    Real GA = 0, GV = 0, GS = 0;
    Real D = 0, K = 0;
    Real q = 0, gam = 0;
    std::array<Real, skill_count> X{};
    Real XA = 0, Y = 0;
    int partner = -1;
    int partner_tie = -1;
    int tau = 0;
    bool com = false;
    std::vector<char> enrolled;  // one entry per programme slot

    // Scratch of the last week done (section 2).
    Real U = 0, O = 0, R = 0, W = 0;
    bool open = false;
    Real e = 0, Cc = 0;
    bool leave = false;
    Real F = 0, Dn = 0, relP = 0;
    int pick = -1;  // id of the picked tie
    int ev = no_event;

    bool coupled() const { return partner >= 0; }
  };

  // ---------------------------------------------------------------------------------------------
  // Helper functions (head of the specification).

  static Real sp(Real x) { return (x + std::sqrt(x * x + 1)) / 2; }
  static Real hs(Real x) { return 1 + x / std::sqrt(4 + x * x); }
  static Real ex(Real x) { return std::exp(std::clamp(x, Real(-2), Real(2))); }
  static Real sat(Real x) { return x / std::sqrt(1 + x * x); }

  // Share left after one week for a half-life in weeks.
  static Real kept_per_week(Real half_life) { return std::pow(Real(2), -1 / half_life); }

  // Innovation SD of an AR(1) that returns by `l` per week and has stationary SD `sd`.
  static Real innovation(Real sd, Real l) { return sd * std::sqrt(1 - (1 - l) * (1 - l)); }

  using Triple = std::array<Real, 3>;

  // Section 12.1: the Cholesky factor, order A, V, S, applied to three independent normals.
  static Triple correlate(const Parameters& p, const Triple& n) {
    const Real r = p.covAV;
    const Real a = p.covA;
    const Real b = p.covV;
    const Real l22 = std::sqrt(1 - r * r);
    const Real l31 = a;
    const Real l32 = (b - r * a) / l22;
    const Real l33 = std::sqrt(std::max(Real(0), 1 - l31 * l31 - l32 * l32));
    return {n[0], r * n[0] + l22 * n[1], l31 * n[0] + l32 * n[1] + l33 * n[2]};
  }

  // ---------------------------------------------------------------------------------------------
  // Static quantities (section 1).

  // Section 1.1: one reflection at each end keeps the start age within 18..40.
  static Real start_age(Real share, Real n) {
    Real age = 18 + 22 * (share < Real(.5) ? 2 * share : 2 - 2 * share) + Real(1.5) * n;
    if (age < 18) {
      age = 2 * 18 - age;
    } else if (age > 40) {
      age = 2 * 40 - age;
    }
    return age;
  }

  // Section 1.1: the orientation comes from the part of the uniform that the sex leaves over.
  static Orientation orientation_of(Real sex_uniform) {
    const Real o = 2 * sex_uniform - std::floor(2 * sex_uniform);
    if (o < Real(.94)) return Orientation::other;
    if (o < Real(.97)) return Orientation::same;
    return Orientation::both;
  }

  static Real consolidation_rate(const Parameters& p, Real n) {
    return std::min(p.epsMax, p.eps * std::exp(p.epsSig * n - p.epsSig * p.epsSig / 2));
  }

  // Section 1.1: i accepts j iff both, or (same) == (sex_i == sex_j).
  static bool accepts(const Person& i, const Person& j) {
    if (i.orientation == Orientation::both) return true;
    return (i.orientation == Orientation::same) == (i.man == j.man);
  }

  // Section 1.2, el_e. The age gap never changes, so start ages serve in every week.
  static bool eligible(const Parameters& p, const Person& i, const Person& j) {
    return std::abs(i.start_age - j.start_age) <= p.gap && accepts(i, j) && accepts(j, i);
  }

  static Real clamp_closeness(Real c) { return std::clamp(c, Real(.001), Real(.999)); }

  // Section 3 P4: the prototypes PA, PV, PS.
  static Real sex_sign(const Person& i) { return i.man ? 1 : -1; }

  static Real prototype_A(const Parameters& p, const Person& i) {
    return p.aN * i.N + p.aM * i.M + p.uA * i.uA + p.gA * i.GA + p.dmsA * sex_sign(i) + p.lvA;
  }
  static Real prototype_V(const Parameters& p, const Person& i) {
    return p.vN * i.N + p.vM * i.M + p.uV * i.uV + p.gV * i.GV + p.dmsV * sex_sign(i) + p.lvV;
  }
  static Real prototype_S(const Parameters& p, const Person& i) {
    return p.sN * i.N + p.sM * i.M + p.uS * i.uS + p.gS * i.GS + p.dmsS * sex_sign(i);
  }

  // ---------------------------------------------------------------------------------------------
  // P1, skills and signals. All functions read the own row only.

  static bool started(const Programme& slot, int week) { return week >= slot.start_week; }

  static bool on_course(const Programme& slot, int week) {
    return started(slot, week) && week < slot.start_week + slot.weeks;
  }

  static Real drop_probability(const Programme& slot, const Person& i) {
    return slot.hdrop * std::exp(Real(.3) * i.D);
  }

  static bool maintains(const Programme& slot, const Person& i) { return i.keep_uniform < slot.pKeep; }

  // act: practice of this week in one slot that treats the person and has started.
  static Real practice(const Programme& slot, bool enrolled, const Person& i, int week) {
    if (!on_course(slot, week) || !enrolled) return 0;
    return std::pow(i.adherence_uniform, slot.kadh);
  }

  // S, published self-compassion: core plus skills.
  static Real published_S(const Parameters& p, const Person& i) {
    return i.Sc + p.eMind * i.X[mind] + p.eReg * i.X[reg] + p.eCog * i.X[cog] + p.eJour * i.X[jour] +
           p.eRefl * i.X[refl];
  }

  static Real suppression(const Parameters& p, const Person& i) {
    return sp(i.V) * ex(-p.k3 * p.m2 * (i.S + p.xR * i.X[mind]));
  }

  static Real disclosure(const Person& i) { return 1 / (1 + i.U); }

  static Real responsiveness(const Parameters& p, const Person& i) {
    return -p.rA * i.A - p.rV * i.V + p.pS * i.S - p.rD * i.D;
  }

  static Real warmth(const Parameters& p, const Person& i) { return p.cO * (i.O - p.O0) + p.cR * i.R; }

  static bool available(const Parameters& p, const Person& i, Real u_act) {
    return !i.coupled() && i.age >= 18 && u_act < p.meet * std::exp(-p.mV * i.V);
  }

  // fear: ambivalence I = hs(A) hs(V) amplifies, the safe base (mechanism 3) damps.
  static Real fear(const Parameters& p, const Person& i) {
    const Real I = hs(i.A) * hs(i.V);
    return 1 + p.k5 * I * ex(-p.k6 * p.m3 * i.S);
  }

  // Cc: conflict of this week, own stress times the shortfall of the bond.
  static Real conflict(const Parameters& p, const Person& i) {
    if (!i.coupled()) return 0;
    return p.cf * sp(-i.q) * i.e * fear(p, i);
  }

  static Real leave_probability(const Parameters& p, const Person& i) {
    const Real relative = i.tau / p.htau;
    const Real b = i.com ? p.hcom : p.h0 + p.h1 / (1 + relative * relative);
    return std::min(Real(.5), Real(.5) * b * std::exp(-p.hq * i.q));
  }

  // ---------------------------------------------------------------------------------------------
  // P2, ties.

  // z_e: the uniform of the tie, standardised.
  static Real tie_noise(Real u) { return std::sqrt(Real(12)) * (u - Real(.5)); }

  // c' of one tie; W_i and W_j are of this week, c of the start of the week.
  static Real next_closeness(const Parameters& p, Real c, Real pull, Real Wi, Real Wj, Real z) {
    const Real target = std::clamp(pull * (1 + (Wi + Wj)), Real(0), Real(1));
    return clamp_closeness(c + p.lc * (target - c) + 4 * p.sc * c * (1 - c) * z);
  }

  static Real choice_score(const Parameters& p, Real c, Real Wj, Real z) {
    return p.wc * c + p.wR * Wj + p.wz * z;
  }

  // relP: the bond as it is felt, from the new closeness and the quality at the start of the week.
  static Real felt_bond(Real c, Real q) { return (c / Real(.75)) * (Real(.6) + q); }

  // ---------------------------------------------------------------------------------------------
  // P3, bonds.

  static Real commit_probability(const Parameters& p, Real qi, Real qj) {
    return p.kcom * std::exp(p.kcq * (qi + qj));
  }

  // ---------------------------------------------------------------------------------------------
  // P4, person. Each function returns the new value from the row `i` of the start of the week, in
  // which P1 and P2 have written S, X, XA, Y and the scratch columns of this week.

  static Real rel(const Parameters& p, const Person& i) { return i.relP - p.Rel0; }

  static Real fz(const Parameters& p, const Person& i) { return 5 * (i.F - p.F0); }

  // rely: reliance on external validation (mechanism 1).
  static Real reliance(const Parameters& p, const Person& i) { return ex(p.nu * i.A - p.k2 * p.m1 * i.S); }

  // thr: threat, soothed by self-compassion (mechanism 1).
  static Real threat(const Parameters& p, const Person& i) {
    return hs(i.A) * (i.e + i.Cc) * ex(-p.k1 * p.m1 * i.S);
  }

  static Real next_A(const Parameters& p, const Person& i, int ev, Real zA) {
    const Real tA = prototype_A(p, i) - i.Y - p.bSA * p.m4 * i.S - p.thA * reliance(p, i) * rel(p, i) -
                    p.thF * fz(p, i) + p.aT * (threat(p, i) - p.T0);
    const Real pulse = ev == break_event ? p.jA : 0;
    return i.A + p.lA * (tA - i.A) + innovation(p.sdA, p.lA) * zA + pulse;
  }

  static Real next_V(const Parameters& p, const Person& i, int ev, Real zV) {
    const Real tV = prototype_V(p, i) - i.Y - p.bSV * p.m4 * i.S - p.thV * rel(p, i) - p.thF * fz(p, i) +
                    p.hU * (i.U - p.U0);
    const Real pulse = ev == break_event ? p.jV : 0;
    return i.V + p.lV * (tV - i.V) + innovation(p.sdV, p.lV) * zV + pulse;
  }

  static Real next_Sc(const Parameters& p, const Person& i, Real zS) {
    const Real tS = prototype_S(p, i) - p.bAS * i.A - p.bVS * i.V + p.psi * rel(p, i);
    return i.Sc + p.lS * (tS - i.Sc) + innovation(p.sdS, p.lS) * zS;
  }

  // le: reflection speeds up consolidation.
  static Real consolidation(const Parameters& p, const Person& i) { return i.ep * (1 + p.kLR * i.X[refl]); }

  // GA', GV', GS': slow drift with correlated shocks, and consolidation of the deviations of A and V.
  static Triple next_drift(const Parameters& p, const Person& i, const Triple& w) {
    const Real f = kept_per_week(p.hlG);
    const Real fresh = std::sqrt(1 - f * f);
    const Real le = consolidation(p, i);
    const Triple shock = correlate(p, w);
    return {f * i.GA + fresh * shock[0] + (le / p.gA) * sat(i.A - (prototype_A(p, i) - i.Y)),
            f * i.GV + fresh * shock[1] + (le / p.gV) * sat(i.V - (prototype_V(p, i) - i.Y)),
            f * i.GS + fresh * shock[2]};
  }

  // react: reactivity to stress.
  static Real reactivity(const Parameters& p, const Person& i) {
    return ex(-p.kR * i.S - p.xR * i.X[reg]) * fear(p, i);
  }

  static Real next_D(const Parameters& p, const Person& i, int ev, Real w4) {
    const Real level = p.dN * i.N + p.dA * i.A + p.dV * i.V - p.dS * i.S + p.dK * i.K - p.dRel * rel(p, i) -
                       p.eAtt * i.XA - p.xD * i.X[reg];
    const Real stress = p.dStress * (i.e - 1 + i.Cc) * reactivity(p, i);
    const Real shortfall = i.coupled() ? p.w0 * reliance(p, i) * (i.q - Real(.3)) : 0;
    const Real pulse = ev == break_event ? p.jD : 0;
    return p.phiD * i.D + (1 - p.phiD) * level + stress - shortfall + p.kappa * i.Dn + p.sdD * w4 + pulse;
  }

  static Real next_K(const Parameters& p, const Person& i, Real w4) {
    const Real target = p.kN * i.N + p.kA * i.A + p.kD * i.D - p.kS * i.S - p.xK * i.X[cog];
    return i.K + p.lK * (target - i.K) + p.sdK * w4;
  }

  // q' of a couple that stays together; `j` is the partner, of whom R and O of this week are read.
  static Real next_q(const Parameters& p, const Person& i, const Person& j, Real zq) {
    const Real tq = p.q0 + i.gam - p.qA * i.A - p.qV * i.V + p.pSa * i.S - p.qD * i.D + j.R -
                    p.qAV * i.A * (1 - j.O / p.O0) + p.qBuf * i.A * j.R - p.qC * i.Cc;
    return i.q + p.lq * (tq - i.q) + p.sq * zq;
  }

  // ---------------------------------------------------------------------------------------------
  // The model.

  template <DrawSource Draws>
  class NaiveModel {
   public:
    // `block` is the block length of the community kind; 0 means a kind without blocks. `draws` must
    // outlive the model.
    NaiveModel(Parameters parameters, int persons, int burn_in_weeks, std::vector<Tie> ties,
               std::vector<Programme> slots, const Draws& draws, int block = 128)
        : parameters_(parameters), burn_in_weeks_(burn_in_weeks), ties_(std::move(ties)),
          slots_(std::move(slots)), draws_(draws) {
      check_input(persons, block);
      build_neighbours(persons);
      for (int i = 0; i < persons; ++i) persons_.push_back(new_person(i, persons, block));
      for (int e = 0; e < tie_count(); ++e) {
        compatibility_.push_back(std::pow(draws_.compatibility(e), parameters_.mexp));
        closeness_.push_back(clamp_closeness(compatibility_[e]));
      }
    }

    // Section 1.1: position on the age ladder, 0..1.
    static Real start_age_share(int i, int persons, int block = 128) {
      if (block == 0) return (i + Real(.5)) / persons;
      const int first = i / block * block;
      const int size = std::min(block, persons - first);
      return static_cast<Real>(i - first) / size;
    }

    // One week, phases P1 to P4 (section 2).
    void step() {
      for (int i = 0; i < person_count(); ++i) skills_and_signals(i);
      update_closeness();
      for (int i = 0; i < person_count(); ++i) look_at_ties(i);
      // From here on persons_ stays the start of the week (with this week's signals) and `next` is
      // what it becomes, so that nothing new is read too early.
      std::vector<Person> next = persons_;
      for (Person& person : next) person.ev = no_event;
      for (int e = 0; e < tie_count(); ++e) update_bond(e, next);
      for (int i = 0; i < person_count(); ++i) update_person(i, next[i]);
      persons_ = std::move(next);
      ++week_;
      for (Person& person : persons_) person.age = age_at(person.start_age, week_);
    }

    int week() const { return week_; }
    const std::vector<Person>& persons() const { return persons_; }
    const std::vector<Tie>& ties() const { return ties_; }
    const std::vector<Real>& closeness() const { return closeness_; }
    const Parameters& parameters() const { return parameters_; }

    // Changes a parameter from the next step on (mechanism switches are set at a programme's start).
    // What was drawn at the start is not drawn again.
    void set(std::string_view symbol, double value) { parameters_.set(symbol, value); }

   private:
    struct Neighbour {
      int person;
      int tie;
    };

    int person_count() const { return static_cast<int>(persons_.size()); }
    int tie_count() const { return static_cast<int>(ties_.size()); }

    void check_input(int persons, int block) const {
      if (persons < 0) throw std::invalid_argument("the number of persons is negative");
      if (block < 0) throw std::invalid_argument("the block length is negative");
      for (const Tie& tie : ties_) {
        if (tie.low < 0 || tie.low >= tie.high || tie.high >= persons) {
          throw std::invalid_argument("a tie needs 0 <= low < high < persons");
        }
      }
      for (const Programme& slot : slots_) {
        if (slot.treated.size() != static_cast<std::size_t>(persons)) {
          throw std::invalid_argument("a programme needs one `treated` entry per person");
        }
      }
    }

    // Section 11.12: sums over ties run in ascending neighbour index.
    void build_neighbours(int persons) {
      neighbours_.resize(persons);
      for (int e = 0; e < tie_count(); ++e) {
        neighbours_[ties_[e].low].push_back({ties_[e].high, e});
        neighbours_[ties_[e].high].push_back({ties_[e].low, e});
      }
      const auto same = [](const Neighbour& a, const Neighbour& b) { return a.person == b.person; };
      for (std::vector<Neighbour>& list : neighbours_) {
        std::sort(list.begin(), list.end(),
                  [](const Neighbour& a, const Neighbour& b) { return a.person < b.person; });
        if (std::adjacent_find(list.begin(), list.end(), same) != list.end()) {
          throw std::invalid_argument("two persons are tied twice");
        }
      }
    }

    Real age_at(Real start_age, int week) const { return start_age + (week - burn_in_weeks_) / Real(52); }

    // Section 1.1 and 1.3.
    Person new_person(int i, int persons, int block) const {
      const Parameters& p = parameters_;
      Person person;
      person.N = draws_.neuroticism(i);
      person.M = p.rNM * person.N + std::sqrt(1 - p.rNM * p.rNM) * draws_.adverse_care(i);
      const Triple u = correlate(p, {draws_.residual(i, 0), draws_.residual(i, 1), draws_.residual(i, 2)});
      person.uA = u[0];
      person.uV = u[1];
      person.uS = u[2];
      person.ep = consolidation_rate(p, draws_.consolidation(i));
      person.start_age = start_age(start_age_share(i, persons, block), draws_.age_noise(i));
      person.age = age_at(person.start_age, 0);
      person.man = draws_.sex(i) < Real(.5);
      person.orientation = orientation_of(draws_.sex(i));
      person.adherence_uniform = draws_.adherence(i);
      person.keep_uniform = draws_.maintainer(i);
      set_initial_states(i, person);
      return person;
    }

    void set_initial_states(int i, Person& person) const {
      const Parameters& p = parameters_;
      const Triple G =
          correlate(p, {draws_.initial_drift(i, 0), draws_.initial_drift(i, 1), draws_.initial_drift(i, 2)});
      person.GA = G[0];
      person.GV = G[1];
      person.GS = G[2];
      person.A = prototype_A(p, person);
      person.V = prototype_V(p, person);
      person.Sc = prototype_S(p, person);
      person.S = published_S(p, person);
      person.D = Real(.35) * person.N;
      person.K = Real(-.6) * person.S;
      person.enrolled.assign(slots_.size(), 1);
    }

    // P1. ------------------------------------------------------------------------------------
    void skills_and_signals(int i) {
      const Parameters& p = parameters_;
      Person& own = persons_[i];
      update_skills(i, own);
      own.S = published_S(p, own);
      own.U = suppression(p, own);
      own.O = disclosure(own);
      own.R = responsiveness(p, own);
      own.W = warmth(p, own);
      own.open = available(p, own, draws_.act(i, week_));
      own.e = -std::log(draws_.stress(i, week_));
      own.Cc = conflict(p, own);
      own.leave = own.coupled() && draws_.leave(i, week_) < leave_probability(p, own);
    }

    // Section 12.6: stocks are shared by the slots; a slot counts for those it treats, once started.
    void update_skills(int i, Person& own) const {
      const Parameters& p = parameters_;
      bool concerned = false;
      bool kept = false;        // some slot practises, or is maintained by somebody enrolled
      bool boost_kept = false;  // some slot is maintained; drop-outs keep their boost too
      std::array<Real, skill_count> gain{};
      Real attention = 0;
      Real boost = 0;
      for (std::size_t s = 0; s < slots_.size(); ++s) {
        const Programme& slot = slots_[s];
        if (!slot.treated[i] || !started(slot, week_)) continue;
        concerned = true;
        drop_out(i, s, own);
        const Real act = practice(slot, own.enrolled[s], own, week_);
        const bool keep = maintains(slot, own);
        kept = kept || act > 0 || (keep && own.enrolled[s]);
        boost_kept = boost_kept || keep;
        for (int m = 0; m < skill_count; ++m) gain[m] += act * slot.dose[m];
        attention += act * slot.attention;
        boost += act * slot.boost;
      }
      if (!concerned) return;
      const Real delta = kept_per_week(kept ? p.hlKeep : p.hlLapse);
      for (int m = 0; m < skill_count; ++m) own.X[m] = own.X[m] * delta + gain[m];
      own.XA = own.XA * kept_per_week(p.hlLapse) + attention;
      own.Y = own.Y * kept_per_week(boost_kept ? p.hlYK : p.hlY) + boost;
    }

    // Who drops out this week does not practise this week, and never enrols again.
    void drop_out(int i, std::size_t s, Person& own) const {
      if (!on_course(slots_[s], week_) || !own.enrolled[s]) return;
      if (draws_.drop(i, week_) < drop_probability(slots_[s], own)) own.enrolled[s] = 0;
    }

    // P2. ------------------------------------------------------------------------------------
    void update_closeness() {
      for (int e = 0; e < tie_count(); ++e) {
        const Person& low = persons_[ties_[e].low];
        const Person& high = persons_[ties_[e].high];
        const Real pull = low.partner_tie == e ? parameters_.mrom : compatibility_[e];
        closeness_[e] =
            next_closeness(parameters_, closeness_[e], pull, low.W, high.W, tie_noise(draws_.tie(e, week_)));
      }
    }

    void look_at_ties(int i) {
      Person& own = persons_[i];
      own.F = support(i);
      own.Dn = surrounding_distress(i);
      own.pick = picked_tie(i);
      own.relP = own.coupled() ? felt_bond(closeness_[own.partner_tie], own.q) : 0;
    }

    Real support(int i) const {
      Real sum = 0;
      for (const Neighbour& n : neighbours_[i]) {
        if (n.tie == persons_[i].partner_tie) continue;
        const Real w = closeness_[n.tie] * closeness_[n.tie];
        sum += w * (1 + persons_[n.person].W);
      }
      return sum / (sum + parameters_.f0);
    }

    Real surrounding_distress(int i) const {
      Real weights = 0;
      Real sum = 0;
      for (const Neighbour& n : neighbours_[i]) {
        if (n.tie == persons_[i].partner_tie) continue;
        const Real w = closeness_[n.tie] * closeness_[n.tie];
        weights += w;
        sum += w * persons_[n.person].D;
      }
      return sum / (weights + 1);
    }

    int picked_tie(int i) const {
      int pick = -1;
      Real best = -10;
      if (!persons_[i].open) return pick;
      for (const Neighbour& n : neighbours_[i]) {
        const Person& other = persons_[n.person];
        if (!other.open || !eligible(parameters_, persons_[i], other)) continue;
        const Real score =
            choice_score(parameters_, closeness_[n.tie], other.W, tie_noise(draws_.tie(n.tie, week_)));
        if (score > best) {
          best = score;
          pick = n.tie;
        }
      }
      return pick;
    }

    // P3. ------------------------------------------------------------------------------------
    void update_bond(int e, std::vector<Person>& next) {
      const Person& low = persons_[ties_[e].low];
      const Person& high = persons_[ties_[e].high];
      Person& next_low = next[ties_[e].low];
      Person& next_high = next[ties_[e].high];
      if (low.partner_tie == e) {
        if (low.leave || high.leave) {
          break_bond(next_low);
          break_bond(next_high);
          closeness_[e] *= parameters_.exdrop;
        } else {
          continue_bond(e, low, high, next_low, next_high);
        }
      } else if (!low.coupled() && !high.coupled() && low.pick == e && high.pick == e) {
        const Real gam = parameters_.gsd * draws_.match(e, week_);
        form_bond(next_low, ties_[e].high, e, gam);
        form_bond(next_high, ties_[e].low, e, gam);
        closeness_[e] = std::max(closeness_[e], Real(.5));
      }
    }

    static void break_bond(Person& next) {
      next.partner = -1;
      next.partner_tie = -1;
      next.tau = 0;
      next.com = false;
      next.gam = 0;  // section 12.3
      next.q = 0;
      next.ev = break_event;
    }

    void form_bond(Person& next, int partner, int e, Real gam) const {
      next.partner = partner;
      next.partner_tie = e;
      next.tau = 0;
      next.com = false;
      next.gam = gam;
      next.q = parameters_.qInit;
      next.ev = form_event;
    }

    // The duration grows first; commitment then looks at the new duration and the old qualities.
    void continue_bond(int e, const Person& low, const Person& high, Person& next_low,
                       Person& next_high) const {
      next_low.tau = low.tau + 1;
      next_high.tau = high.tau + 1;
      if (low.com || !(next_low.tau > parameters_.tcom)) return;
      const bool commits = draws_.commit(e, week_) < commit_probability(parameters_, low.q, high.q);
      next_low.com = commits;
      next_high.com = commits;
    }

    // P4. ------------------------------------------------------------------------------------
    void update_person(int i, Person& next) const {
      const Parameters& p = parameters_;
      const Person& own = persons_[i];
      const int ev = next.ev;
      const Real w4 = draws_.drift(i, week_, 3);
      next.A = next_A(p, own, ev, draws_.state(i, week_, 0));
      next.V = next_V(p, own, ev, draws_.state(i, week_, 1));
      next.Sc = next_Sc(p, own, draws_.state(i, week_, 2));
      const Triple G = next_drift(
          p, own, {draws_.drift(i, week_, 0), draws_.drift(i, week_, 1), draws_.drift(i, week_, 2)});
      next.GA = G[0];
      next.GV = G[1];
      next.GS = G[2];
      next.D = next_D(p, own, ev, w4);
      next.K = next_K(p, own, w4);
      if (own.coupled() && ev == no_event) {
        next.q = next_q(p, own, persons_[own.partner], draws_.state(i, week_, 3));
      }
    }

    Parameters parameters_;
    int burn_in_weeks_;
    int week_ = 0;
    std::vector<Tie> ties_;
    std::vector<Programme> slots_;
    const Draws& draws_;
    std::vector<std::vector<Neighbour>> neighbours_;
    std::vector<Person> persons_;
    std::vector<Real> compatibility_;  // m_e
    std::vector<Real> closeness_;
  };
};

using Parameters = Reference<double>::Parameters;
using Programme = Reference<double>::Programme;
using Tie = Reference<double>::Tie;
using Person = Reference<double>::Person;
template <DrawSource Draws>
using NaiveModel = Reference<double>::template NaiveModel<Draws>;

}  // namespace kindred::reference
