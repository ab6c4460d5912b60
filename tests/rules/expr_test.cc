#include "rules/engine/expr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace espial::rules {
namespace {

constexpr Tri F = Tri::kFalse;
constexpr Tri U = Tri::kUnknown;
constexpr Tri T = Tri::kTrue;

TEST(KleeneTest, Tables) {
  const std::vector<Tri> all = {F, U, T};
  const Tri and_table[3][3] = {{F, F, F}, {F, U, U}, {F, U, T}};
  const Tri or_table[3][3] = {{F, U, T}, {U, U, T}, {T, T, T}};
  for (size_t a = 0; a < 3; ++a) {
    for (size_t b = 0; b < 3; ++b) {
      EXPECT_EQ(And(all[a], all[b]), and_table[a][b]) << a << b;
      EXPECT_EQ(Or(all[a], all[b]), or_table[a][b]) << a << b;
    }
  }
  EXPECT_EQ(Not(F), T);
  EXPECT_EQ(Not(U), U);
  EXPECT_EQ(Not(T), F);
}

struct ExprCase {
  const char* text;
  Tri a, b, c;
  Tri expected;
};

class ExprValueTest : public testing::TestWithParam<ExprCase> {};

TEST_P(ExprValueTest, Evaluates) {
  const std::vector<std::string> names = {"sel_a", "sel_b", "_c"};
  const ExprCase& test = GetParam();
  ExprError error;
  const auto expr = ParseExpr(test.text, names, &error);
  ASSERT_TRUE(expr) << error.message;
  const Tri values[] = {test.a, test.b, test.c};
  EXPECT_EQ(expr->Evaluate([&](uint32_t i) { return values[i]; }),
            test.expected)
      << test.text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, ExprValueTest,
    testing::Values(
        ExprCase{"sel_a", T, F, F, T}, ExprCase{"not sel_a", U, F, F, U},
        ExprCase{"not not sel_a", T, F, F, T},
        ExprCase{"sel_a and sel_b", U, F, F, F},
        ExprCase{"sel_a and sel_b", U, T, F, U},
        ExprCase{"sel_a or sel_b", U, F, F, U},
        ExprCase{"sel_a or sel_b", U, T, F, T},
        // "and" binds closer than "or", "not" closest.
        ExprCase{"sel_a or sel_b and _c", T, F, F, T},
        ExprCase{"(sel_a or sel_b) and _c", T, F, F, F},
        ExprCase{"not sel_a and sel_b", F, F, F, F},
        ExprCase{"not (sel_a and sel_b)", T, F, F, T},
        ExprCase{"1 of sel*", F, T, F, T}, ExprCase{"1 of sel_?", F, F, T, F},
        ExprCase{"all of sel*", T, U, F, U},
        // Names that begin with '_' are not part of "them".
        ExprCase{"1 of them", F, F, T, F}, ExprCase{"all of them", T, T, F, T},
        ExprCase{"1 of _*", F, F, T, T}, ExprCase{"not 1 of sel*", F, U, F, U},
        ExprCase{"sel_a\n  and\tsel_b", T, T, F, T}));

struct ExprErrorCase {
  const char* text;
  const char* code;
  size_t offset;
  const char* message;
};

class ExprErrorTest : public testing::TestWithParam<ExprErrorCase> {};

TEST_P(ExprErrorTest, IsRefusedWithPlace) {
  const std::vector<std::string> names = {"selection", "filter"};
  ExprError error;
  EXPECT_FALSE(ParseExpr(GetParam().text, names, &error));
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_EQ(error.offset, GetParam().offset);
  EXPECT_THAT(error.message, testing::HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Table, ExprErrorTest,
    testing::Values(
        ExprErrorCase{"selectoin", "E010", 0, "did you mean 'selection'?"},
        ExprErrorCase{"selection and", "E009", 13, "ends too early"},
        ExprErrorCase{"selection adn filter", "E009", 10,
                      "found 'adn' (did you mean 'and'?)"},
        ExprErrorCase{"(selection", "E009", 10, "')' is missing"},
        ExprErrorCase{"selection)", "E009", 9, "found ')'"},
        ExprErrorCase{"2 of them", "E009", 0, "'1 of' or 'all of'"},
        ExprErrorCase{"1 of sel", "E010", 5, "no name fits 'sel'"},
        ExprErrorCase{"selection | count() > 3", "E023", 10, "pipe syntax"},
        ExprErrorCase{"and", "E009", 0, "expected a name"},
        ExprErrorCase{"selection & filter", "E009", 10, "found '&'"}));

TEST(ExprTest, DepthIsBounded) {
  const std::vector<std::string> names = {"a"};
  ExprError error;
  const std::string deep =
      std::string(1000, '(') + "a" + std::string(1000, ')');
  EXPECT_FALSE(ParseExpr(deep, names, &error));
  EXPECT_EQ(error.code, "E026");
  std::string nots;
  for (int i = 0; i < 1000; ++i) nots += "not ";
  EXPECT_FALSE(ParseExpr(nots + "a", names, &error));
  EXPECT_EQ(error.code, "E026");
}

TEST(ExprTest, LengthIsBounded) {
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back("n" + std::to_string(i));
  std::string text = "1 of them";
  for (int i = 0; i < 100; ++i) text += " or 1 of them";
  ExprError error;
  EXPECT_FALSE(ParseExpr(text, names, &error));
  EXPECT_EQ(error.code, "E026");
}

TEST(ExprTest, WhatIsAddedStandsSideBySide) {
  const std::vector<std::string> names = {"a"};
  ExprError error;
  auto expr = ParseExpr("a", names, &error);
  ASSERT_TRUE(expr);
  const auto one = ParseExpr("not a", names, &error);
  ASSERT_TRUE(one);
  for (uint32_t i = 1; i <= 3; ++i) expr->AddAnd(*one, i);
  EXPECT_EQ(expr->root().children.size(), 4U);
  const auto value = [&](uint32_t wrong) {
    return expr->Evaluate([&](uint32_t operand) {
      return ToTri((operand == 0) != (operand == wrong));
    });
  };
  EXPECT_EQ(value(9), Tri::kTrue);
  for (uint32_t wrong = 0; wrong < 4; ++wrong) {
    EXPECT_EQ(value(wrong), Tri::kFalse) << wrong;
  }
}

}  // namespace
}  // namespace espial::rules
