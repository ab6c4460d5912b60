// Every provider, channel, id and field that the built-in rules name exists in
// the event catalogue of the reference material.
#include <espial/core/arena.h>
#include <espial/core/text.h>
#include <espial/rules/ruleset.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/csv.h"
#include "tests/core/shared_folder.h"

namespace espial::rules {
namespace {

// Events that are documented elsewhere and that the reference lacks.
struct Exception {
  std::string_view origin;  // provider or channel
  uint32_t id;
  std::string_view reason;
};
constexpr Exception kExceptions[] = {
    {"LsaSrv", 40960, "classic source of LSA; documented by its message"},
    {"LsaSrv", 40961, "classic source of LSA; documented by its message"},
    {"Microsoft-Windows-CoreSystem-NetProvision-JoinProviderOnline", 4098,
     "offline domain join applied; known from its message table"},
    {"Microsoft-Windows-CoreSystem-NetProvision-JoinProviderOnline", 4099,
     "offline domain join failed; known from its message table"},
    {"Microsoft-Windows-Security-Kerberos/Operational", 200,
     "the reference has no Kerberos client events"},
    {"Microsoft-Windows-Security-Kerberos/Operational", 300,
     "the reference has no Kerberos client events"},
    {"Microsoft-Windows-ModernDeployment-Diagnostics-Provider/Autopilot", 908,
     "known from Microsoft's documentation only"},
};

// Families of text logs, whose fields their parser documents.
constexpr std::string_view kTextLogs[] = {"IntuneManagementExtension",
                                          "AppWorkload"};

bool IsException(const EventReference& reference) {
  if (std::any_of(std::begin(kTextLogs), std::end(kTextLogs),
                  [&](std::string_view log) {
                    return EqualsFold(log, reference.channel);
                  })) {
    return true;
  }
  if (!reference.id) return false;
  for (const Exception& exception : kExceptions) {
    if (exception.id == *reference.id &&
        (EqualsFold(exception.origin, reference.provider) ||
         EqualsFold(exception.origin, reference.channel))) {
      return true;
    }
  }
  return false;
}

TEST(CatalogReferenceTest, WhatRulesNameExists) {
  const std::filesystem::path path =
      testing::SharedFolder("knowledge/event_catalog.csv");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) GTEST_SKIP() << path << " is not here";
  const std::string text((std::istreambuf_iterator<char>(stream)),
                         std::istreambuf_iterator<char>());
  constexpr std::string_view kColumns[] = {"provider", "guid",    "channel",
                                           "event_id", "version", "level",
                                           "fields",   "message", "source"};
  Arena arena;
  Diagnostics diagnostics;
  std::vector<std::vector<std::string_view>> rows;
  ParseCsv(text, kColumns, &arena, {"csv", &diagnostics},
           [&](std::span<const std::string_view> row, uint32_t) {
             rows.emplace_back(row.begin(), row.end());
           });
  ASSERT_TRUE(diagnostics.empty());
  ASSERT_GT(rows.size(), 1000U);

  // By folded provider or channel, and id: the names of all versions' fields.
  std::map<std::pair<std::string, uint32_t>, std::set<std::string>> fields;
  std::map<std::string, std::set<std::string>> all_fields;
  for (const auto& row : rows) {
    const auto id = ParseUnsigned(row[3]);
    if (!id) continue;
    for (const std::string_view origin : {row[0], row[2]}) {
      if (origin.empty()) continue;
      auto& names = fields[{Fold(origin), static_cast<uint32_t>(*id)}];
      auto& all = all_fields[Fold(origin)];
      std::string_view rest = row[6];
      while (!rest.empty()) {
        const size_t end = std::min(rest.find(';'), rest.size());
        const std::string_view one = rest.substr(0, end);
        names.insert(Fold(one.substr(0, one.find(':'))));
        all.insert(Fold(one.substr(0, one.find(':'))));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
  }
  for (const Exception& exception : kExceptions) {
    EXPECT_FALSE(fields.contains({Fold(exception.origin), exception.id}))
        << exception.origin << " " << exception.id << " needs no exception";
  }
  size_t checked = 0;
  for (const EventReference& reference : RuleSet::BuiltIn().EventReferences()) {
    if (IsException(reference)) continue;
    ++checked;
    // The reference does not know the channel of every event; channels are
    // named after their provider.
    const std::vector<std::string> origins = {
        Fold(reference.provider), Fold(reference.channel),
        Fold(reference.channel.substr(0, reference.channel.find('/')))};
    bool known = false;
    std::set<std::string> names;
    for (const std::string& origin : origins) {
      if (reference.id) {
        const auto found = fields.find({origin, *reference.id});
        if (found == fields.end()) continue;
        known = true;
        names.insert(found->second.begin(), found->second.end());
      } else if (const auto found = all_fields.find(origin);
                 found != all_fields.end()) {
        known = true;
        names.insert(found->second.begin(), found->second.end());
      }
    }
    const std::string what =
        reference.file + ": " +
        (reference.id ? "event " + std::to_string(*reference.id) : "events") +
        " of " + reference.provider + " in " + reference.channel;
    EXPECT_TRUE(known) << what << " are not in the reference";
    if (!known) continue;
    for (const std::string& field : reference.fields) {
      // The unnamed strings of a classic event; the reference names them after
      // their place instead.
      if (field == "Data") continue;
      EXPECT_TRUE(names.contains(Fold(field)))
          << what << " have no field " << field;
    }
  }
  EXPECT_GT(checked, 0U);
}

}  // namespace
}  // namespace espial::rules
