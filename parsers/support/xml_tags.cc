// Start tags of the XML reader, and which elements they close.
#include <espial/core/text.h>

#include <algorithm>
#include <array>
#include <utility>

#include "parsers/support/text_source.h"
#include "parsers/support/xml_entities.h"
#include "parsers/support/xml_reader.h"

namespace espial {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kSample = 60;
// Attributes of one tag that are kept.
constexpr size_t kMostAttributes = 256;

constexpr std::array<std::string_view, 14> kVoid = {
    "area", "base", "br",    "col",   "embed",  "hr",    "img",
    "link", "meta", "param", "input", "source", "track", "wbr"};

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

// As far as ASCII tells.
bool IsXmlName(std::string_view name) {
  const auto first = static_cast<unsigned char>(name[0]);
  const bool begins = (first >= 'a' && first <= 'z') ||
                      (first >= 'A' && first <= 'Z') || first == '_' ||
                      first == ':' || first >= 0x80;
  return begins && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '_' || c == ':' || c == '-' ||
                  c == '.' || static_cast<unsigned char>(c) >= 0x80;
         });
}

bool Is(std::string_view name, std::string_view a, std::string_view b = {},
        std::string_view c = {}) {
  return EqualsFold(name, a) || (!b.empty() && EqualsFold(name, b)) ||
         (!c.empty() && EqualsFold(name, c));
}

}  // namespace

// How many of the topmost elements an HTML element `name` ends by beginning.
size_t XmlReader::Closes(std::string_view name) const {
  if (!options_.html || open_.empty()) return 0;
  const bool cell = Is(name, "td", "th");
  const bool row = Is(name, "tr");
  const bool part = Is(name, "tbody", "thead", "tfoot");
  if (cell || row || part) {
    // Up to the part of the table that takes such an element.
    size_t count = 0;
    size_t closed = 0;
    while (count < open_.size()) {
      const std::string_view open = open_[open_.size() - 1 - count];
      if (Is(open, "table")) break;
      ++count;
      const bool ends = Is(open, "td", "th") || (!cell && Is(open, "tr")) ||
                        (part && Is(open, "tbody", "thead", "tfoot"));
      if (ends) closed = count;
      if (cell && Is(open, "tr")) break;
      if (row && Is(open, "tbody", "thead", "tfoot")) break;
    }
    return count == open_.size() ? 0 : closed;
  }
  const std::string_view top = open_.back();
  if (Is(name, "li", "option")) return Is(top, name) ? 1 : 0;
  if (Is(name, "dt", "dd")) return Is(top, "dt", "dd") ? 1 : 0;
  const bool block =
      Is(name, "p", "div", "table") || Is(name, "ul", "ol", "pre");
  return block && Is(top, "p") ? 1 : 0;
}

bool XmlReader::ReadStart(XmlToken* token) {
  const size_t start = at_;
  size_t at = start + 1;
  while (at < text_.size() && !IsSpace(text_[at]) && text_[at] != '>' &&
         text_[at] != '<' && text_[at] != '=' &&
         !(text_[at] == '/' && text_.substr(at + 1, 1) == ">")) {
    ++at;
  }
  std::string_view name = text_.substr(start + 1, at - start - 1);
  attributes_.clear();
  values_.Reset();
  words_ = false;
  bool empty = false;
  const size_t end = ReadAttributes(at, &empty);
  if (end == kNone) {
    if (at_ >= text_.size()) {
      truncated_ = true;
      Report(Errc::kTruncated, "tag", start, text_.size(),
             "expected '>' of <" + Clip(name, kSample) +
                 ">, found the end of the text");
      return false;
    }
    // No tag, then: text, up to the '<' at at_.
    if (!options_.html) {
      Report(Errc::kBadValue, "tag", start, start,
             "expected '>' of <" + Clip(name, kSample) + ">, found '<'");
    }
    return ReadText(start, at_, false, token);
  }
  if (words_ && !options_.html) {
    if (attributes_.empty()) {
      const size_t behind = end - (empty ? 2 : 1);
      name = Trim(text_.substr(start + 1, behind - start - 1));
    } else {
      Count(&attributes_odd_, start, text_.substr(start, end - start));
    }
  }
  if (!options_.html && !IsXmlName(name)) Count(&names_, start + 1, name);
  at_ = end;
  if (skipped_ > 0) {
    skipped_ += empty ? 0 : 1;
    return false;
  }
  *token = {};
  token->kind = XmlTokenKind::kStart;
  token->name = name;
  token->position = start;
  token->end = end;
  if (const size_t closes = Closes(name); closes > 0) {
    Imply(closes);
    has_held_ = true;
    held_ = *token;
    held_empty_ = empty;
    return TakeWaiting(token);
  }
  return Open(token, empty);
}

// Puts the element of a start tag on the stack, and makes the token whole.
bool XmlReader::Open(XmlToken* token, bool empty) {
  if (open_.size() >= options_.max_depth) {
    if (!empty) {
      reported_ = std::max(token->position, reported_);
      skipped_from_ = places_.At(reported_);
      skipped_ = 1;
      return false;
    }
    Report(Errc::kLimitExceeded, "depth", token->position, token->end,
           "limit " + std::to_string(options_.max_depth) +
               " elements within each other");
    return false;
  }
  open_.push_back(token->name);
  token->depth = depth();
  token->attributes = attributes_;
  end_of_empty_ = empty;
  if (options_.html) {
    end_of_empty_ = empty || std::any_of(kVoid.begin(), kVoid.end(),
                                         [&](std::string_view name) {
                                           return EqualsFold(name, token->name);
                                         });
    if (Is(token->name, "script", "style")) SkipRaw(token->name);
  }
  return true;
}

// Moves to the end tag of an element whose content is no markup.
void XmlReader::SkipRaw(std::string_view name) {
  for (size_t at = text_.find("</", at_); at != kNone;
       at = text_.find("</", at + 2)) {
    if (StartsWithFold(text_.substr(at + 2, name.size()), name)) {
      at_ = at;
      return;
    }
  }
  at_ = text_.size();
}

size_t XmlReader::ReadAttributes(size_t at, bool* empty) {
  const size_t size = text_.size();
  for (;;) {
    while (at < size && IsSpace(text_[at])) ++at;
    if (at == size) break;
    if (text_[at] == '>') return at + 1;
    if (text_[at] == '<') {
      at_ = at;
      return kNone;
    }
    if (text_[at] == '/') {
      if (at + 1 < size && text_[at + 1] == '>') {
        *empty = true;
        return at + 2;
      }
      if (at + 1 == size) break;
      words_ = true;
      ++at;
      continue;
    }
    const size_t from = at;
    while (at < size && !IsSpace(text_[at]) && text_[at] != '=' &&
           text_[at] != '>' && text_[at] != '<' &&
           !(text_[at] == '/' && text_.substr(at + 1, 1) == ">")) {
      ++at;
    }
    XmlAttribute attribute;
    attribute.name = text_.substr(from, at - from);
    size_t equals = at;
    while (equals < size && IsSpace(text_[equals])) ++equals;
    if (equals == size || text_[equals] != '=') {
      words_ = true;
      if (options_.html) AddAttribute(attribute.name, {}, at);
      continue;
    }
    bool cut = false;
    at = ReadValue(equals + 1, &attribute, &cut);
    if (at == kNone) return kNone;
    if (cut) return at;
  }
  at_ = size;
  return kNone;
}

// Reads the value behind '=', adds the attribute, and returns what is behind
// it. *cut: its last quote is missing, and this is behind the '>' of the tag.
size_t XmlReader::ReadValue(size_t at, XmlAttribute* attribute, bool* cut) {
  const size_t size = text_.size();
  while (at < size && IsSpace(text_[at])) ++at;
  const char quote = at < size ? text_[at] : '\0';
  if (quote != '"' && quote != '\'') {
    const size_t end = std::min(
        text_.find_first_of(options_.html ? " \t\r\n\f><" : " \t\r\n\f></", at),
        size);
    if (!options_.html) Count(&attributes_odd_, at, attribute->name);
    AddAttribute(attribute->name, text_.substr(at, end - at), at);
    return end;
  }
  const size_t from = at + 1;
  // The '<' is looked for once, so that no byte is looked at twice.
  if (next_less_ < from) next_less_ = std::min(text_.find('<', from), size);
  const size_t next = next_less_;
  const size_t length = text_.substr(from, next - from).find(quote);
  if (length != kNone) {
    AddAttribute(attribute->name, text_.substr(from, length), from);
    return from + length + 1;
  }
  const size_t close = text_.substr(from, next - from).find('>');
  if (next == size || close == kNone) {
    at_ = next;
    return kNone;
  }
  Report(Errc::kBadValue, "attribute", from, from,
         "expected the closing quote of " + Clip(attribute->name, kSample) +
             ", found '" + Clip(text_.substr(from, close), kSample) + "'");
  std::string_view raw = text_.substr(from, close);
  if (raw.ends_with('/')) raw.remove_suffix(1);
  AddAttribute(attribute->name, raw, from);
  *cut = true;
  return from + close + 1;
}

void XmlReader::AddAttribute(std::string_view name, std::string_view raw,
                             size_t at) {
  if (attributes_.size() == kMostAttributes) {
    Report(Errc::kLimitExceeded, "attributes", at, at + raw.size(),
           "limit " + std::to_string(kMostAttributes) + " in one tag");
    return;
  }
  if (raw.find('&') != kNone) {
    std::string decoded;
    size_t bad = 0;
    const uint64_t count = AppendXmlText(raw, &decoded, &bad);
    if (count > 0 && !options_.html) {
      Count(&references_, at + bad, raw.substr(bad, kSample));
      references_.count += count - 1;
    }
    raw = values_.Copy(decoded);
  }
  attributes_.push_back({name, raw, at});
}

}  // namespace espial
