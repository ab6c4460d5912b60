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

// `some` must be the first of `all`, none of them changed. When the next one
// had begun before the cut at `size`, damage or an error must tell.
template <typename T>
void ExpectFirstOf(const std::vector<T>& some, const std::vector<T>& all,
                   size_t size, const Parsed& part) {
  ASSERT_LE(some.size(), all.size()) << "cut at " << size;
  for (size_t i = 0; i < some.size(); ++i) {
    ASSERT_EQ(Show(some[i]), Show(all[i])) << "cut at " << size;
  }
  if (some.size() < all.size() && all[some.size()].offset < size) {
    EXPECT_TRUE(!part.status || !part.kept.damage.empty())
        << "silent cut at " << size;
  }
}

// Cuts `bytes` at every length: see ExpectFirstOf. All damage lies within the
// bytes. For formats whose facts and events come out in the order of the bytes
// and do not depend on what follows them.
inline void ExpectPrefixes(const Parser& parser, const std::string& bytes) {
  const auto whole = Parse(parser, bytes);
  ASSERT_FALSE(whole->kept.facts.empty() && whole->kept.events.empty());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto part = Parse(parser, std::string_view(bytes).substr(0, size));
    ExpectFirstOf(part->kept.facts, whole->kept.facts, size, *part);
    ExpectFirstOf(part->kept.events, whole->kept.events, size, *part);
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
