#pragma once

#include "sim/engine/kernel_cursor.hpp"

namespace kindred::averaging {

enum class PersonId : int {
#define PERSON(kind, name, ...) name,
#include "models/averaging/columns.def"
#undef PERSON
  count
};
enum class ParameterId : int {
#define PARAMETER(name, ...) name,
#include "models/averaging/parameters.def"
#undef PARAMETER
  count
};
#define PERSON(kind, name, ...) inline constexpr kind##Column name{static_cast<int>(PersonId::name)};
#include "models/averaging/columns.def"
#undef PERSON
#define PARAMETER(name, ...) inline constexpr Parameter name{static_cast<int>(ParameterId::name)};
#include "models/averaging/parameters.def"
#undef PARAMETER

}  // namespace kindred::averaging
