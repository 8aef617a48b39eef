#include "sim/scenario/scalars.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

namespace kindred::scenario {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_from(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

std::size_t sign_length(std::string_view text) {
  return !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
}

bool is_whole(std::string_view text) {
  const std::size_t sign = sign_length(text);
  return text.size() > sign && digits_from(text, sign) == text.size() - sign;
}

/// [+-] digits [. digits] [e [+-] digits], with a digit before or behind the point.
bool is_decimal(std::string_view text) {
  std::size_t at = sign_length(text);
  std::size_t digits = digits_from(text, at);
  at += digits;
  if (at < text.size() && text[at] == '.') {
    const std::size_t behind = digits_from(text, at + 1);
    digits += behind;
    at += 1 + behind;
  }
  if (digits == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t power = digits_from(text, at);
    if (power == 0) return false;
    at += power;
  }
  return at == text.size();
}

bool has_leading_zero(std::string_view text) {
  const std::size_t sign = sign_length(text);
  return text.size() > sign + 1 && text[sign] == '0' && is_digit(text[sign + 1]);
}

bool is_not_finite(std::string_view text) {
  text.remove_prefix(sign_length(text));
  if (!text.empty() && text[0] == '.') text.remove_prefix(1);
  std::string word;
  for (const char c : text) word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word == "nan" || word == "inf" || word == "infinity";
}

std::string without_leading_zeros(std::string_view text) {
  std::size_t at = sign_length(text);
  const std::string sign = text[0] == '-' ? "-" : "";
  while (at + 1 < text.size() && text[at] == '0' && is_digit(text[at + 1])) ++at;
  return sign + std::string(text.substr(at));
}

/// Help for the usual ways of writing a share or a decimal that are not YAML numbers.
std::string real_number_help(const std::string& text) {
  const std::string_view front = std::string_view(text).substr(0, text.empty() ? 0 : text.size() - 1);
  if (!text.empty() && text.back() == '%' && is_decimal(front)) {
    double percent = 0;
    std::from_chars(front.data(), front.data() + front.size(), percent);
    return fmt::format("write {} as {}", text, number_text(percent / 100));
  }
  const std::size_t comma = text.find(',');
  if (comma == std::string::npos) return "write a decimal with a point, such as 0.5";
  std::string pointed = text;
  pointed[comma] = '.';
  return is_decimal(pointed) ? fmt::format("write {}, with a point", pointed)
                             : "write a decimal with a point, such as 0.5";
}

/// Why a text that should be a number is none, or empty when nothing speaks against it.
std::string no_number(const Node& node, std::string_view wanted) {
  if (node.kind == Node::Kind::null) return fmt::format("has no value; write {}", wanted);
  if (node.kind != Node::Kind::scalar) return fmt::format("expected {}, found {}", wanted, described(node));
  const std::string& text = node.text;
  if (node.quoted && is_decimal(text))
    return fmt::format("\"{0}\" is text because of its quotes; write {0} without them", text);
  if (node.quoted) return fmt::format("expected {}, found the text {}", wanted, described(node));
  if (has_leading_zero(text) && is_decimal(text))
    return fmt::format("{} begins with 0, which some programs read as octal; write {}", text,
                       without_leading_zeros(text));
  if (text.size() > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'o' || text[1] == 'b'))
    return fmt::format("{} is not a decimal number; write it with the digits 0 to 9", text);
  return "";
}

std::string outside(const std::string& text, Range range, std::string_view unit, std::string_view source) {
  return fmt::format("{} is outside {}", text, range_text(range, unit, source));
}

}  // namespace

std::string number_text(double x) { return fmt::format("{}", x); }

std::string bound_text(double x) {
  constexpr double exact = 1e15;
  return x == std::floor(x) && std::abs(x) < exact ? fmt::format("{:.0f}", x) : number_text(x);
}

std::string range_text(Range range, std::string_view unit, std::string_view source) {
  std::string text = fmt::format("[{}, {}]", bound_text(range.low), bound_text(range.high));
  if (!unit.empty()) text += fmt::format(" {}", unit);
  if (!source.empty()) text += fmt::format(" ({})", source);
  return text;
}

std::string duration_text(std::int64_t weeks) {
  const bool years = weeks > 0 && weeks % weeks_per_year == 0;
  const std::int64_t count = years ? weeks / weeks_per_year : weeks;
  return fmt::format("{} {}{}", count, years ? "year" : "week", count == 1 ? "" : "s");
}

namespace {

/// A number that would do, for a message.
std::string example_in(Range range) {
  for (const double x : {1000.0, 10.0})
    if (range.contains(x)) return bound_text(x);
  return bound_text(range.low);
}

bool is_switch_of_others(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text == "yes" || text == "no" || text == "on" || text == "off" || text == "y" || text == "n";
}

}  // namespace

std::optional<std::int64_t> whole_number(const Node& node, Range range, std::string_view unit,
                                         std::string& why) {
  why = no_number(node, "a whole number");
  if (!why.empty()) return std::nullopt;
  const std::string& text = node.text;
  if (!is_whole(text)) {
    why = is_not_finite(text) ? outside(text, range, unit, "")
                              : fmt::format("'{}' is not a plain whole number; write digits only, such as {}",
                                            text, example_in(range));
    return std::nullopt;
  }
  std::int64_t value = 0;
  const char* first = text.data() + (text[0] == '+' ? 1 : 0);
  const auto [end, error] = std::from_chars(first, text.data() + text.size(), value);
  if (error == std::errc() && range.contains(static_cast<double>(value))) return value;
  why = outside(text, range, unit, "");
  return std::nullopt;
}

std::optional<std::uint64_t> seed_number(const Node& node, std::string& why) {
  why = no_number(node, "a whole number");
  if (!why.empty()) return std::nullopt;
  const std::string& text = node.text;
  if (!is_whole(text) && !is_not_finite(text)) {
    why = fmt::format("'{}' is not a plain whole number; write digits only, such as 20261124", text);
    return std::nullopt;
  }
  std::uint64_t value = 0;
  const char* first = text.data() + (text[0] == '+' ? 1 : 0);
  const auto [end, error] = std::from_chars(first, text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  why = fmt::format("{} is outside [0, 18446744073709551615]", text);
  return std::nullopt;
}

std::optional<double> real_number(const Node& node, Range range, std::string_view unit,
                                  std::string_view source, std::string& why) {
  why = no_number(node, "a number");
  if (!why.empty()) return std::nullopt;
  const std::string& text = node.text;
  if (!is_decimal(text) && !is_not_finite(text)) {
    why = fmt::format("'{}' is not a number; {}", text, real_number_help(text));
    return std::nullopt;
  }
  double value = std::nan("");
  if (is_decimal(text)) {
    const char* first = text.data() + (text[0] == '+' ? 1 : 0);
    const auto [end, error] = std::from_chars(first, text.data() + text.size(), value);
    if (error != std::errc()) value = std::nan("");  // too large or too small for a double
  }
  if (range.contains(value)) return value;
  why = outside(text, range, unit, source);
  return std::nullopt;
}

std::optional<bool> truth(const Node& node, std::string& why) {
  if (node.kind == Node::Kind::scalar && !node.quoted) {
    if (node.text == "true") return true;
    if (node.text == "false") return false;
  }
  why = node.kind == Node::Kind::null ? "has no value; write true or false"
                                      : fmt::format("expected true or false, found {}", described(node));
  if (node.kind == Node::Kind::scalar && !node.quoted && is_switch_of_others(node.text))
    why += " (yes, no, on and off are not accepted: they mean different things to different programs)";
  return std::nullopt;
}

std::optional<std::int64_t> duration(const Node& node, Range range, std::string& why) {
  static constexpr std::string_view help =
      "write weeks or years, such as '8 weeks' or '1 year' (1 year = 52 weeks)";
  if (node.kind != Node::Kind::scalar) {
    why = node.kind == Node::Kind::null
              ? fmt::format("has no value; {}", help)
              : fmt::format("expected a duration, found {}; {}", described(node), help);
    return std::nullopt;
  }
  const std::string_view text = node.text;
  const std::size_t space = text.find(' ');
  const std::string_view number = text.substr(0, space);
  const std::size_t word = text.find_first_not_of(' ', std::min(space, text.size()));
  const std::string_view unit = word == std::string_view::npos ? "" : text.substr(word);
  if (!is_decimal(number) || has_leading_zero(number)) {
    why = fmt::format("'{}' is not a duration; {}", text, help);
    return std::nullopt;
  }
  const bool years = unit == "year" || unit == "years";
  if (!years && unit != "week" && unit != "weeks") {
    why = unit.empty() ? fmt::format("{} has no unit; {}", text, help)
                       : fmt::format("the unit '{}' is not known; {}", unit, help);
    return std::nullopt;
  }
  double count = std::nan("");
  std::from_chars(number.data() + (number[0] == '+' ? 1 : 0), number.data() + number.size(), count);
  const double weeks = count * (years ? static_cast<double>(weeks_per_year) : 1);
  constexpr double rounding = 1e-9;  // what is left over when a decimal number of years is times 52
  if (std::abs(weeks - std::round(weeks)) > rounding) {
    why = fmt::format("{} is not a whole number of weeks, and time goes in whole weeks", text);
    return std::nullopt;
  }
  if (!range.contains(weeks)) {
    why = outside(node.text, range, "weeks", "");
    return std::nullopt;
  }
  return static_cast<std::int64_t>(std::llround(weeks));
}

}  // namespace kindred::scenario
