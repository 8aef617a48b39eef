#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>
#include <utility>

#include "sim/sweep/design_rows.hpp"
#include "sim/sweep/priors.hpp"
#include "tests/unit/config_problems.hpp"

using namespace kindred;
using namespace kindred::sweep;
using namespace kindred::support;

TEST_CASE("a broken list is refused with line and column of everything wrong") {
  const auto text = [](const std::string& csv) {
    return problems_of([&] { parse_design_rows(csv, "r.csv"); });
  };
  CHECK(contains(text(""), "r.csv:1:1: an empty file"));
  CHECK(contains(text("\n \n"), "r.csv:1:1: an empty file"));
  CHECK(contains(text("a,b\n"), "r.csv:1:1: a header and no point"));
  const std::string all = text("a,b,a,\n1,2,3\n1,nan,3,4\n,2,3,\"x\"\n1,2,3,1e999\n\n1,2,3,4\n");
  CHECK(contains(all, "r.csv:1:5: a: heads two columns"));
  CHECK(contains(all, "r.csv:1:7: a column without a heading"));
  CHECK(contains(all, "r.csv:2:5: 3 cell(s) where the header has 4"));
  CHECK(contains(all, "r.csv:3:3: b: nan is not a finite number"));
  CHECK(contains(all, "r.csv:4:1: a: an empty cell"));
  CHECK(contains(all, "r.csv:4:6: column 4: \"x\": quotes are not read here"));
  CHECK(contains(all, "r.csv:5:7: column 4: 1e999 is not a finite number"));
  CHECK(contains(all, "r.csv:6:1: 1 cell(s) where the header has 4"));
  CHECK_FALSE(contains(all, "r.csv:7"));
  CHECK(text("a,b\n1,2\n") == "no problem");
}

TEST_CASE("priors give their quantiles and stay inside their range") {
  const auto at = [](std::string_view name, std::vector<double> numbers, double u) {
    return value_at(prior_named(name, numbers), u).number;
  };
  CHECK(at("uniform", {2, 6}, 0.25) == 3);
  CHECK(std::abs(at("loguniform", {1e-3, 10}, 0.5) - 0.1) < 1e-15);
  CHECK(std::abs(at("normal", {10, 2, 4, 16}, 0.5) - 10) < 1e-12);
  CHECK(std::abs(at("lognormal", {0, 1}, 0.975) - std::exp(1.9599639845400545)) < 1e-11);
  CHECK(at("normal", {0, 1, -2, 2}, 0) == -2);
  CHECK(at("normal", {0, 1, -2, 2}, 1) == 2);
  CHECK(at("lognormal", {0, 1}, 0) == 0);
  double before = 19;
  for (int i = 0; i <= 1000; ++i) {  // far in a tail, where 1 - F would have no digit left
    const double x = at("normal", {0, 1, 20, 21}, i / 1000.0);
    CHECK((x >= 20 && x <= 21 && x > before));
    before = x;
  }
}

TEST_CASE("whole numbers and names own bins of equal width") {
  const Prior dice = prior_named("integer", std::vector<double>{1, 6});
  std::vector<int> counts(7);
  for (int i = 0; i < 6000; ++i) ++counts[static_cast<std::size_t>(value_at(dice, (i + .5) / 6000).number)];
  for (std::size_t face = 1; face < 7; ++face) CHECK(counts[face] == 1000);
  CHECK(value_at(dice, 1).text == "6");
  const Prior names = prior_named("choice", {}, {"a", "b"});
  CHECK(value_at(names, 0.4999).text == "a");
  CHECK(value_at(names, 0.5).text == "b");
}

TEST_CASE("a prior that cannot be is refused with the reason") {
  const auto text = [](std::string_view name, std::vector<double> numbers,
                       std::vector<std::string> names = {}) {
    return problems_of([&] { prior_named(name, numbers, names); });
  };
  CHECK(contains(text("unifrom", {0, 1}), "did you mean 'uniform'?"));
  CHECK(contains(text("uniform", {1, 1}), "low 1 is not below high 1"));
  CHECK(contains(text("uniform", {0, NAN}), "is not below"));
  CHECK(contains(text("uniform", {0}), "takes low, high; 1 number(s) given"));
  CHECK(contains(text("loguniform", {0, 1}), "low 0 is not above 0"));
  CHECK(contains(text("normal", {0, 1}), "takes mean, sd, low, high"));
  CHECK(contains(text("normal", {0, 0, 0, 1}), "sd 0 is not above 0"));
  CHECK(contains(text("normal", {0, 1, 50, 51}), "no probability"));
  CHECK(contains(text("lognormal", {0, 1, -1, 2}), "low -1 is below 0"));
  CHECK(contains(text("integer", {0.5, 2}), "0.5 is not a whole number"));
  CHECK(contains(text("choice", {}, {"a", "a"}), "'a' is listed twice"));
  CHECK(contains(text("choice", {1, 2}), "takes names"));
  CHECK(contains(text("uniform", {0, 1}, {"a"}), "not names"));
  CHECK(text("integer", {3, 3}) == "no problem");
}

TEST_CASE("a list just over its limits is refused before its points are made") {
  const auto text = [](const std::string& csv) {
    return problems_of([&] { parse_design_rows(csv, "r.csv"); });
  };
  const auto columns = [](std::size_t n) {
    std::string head = "c0", row = "1";
    for (std::size_t i = 1; i < n; ++i) {
      head += ",c" + std::to_string(i);
      row += ",1";
    }
    return std::pair(head + "\n", row + "\n");
  };
  const auto [head, row] = columns(most_columns);
  CHECK(text(head + row) == "no problem");
  const auto [wide, long_row] = columns(most_columns + 1);
  CHECK(contains(text(wide + long_row), "r.csv:1:1: 1001 columns; a sweep varies at most 1000 keys"));
  CHECK(
      contains(text(head + row.substr(0, row.size() - 1) + ",1,1,1\n"), "r.csv:2:2001: 1001 cell(s) where"));
  std::string many = head;
  for (std::size_t i = 0; i <= most_cells / most_columns; ++i) many += row;
  CHECK(contains(text(many), "r.csv:1:1: 4001 points with 1000 values each; a file holds at most 4000000"));
  std::string rows = "a\n";
  for (std::size_t i = 0; i <= most_rows; ++i) rows += "1\n";
  CHECK(contains(text(rows), "r.csv:1000002:1: 1000001 points; a file holds at most 1000000"));
  std::string bad = "a\n";
  for (std::size_t i = 0; i < 2 * most_row_problems; ++i) bad += "nan\n";
  CHECK(contains(text(bad), "r.csv:101:1"));
  CHECK_FALSE(contains(text(bad), "r.csv:102:1"));
}
