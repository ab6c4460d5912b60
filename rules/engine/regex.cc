#include "rules/engine/regex.h"

#include <re2/filtered_re2.h>
#include <re2/re2.h>

#include <algorithm>

namespace espial::rules {
namespace {

// Bounds both the program and the automaton's cache.
constexpr int64_t kMaxMemory = int64_t{1} << 20U;
constexpr size_t kMaxPattern = 4096;
// Shorter needles stand in nearly every text.
constexpr int kMinNeedle = 3;

// Texts one of which every match must hold, in lower case.
std::vector<std::string> FindNeedles(const RE2& expression) {
  re2::FilteredRE2 filter(kMinNeedle);
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
  const auto is_ascii = [](const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x80;
    });
  };
  if (!std::all_of(needles.begin(), needles.end(), is_ascii)) return {};
  return needles;
}

}  // namespace

class Regex::Impl {
 public:
  Impl(std::string_view pattern, const RE2::Options& options)
      : expression({pattern.data(), pattern.size()}, options),
        needles(expression.ok() ? FindNeedles(expression)
                                : std::vector<std::string>()) {}
  RE2 expression;
  std::vector<std::string> needles;
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
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
  std::string flagged;
  if (!flags.empty()) {
    flagged.append("(?").append(flags).append(")").append(pattern);
    pattern = flagged;
  }
  auto impl = std::make_unique<const Impl>(pattern, options);
  if (!impl->expression.ok()) {
    return Error{Errc::kBadValue, "regular expression", 0,
                 impl->expression.error()};
  }
  return Regex(std::move(impl));
}

bool Regex::Matches(std::string_view text) const {
  return RE2::PartialMatch({text.data(), text.size()}, impl_->expression);
}

bool Regex::Matches(std::string_view text, std::string_view folded) const {
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

std::string_view Regex::text() const { return impl_->expression.pattern(); }

const std::vector<std::string>& Regex::Needles() const {
  return impl_->needles;
}

}  // namespace espial::rules
