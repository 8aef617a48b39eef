#include "sim/app/build_info.hpp"

namespace kindred::app {

record::Build build_info() { return {KINDRED_VERSION, KINDRED_COMMIT}; }

}  // namespace kindred::app
