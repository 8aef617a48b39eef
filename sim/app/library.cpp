#include "sim/app/library.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace kindred::app {

namespace fs = std::filesystem;

std::vector<std::string> library_folders() {
  std::vector<std::string> folders;
  const auto offer = [&](const fs::path& folder) {
    std::error_code error;
    if (!fs::is_directory(folder / "hypotheses", error)) return;
    const std::string found = fs::weakly_canonical(folder, error).string();
    if (std::find(folders.begin(), folders.end(), found) == folders.end()) folders.push_back(found);
  };
  if (const char* set = std::getenv("KINDRED_CONFIGS"); set != nullptr && *set != '\0') offer(set);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  if (!error) {
    offer(program / "configs");
    offer(program / ".." / "configs");
    offer(program / ".." / "share" / "kindred" / "configs");
    offer(program / ".." / ".." / "configs");  // build/PRESET in the source tree
  }
  return folders;
}

std::vector<std::pair<std::string, std::string>> templates() {
  std::vector<std::pair<std::string, std::string>> found;
  for (const std::string& folder : library_folders())
    for (const auto& entry : fs::directory_iterator(folder))
      if (const std::string name = entry.path().stem().string();
          entry.path().extension() == ".yaml" &&  // of one name the first folder's counts
          std::none_of(found.begin(), found.end(), [&](const auto& other) { return other.first == name; }))
        found.emplace_back(name, entry.path().string());
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace kindred::app
