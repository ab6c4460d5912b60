#include <espial/core/time.h>
#include <espial/model/value.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace espial {
namespace {

using namespace std::string_view_literals;

Value Number(ValueType type, uint64_t number) { return {type, number, {}}; }
Value Text(ValueType type, std::string_view text) { return {type, 0, text}; }
Value Float(double number) {
  return {ValueType::kFloat, std::bit_cast<uint64_t>(number), {}};
}
Value Int(int64_t number) {
  return {ValueType::kInt, static_cast<uint64_t>(number), {}};
}

TEST(AppendText, EveryType) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  const struct {
    const char* why;
    Value value;
    std::string_view want;
  } cases[] = {
      {"null", Value(), ""},
      {"string", Value::String("a \xE2\x82\xAC\n"), "a \xE2\x82\xAC\n"},
      {"empty string", Value::String(""), ""},
      {"zero", Int(0), "0"},
      {"negative", Int(-2145647630), "-2145647630"},
      {"least", Int(std::numeric_limits<int64_t>::min()),
       "-9223372036854775808"},
      {"greatest", Int(std::numeric_limits<int64_t>::max()),
       "9223372036854775807"},
      {"unsigned", Value::UInt(2149319666), "2149319666"},
      {"greatest unsigned", Value::UInt(kMax), "18446744073709551615"},
      {"false", Number(ValueType::kBool, 0), "false"},
      {"true", Number(ValueType::kBool, 1), "true"},
      {"true in other bits", Number(ValueType::kBool, 2), "true"},
      {"hex32", Number(ValueType::kHex32, 0x801C03F2), "0x801c03f2"},
      {"hex32, no padding", Number(ValueType::kHex32, 0x1F), "0x1f"},
      {"hex zero", Number(ValueType::kHex32, 0), "0x0"},
      {"hex64", Number(ValueType::kHex64, kMax), "0xffffffffffffffff"},
      {"time", Number(ValueType::kTime, 133662026451234567),
       "2024-07-23T10:04:05.1234567Z"},
      {"time zero", Number(ValueType::kTime, 0),
       "1601-01-01T00:00:00.0000000Z"},
      {"guid", Text(ValueType::kGuid, "{54849625-5478-4994-a5ba-3e3b0328c30d}"),
       "{54849625-5478-4994-a5ba-3e3b0328c30d}"},
      {"sid", Text(ValueType::kSid, "S-1-5-18"), "S-1-5-18"},
      {"binary", Text(ValueType::kBinary, "\x00\x0F\xA0\xFF"sv), "000FA0FF"},
      {"empty binary", Text(ValueType::kBinary, ""), ""},
      {"xml", Text(ValueType::kXml, "<a b=\"c\"/>"), "<a b=\"c\"/>"},
      {"list", Text(ValueType::kList, "one\ntwo"), "one\ntwo"},
      {"float", Float(0.1), "0.1"},
      {"whole float", Float(3.0), "3"},
      {"negative float", Float(-2.5), "-2.5"},
      {"small float", Float(1e-300), "1e-300"},
      {"largest float", Float(std::numeric_limits<double>::max()),
       "1.7976931348623157e+308"},
      {"infinity", Float(std::numeric_limits<double>::infinity()), "inf"},
      {"negative infinity", Float(-std::numeric_limits<double>::infinity()),
       "-inf"},
      {"not a number", Float(std::numeric_limits<double>::quiet_NaN()), "nan"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ToText(c.value), c.want) << c.why;
    std::string out = "before ";
    AppendText(c.value, &out);
    EXPECT_EQ(out, "before " + std::string(c.want)) << c.why;
  }
}

TEST(Value, NullIsNotEmpty) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_FALSE(Value::String("").is_null());
}

TEST(Value, KnowsWhichTypesAreNumbers) {
  const struct {
    ValueType type;
    std::string_view name;
    bool number;
  } cases[] = {
      {ValueType::kNull, "null", false},
      {ValueType::kString, "string", false},
      {ValueType::kInt, "int", true},
      {ValueType::kUInt, "uint", true},
      {ValueType::kFloat, "float", false},
      {ValueType::kBool, "bool", true},
      {ValueType::kHex32, "hex32", true},
      {ValueType::kHex64, "hex64", true},
      {ValueType::kTime, "time", false},
      {ValueType::kGuid, "guid", false},
      {ValueType::kSid, "sid", false},
      {ValueType::kBinary, "binary", false},
      {ValueType::kXml, "xml", false},
      {ValueType::kList, "list", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ValueTypeName(c.type), c.name);
    EXPECT_EQ(Number(c.type, 1).is_number(), c.number) << c.name;
  }
}

}  // namespace
}  // namespace espial
