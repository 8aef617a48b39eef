#pragma once

#include <string>
#include <vector>

namespace kindred::support {

/// Every parameter of the attachment model under a hypothesis, by index: the declared defaults and what
/// configs/hypotheses/NAME.yaml sets. Names no parameter of the file twice: a test of its own reads them
/// through the scenario reader and compares.
std::vector<double> hypothesis(const std::string& name);

}  // namespace kindred::support
