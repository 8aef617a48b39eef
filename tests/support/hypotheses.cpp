#include "tests/support/hypotheses.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "models/attachment/model.hpp"

namespace kindred::support {

std::vector<double> hypothesis(const std::string& name) {
  const auto declared = attachment::model().declaration->parameters;
  std::vector<double> values;
  for (const ParameterDeclaration& p : declared) values.push_back(p.default_value);
  std::ifstream file(std::string(KINDRED_SOURCE) + "/configs/hypotheses/" + name + ".yaml");
  if (!file) throw std::runtime_error("no hypothesis " + name);
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("parameters:", 0) == 0) inside = true;
    if (!inside || line.rfind("  ", 0) != 0) continue;
    std::istringstream words(line);
    std::string key;
    double value = 0;
    words >> key >> value;
    key.pop_back();
    const auto found =
        std::find_if(declared.begin(), declared.end(), [&](const auto& p) { return p.name == key; });
    if (found == declared.end()) throw std::runtime_error("no parameter " + key);
    values[static_cast<std::size_t>(found - declared.begin())] = value;
  }
  return values;
}

}  // namespace kindred::support
