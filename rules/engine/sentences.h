// Sentences that say what is missing, and lists of them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace espial::rules {

inline constexpr std::string_view kUnknownPart =
    "Where the user part of the enrolment begins cannot be told from what was "
    "collected.";
inline constexpr std::string_view kUnknownOrder =
    "The order of events that different logs hold at the same time is not "
    "known.";

template <typename T>
void SortUnique(std::vector<T>* list) {
  std::sort(list->begin(), list->end());
  list->erase(std::unique(list->begin(), list->end()), list->end());
}

inline void Append(const std::vector<std::string>& from,
                   std::vector<std::string>* to) {
  to->insert(to->end(), from.begin(), from.end());
}

}  // namespace espial::rules
