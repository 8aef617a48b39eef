#pragma once

#include "sim/engine/kernel_cursor.hpp"

/// The declared quantities as names that kernels use: `me[attachment_anxiety]`, `p[self_soothing]`.
/// The .def lists are the only place where a quantity is spelled; C++20 has no reflection, so a list
/// that is included twice is what makes one declaration serve as identifier and as text.
namespace kindred::attachment {

enum class PersonId : int {
#define PERSON(kind, name, ...) name,
#define TIE(...)
#include "models/attachment/columns.def"
#undef PERSON
#undef TIE
  count
};
enum class TieId : int {
#define PERSON(...)
#define TIE(kind, name, ...) name,
#include "models/attachment/columns.def"
#undef PERSON
#undef TIE
  count
};
enum class ParameterId : int {
#define PARAMETER(name, ...) name,
#include "models/attachment/parameters.def"
#undef PARAMETER
  count
};

#define PERSON(kind, name, ...) inline constexpr kind##Column name{static_cast<int>(PersonId::name)};
#define TIE(kind, name, ...) inline constexpr kind##Column name{static_cast<int>(TieId::name)};
#include "models/attachment/columns.def"
#undef PERSON
#undef TIE
#define PARAMETER(name, ...) inline constexpr Parameter name{static_cast<int>(ParameterId::name)};
#include "models/attachment/parameters.def"
#undef PARAMETER

/// Constants that follow from the parameters of a world, computed once in double (constants.cpp).
enum class ConstantId : int {
#define CONSTANT(name, ...) name,
#include "models/attachment/constants.def"
#undef CONSTANT
  count
};
#define CONSTANT(name, ...) inline constexpr Constant name{static_cast<int>(ConstantId::name)};
#include "models/attachment/constants.def"
#undef CONSTANT

/// What a programme can deliver in a week.
enum class InputId : int {
#define INPUT(name, ...) name,
#include "models/attachment/inputs.def"
#undef INPUT
  count
};
#define INPUT(name, ...) inline constexpr Input name{static_cast<int>(InputId::name)};
#include "models/attachment/inputs.def"
#undef INPUT

}  // namespace kindred::attachment
