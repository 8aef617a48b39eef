#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

/// The process in which the fuzz target has study files read: one child for many files, started anew when it
/// breaks down.
namespace kindred::fuzz {

/// What the program does in a child process of its own: done by the reading process itself, which is fast, or
/// in a child as ever.
enum class Children : std::uint8_t { spared, real };

/// Where the program was.
enum class Place : std::uint8_t {
  own_process,    ///< here it has to survive every file
  child,          ///< a breakdown is an answer here, and so is too much time
  patient_child,  ///< a breakdown is an answer here
};

/// How the reading of one file ended.
struct Reading {
  bool answered = false;  ///< the process lives
  bool accepted = false;  ///< the file was opened, not refused
  bool slow = false;      ///< ended for taking too much time of the processor
  Place place = Place::own_process;
  std::string report;  ///< what the sanitizers said
};

class StudyReader {
 public:
  /// @param milliseconds  of the processor for each file
  StudyReader(Children children, int milliseconds) : children_(children), milliseconds_(milliseconds) {}
  StudyReader(const StudyReader&) = delete;
  StudyReader& operator=(const StudyReader&) = delete;
  ~StudyReader();

  /// Reads a file. When it is accepted before long, libFuzzer sees the code that ran for it as if it had run
  /// here, and keeps it: among refused files damages would heap up until none got past the first look.
  /// @param choice  which of the ways to read it is taken
  Reading read(const std::string& path, std::uint8_t choice);

  /// Ends the process, which looks for memory that nobody holds any more. Its report; empty when all is well.
  std::string retire();

 private:
  void start(const std::string& path);
  bool is_answered() const;
  Reading broken_down(bool was_ended);

  Children children_;
  int milliseconds_;
  pid_t child_ = 0;
  int asks_ = -1;     ///< a byte for each file
  int answers_ = -1;  ///< a byte back
  int report_ = -1;   ///< the child's standard error
};

}  // namespace kindred::fuzz
