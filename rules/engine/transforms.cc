#include "rules/engine/transforms.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "rules/engine/encodings.h"

namespace espial::rules {
namespace {

using std::string_view;

// Ways to write one value: three dashes in all their forms.
constexpr size_t kMaxVariants = 125;
constexpr size_t kMaxExpanded = 5000;

bool HasWildcard(string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '*' || text[i] == '?') {
      return true;
    }
  }
  return false;
}

// Text without the backslashes that take the meaning of what follows.
std::string Unescaped(string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '\\' && (next == '*' || next == '?' || next == '\\')) ++i;
    out += text[i];
  }
  return out;
}

}  // namespace

std::optional<std::vector<std::string>> TextsOf(
    const std::string& text, Mark mark, std::span<const Transform> transforms,
    const Placeholders* placeholders, const Reporter& reporter) {
  const auto fail = [&](string_view code, std::string message) {
    reporter.Error(mark, code, std::move(message));
    return std::nullopt;
  };
  std::vector<std::string> out = {text};
  bool encoded = false;
  for (const Transform transform : transforms) {
    std::vector<std::string> next;
    for (const std::string& one : out) {
      if (transform == Transform::kExpand) {
        static const Placeholders none;
        const auto expanded = ExpandPlaceholders(
            one, placeholders != nullptr ? *placeholders : none, kMaxExpanded,
            mark, reporter);
        if (!expanded) return std::nullopt;
        next.insert(next.end(), expanded->begin(), expanded->end());
        continue;
      }
      if (transform == Transform::kWindash) {
        const auto dashes = WindowsDashes(one, kMaxVariants);
        if (dashes.empty()) {
          return fail("E026",
                      fmt::format("'windash' makes more than {} texts of {}",
                                  kMaxVariants, Quoted(one)));
        }
        next.insert(next.end(), dashes.begin(), dashes.end());
        continue;
      }
      if (!encoded && HasWildcard(one)) {
        return fail("E013", "what is encoded must not have wildcards");
      }
      const std::string plain = encoded ? one : Unescaped(one);
      switch (transform) {
        case Transform::kUtf16Le:
          next.push_back(ToUtf16Le(plain));
          break;
        case Transform::kUtf16Be:
          next.push_back(Utf16Be(plain));
          break;
        case Transform::kUtf16:
          next.push_back(Utf16WithMark(plain));
          break;
        case Transform::kBase64:
          next.push_back(Base64(plain));
          break;
        default: {
          const auto offsets = Base64Offsets(plain);
          next.insert(next.end(), offsets.begin(), offsets.end());
        }
      }
    }
    encoded = encoded || transform > Transform::kWindash;
    out = std::move(next);
  }
  const bool usable =
      !out.empty() && std::all_of(out.begin(), out.end(), IsValidUtf8);
  if (!usable) {
    return fail(
        "E013",
        "the encoded bytes are no text that a field could hold; base64 must "
        "follow");
  }
  return out;
}

}  // namespace espial::rules
