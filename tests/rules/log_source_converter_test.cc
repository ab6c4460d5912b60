// Log sources of SigmaHQ's tools as Espial's.
#include <espial/rules/log_source_converter.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/engine/log_sources.h"

namespace espial::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kThor =
    "title: THOR\n"
    "logsources:\n"
    "  creation_sysmon:\n"
    "    category: process_creation\n"
    "    product: windows\n"
    "    conditions: { EventID: 1 }\n"
    "    rewrite: { product: windows, service: sysmon }\n"
    "  creation_security:\n"
    "    category: process_creation\n"
    "    product: windows\n"
    "    conditions: { EventID: [4688, 4689], Kind: it's }\n"
    "    rewrite: { product: windows, service: security }\n"
    "    fieldmappings: { Image: NewProcessName }\n"
    "  applocker:\n"
    "    product: windows\n"
    "    service: applocker\n"
    "    sources: ['WinEventLog:A/One, two', 'WinEventLog:B', 'File:c.log']\n"
    "  linux:\n"
    "    product: linux\n"
    "    sources: [File:/var/log/messages]\n"
    "  strange:\n"
    "    product: windows\n"
    "    service: strange\n"
    "    search: x\n";

TEST(LogSourceConverterTest, WhatItWritesLoadsAsTheSame) {
  const ConvertedLogSources out =
      ConvertLogSources({"thor.yml", std::string(kThor)});
  EXPECT_EQ(out.services, 1U);
  EXPECT_EQ(out.categories, 1U);
  std::vector<std::string> left_out;
  for (const Diagnostic& one : out.left_out) left_out.push_back(one.ToString());
  EXPECT_THAT(
      left_out,
      ElementsAre(
          HasSubstr("thor.yml:14:3: L101 'applocker' is left out: 'File:c.log' "
                    "is no event log"),
          HasSubstr("L101 'linux' is left out: it is about linux"),
          HasSubstr("L102 'strange' is left out: the key 'search'")));

  LogSources sources;  // with what the built-in ones have
  sources.services["sysmon"] = {"Sysmon"};
  sources.services["security"] = {"Security"};
  Diagnostics diagnostics;
  AddLogSources(out.yaml, {"out.yml", &diagnostics}, &sources);
  EXPECT_TRUE(diagnostics.empty()) << out.yaml;
  EXPECT_THAT(sources.services["applocker"], ElementsAre("A/One, two", "B"));
  const auto& places = sources.categories["process_creation"];
  ASSERT_EQ(places.size(), 2U) << out.yaml;
  EXPECT_THAT(places[0].ids, ElementsAre(1U));
  EXPECT_THAT(places[1].ids, ElementsAre(4688U, 4689U));
  ASSERT_EQ(places[1].where.size(), 1U);
  EXPECT_EQ(places[1].where[0].second, "it's");
  EXPECT_EQ(places[1].fields.size(), 1U);
}

TEST(LogSourceConverterTest, WhatIsNoSuchFileIsSaidToBe) {
  const ConvertedLogSources list = ConvertLogSources({"x.yml", "- a\n"});
  EXPECT_EQ(list.yaml, "");
  ASSERT_EQ(list.left_out.size(), 1U);
  EXPECT_EQ(list.left_out[0].code, "E005");
  EXPECT_EQ(ConvertLogSources({"x.yml", "a: [\n"}).left_out.at(0).code, "E001");
}

}  // namespace
}  // namespace espial::rules
