#include "rules/engine/pattern.h"

#include <espial/core/text.h>

namespace espial::rules {
namespace {

// Bytes of the UTF-8 character that begins at text[0]; 1 for anything invalid.
size_t CharacterBytes(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  size_t size = 1;
  if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4;
  } else if (lead >= 0xE0) {
    size = 3;
  } else if (lead >= 0xC2) {
    size = 2;
  }
  if (lead > 0xF4 || size > text.size()) return 1;
  for (size_t i = 1; i < size; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) return 1;
  }
  return size;
}

}  // namespace

uint64_t CanonicalNumber(uint64_t number) {
  constexpr uint64_t kNegative32 = 0xFFFFFFFF80000000;
  return number >= kNegative32 ? number & 0xFFFFFFFFU : number;
}

std::optional<uint64_t> CanonicalNumber(std::string_view text) {
  text = Trim(text);
  if (text.empty() || text.size() > 24) return std::nullopt;
  if (text[0] == '-') {
    const auto number = ParseSigned(text);
    if (!number) return std::nullopt;
    return CanonicalNumber(static_cast<uint64_t>(*number));
  }
  if (text[0] < '0' || text[0] > '9') return std::nullopt;
  const auto number = ParseUnsigned(text);
  if (!number) return std::nullopt;
  return CanonicalNumber(*number);
}

Pattern Pattern::Text(std::string_view sigma, Anchor anchor, bool cased) {
  std::vector<Piece> pieces(1);
  bool any_question = false;
  bool any_star = false;
  bool open_start = anchor == Anchor::kContains || anchor == Anchor::kEnds;
  bool open_end = anchor == Anchor::kContains || anchor == Anchor::kStarts;
  // Splits at every '*' that is not escaped. Whether the last character was
  // such a star decides whether the end is open.
  bool star_last = false;
  for (size_t i = 0; i < sigma.size(); ++i) {
    char c = sigma[i];
    if (c == '*') {
      any_star = true;
      if (i == 0 || (pieces.size() == 1 && pieces[0].text.empty())) {
        open_start = true;
      } else if (!pieces.back().text.empty()) {
        pieces.emplace_back();
      }
      star_last = true;
      continue;
    }
    star_last = false;
    bool question = c == '?';
    if (c == '\\' && i + 1 < sigma.size()) {
      const char next = sigma[i + 1];
      if (next == '*' || next == '?' || next == '\\') {
        c = next;
        question = false;
        ++i;
      }
    }
    any_question = any_question || question;
    pieces.back().text += c;
    pieces.back().any.push_back(question);
  }
  if (star_last) open_end = true;
  if (pieces.back().text.empty() && pieces.size() > 1) pieces.pop_back();

  Pattern pattern;
  pattern.cased_ = cased;
  if (!cased) {
    // Folding may change the length of a character, so the places of '?' are
    // moved along: text between them is folded run by run.
    for (Piece& piece : pieces) {
      Piece folded;
      size_t begin = 0;
      while (begin < piece.text.size()) {
        size_t end = begin;
        while (end < piece.text.size() && !piece.any[end]) ++end;
        const std::string run =
            Fold(std::string_view(piece.text).substr(begin, end - begin));
        folded.text += run;
        folded.any.insert(folded.any.end(), run.size(), false);
        if (end < piece.text.size()) {
          folded.text += '?';
          folded.any.push_back(true);
          ++end;
        }
        begin = end;
      }
      piece = std::move(folded);
    }
  }
  if (pieces.size() == 1 && !any_question) {
    pattern.text_ = std::move(pieces[0].text);
    if (open_start && open_end) {
      pattern.kind_ = pattern.text_.empty() ? Kind::kAny : Kind::kContains;
    } else if (open_start) {
      pattern.kind_ = pattern.text_.empty() ? Kind::kAny : Kind::kEnds;
    } else if (open_end) {
      pattern.kind_ = pattern.text_.empty() ? Kind::kAny : Kind::kStarts;
    } else {
      pattern.kind_ = Kind::kEquals;
      if (!any_star) pattern.number_ = CanonicalNumber(sigma);
    }
    return pattern;
  }
  pattern.kind_ = Kind::kGlob;
  pattern.pieces_ = std::move(pieces);
  pattern.open_start_ = open_start;
  pattern.open_end_ = open_end;
  return pattern;
}

Pattern Pattern::Expression(std::shared_ptr<const Regex> regex) {
  Pattern pattern;
  pattern.kind_ = Kind::kRegex;
  pattern.regex_ = std::move(regex);
  return pattern;
}

Pattern Pattern::Null() { return {}; }

bool Pattern::Matches(const Value& value) const {
  if (value.is_null()) return false;
  if (value.is_number()) {
    if (number_ && MatchesNumber(value.number)) return true;
    return MatchesText(ToText(value));
  }
  if (value.type == ValueType::kString || value.type == ValueType::kGuid ||
      value.type == ValueType::kSid || value.type == ValueType::kXml ||
      value.type == ValueType::kList) {
    return MatchesText(value.text);
  }
  return MatchesText(ToText(value));
}

bool Pattern::MatchesNumber(uint64_t number) const {
  return number_ && *number_ == CanonicalNumber(number);
}

bool Pattern::MatchesText(std::string_view text) const {
  switch (kind_) {
    case Kind::kNull:
      return false;
    case Kind::kAny:
      return true;
    case Kind::kEquals:
      if (number_) {
        const auto number = CanonicalNumber(text);
        if (number && *number == *number_) return true;
      }
      return cased_ ? text == text_ : EqualsFold(text, text_);
    case Kind::kStarts:
      return cased_ ? text.starts_with(text_) : StartsWithFold(text, text_);
    case Kind::kEnds:
      return cased_ ? text.ends_with(text_) : EndsWithFold(text, text_);
    case Kind::kContains:
      return cased_ ? text.find(text_) != std::string_view::npos
                    : ContainsFold(text, text_);
    case Kind::kGlob:
      return cased_ ? MatchesGlobText(text) : MatchesGlobText(Fold(text));
    case Kind::kRegex:
      return regex_->Matches(text);
  }
  return false;
}

// Whether `piece` stands at the beginning of `text`; `used` gets its bytes.
bool Pattern::PieceFits(const Piece& piece, std::string_view text,
                        size_t* used) {
  size_t at = 0;
  for (size_t i = 0; i < piece.text.size(); ++i) {
    if (at >= text.size()) return false;
    if (piece.any[i]) {
      at += CharacterBytes(text.substr(at));
    } else if (text[at] == piece.text[i]) {
      ++at;
    } else {
      return false;
    }
  }
  *used = at;
  return true;
}

// Takes the first place where each piece fits, which is enough because any
// later choice leaves less text for the rest. The last piece of a pattern that
// is not open at its end must fit the end.
bool Pattern::MatchesGlobText(std::string_view text) const {
  size_t at = 0;
  for (size_t i = 0; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    const bool fixed_start = i == 0 && !open_start_;
    const bool fixed_end = i + 1 == pieces_.size() && !open_end_;
    bool found = false;
    for (size_t from = at; from <= text.size();) {
      size_t used = 0;
      if (PieceFits(piece, text.substr(from), &used) &&
          (!fixed_end || from + used == text.size())) {
        at = from + used;
        found = true;
        break;
      }
      if (fixed_start || from == text.size()) break;
      from += CharacterBytes(text.substr(from));
    }
    if (!found) return false;
  }
  return true;
}

std::optional<std::string_view> Pattern::exact() const {
  if (kind_ != Kind::kEquals || cased_) return std::nullopt;
  return std::string_view(text_);
}

std::string Pattern::LiteralPrefix() const {
  switch (kind_) {
    case Kind::kEquals:
    case Kind::kStarts:
      return Fold(text_);
    case Kind::kGlob: {
      if (open_start_) return {};
      const Piece& piece = pieces_[0];
      size_t end = 0;
      while (end < piece.text.size() && !piece.any[end]) ++end;
      return Fold(std::string_view(piece.text).substr(0, end));
    }
    default:
      return {};
  }
}

}  // namespace espial::rules
