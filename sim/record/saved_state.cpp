#include "sim/record/saved_state.hpp"

#include "sim/record/recorder.hpp"
#include "sim/record/spells.hpp"

namespace kindred::record {

namespace {

/// More of anything that is counted here than any study has.
constexpr std::uint64_t too_many = 1U << 24U;

template <class T>
void save_nested(StateWriter& out, const std::vector<std::vector<T>>& nested) {
  out.value(std::uint64_t{nested.size()});
  for (const std::vector<T>& inner : nested) out.values(inner);
}

template <class T>
std::vector<std::vector<T>> read_nested(StateReader& in) {
  std::vector<std::vector<T>> nested;
  for (std::uint64_t left = in.index_below(too_many); left > 0; --left) nested.push_back(in.values<T>());
  return nested;
}

}  // namespace

void save(StateWriter& out, const std::vector<PopulationFrame>& frames) {
  out.mark("frames");
  out.value(std::uint64_t{frames.size()});
  for (const PopulationFrame& frame : frames) {
    for (const auto* counts : {&frame.persons, &frame.coupled, &frame.broke, &frame.formed})
      out.values(*counts);
    save_nested(out, frame.outcome);
  }
}

std::vector<PopulationFrame> read_frames(StateReader& in) {
  in.mark("frames");
  std::vector<PopulationFrame> frames;
  for (std::uint64_t left = in.index_below(too_many); left > 0; --left) {
    PopulationFrame& frame = frames.emplace_back();
    for (auto* counts : {&frame.persons, &frame.coupled, &frame.broke, &frame.formed})
      *counts = in.values<std::int32_t>();
    frame.outcome = read_nested<Moments>(in);
  }
  return frames;
}

void save(StateWriter& out, const ArmSnapshots& arm) {
  out.mark("snapshots");
  for (const auto* flags : {&arm.style, &arm.band, &arm.treated, &arm.eligible, &arm.tie_kind})
    out.values(*flags);
  save_nested(out, arm.partner);
  save_nested(out, arm.outcome);
}

ArmSnapshots read_arm_snapshots(StateReader& in) {
  in.mark("snapshots");
  ArmSnapshots arm;
  for (auto* flags : {&arm.style, &arm.band, &arm.treated, &arm.eligible, &arm.tie_kind})
    *flags = in.values<std::uint8_t>();
  arm.partner = read_nested<std::int32_t>(in);
  arm.outcome = read_nested<float>(in);
  return arm;
}

void SpellKeeper::save(StateWriter& out) const {
  if (!finished_.empty()) throw Bug("spells that ended were saved instead of recorded");
  out.values(open_);
}

void SpellKeeper::restore(StateReader& in) { in.fill(std::span(open_)); }

void SnapshotKeeper::save(StateWriter& out) const {
  out.mark("snapshot keeper");
  out.value(std::uint64_t{next_});
  out.value(std::uint64_t{arms_.size()});
  for (const ArmSnapshots& arm : arms_) record::save(out, arm);
}

void SnapshotKeeper::restore(StateReader& in) {
  in.mark("snapshot keeper");
  next_ = in.index_below(weeks_.size() + 1);
  arms_.clear();
  for (std::uint64_t left = in.index_below(too_many); left > 0; --left)
    arms_.push_back(read_arm_snapshots(in));
}

void Recorder::save(StateWriter& out) const {
  out.mark("recorder");
  out.value(std::uint64_t{next_population_});
  out.value(std::uint64_t{next_person_});
  record::save(out, last_frame_);
  record::save(out, between_);
  out.mark("bonds");
  out.value(std::uint64_t{spells_.size()});
  for (const SpellKeeper& keeper : spells_) keeper.save(out);
  out.values(spell_rows_);
  out.mark("chunks");
  out.value(std::uint64_t{buffers_.size()});
  for (const auto& [key, buffer] : buffers_) {
    out.value(std::uint64_t{key.first});
    out.value(static_cast<std::uint64_t>(key.second));
    out.value(buffer.rows);
    out.value(buffer.chunk);
    out.values(buffer.bytes);
  }
}

RecorderState read_recorder_state(StateReader& in, const StudyFile& study, std::size_t worlds) {
  RecorderState state;
  in.mark("recorder");
  state.next_population = in.index_below(study.population_weeks.size() + 1);
  state.next_person = in.index_below(study.person_weeks.size() + 1);
  state.last_frame = read_frames(in);
  state.between = read_frames(in);
  if (state.between.size() != worlds) in.refuse("holds another number of worlds");
  in.mark("bonds");
  for (std::uint64_t left = in.index_below(worlds + 1); left > 0; --left)
    state.bonds.push_back(in.values<SpellKeeper::Open>());
  state.spell_rows = in.values<std::uint64_t>();
  if (state.spell_rows.size() != state.bonds.size()) in.refuse("holds bonds of another number of worlds");
  in.mark("chunks");
  for (std::uint64_t left = in.index_below(too_many); left > 0; --left) {
    const std::uint64_t dataset = in.index_below(study.file.datasets.size());
    const std::uint64_t world = in.index_below(worlds);
    RecorderState::Buffer& buffer = state.buffers[{dataset, static_cast<int>(world)}];
    buffer.rows = in.value<std::uint64_t>();
    buffer.chunk = in.value<std::uint64_t>();
    buffer.bytes = in.values<std::byte>();
  }
  return state;
}

void Recorder::restore(StateReader& in) {
  RecorderState state = read_recorder_state(in, study_, between_.size());
  if (state.bonds.size() != spells_.size()) in.refuse("holds bonds of another number of worlds");
  next_population_ = state.next_population;
  next_person_ = state.next_person;
  last_frame_ = std::move(state.last_frame);
  between_ = std::move(state.between);
  for (std::size_t w = 0; w < spells_.size(); ++w) {
    if (state.bonds[w].size() != spells_[w].open().size()) in.refuse("holds another number of persons");
    spells_[w].go_on_from(std::move(state.bonds[w]));
  }
  bonds_.forget();
  spell_rows_ = std::move(state.spell_rows);
  buffers_ = std::move(state.buffers);
}

}  // namespace kindred::record
