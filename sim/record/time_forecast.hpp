#pragma once

#include "sim/core/plan.hpp"
#include "sim/engine/contract.hpp"
#include "sim/record/forecast.hpp"

namespace kindred::record {

/// Minutes of this machine, as far as it has nothing else to do.
struct TimeForecast {
  double all = 0;        ///< of the whole run
  double recording = 0;  ///< of these, for what is recorded
};

/// From a trial of eight weeks on a small society of the same kind, within a factor of three.
TimeForecast forecast_time(const Plan& plan, const Model& model, const Forecast& cost, int threads);

}  // namespace kindred::record
