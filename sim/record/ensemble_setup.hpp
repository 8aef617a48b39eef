#pragma once

#include "sim/core/plan.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/record/task.hpp"

namespace kindred::record {

/// The ensemble that carries a task out.
/// @param threads  rows over threads; off when tasks run side by side
EnsembleSetup setup_of(const Plan& plan, const Model& model, const Society& society, const Task& task,
                       InstructionSet isa, bool threads);

}  // namespace kindred::record
