#pragma once

#include "sim/engine/contract.hpp"

namespace kindred::attachment {

/// Attachment and self-compassion: see models/attachment/README.md.
const Model& model();

}  // namespace kindred::attachment
