#include "rules/engine/regex.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <optional>

#include "rules/engine/regex_length.h"

namespace espial::rules {
namespace {

constexpr size_t kInstruction = 16;  // bytes
constexpr int64_t kUsualBytes = int64_t{1} << 17U;
constexpr size_t kMaxPattern = 4096;
bool IsAsciiText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

bool HasCharacters(std::string_view ascii, const AnyCharacters& wanted) {
  if (!wanted.in_a_line) return ascii.size() >= wanted.least;
  while (ascii.size() >= wanted.least) {
    const size_t end = ascii.find('\n');
    if (std::min(end, ascii.size()) >= wanted.least) return true;
    if (end == std::string_view::npos) return false;
    ascii.remove_prefix(end + 1);
  }
  return false;
}

// Of more texts, which of them are necessary is not worked out.
constexpr size_t kMostAtoms = 64;

// Drops texts as long as every match still holds one of those that are left,
// short ones first: long ones are rarer.
void Prune(const re2::FilteredRE2& filter, std::vector<std::string>* atoms) {
  std::vector<int> order(atoms->size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return (*atoms)[static_cast<size_t>(a)].size() <
           (*atoms)[static_cast<size_t>(b)].size();
  });
  std::vector<int> dropped;
  for (const int atom : order) {
    dropped.push_back(atom);
    std::vector<int> possible;
    filter.AllPotentials(dropped, &possible);
    if (!possible.empty()) dropped.pop_back();
  }
  for (const int atom : dropped) (*atoms)[static_cast<size_t>(atom)].clear();
  std::erase_if(*atoms, [](const std::string& text) { return text.empty(); });
}

// Texts of at least `shortest` bytes, one of which every match must hold, in
// lower case.
std::vector<std::string> FindNeedles(const RE2& expression, int shortest) {
  re2::FilteredRE2 filter(shortest);
  int id = 0;
  std::vector<std::string> needles;
  if (filter.Add(expression.pattern(), expression.options(), &id) !=
      RE2::NoError) {
    return {};
  }
  filter.Compile(&needles);
  // An expression that may match without any of them cannot be found by them.
  std::vector<int> without;
  filter.AllPotentials({}, &without);
  if (!without.empty()) return {};
  if (needles.size() <= kMostAtoms) Prune(filter, &needles);
  if (!std::all_of(needles.begin(), needles.end(), IsAsciiText)) return {};
  return needles;
}

std::vector<std::string> FindNeedles(const RE2& expression) {
  if (!expression.ok()) return {};
  std::vector<std::string> needles = FindNeedles(expression, 3);
  // A single character may be rare, and is better than nothing.
  return needles.empty() ? FindNeedles(expression, 1) : needles;
}

// Most need little, and what they may take is also what they will take where a
// text is made for it.
std::unique_ptr<const RE2> CompileRe2(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kUsualBytes);
  auto expression = std::make_unique<const RE2>(pattern, options);
  if (expression->error_code() == RE2::ErrorPatternTooLarge) {
    options.set_max_mem(Regex::kMaxBytes);
    expression = std::make_unique<const RE2>(pattern, options);
  }
  return expression;
}

}  // namespace

class Regex::Impl {
 public:
  explicit Impl(std::string_view text)
      : pattern(text), expression_(CompileRe2(pattern)) {
    needles = FindNeedles(*expression_);
    if (!expression_->ok()) return;
    ReadLengths();
    bytes = static_cast<size_t>(expression_->ProgramSize()) * kInstruction;
  }
  Impl(std::string text, std::vector<std::string> texts)
      : pattern(std::move(text)), needles(std::move(texts)) {
    ReadLengths();
  }

  // Compiles it when that has not been done. Any thread.
  [[nodiscard]] const RE2& expression() const {
    std::call_once(once_, [&] {
      if (expression_ == nullptr) {
        expression_ = CompileRe2(pattern);
      }
      if (!expression_->ok()) broken_.store(true);
    });
    return *expression_;
  }
  [[nodiscard]] bool broken() const { return broken_.load(); }

  std::string pattern;
  std::vector<std::string> needles;
  size_t bytes = 0;                             // of the program
  size_t shortest = 0;                          // bytes of a match
  std::optional<AnyCharacters> any_characters;  // all that it asks for

 private:
  void ReadLengths() {
    shortest = ShortestMatch(pattern);
    any_characters = ReadAnyCharacters(pattern);
  }

  mutable std::unique_ptr<const RE2> expression_;
  mutable std::once_flag once_;
  mutable std::atomic<bool> broken_ = false;
};

Regex::Regex(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

Result<Regex> Regex::Compile(std::string_view pattern, std::string_view flags) {
  if (pattern.size() > kMaxPattern) {
    return Error{Errc::kLimitExceeded, "regular expression", 0,
                 "longer than " + std::to_string(kMaxPattern) + " bytes"};
  }
  std::string flagged;
  if (!flags.empty()) {
    flagged.append("(?").append(flags).append(")").append(pattern);
    pattern = flagged;
  }
  auto impl = std::make_unique<const Impl>(pattern);
  if (!impl->expression().ok()) {
    const bool large =
        impl->expression().error_code() == RE2::ErrorPatternTooLarge;
    return Error{large ? Errc::kLimitExceeded : Errc::kBadValue,
                 "regular expression", 0, impl->expression().error()};
  }
  return Regex(std::move(impl));
}

Regex Regex::Restore(std::string pattern, std::vector<std::string> needles) {
  return Regex(
      std::make_unique<const Impl>(std::move(pattern), std::move(needles)));
}

bool Regex::Matches(std::string_view text) const {
  const RE2& expression = impl_->expression();
  return expression.ok() &&
         RE2::PartialMatch({text.data(), text.size()}, expression);
}

bool Regex::Matches(std::string_view text, std::string_view folded) const {
  if (text.size() < impl_->shortest) return false;
  if (impl_->any_characters && IsAsciiText(text)) {
    return HasCharacters(text, *impl_->any_characters);
  }
  const std::vector<std::string>& needles = impl_->needles;
  const auto has = [](std::string_view in, std::string_view part) {
    return in.find(part) != std::string_view::npos;
  };
  if (!needles.empty() &&
      std::none_of(
          needles.begin(), needles.end(),
          [&](const std::string& needle) { return has(folded, needle); }) &&
      !has(text, "\xc5\xbf") && !has(text, "\xe2\x84\xaa")) {
    return false;
  }
  return Matches(text);
}

std::string_view Regex::text() const { return impl_->pattern; }
bool Regex::broken() const { return impl_->broken(); }
size_t Regex::bytes() const { return impl_->bytes; }

const std::vector<std::string>& Regex::Needles() const {
  return impl_->needles;
}

}  // namespace espial::rules
