#include "rules/engine/diagnostics.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace espial::rules {
namespace {

constexpr size_t kMaxDiagnostics = 500;
constexpr size_t kMaxSuggestLength = 64;
constexpr size_t kMaxQuotedLength = 80;

// Edit distance with transpositions of neighbours as one edit.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + cost});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

template <typename Text>
std::string Nearest(std::string_view name, std::span<const Text> candidates) {
  if (name.empty() || name.size() > kMaxSuggestLength) return {};
  const std::string folded = Fold(name);
  const size_t allowed = std::max<size_t>(1, name.size() / 3);
  size_t best = allowed + 1;
  std::string_view nearest;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kMaxSuggestLength || candidate == name) continue;
    const size_t distance = EditDistance(folded, Fold(candidate));
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  if (nearest.empty()) return {};
  return fmt::format(" (did you mean '{}'?)", nearest);
}

}  // namespace

std::string Diagnostic::ToString() const {
  return fmt::format("{}:{}:{}: {} {}", file, line, column, code, message);
}

void Diagnostics::Add(std::string_view file, Mark mark, std::string_view code,
                      std::string message) {
  if (list_.size() > kMaxDiagnostics) return;
  if (list_.size() == kMaxDiagnostics) {
    code = "E026";
    message = "there are more problems than are listed";
  }
  Diagnostic entry;
  entry.file = file;
  entry.line = mark.line;
  entry.column = mark.column;
  entry.code = code;
  entry.message = std::move(message);
  list_.push_back(std::move(entry));
}

std::vector<Diagnostic> Diagnostics::Sorted() const {
  std::vector<Diagnostic> sorted = list_;
  const auto key = [](const Diagnostic& d) {
    return std::tie(d.file, d.line, d.column, d.code, d.message);
  };
  std::sort(sorted.begin(), sorted.end(),
            [&](const Diagnostic& a, const Diagnostic& b) {
              return key(a) < key(b);
            });
  const auto end = std::unique(sorted.begin(), sorted.end(),
                               [&](const Diagnostic& a, const Diagnostic& b) {
                                 return key(a) == key(b);
                               });
  sorted.erase(end, sorted.end());
  return sorted;
}

std::string DidYouMean(std::string_view name,
                       std::span<const std::string_view> candidates) {
  return Nearest(name, candidates);
}

std::string DidYouMean(std::string_view name,
                       std::span<const std::string> candidates) {
  return Nearest(name, candidates);
}

std::string Quoted(std::string_view text) {
  if (text.size() <= kMaxQuotedLength) {
    return fmt::format("'{}'", EscapeControls(text));
  }
  const std::string cut = RepairUtf8(text.substr(0, kMaxQuotedLength));
  return fmt::format("'{}...'", EscapeControls(cut));
}

}  // namespace espial::rules
