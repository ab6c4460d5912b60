// Making patterns; what they fit is in pattern.cc.
#include <espial/core/text.h>

#include <utility>

#include "rules/engine/pattern.h"

namespace espial::rules {

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
    pattern = Simple(std::move(pieces[0].text), open_start, open_end, cased);
    if (pattern.kind_ == Kind::kEquals && !any_star) {
      pattern.number_ = CanonicalNumber(sigma);
    }
    return pattern;
  }
  pattern.kind_ = Kind::kGlob;
  pattern.text_ = LongestRun(pieces);
  pattern.pieces_ = std::move(pieces);
  pattern.open_start_ = open_start;
  pattern.open_end_ = open_end;
  return pattern;
}

// The longest text without a '?' in any piece.
std::string Pattern::LongestRun(const std::vector<Piece>& pieces) {
  std::string_view best;
  for (const Piece& piece : pieces) {
    for (size_t begin = 0; begin < piece.text.size();) {
      size_t end = begin;
      while (end < piece.text.size() && !piece.any[end]) ++end;
      if (end - begin > best.size()) {
        best = std::string_view(piece.text).substr(begin, end - begin);
      }
      begin = end + 1;
    }
  }
  return std::string(best);
}

// `text` is folded already unless `cased`.
Pattern Pattern::Simple(std::string text, bool open_start, bool open_end,
                        bool cased) {
  Pattern pattern;
  pattern.cased_ = cased;
  pattern.text_ = std::move(text);
  if (!open_start && !open_end) {
    pattern.kind_ = Kind::kEquals;
  } else if (pattern.text_.empty()) {
    pattern.kind_ = Kind::kAny;
  } else if (open_start && open_end) {
    pattern.kind_ = Kind::kContains;
  } else {
    pattern.kind_ = open_start ? Kind::kEnds : Kind::kStarts;
  }
  return pattern;
}

Pattern Pattern::Literal(std::string_view text, Anchor anchor, bool cased) {
  return Simple(cased ? std::string(text) : Fold(text),
                anchor == Anchor::kContains || anchor == Anchor::kEnds,
                anchor == Anchor::kContains || anchor == Anchor::kStarts,
                cased);
}

Pattern Pattern::Compare(const Comparison& comparison) {
  Pattern pattern;
  pattern.kind_ = Kind::kCompare;
  pattern.comparison_ = std::make_shared<const Comparison>(comparison);
  return pattern;
}

Pattern Pattern::Network(const IpNetwork& network) {
  Pattern pattern;
  pattern.kind_ = Kind::kNetwork;
  pattern.network_ = std::make_shared<const IpNetwork>(network);
  return pattern;
}

Pattern Pattern::Expression(std::shared_ptr<const Regex> regex) {
  Pattern pattern;
  pattern.kind_ = Kind::kRegex;
  pattern.regex_ = std::move(regex);
  return pattern;
}

Pattern Pattern::Null() { return {}; }

}  // namespace espial::rules
