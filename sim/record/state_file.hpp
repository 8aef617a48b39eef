#pragma once

#include <functional>
#include <string>

#include "sim/core/state_stream.hpp"
#include "sim/record/content_hash.hpp"

/// One file of a checkpoint: a header with kind, owner and checksums, then a stream of state.
namespace kindred::record {

enum class StateKind : std::uint32_t { run = 1, task = 2 };

/// Writes the file under another name, makes it durable and gives it its name: it is replaced whole or not at
/// all.
/// @param owner  digest of the run that the file belongs to
/// @throws IoError; nothing is left under the other name then
void write_state_file(const std::string& path, StateKind kind, const Digest& owner,
                      const std::function<void(StateWriter&)>& write);

/// Opens a file after a look at every byte of it.
/// @throws IoError when it is damaged, of another kind or format, or belongs to another run
StateReader read_state_file(const std::string& path, StateKind kind, const Digest& owner);

}  // namespace kindred::record
