#include "sim/record/checkpoints.hpp"

#include "sim/core/errors.hpp"

namespace kindred::record {

Checkpoints::Checkpoints(CheckpointFolder folder, Spool& spool,
                         std::optional<std::chrono::duration<double>> every, const std::atomic<bool>* stop,
                         std::function<void(const std::string&)> say)
    : folder_(std::move(folder)), spool_(spool), every_(every), stop_(stop), say_(std::move(say)) {}

void Checkpoints::begin() {
  const std::scoped_lock lock(mutex_);
  folder_.begin();  // every time: somebody may have removed it
  kept_ = true;
}

void Checkpoints::write(const TaskProgress& progress, const std::function<void(StateWriter&)>& state) {
  begin();
  folder_.write(progress, state);
}

void Checkpoints::try_to(const std::function<void()>& save) {
  try {
    save();
  } catch (const IoError& error) {
    // A spool that failed ends the run by itself, at the next chunk.
    if (!warned_.exchange(true) && say_)
      say_(std::string("warning: no checkpoint could be written; the run goes on without: ") + error.what());
  }
}

}  // namespace kindred::record
