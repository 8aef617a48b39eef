#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kindred::record {

/// Collects what is wrong with a file. One damaged table can break a rule a million times: of each subject
/// only the first faults are kept, the others are counted.
class Faults {
 public:
  /// @param subject  what is at fault: the path of a dataset, "root", "ties"
  void add(std::string_view subject, std::string_view text);
  bool none() const { return subjects_.empty(); }
  /// "subject: text", subjects in the order in which they were met.
  std::vector<std::string> lines() const;

 private:
  struct Subject {
    std::string name;
    std::vector<std::string> texts;
    std::size_t more = 0;
  };
  std::vector<Subject> subjects_;
};

}  // namespace kindred::record
