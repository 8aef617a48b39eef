#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/document.hpp"
#include "sim/scenario/memo.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/scenario.hpp"

/// Where programmes, hypotheses and networks are looked for.
namespace kindred::scenario {

/// What the disk answered. Every question is asked once: readings that share it see one state of the disk,
/// and reading a scenario again costs no more than what differs.
struct Disk {
  Memo<LoadedFile> files;                          ///< by path
  Memo<bool> is_file;                              ///< by path
  Memo<bool> allowed;                              ///< by kind and path: may it be read
  Memo<std::string> unreadable;                    ///< by path: why not one byte can be read, or nothing
  Memo<std::vector<std::string>> places;           ///< by kind
  Memo<std::map<std::string, std::string>> codes;  ///< by folder: its files by their `code:`
};

struct Folders {
  std::string own;                  ///< the scenario's
  std::vector<std::string> search;  ///< own, its parents up to the root, the library; in that order
  std::vector<std::string> library;
  std::shared_ptr<Disk> disk = std::make_shared<Disk>();
};

Folders folders_of(const Sources& sources);

/// The document of a file, or null with complaints of what is wrong in it.
const Node* load_file(Problems& problems, const Folders& folders, const std::string& path);

/// Whether a path is that of a file.
bool is_file(const Folders& folders, const std::string& path);

/// Existing folders KIND/ ("programmes") in the order of search.
const std::vector<std::string>& places(const Folders& folders, std::string_view kind);

/// Names (file names without .yaml) found under KIND/, each once, sorted.
std::vector<std::string> names_in(const Folders& folders, std::string_view kind);

/// Path of KIND/NAME.yaml, or of the first file whose `code:` is the name when it may be a code.
std::optional<std::string> find_named(const Folders& folders, std::string_view kind, std::string_view name,
                                      bool or_code);

/// "no hypothesis 'x'; did you mean 'y'? (searched: a/hypotheses, b/hypotheses)"
std::string not_found(const Folders& folders, std::string_view kind, std::string_view noun,
                      std::string_view name);

/// A path written inside `file`: relative to that file's folder, else to the library's folders.
/// Reports and gives nothing when there is no such file, or when it lies outside the scenario's folder,
/// the library and the folders named `kind` beside or above the scenario.
std::optional<std::string> find_path(Problems& problems, const Folders& folders, const Place& mentioned,
                                     std::string_view path_of_key, const std::string& written,
                                     std::string_view kind);

/// True when a file, with symbolic links followed, lies in one of the library's folders.
bool lies_in_library(const Folders& folders, const std::string& path);

/// True for what is a path rather than a name: it holds a '/' or ends in .yaml or .yml.
bool is_path(std::string_view written);

/// The folder of a file, "" for the working folder; and a path inside it.
std::string folder_of(const std::string& file);
std::string in_folder(const std::string& folder, const std::string& path);

}  // namespace kindred::scenario
