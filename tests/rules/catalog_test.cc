#include "rules/engine/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/engine/csv.h"
#include "rules/engine/error_code.h"

namespace espial::rules {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> Keys(std::string_view text) {
  std::vector<std::string> out;
  for (const CodeKey& key : CodeKeys(text)) out.push_back(key.key);
  return out;
}

TEST(ErrorCodeTest, EverySpellingIsOneCode) {
  for (const char* text :
       {"0x801c03f2", "0X801C03F2", "2149319666", "-2145647630", " 0x801c03f2 ",
        "0xffffffff801c03f2"}) {
    ASSERT_FALSE(Keys(text).empty()) << text;
    EXPECT_EQ(Keys(text)[0], "0x801c03f2") << text;
  }
  EXPECT_THAT(Keys("AADSTS50034"), ElementsAre("AADSTS50034"));
  EXPECT_THAT(Keys("aadsts50034: no such user"), ElementsAre("AADSTS50034"));
  for (const char* text : {"", "x", "0x", "AADSTS", "12345678901", "1.5",
                           "-2147483649", "0x100000000"}) {
    EXPECT_THAT(Keys(text), IsEmpty()) << text;
  }
}

TEST(ErrorCodeTest, CodesWithinCodes) {
  EXPECT_THAT(Keys("0x80070774"),
              ElementsAre("0x80070774", "0x00000774", "1908"));
  EXPECT_THAT(Keys("1603"), ElementsAre("1603", "0x00000643"));
  EXPECT_THAT(Keys("0x643"), ElementsAre("0x00000643", "1603"));
  EXPECT_THAT(Keys("0x80190193"),
              ElementsAre("0x80190193", "0x00000193", "403"));
  EXPECT_THAT(Keys("0xcaa82ee2"),
              ElementsAre("0xcaa82ee2", "0x00002ee2", "12002"));
  EXPECT_THAT(Keys("0xcaa30193"), ElementsAre("0xcaa30193", "0x80190193"));
  EXPECT_EQ(CodeFamily(0x801c03f2), "device registration and Windows Hello");
  EXPECT_EQ(CodeFamily(0xc0048512), "cloud sign-on provider");
  EXPECT_EQ(CodeFamily(0xc000006d), "NTSTATUS");
  EXPECT_EQ(CodeFamily(0x12345678), "");
}

Catalog TestCatalog() {
  Diagnostics diagnostics;
  const Reporter reporter = {"t", &diagnostics};
  Catalog catalog;
  catalog.AddErrorCodes(
      "code,symbol,area,meaning,advice\n"
      "0x00000774,ERROR_NO_DC,join,\"No \"\"DC\"\", at all.\",Check.\n"
      "0xc000006d,STATUS_LOGON_FAILURE,logon,Refused.,\n"
      "1603,FATAL,msi,Failed.,\n1603,FATAL,ime,Failed here.,\n"
      "AADSTS50034,,entra,No such user.,Use another.\n",
      reporter);
  catalog.AddEvents(
      "provider,guid,channel,id,version,level,fields,title\n"
      "P,,P/Admin,1,0,Error,State:UInt32,It happened\n"
      "P,,P/Analytic,1,1,Error,,\nP,,P/Analytic,2,0,,,\nP,,P/Op,3,0,,,\n",
      reporter);
  catalog.AddMaps(
      "provider,id,version,field,value,name\nP,1,0,State,0x1,started\n"
      "P,1,0,State,0x3,timed out\nP,1,0,Flags,0x1,a\nP,1,0,Flags,0x2,b\n"
      "P,1,0,Flags,0x4,c\n",
      reporter);
  for (const Diagnostic& d : diagnostics.Sorted()) {
    ADD_FAILURE() << d.ToString();
  }
  return catalog;
}

TEST(CatalogTest, DecodesValues) {
  const Catalog catalog = TestCatalog();
  Event event;
  event.provider = "p";
  event.id = 1;
  const auto decode = [&](std::string_view name, Value value) {
    return catalog.Decode(event, {name, value});
  };
  EXPECT_EQ(decode("state", Value::UInt(3)), "timed out");
  EXPECT_EQ(decode("State", Value::String("0x1")), "started");
  EXPECT_EQ(decode("State", Value::UInt(2)), "");
  EXPECT_EQ(decode("Flags", Value::UInt(5)), "a | c");
  EXPECT_EQ(decode("Flags", Value::UInt(8)), "");
  EXPECT_EQ(decode("HRESULT", Value::UInt(0x80070774)), "ERROR_NO_DC");
  EXPECT_EQ(decode("Status", {ValueType::kInt, 0xFFFFFFFFC000006D, {}}),
            "STATUS_LOGON_FAILURE");
  EXPECT_EQ(decode("ErrorCode", Value::UInt(1908)), "ERROR_NO_DC");
  EXPECT_EQ(decode("Count", Value::UInt(1908)), "");
  // The same small number means other things elsewhere.
  EXPECT_EQ(decode("ErrorCode", Value::UInt(1603)), "");
  EXPECT_EQ(decode("Text", Value::String("failed: AADSTS50034 x")),
            "No such user.");
  event.version = 7;
  EXPECT_EQ(decode("State", Value::UInt(3)), "");
}

TEST(CatalogTest, ExplainsCodesAndTheirFamilies) {
  const Catalog catalog = TestCatalog();
  const auto whole = catalog.ExplainCode("0x80070774");
  ASSERT_EQ(whole.size(), 2U);
  EXPECT_EQ(whole[0].key, "0x80070774");
  EXPECT_THAT(whole[0].meaning, HasSubstr("Win32"));
  EXPECT_EQ(whole[1].title, "ERROR_NO_DC");
  EXPECT_EQ(whole[1].meaning, "No \"DC\", at all.");
  EXPECT_THAT(whole[1].advice, ElementsAre("Check."));
  EXPECT_THAT(whole[1].details,
              ElementsAre("Win32 code 1908 within the HRESULT"));
  EXPECT_EQ(catalog.ExplainCode("1603").size(), 2U);
  EXPECT_EQ(catalog.ExplainCode("-1073741715")[0].title,
            "STATUS_LOGON_FAILURE");
  EXPECT_EQ(catalog.ExplainCode("AADSTS50034: x")[0].meaning, "No such user.");
  EXPECT_THAT(catalog.ExplainCode("AADSTS1"), IsEmpty());
  EXPECT_THAT(catalog.ExplainCode("nonsense"), IsEmpty());
}

TEST(CatalogTest, ChannelsOfAProvider) {
  const Catalog catalog = TestCatalog();
  EXPECT_THAT(catalog.ChannelsOf("p", {}), ElementsAre("P/Admin", "P/Op"));
  const std::vector<uint64_t> one = {1};
  EXPECT_THAT(catalog.ChannelsOf("P", one), ElementsAre("P/Admin"));
  const std::vector<uint64_t> two = {2};
  EXPECT_THAT(catalog.ChannelsOf("P", two), ElementsAre("P/Analytic"));
  EXPECT_THAT(catalog.ChannelsOf("Q", {}), IsEmpty());
  EXPECT_EQ(catalog.EventTitle("P", 1), "It happened");
  EXPECT_EQ(catalog.EventTitle("P", 9), "");
}

TEST(BuiltInCatalogTest, ExplainsEveryKindOfKey) {
  const RuleSet& rules = RuleSet::BuiltIn();
  EXPECT_FALSE(rules.Explain("0xc000006d").empty());
  EXPECT_FALSE(rules.Explain("AADSTS50034").empty());
  EXPECT_FALSE(rules.Explain("Microsoft-Windows-AAD:1098").empty());
  EXPECT_TRUE(rules.Explain("there is no such thing").empty());
}

}  // namespace
}  // namespace espial::rules
