#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

#include "sim/bench/sampling.hpp"

namespace kindred::bench {

/// The text of w1_numpy.py.
const char* numpy_script();

/// Opinion averaging in a Python process of its own that steps when it is told to.
class NumpyChild {
 public:
  struct Input {
    std::span<const std::int32_t> row_offset, neighbour;
    std::span<const float> x, y;
    float parameters[4];  ///< noise, rate of z, low, high
  };
  /// Starts the process. When that fails, or a module is missing, problem() says so.
  explicit NumpyChild(const Input& input);
  ~NumpyChild();
  NumpyChild(const NumpyChild&) = delete;
  NumpyChild& operator=(const NumpyChild&) = delete;

  const std::string& problem() const { return problem_; }  ///< empty = ready
  const std::string& versions() const { return versions_; }
  /// The step loop alone, timed by the child. @throws IoError when the process has died
  Times steps(std::int64_t count);
  /// Mean and SD of opinions. @throws IoError as above
  std::pair<double, double> moments();

 private:
  bool start();
  bool send(std::string_view bytes);
  std::string line();
  std::pair<double, double> ask(const std::string& question);

  int socket_ = -1;
  pid_t process_ = -1;
  std::string problem_, versions_, unread_;
};

}  // namespace kindred::bench
