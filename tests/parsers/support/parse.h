// Runs one parser over bytes in memory and keeps what comes out.
#pragma once

#include <espial/core/executor.h>
#include <espial/core/limits.h>
#include <espial/core/source.h>
#include <espial/model/timeline.h>
#include <espial/parsers/parser.h>
#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/parsers/support/show.h"

namespace espial::testing {

struct Parsed {
  explicit Parsed(const Limits& limits) : kept(limits) {}
  Status status;
  Collector kept;
};

inline std::unique_ptr<Parsed> Parse(const Parser& parser,
                                     std::string_view bytes,
                                     const Limits& limits = {},
                                     std::string provenance = "a.cab!file") {
  const Bytes view = AsBytes(bytes);
  const auto source = Source::FromBytes(
      std::move(provenance), std::vector<std::byte>(view.begin(), view.end()));
  Budget budget(limits);
  Executor executor(1);
  const ParseContext context{limits, budget, executor, {}};
  auto parsed = std::make_unique<Parsed>(limits);
  parsed->status = parser.parse(*source, context, parsed->kept);
  parsed->kept.Finish();
  return parsed;
}

// Cuts `bytes` at every length. The facts of a prefix must be the first of the
// facts of the whole, none of them changed. When the next fact of the whole had
// begun before the cut, damage or an error must tell. All damage lies within
// the bytes.
inline void ExpectPrefixes(const Parser& parser, const std::string& bytes) {
  const auto whole = Parse(parser, bytes);
  const std::vector<Fact>& all = whole->kept.facts;
  ASSERT_FALSE(all.empty());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto part = Parse(parser, std::string_view(bytes).substr(0, size));
    const std::vector<Fact>& some = part->kept.facts;
    ASSERT_LE(some.size(), all.size()) << "cut at " << size;
    for (size_t i = 0; i < some.size(); ++i) {
      ASSERT_EQ(Show(some[i]), Show(all[i])) << "cut at " << size;
    }
    if (some.size() < all.size() && all[some.size()].offset < size) {
      EXPECT_TRUE(!part->status || !part->kept.damage.empty())
          << "silent cut at " << size;
    }
    for (const Damage& damage : part->kept.damage) {
      EXPECT_LE(damage.error.offset, size);
      EXPECT_LE(damage.bytes_lost, size);
      EXPECT_FALSE(damage.error.what.empty());
    }
    if (!part->status) {
      EXPECT_FALSE(part->status.error().what.empty());
    }
  }
}

}  // namespace espial::testing
