#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

/// Four kinds of failure, so that a caller can tell whose move it is: the user's (ConfigError; RunFailed when
/// it shows only in the course of a run), the machine's (IoError) or ours (Bug). Nothing else is thrown on
/// purpose and nothing exits outside main.
namespace kindred {

/// One thing wrong with what the user gave us. Line and column count from 1; 0 = not from a file.
struct Problem {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;  ///< starts with the key path: "seed: -1 is outside ..."

  std::string text() const {
    if (file.empty()) return message;
    if (line == 0) return file + ": " + message;
    return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + message;
  }
};

/// Bad usage, configuration or input: every problem found, in order of appearance (exit code 2).
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::vector<Problem> problems)
      : std::runtime_error(joined(problems)), problems_(std::move(problems)) {}
  explicit ConfigError(Problem problem) : ConfigError(std::vector<Problem>{std::move(problem)}) {}
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  static std::string joined(const std::vector<Problem>& problems) {
    std::string text;
    for (const Problem& problem : problems) text += (text.empty() ? "" : "\n") + problem.text();
    return text;
  }
  std::vector<Problem> problems_;
};

/// A file could not be read or written (exit code 74, or 75 when the run can be resumed).
class IoError : public std::runtime_error {
 public:
  IoError(const std::string& path, const std::string& what_happened, int error_number = 0)
      : std::runtime_error(path + ": " + what_happened), path_(path), error_number_(error_number) {}
  const std::string& path() const { return path_; }
  /// errno of the system call that failed; 0 when none did.
  int error_number() const { return error_number_; }

 private:
  std::string path_;
  int error_number_;
};

/// A run came to a state that means nothing: its parameters lead there (exit code 1).
class RunFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A broken promise inside the program (exit code 70).
class Bug : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace kindred
