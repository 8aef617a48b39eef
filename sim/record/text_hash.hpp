#pragma once

#include <string>
#include <string_view>

namespace kindred::record {

/// XXH3, 128 bits, 32 hexadecimal digits.
std::string text_hash(std::string_view text);

}  // namespace kindred::record
