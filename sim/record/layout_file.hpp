#pragma once

#include <functional>
#include <string>

#include "sim/record/layout.hpp"

namespace kindred::record {

/// Lays `out.h5` out from `out.h5.spool`, once and in canonical order: datasets by declaration, chunks by
/// index, rows by segment. Written as `out.h5.part`, sealed, made durable, renamed; then the spool is
/// removed. Equal declarations and equal values give equal bytes.
/// @param file  the declaration the spool was opened with
/// @param published  called when the output has its name, before the spool goes
/// @throws Bug for a missing or doubled chunk and for columns of unequal length; IoError when the spool is
/// damaged or the disk fails. Nothing is left under `output_path` then, nor as `.part`; the spool stays.
void finalise(const File& file, const std::string& output_path, const std::function<void()>& published = {});

}  // namespace kindred::record
