// Regular expressions: RE2 behind a small door.
#pragma once

#include <espial/core/result.h>

#include <memory>
#include <string>
#include <string_view>

namespace espial::rules {

// A compiled expression; const use from any number of threads. Matching is
// linear in the text.
class Regex {
 public:
  // The error's detail says what RE2 does not accept.
  static Result<Regex> Compile(std::string_view pattern);

  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  // Whether the expression occurs anywhere in `text`.
  [[nodiscard]] bool Matches(std::string_view text) const;

 private:
  class Impl;
  explicit Regex(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace espial::rules
