#include "rules/engine/regex.h"

#include <re2/re2.h>

namespace espial::rules {
namespace {

// Bounds both the program and the automaton's cache.
constexpr int64_t kMaxMemory = int64_t{1} << 20U;
constexpr size_t kMaxPattern = 4096;

}  // namespace

class Regex::Impl {
 public:
  Impl(std::string_view pattern, const RE2::Options& options)
      : expression({pattern.data(), pattern.size()}, options) {}
  RE2 expression;
};

Regex::Regex(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

Result<Regex> Regex::Compile(std::string_view pattern) {
  if (pattern.size() > kMaxPattern) {
    return Error{Errc::kLimitExceeded, "regular expression", 0,
                 "longer than " + std::to_string(kMaxPattern) + " bytes"};
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxMemory);
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

}  // namespace espial::rules
