#include <algorithm>

#include "sim/engine/measurement.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/record/bytes.hpp"
#include "sim/record/recorder.hpp"
#include "sim/record/study_attributes.hpp"

namespace kindred::record {

template <class T>
std::vector<T> Recorder::panel_values(const Ensemble<float>& ensemble, int world,
                                      const PanelVariable& v) const {
  const ModelDeclaration& model = *ensemble.model().declaration;
  std::vector<T> values(sample_.size());
  const auto fill = [&](auto value_of) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(value_of(i));
  };
  const auto latent = [&](int column) {
    return [this, view = ensemble.person(column), world](std::size_t i) {
      return static_cast<double>(view(sample_[i], world));
    };
  };
  const auto score = [&](int instrument) {
    const InstrumentDeclaration& declared = model.instruments[static_cast<std::size_t>(instrument)];
    return [&declared, value = latent(declared.column),
            &error = errors_.at(static_cast<std::size_t>(instrument))](std::size_t i) {
      return observed_score(declared, value(i), error[i]);
    };
  };
  const auto in_any_slot = [&](auto flag_of_slot) {
    std::vector<ColumnView<float>> flags;
    for (int slot = 0; slot < ensemble.slots(); ++slot) flags.push_back(flag_of_slot(slot));
    return [this, flags, world](std::size_t i) {
      return std::any_of(flags.begin(), flags.end(),
                         [&](const ColumnView<float>& flag) { return flag(sample_[i], world) > 0.0f; })
                 ? 1.0
                 : 0.0;
    };
  };
  const auto side_of_cuts = [&](auto first, auto second) {
    const QuadrantDeclaration& q = model.quadrants[static_cast<std::size_t>(v.index)];
    fill([&](std::size_t i) { return quadrant(q, first(i), second(i)); });
  };
  switch (v.source) {
  case PanelVariable::Source::real_column:
    fill(latent(v.index));
    break;
  case PanelVariable::Source::index_column:
    fill([&, view = ensemble.person_index(v.index)](std::size_t i) { return view(sample_[i], world); });
    break;
  case PanelVariable::Source::score:
    fill(score(v.index));
    break;
  case PanelVariable::Source::quadrant: {
    const QuadrantDeclaration& q = model.quadrants[static_cast<std::size_t>(v.index)];
    side_of_cuts(latent(q.first_column), latent(q.second_column));
    break;
  }
  case PanelVariable::Source::quadrant_by_score: {
    const auto [first, second] =
        *instruments_behind(model, model.quadrants[static_cast<std::size_t>(v.index)]);
    const auto standardised = [&](int instrument) {
      const InstrumentDeclaration& i = model.instruments[static_cast<std::size_t>(instrument)];
      return [&i, read = score(instrument)](std::size_t at) { return (read(at) - i.mean) / i.sd; };
    };
    side_of_cuts(standardised(first), standardised(second));
    break;
  }
  case PanelVariable::Source::treated:
    fill(in_any_slot([&](int s) { return ensemble.treated(s); }));
    break;
  case PanelVariable::Source::enrolled:
    fill(in_any_slot([&](int s) { return ensemble.enrolled(s); }));
    break;
  }
  return values;
}

/// Errors of measurement are the same in every world.
void Recorder::draw_errors(const Ensemble<float>& ensemble) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  errors_.resize(model.instruments.size());
  for (std::vector<double>& of_instrument : errors_) of_instrument.clear();
  const auto draw = [&](int instrument) {
    std::vector<double>& errors = errors_[static_cast<std::size_t>(instrument)];
    if (errors.empty())
      errors = measurement_errors(ensemble.noise(), sample_,
                                  static_cast<std::uint32_t>(ensemble.weeks_done()), instrument);
  };
  for (const PanelVariable& v : study_.panel) {
    if (v.source == PanelVariable::Source::score) draw(v.index);
    if (v.source != PanelVariable::Source::quadrant_by_score) continue;
    const auto [first, second] =
        *instruments_behind(model, model.quadrants[static_cast<std::size_t>(v.index)]);
    draw(first);
    draw(second);
  }
}

/// Each task makes one variable's frame in one world; reads only the ensemble.
void Recorder::observe_persons(const Ensemble<float>& ensemble) {
  ++next_person_;
  draw_errors(ensemble);
  const std::size_t variables = study_.panel.size();
  std::vector<std::vector<std::byte>> frames(static_cast<std::size_t>(ensemble.worlds()) * variables);
  parallel::for_tasks(static_cast<std::int64_t>(frames.size()), [&](std::int64_t task) {
    const auto at = static_cast<std::size_t>(task);
    const auto world = static_cast<int>(at / variables);
    const PanelVariable& v = study_.panel[at % variables];
    switch (study_.file.datasets[v.dataset].type) {
    case ValueType::float32:
      frames[at] = bytes_of(panel_values<float>(ensemble, world, v));
      break;
    case ValueType::int32:
      frames[at] = bytes_of(panel_values<std::int32_t>(ensemble, world, v));
      break;
    default:
      frames[at] = bytes_of(panel_values<std::int8_t>(ensemble, world, v));
      break;
    }
  });
  for (std::size_t at = 0; at < frames.size(); ++at)
    append(study_.panel[at % variables].dataset, static_cast<int>(at / variables), std::move(frames[at]));
}

}  // namespace kindred::record
