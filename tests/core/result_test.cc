#include <espial/core/result.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "tests/core/matchers.h"

namespace espial {
namespace {

Error SomeError() {
  return {Errc::kBadValue, "count", 16, "expected 1, found 2"};
}

TEST(ErrcName, EveryCodeHasItsOwnName) {
  constexpr Errc kAll[] = {
      Errc::kTruncated, Errc::kBadMagic,    Errc::kBadChecksum,
      Errc::kBadValue,  Errc::kUnsupported, Errc::kLimitExceeded,
      Errc::kNotFound,  Errc::kIo,          Errc::kInvalidArgument};
  std::set<std::string_view> names;
  for (const Errc code : kAll) {
    EXPECT_NE(ErrcName(code), "unknown");
    EXPECT_TRUE(names.insert(ErrcName(code)).second) << ErrcName(code);
  }
  EXPECT_EQ(ErrcName(Errc::kTruncated), "truncated");
  EXPECT_EQ(ErrcName(Errc::kLimitExceeded), "limit exceeded");
}

TEST(Error, SaysWhatWhereAndWhy) {
  const struct {
    Error error;
    const char* want;
  } cases[] = {
      {{Errc::kTruncated, "last_chunk", 16, "need 8 bytes, have 4"},
       "truncated: last_chunk at offset 16: need 8 bytes, have 4"},
      {{Errc::kBadMagic, "file header", 0, {}},
       "bad magic: file header at offset 0"},
      {{Errc::kLimitExceeded, "members", uint64_t{1} << 40U, "limit 5"},
       "limit exceeded: members at offset 1099511627776: limit 5"},
      // These three speak of a file or a call, which has no offset.
      {{Errc::kIo, "/a", 0, "cannot open: Permission denied"},
       "input/output: /a: cannot open: Permission denied"},
      {{Errc::kNotFound, "/a", 0, {}}, "not found: /a"},
      {{Errc::kInvalidArgument, "no path was given", 0, {}},
       "invalid argument: no path was given"},
  };
  for (const auto& c : cases) EXPECT_EQ(c.error.ToString(), c.want);
}

TEST(Error, ComparesAllMembers) {
  EXPECT_EQ(SomeError(), SomeError());
  Error other = SomeError();
  other.detail = "expected 1, found 3";
  EXPECT_NE(SomeError(), other);
  other = SomeError();
  other.offset = 17;
  EXPECT_NE(SomeError(), other);
  other = SomeError();
  other.what = "size";
  EXPECT_NE(SomeError(), other);
  other = SomeError();
  other.code = Errc::kTruncated;
  EXPECT_NE(SomeError(), other);
}

TEST(Result, HoldsAValueOrAnError) {
  Result<std::string> good = std::string("text");
  ASSERT_TRUE(good.has_value());
  EXPECT_TRUE(static_cast<bool>(good));
  EXPECT_EQ(*good, "text");
  EXPECT_EQ(good->size(), 4U);
  good->push_back('!');
  EXPECT_EQ(good.value(), "text!");

  const Result<std::string> bad = SomeError();
  ASSERT_FALSE(bad.has_value());
  EXPECT_FALSE(static_cast<bool>(bad));
  EXPECT_EQ(bad.error(), SomeError());
}

TEST(Result, MovesItsValueOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> taken = *std::move(result);
  ASSERT_NE(taken, nullptr);
  EXPECT_EQ(*taken, 7);

  Result<std::unique_ptr<int>> bad = SomeError();
  EXPECT_EQ(std::move(bad).error(), SomeError());
}

TEST(Status, IsOkByDefault) {
  EXPECT_THAT(Status(), IsOk());
  EXPECT_THAT(Status(SomeError()), HasError(Errc::kBadValue, "count", 16));
  Status bad = SomeError();
  EXPECT_EQ(std::move(bad).error(), SomeError());
}

Status TryTwice(const Status& first, const Status& second, int* steps) {
  *steps = 0;
  ESPIAL_TRY(first);
  *steps = 1;
  ESPIAL_TRY(second);
  *steps = 2;
  return {};
}

TEST(EspialTry, ReturnsTheFirstErrorAndStopsThere) {
  int steps = 0;
  EXPECT_THAT(TryTwice({}, {}, &steps), IsOk());
  EXPECT_EQ(steps, 2);
  EXPECT_THAT(TryTwice({}, SomeError(), &steps),
              HasError(Errc::kBadValue, "count", 16));
  EXPECT_EQ(steps, 1);
  EXPECT_THAT(TryTwice(SomeError(), Error{Errc::kIo, "later", 0, {}}, &steps),
              HasError(Errc::kBadValue, "count", 16));
  EXPECT_EQ(steps, 0);
}

TEST(EspialTry, IsOneStatement) {
  // Without braces on purpose: the macro must not swallow the else.
  const auto branch = [](bool first) -> Status {
    if (first)
      ESPIAL_TRY(Status(SomeError()));
    else
      return Error{Errc::kIo, "else", 0, {}};
    return {};
  };
  EXPECT_THAT(branch(true), HasError(Errc::kBadValue, "count", 16));
  EXPECT_THAT(branch(false), HasError(Errc::kIo, "else", 0));
}

Result<std::unique_ptr<int>> MakeInt(int value) {
  if (value < 0) return SomeError();
  return std::make_unique<int>(value);
}

Result<int> AddInts(int a, int b) {
  // Two in one function: the names that the macro makes must not clash. A
  // move-only value must pass through it.
  ESPIAL_TRY_ASSIGN(const auto first, MakeInt(a));
  ESPIAL_TRY_ASSIGN(const std::unique_ptr<int> second, MakeInt(b));
  std::unique_ptr<int> third;
  ESPIAL_TRY_ASSIGN(third, MakeInt(1));
  return *first + *second + *third;
}

TEST(EspialTryAssign, DeclaresOrReturnsTheError) {
  const auto good = AddInts(2, 3);
  ASSERT_THAT(good, IsOk());
  EXPECT_EQ(*good, 6);
  EXPECT_THAT(AddInts(-1, 3), HasError(Errc::kBadValue, "count", 16));
  EXPECT_THAT(AddInts(2, -1), HasError(Errc::kBadValue, "count", 16));
}

}  // namespace
}  // namespace espial
