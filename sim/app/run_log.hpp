#pragma once

#include <chrono>
#include <string>

#include "sim/app/sitting.hpp"

namespace kindred::app {

/// `out.h5.log`: one line for each sitting of a run that ended in order. What differs between machines and
/// days is written here, so that the result file need not hold it. No part of the result, so no failure to
/// write it is one.
class RunLog {
 public:
  RunLog(const Sitting& sitting, int threads);
  void write(const std::string& outcome) const;

 private:
  std::string path_, what_;
  std::chrono::system_clock::time_point begun_ = std::chrono::system_clock::now();
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();  // never set back
};

}  // namespace kindred::app
