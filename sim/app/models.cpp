#include "sim/app/models.hpp"

#include <string>

#include "models/attachment/model.hpp"
#include "models/averaging/model.hpp"
#include "sim/core/errors.hpp"

namespace kindred::app {

std::vector<const Model*> all_models() { return {&attachment::model(), &averaging::model()}; }

std::vector<const ModelDeclaration*> all_declarations() {
  std::vector<const ModelDeclaration*> declarations;
  for (const Model* model : all_models()) declarations.push_back(model->declaration);
  return declarations;
}

const Model& model_named(std::string_view name) {
  std::string known;
  for (const Model* model : all_models()) {
    if (model->declaration->name == name) return *model;
    known += (known.empty() ? "" : ", ") + std::string(model->declaration->name);
  }
  throw ConfigError(
      Problem{"command line", 0, 0, "no model '" + std::string(name) + "'; there are: " + known});
}

}  // namespace kindred::app
