// Runs an archive parser over bytes in memory and keeps what came out.
#pragma once

#include <espial/core/executor.h>
#include <espial/core/limits.h>
#include <espial/core/text.h>
#include <espial/model/sink.h>
#include <espial/model/timeline.h>
#include <espial/parsers/parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace espial::archive {

struct Outcome {
  Status status;
  std::vector<Child> children;
  std::vector<Damage> damage;
  std::string note;
  // "name|type|data" of every fact.
  std::vector<std::string> facts;

  // Names of the members that were read, at least in part, in order.
  [[nodiscard]] std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const Child& child : children) {
      if (child.source != nullptr) names.push_back(child.name);
    }
    return names;
  }
  // Names of the members that were listed and not read.
  [[nodiscard]] std::vector<std::string> Unread() const {
    std::vector<std::string> names;
    for (const Child& child : children) {
      if (child.source == nullptr) names.push_back(child.name);
    }
    return names;
  }
  // The bytes of the first member of this name that was read.
  [[nodiscard]] std::string Content(std::string_view name) const {
    for (const Child& child : children) {
      if (child.name == name && child.source != nullptr) {
        return std::string(AsChars(child.source->bytes()));
      }
    }
    return "<no such member>";
  }
  [[nodiscard]] std::string NoteOf(std::string_view name) const {
    for (const Child& child : children) {
      if (child.name == name) return child.note;
    }
    return "<no such member>";
  }
  // One line a damage: "code|what|lossy or odd|detail".
  [[nodiscard]] std::vector<std::string> Damages() const {
    std::vector<std::string> lines;
    for (const Damage& d : damage) {
      lines.push_back(std::string(ErrcName(d.error.code)) + "|" + d.error.what +
                      "|" + (d.lossy ? "lossy" : "odd") + "|" + d.error.detail);
    }
    return lines;
  }
  [[nodiscard]] bool AnyLossy() const {
    for (const Damage& d : damage) {
      if (d.lossy) return true;
    }
    return false;
  }
};

// Files that lie beside the one being parsed.
using Beside = std::map<std::string, std::shared_ptr<const Source>>;

inline std::vector<std::byte> ToVector(std::string_view text) {
  const Bytes bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

inline Outcome RunParser(const Parser& parser, std::string_view bytes,
                         const Limits& limits = {},
                         const std::string& name = "a",
                         const Beside& beside = {}) {
  const auto source = Source::FromBytes(name, ToVector(bytes));
  Budget budget(limits);
  Executor executor(1);
  ParseContext context{limits, budget, executor, {}};
  if (!beside.empty()) {
    context.sibling =
        [&beside](std::string_view wanted) -> std::shared_ptr<const Source> {
      for (const auto& [key, value] : beside) {
        if (EqualsFold(key, wanted)) return value;
      }
      return nullptr;
    };
  }
  Collector collector(limits);
  Outcome outcome;
  outcome.status = parser.parse(*source, context, collector);
  collector.Finish();
  for (const Damage& damage : collector.damage) {
    EXPECT_FALSE(damage.error.what.empty());
    EXPECT_LE(damage.bytes_lost, source->size());
  }
  for (const Child& child : collector.children) {
    EXPECT_FALSE(child.name.empty());
    EXPECT_NE(child.name.front(), '/');
    EXPECT_EQ(("/" + child.name + "/").find("/../"), std::string::npos);
    if (child.source != nullptr) {
      EXPECT_EQ(child.source->provenance(), name + "!" + child.name);
    }
  }
  outcome.children = std::move(collector.children);
  outcome.damage = std::move(collector.damage);
  outcome.note = std::move(collector.note);
  for (const Fact& fact : collector.facts) {
    outcome.facts.push_back(std::string(fact.name) + "|" +
                            std::string(fact.type) + "|" +
                            std::string(fact.data));
  }
  return outcome;
}

inline bool Probes(const Parser& parser, std::string_view bytes) {
  return parser.probe({AsBytes(bytes), {}});
}

}  // namespace espial::archive
