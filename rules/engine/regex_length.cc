#include "rules/engine/regex_length.h"

#include <algorithm>
#include <optional>

namespace espial::rules {
namespace {

constexpr size_t kMost = size_t{1} << 20U;
constexpr int kMaxDepth = 100;

// Reads RE2's syntax as far as it is needed to count. Every character counts
// as one byte: with case folded, one of two bytes may match one of one.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::optional<size_t> Read() {
    const auto size = Alternatives(0);
    return size && at_ == text_.size() ? size : std::nullopt;
  }

 private:
  [[nodiscard]] bool More() const { return at_ < text_.size(); }
  [[nodiscard]] bool Skip(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }

  std::optional<size_t> Alternatives(int depth) {
    if (depth > kMaxDepth) return std::nullopt;
    std::optional<size_t> shortest;
    do {
      const auto size = Sequence(depth);
      if (!size) return std::nullopt;
      shortest = std::min(shortest.value_or(kMost), *size);
    } while (Skip("|"));
    return shortest;
  }

  std::optional<size_t> Sequence(int depth) {
    size_t total = 0;
    while (More() && text_[at_] != '|' && text_[at_] != ')') {
      auto size = Atom(depth);
      if (!size) return std::nullopt;
      const auto times = Times();
      if (!times) return std::nullopt;
      total = std::min(kMost, total + std::min(kMost, *size * *times));
    }
    return total;
  }

  std::optional<size_t> Atom(int depth) {
    const char c = text_[at_];
    if (c == '(') return Group(depth);
    if (c == '[') return Class();
    if (c == '\\') return Escape();
    ++at_;
    if (c == '^' || c == '$') return 0;
    // The bytes of one character behind its first, which has counted.
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U ? 0 : 1;
  }

  std::optional<size_t> Group(int depth) {
    ++at_;
    if (Skip("?P<")) {
      at_ = text_.find('>', at_);
      if (at_ == std::string_view::npos) return std::nullopt;
      ++at_;
    } else if (Skip("?")) {
      while (More() && text_[at_] != ':' && text_[at_] != ')') {
        const std::string_view flags = "imsU-";
        if (flags.find(text_[at_]) == std::string_view::npos) {
          return std::nullopt;
        }
        ++at_;
      }
      // Flags for what follows.
      if (Skip(")")) return 0;
      if (!Skip(":")) return std::nullopt;
    }
    const auto size = Alternatives(depth + 1);
    return size && Skip(")") ? size : std::nullopt;
  }

  std::optional<size_t> Class() {
    ++at_;
    if (More() && text_[at_] == '^') ++at_;
    // A bracket that comes first is one of the characters.
    bool first = true;
    while (More() && (first || text_[at_] != ']')) {
      first = false;
      if (Skip("[:")) {
        at_ = text_.find(":]", at_);
        if (at_ == std::string_view::npos) return std::nullopt;
        at_ += 2;
      } else if (text_[at_] == '\\') {
        if (!Escape()) return std::nullopt;
      } else {
        ++at_;
      }
    }
    return Skip("]") ? std::optional<size_t>(1) : std::nullopt;
  }

  std::optional<size_t> Escape() {
    if (at_ + 1 >= text_.size()) return std::nullopt;
    const char c = text_[at_ + 1];
    at_ += 2;
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter) {
      // Digits begin octal numbers, and bytes of a character cannot be cut.
      const bool plain = c > ' ' && c < 0x7F && (c < '0' || c > '9');
      return plain ? std::optional<size_t>(1) : std::nullopt;
    }
    if (std::string_view("bBAz").find(c) != std::string_view::npos) return 0;
    if (std::string_view("dDsSwWafnrtv").find(c) != std::string_view::npos) {
      return 1;
    }
    if (c != 'x') return std::nullopt;
    if (Skip("{")) {
      at_ = text_.find('}', at_);
      if (at_ == std::string_view::npos) return std::nullopt;
      ++at_;
      return 1;
    }
    at_ += 2;
    return at_ <= text_.size() ? std::optional<size_t>(1) : std::nullopt;
  }

  // How often at least, by what stands behind an atom.
  std::optional<size_t> Times() {
    size_t times = 1;
    while (More()) {
      const char c = text_[at_];
      if (c == '*' || c == '?') {
        times = 0;
      } else if (c == '{') {
        const auto number = Repeat();
        if (!number) return std::nullopt;
        times = std::min(kMost, times * *number);
        continue;
      } else if (c != '+') {
        break;
      }
      ++at_;
      // Not greedy, which changes nothing here.
      if (More() && text_[at_] == '?') ++at_;
    }
    return times;
  }

  // "{n}", "{n,}", "{n,m}". Anything else is text for RE2.
  std::optional<size_t> Repeat() {
    size_t number = 0;
    bool digits = false;
    size_t at = at_ + 1;
    for (; at < text_.size() && text_[at] >= '0' && text_[at] <= '9'; ++at) {
      number = std::min(kMost, number * 10 + static_cast<size_t>(text_[at]) -
                                   static_cast<size_t>('0'));
      digits = true;
    }
    if (at < text_.size() && text_[at] == ',') ++at;
    while (at < text_.size() && text_[at] >= '0' && text_[at] <= '9') ++at;
    if (!digits || at >= text_.size() || text_[at] != '}') return std::nullopt;
    at_ = at + 1;
    if (More() && text_[at_] == '?') ++at_;
    return number;
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

size_t ShortestMatch(std::string_view pattern) {
  return Reader(pattern).Read().value_or(0);
}

std::optional<AnyCharacters> ReadAnyCharacters(std::string_view pattern) {
  const std::string_view whole = pattern;
  const auto skip = [&](std::string_view what) {
    if (!pattern.starts_with(what)) return false;
    pattern.remove_prefix(what.size());
    return true;
  };
  AnyCharacters out;
  const bool any_line = skip("(?s)");
  const bool group = skip("(?:") || skip("(");
  if (skip(".")) {
    out.in_a_line = !any_line;
  } else if (!skip(R"([\s\S])") && !skip(R"([\S\s])") && !skip(R"([\w\W])") &&
             !skip(R"([\W\w])") && !skip(R"([\d\D])") && !skip(R"([\D\d])")) {
    return std::nullopt;
  }
  if ((group && !skip(")")) || !skip("{")) return std::nullopt;
  const size_t end = pattern.find_first_not_of("0123456789");
  if (end == 0 || end == std::string_view::npos) return std::nullopt;
  pattern.remove_prefix(end);
  if (!skip(",}")) return std::nullopt;
  skip("?");
  if (!pattern.empty()) return std::nullopt;
  out.least = ShortestMatch(whole);
  return out;
}

}  // namespace espial::rules
