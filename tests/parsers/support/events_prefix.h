// Cuts a log at every length.
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "tests/parsers/support/parse.h"

namespace espial::testing {

// For logs whose last event may be kept though it was cut, in UTF-8 and without
// byte order mark: at every length, all events but the last are those of the
// whole, and the last begins where the one of the whole does and says no more.
// All damage lies within the bytes.
inline void ExpectEventPrefixes(const Parser& parser,
                                const std::string& bytes) {
  const auto whole = Parse(parser, bytes);
  const auto& all = whole->kept.events;
  ASSERT_FALSE(all.empty());
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto part = Parse(parser, std::string_view(bytes).substr(0, size));
    const auto& some = part->kept.events;
    ASSERT_LE(some.size(), all.size()) << "cut at " << size;
    for (size_t i = 0; i < some.size(); ++i) {
      if (i + 1 < some.size()) {
        ASSERT_EQ(Show(some[i]), Show(all[i])) << "cut at " << size;
      }
      ASSERT_EQ(some[i].offset, all[i].offset) << "cut at " << size;
      ASSERT_EQ(some[i].record, all[i].record) << "cut at " << size;
      // Within a head, less was understood; behind it, nothing else may be.
      const bool in_head =
          bytes.find('\n', static_cast<size_t>(some[i].offset)) + 1 > size;
      ASSERT_TRUE(in_head || all[i].message.starts_with(some[i].message))
          << "cut at " << size;
    }
    for (const Damage& damage : part->kept.damage) {
      ASSERT_LE(damage.error.offset, size);
      ASSERT_LE(damage.bytes_lost, size);
      ASSERT_FALSE(damage.error.what.empty());
    }
    if (some.empty()) {
      ASSERT_FALSE(part->status) << "silent cut at " << size;
    }
  }
}

}  // namespace espial::testing
