#include "sim/app/output_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <span>
#include <system_error>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/record/posix_file.hpp"

namespace kindred::app {

namespace {

namespace fs = std::filesystem;

/// Why no file can be made beside `output`; empty when it can. Permissions alone do not tell: disks may be
/// full or read-only, and the folders of /proc take no files from anybody.
std::string why_no_new_file(const std::string& output) {
  const std::string probe = fmt::format("{}.{}", output, getpid());
  const int file = open(probe.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return std::generic_category().message(errno);
  close(file);
  unlink(probe.c_str());
  return "";
}

}  // namespace

void check_output(const std::string& output, bool force, const std::string& source) {
  std::vector<Problem> problems;
  const auto problem = [&](const std::string& text) { problems.push_back({"command line", 0, 0, text}); };
  if (output.empty())
    throw ConfigError(Problem{"command line", 0, 0, "no output file; say where with -o NAME.h5"});
  std::error_code error;
  const fs::path path(output);
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, error))
    problem(fmt::format("-o {}: the folder '{}' does not exist; make it first (mkdir -p '{}')", output,
                        folder.string(), folder.string()));
  else if (fs::exists(path, error) && !fs::is_regular_file(path, error) && !fs::is_directory(path, error))
    problem(fmt::format("-o {}: this is a device or pipe; an HDF5 file cannot be written there", output));
  else if (access(folder.c_str(), W_OK) != 0)
    problem(fmt::format("-o {}: the folder '{}' is not writable by you; choose another place", output,
                        folder.string()));
  else if (fs::is_directory(path, error))
    problem(fmt::format("-o {}: this is a folder; name a file in it", output));
  else if (fs::equivalent(path, source, error))
    problem(fmt::format("-o {}: this is the file that is read; choose another name", output));
  else if (fs::exists(path, error) && !force)
    problem(fmt::format("-o {}: the file exists; choose another name, or add --force to replace it", output));
  else if (const std::string why = why_no_new_file(output); !why.empty())
    problem(fmt::format("-o {}: no file can be made in '{}' ({}); choose another place", output,
                        folder.string(), why));
  if (!problems.empty()) throw ConfigError(problems);
}

void write_output(const std::string& output, std::string_view text) {
  const std::string part = output + ".part";
  try {
    record::PosixFile file = record::PosixFile::open_for_writing(part);
    file.cut(0);
    file.write_at(0, std::as_bytes(std::span(text)));
  } catch (...) {
    record::remove_quietly(part);
    throw;
  }
  record::publish(part, output);
}

}  // namespace kindred::app
