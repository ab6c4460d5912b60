// Runs the parser over a hive with its logs beside it.
#pragma once

#include <espial/core/text.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/parsers/support/parse.h"

namespace espial::registry_hive {

extern const Parser kParser;

namespace testing {

using Siblings = std::map<std::string, std::string>;

inline std::shared_ptr<const Source> SourceOf(std::string name,
                                              std::string_view bytes) {
  const Bytes view = AsBytes(bytes);
  return Source::FromBytes(std::move(name),
                           std::vector<std::byte>(view.begin(), view.end()));
}

inline std::unique_ptr<espial::testing::Parsed> ParseHive(
    std::string_view bytes, const Siblings& siblings = {},
    const Limits& limits = {}, const std::string& name = "TEST") {
  const auto source = SourceOf("bundle.cab!" + name, bytes);
  Budget budget(limits);
  Executor executor(1);
  const auto sibling =
      [&](std::string_view wanted) -> std::shared_ptr<const Source> {
    for (const auto& [beside, content] : siblings) {
      if (EqualsFold(beside, wanted)) {
        return SourceOf("bundle.cab!" + beside, content);
      }
    }
    return nullptr;
  };
  const ParseContext context{limits, budget, executor, sibling};
  auto parsed = std::make_unique<espial::testing::Parsed>(limits);
  parsed->status = kParser.parse(*source, context, parsed->kept);
  parsed->kept.Finish();
  return parsed;
}

}  // namespace testing
}  // namespace espial::registry_hive
