// What the finders of patterns have in common.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "lib/report/redact/patterns.h"

namespace espial::report {

using Hits = std::vector<PatternHit>;

inline char CharAt(std::string_view text, size_t at) {
  return at < text.size() ? text[at] : '\0';
}

// Looks at no more than `most` characters, and one.
template <typename Fits>
size_t RunEnd(std::string_view text, size_t begin, const Fits& fits,
              size_t most = std::string_view::npos - 1) {
  const size_t stop =
      text.size() - begin > most ? begin + most + 1 : text.size();
  while (begin < stop && fits(text[begin])) ++begin;
  return begin;
}

// SIDs, IPv4, IPv6 and MAC addresses, product keys.
void FindAddresses(std::string_view text, Hits* hits);

}  // namespace espial::report
