#pragma once

#include <span>
#include <string>
#include <utility>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/template.hpp"

namespace kindred::sweep {

/// Makes the plans of a sweep's points. The scenario and its library are read from disk once.
class PointPlans {
 public:
  /// @param models  outlive this  @throws ConfigError when the scenario cannot be read
  PointPlans(const scenario::Sources& sources, std::span<const ModelDeclaration* const> models)
      : scenario_(sources, models) {}

  /// The checked plan of the scenario with these values (key path, YAML), as scenario::read makes it of the
  /// same `path=value` words. Several threads may ask at once.
  /// @throws ConfigError with every problem; those at a value begin with "path=value: " and have no place
  Plan plan(std::span<const std::pair<std::string, std::string>> overrides) const;

 private:
  scenario::Template scenario_;
};

}  // namespace kindred::sweep
