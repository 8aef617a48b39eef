#include "sim/scenario/library.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "sim/scenario/document.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

namespace fs = std::filesystem;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// The parents of a folder, nearest first, written relative to the working folder when it was.
std::vector<std::string> parents_of(const std::string& folder) {
  std::error_code ignored;
  const fs::path here = fs::current_path(ignored);
  const bool relative = fs::path(folder).is_relative();
  fs::path at = (relative ? here / folder : fs::path(folder)).lexically_normal();
  if (!at.has_filename()) at = at.parent_path();
  std::vector<std::string> parents;
  while (at.has_relative_path()) {
    at = at.parent_path();
    parents.push_back((relative ? at.lexically_relative(here) : at).string());
  }
  return parents;
}

std::vector<std::string> files_in(const std::string& folder, std::string_view ending) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == ending) files.push_back(at->path().string());
  std::sort(files.begin(), files.end());  // the order of a folder is the file system's whim
  return files;
}

std::vector<std::string> yaml_files(const std::string& folder) { return files_in(folder, ".yaml"); }

/// The code of a file of the library, "" when it has none. A broken file that was not asked for is not this
/// scenario's problem.
std::string code_of(const Folders& folders, const std::string& file) {
  const LoadedFile& found = folders.disk->files.get(file, [&] { return loaded(file); });
  const Node* code = found.root ? found.root->find("code") : nullptr;
  return code && code->kind == Node::Kind::scalar ? code->text : "";
}

/// The files of a folder by their codes; of one code the first file counts.
std::map<std::string, std::string> codes_in(const Folders& folders, const std::string& place) {
  std::map<std::string, std::string> codes;
  for (const std::string& file : yaml_files(place))
    if (const std::string code = code_of(folders, file); !code.empty()) codes.emplace(code, file);
  return codes;
}

/// True when `path`, with symbolic links followed, lies in `folder`.
bool lies_in(const std::string& path, const std::string& folder) {
  std::error_code error;
  const fs::path inner = fs::weakly_canonical(fs::absolute(path, error), error);
  const fs::path outer = fs::weakly_canonical(fs::absolute(folder.empty() ? "." : folder, error), error);
  const auto [o, i] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return !error && o == outer.end() && i != inner.end();
}

bool is_allowed(const Folders& folders, const std::string& path, std::string_view kind) {
  return folders.disk->allowed.get(fmt::format("{}:{}", kind, path), [&] {
    std::vector<std::string> roots = folders.library;
    roots.push_back(folders.own);
    for (const std::string& place : places(folders, kind)) roots.push_back(place);
    return std::any_of(roots.begin(), roots.end(),
                       [&](const std::string& root) { return lies_in(path, root); });
  });
}

std::string shown(const std::vector<std::string>& names) {
  return listed(names, 8);  // more places than that are no help to a reader
}

}  // namespace

std::string folder_of(const std::string& file) { return fs::path(file).parent_path().string(); }

std::string in_folder(const std::string& folder, const std::string& path) {
  return (fs::path(folder) / path).lexically_normal().string();
}

bool lies_in_library(const Folders& folders, const std::string& path) {
  return std::any_of(folders.library.begin(), folders.library.end(),
                     [&](const std::string& folder) { return lies_in(path, folder); });
}

bool is_path(std::string_view written) {
  return written.find('/') != std::string_view::npos || ends_with(written, ".yaml") ||
         ends_with(written, ".yml");
}

Folders folders_of(const Sources& sources) {
  Folders folders{folder_of(sources.file), {}, sources.library};
  folders.search.push_back(folders.own);
  for (const std::string& parent : parents_of(folders.own)) folders.search.push_back(parent);
  for (const std::string& folder : sources.library) folders.search.push_back(folder);
  return folders;
}

const Node* load_file(Problems& problems, const Folders& folders, const std::string& path) {
  if (std::find(problems.files.begin(), problems.files.end(), path) == problems.files.end())
    problems.files.push_back(path);
  const LoadedFile& file = folders.disk->files.get(path, [&] { return loaded(path); });
  for (const Problem& problem : file.problems)
    complain(problems, {problem.file, problem.line, problem.column}, "", problem.message);
  return file.root ? &*file.root : nullptr;
}

bool is_file(const Folders& folders, const std::string& path) {
  return folders.disk->is_file.get(path, [&] {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
  });
}

namespace {

std::vector<std::string> existing_folders(const Folders& folders, std::string_view kind) {
  std::vector<std::string> found;
  std::set<std::string> seen;  // the library is often also a parent of the scenario
  for (const std::string& folder : folders.search) {
    const std::string place = in_folder(folder, std::string(kind));
    std::error_code error;
    if (fs::is_directory(place, error) && seen.insert(fs::canonical(place, error).string()).second)
      found.push_back(place);
  }
  return found;
}

}  // namespace

const std::vector<std::string>& places(const Folders& folders, std::string_view kind) {
  return folders.disk->places.get(kind, [&] { return existing_folders(folders, kind); });
}

std::vector<std::string> names_in(const Folders& folders, std::string_view kind) {
  std::set<std::string> names;
  for (const std::string& place : places(folders, kind))
    for (const std::string& file : yaml_files(place)) names.insert(fs::path(file).stem().string());
  return {names.begin(), names.end()};
}

std::optional<std::string> find_named(const Folders& folders, std::string_view kind, std::string_view name,
                                      bool or_code) {
  const std::vector<std::string>& where = places(folders, kind);
  for (const std::string& place : where) {
    const std::string file = in_folder(place, std::string(name) + ".yaml");
    if (is_file(folders, file)) return file;
  }
  if (!or_code) return std::nullopt;
  for (const std::string& place : where) {
    const auto& codes = folders.disk->codes.get(place, [&] { return codes_in(folders, place); });
    if (const auto file = codes.find(std::string(name)); file != codes.end()) return file->second;
  }
  return std::nullopt;
}

std::string not_found(const Folders& folders, std::string_view kind, std::string_view noun,
                      std::string_view name) {
  const std::vector<std::string>& where = places(folders, kind);
  if (where.empty())
    return fmt::format(
        "no {} '{}': there is no folder '{}' beside the scenario, above it or in the library; set "
        "KINDRED_CONFIGS to the folder that holds it",
        noun, name, kind);
  const std::vector<std::string> known = names_in(folders, kind);
  return fmt::format("no {} '{}'; {} (searched: {})", noun, name,
                     guess(name, known).value_or("there are: " + listed(known)), shown(where));
}

std::optional<std::string> find_path(Problems& problems, const Folders& folders, const Place& mentioned,
                                     std::string_view path_of_key, const std::string& written,
                                     std::string_view kind) {
  const bool from_command_line = mentioned.file == command_line;
  const std::string base = from_command_line ? folders.own : folder_of(mentioned.file);
  std::vector<std::string> tried{in_folder(base, written)};
  for (const std::string& folder : folders.library) tried.push_back(in_folder(folder, written));
  bool refused = false;
  for (const std::string& file : tried) {
    const bool allowed = is_allowed(folders, file, kind);
    if (allowed && is_file(folders, file)) return file;
    refused = refused || !allowed;
  }
  if (refused) {
    complain(
        problems, mentioned, path_of_key,
        fmt::format("'{}' lies outside the scenario's folder and the library; files are read only from there",
                    written));
    return std::nullopt;
  }
  std::vector<std::string> names;
  const std::string ending = fs::path(written).extension() == ".h5" ? ".h5" : ".yaml";
  for (const std::string& file :
       files_in(folder_of(tried.front()).empty() ? "." : folder_of(tried.front()), ending))
    names.push_back(fs::path(file).filename().string());
  const auto near = nearest(fs::path(written).filename().string(), names);
  complain(problems, mentioned, path_of_key,
           fmt::format("no file '{}'{} (searched: {})", written,
                       near ? fmt::format("; did you mean '{}'?", *near) : "", shown(tried)));
  return std::nullopt;
}

}  // namespace kindred::scenario
