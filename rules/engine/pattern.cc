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

bool Pattern::Matches(const Value& value) const {
  if (value.is_null()) return false;
  if (kind_ == Kind::kCompare) return comparison_->Holds(value);
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
    case Kind::kCompare:
      return comparison_->Holds(Value::String(text));
    case Kind::kNetwork:
      return network_->Contains(text);
  }
  return false;
}

bool Pattern::MatchesText(std::string_view text,
                          std::string_view folded) const {
  const std::string_view in = cased_ ? text : folded;
  switch (kind_) {
    case Kind::kNull:
      return false;
    case Kind::kAny:
      return true;
    case Kind::kEquals:
      if (in == text_) return true;
      return number_ && CanonicalNumber(text) == number_;
    case Kind::kStarts:
      return in.starts_with(text_);
    case Kind::kEnds:
      return in.ends_with(text_);
    case Kind::kContains:
      return in.find(text_) != std::string_view::npos;
    case Kind::kGlob:
      return in.find(text_) != std::string_view::npos && MatchesGlobText(in);
    case Kind::kRegex:
      return regex_->Matches(text, folded);
    case Kind::kCompare:
    case Kind::kNetwork:
      return MatchesText(text);
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

std::vector<std::string> Pattern::Needles() const {
  const auto one = [](std::string text) {
    std::vector<std::string> list;
    if (!text.empty()) list.push_back(std::move(text));
    return list;
  };
  switch (kind_) {
    case Kind::kEquals:
    case Kind::kStarts:
    case Kind::kEnds:
    case Kind::kContains:
    case Kind::kGlob:
      return one(cased_ ? Fold(text_) : text_);
    case Kind::kRegex:
      return regex_->Needles();
    default:
      return {};
  }
}

std::optional<Pattern::Part> Pattern::part() const {
  const bool simple = kind_ == Kind::kEquals || kind_ == Kind::kStarts ||
                      kind_ == Kind::kEnds || kind_ == Kind::kContains;
  if (!simple || cased_ || number_ || text_.empty()) return std::nullopt;
  const auto [at_start, at_end] = NeedleAnchors();
  return Part{text_, at_start, at_end};
}

std::pair<bool, bool> Pattern::NeedleAnchors() const {
  switch (kind_) {
    case Kind::kEquals:
      return {true, true};
    case Kind::kStarts:
      return {true, false};
    case Kind::kEnds:
      return {false, true};
    default:
      return {false, false};
  }
}

uint32_t Pattern::cost() const {
  switch (kind_) {
    case Kind::kNull:
    case Kind::kAny:
      return 1;
    case Kind::kEquals:
    case Kind::kStarts:
    case Kind::kEnds:
      return 2;
    case Kind::kContains:
      return 10;
    case Kind::kCompare:
    case Kind::kNetwork:
      return 20;
    case Kind::kGlob:
      return 40;
    case Kind::kRegex:
      return regex_->Needles().empty() ? 1000 : 100;
  }
  return 1;
}

bool operator==(const Pattern& a, const Pattern& b) {
  const auto same = [](const auto& x, const auto& y) {
    return x == y || (x && y && *x == *y);
  };
  return a.kind_ == b.kind_ && a.cased_ == b.cased_ && a.text_ == b.text_ &&
         a.number_ == b.number_ && a.open_start_ == b.open_start_ &&
         a.open_end_ == b.open_end_ && a.pieces_ == b.pieces_ &&
         same(a.regex_, b.regex_) && same(a.comparison_, b.comparison_) &&
         same(a.network_, b.network_);
}

size_t Pattern::Hash() const {
  size_t hash = static_cast<size_t>(kind_) * 2 + (cased_ ? 1 : 0);
  const auto add = [&](std::string_view text) {
    hash = hash * 0x9E3779B97F4A7C15U + std::hash<std::string_view>()(text);
  };
  add(text_);
  for (const Piece& piece : pieces_) add(piece.text);
  if (regex_) add(regex_->text());
  return hash;
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
