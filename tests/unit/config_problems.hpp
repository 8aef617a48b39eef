#pragma once

#include <functional>
#include <string>

#include "sim/core/errors.hpp"

/// What a user would be told.
namespace kindred::support {

/// All problems of a ConfigError, or "no problem".
inline std::string problems_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no problem";
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace kindred::support
