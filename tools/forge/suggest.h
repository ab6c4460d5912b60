// "did you mean": the known word that a misspelt one comes nearest to.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace espial::forge {

// " (did you mean 'x'?)" for the word of `known` that differs from `word` by
// no more than a third of its letters, the first of equals; else "". Case
// does not count. Linear in the product of the lengths.
std::string Suggestion(std::string_view word,
                       std::span<const std::string_view> known);

}  // namespace espial::forge
