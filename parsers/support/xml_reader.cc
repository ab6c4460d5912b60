#include "parsers/support/xml_reader.h"

#include <espial/core/text.h>

#include <algorithm>
#include <utility>

#include "parsers/support/text_source.h"
#include "parsers/support/xml_entities.h"

namespace espial {
namespace {

constexpr size_t kNone = std::string_view::npos;
// Bytes of found text in a message.
constexpr size_t kSample = 60;

// Whether '<' before `c` may begin markup: whatever data could make a name of.
bool BeginsMarkup(char c, bool html) {
  if (c == '/' || c == '!' || c == '?') return true;
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  if (html) return letter;
  return letter || (c >= '0' && c <= '9') || c == '_' || c == ':' || c == '{' ||
         c == '-' || c == '.' || c == '%' || c == '@' || c == '$' || c == '(' ||
         c == '~' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

const XmlAttribute* XmlToken::Find(std::string_view attribute) const {
  for (const XmlAttribute& candidate : attributes) {
    if (candidate.name == attribute) return &candidate;
  }
  return nullptr;
}

XmlReader::XmlReader(const TextDocument& document, const XmlOptions& options,
                     Sink& sink)
    : text_(document.text()),
      options_(options),
      sink_(sink),
      places_(document.places()) {}

bool XmlReader::SameName(std::string_view a, std::string_view b) const {
  return options_.html ? EqualsFold(a, b) : a == b;
}

void XmlReader::Lift(uint32_t depth) {
  open_[depth - 1] = open_.back();
  open_.resize(depth);
}

bool XmlReader::Next(XmlToken* token) {
  for (;;) {
    if (TakeWaiting(token)) return true;
    if (at_ >= text_.size()) {
      if (!Finish()) return false;
      continue;
    }
    if (text_[at_] == '<' && at_ + 1 == text_.size()) {
      truncated_ = true;
      Report(Errc::kTruncated, "tag", at_, at_ + 1,
             "expected a name, found the end of the text");
      ++at_;
      continue;
    }
    if (text_[at_] == '<' && BeginsMarkup(text_[at_ + 1], options_.html)) {
      if (ReadMarkup(token)) return true;
      continue;
    }
    const size_t from = at_;
    // A '<' that begins no markup is text.
    do {
      if (text_[at_] == '<') {
        if (!options_.html) Count(&loose_, at_, text_.substr(at_, kSample));
        ++at_;
      }
      at_ = std::min(text_.find('<', at_), text_.size());
    } while (at_ + 1 < text_.size() &&
             !BeginsMarkup(text_[at_ + 1], options_.html));
    if (ReadText(from, at_, false, token)) return true;
  }
}

// Hands out what is owed before the text is read on.
bool XmlReader::TakeWaiting(XmlToken* token) {
  const bool implied = implied_ > 0;
  if (implied || end_of_empty_) {
    *token = {};
    token->kind = XmlTokenKind::kEnd;
    token->name = open_.back();
    token->depth = depth();
    token->implied = implied;
    token->position = has_held_ && implied ? held_.position : at_;
    token->end = token->position;
    open_.pop_back();
    if (implied) --implied_;
    if (!implied) end_of_empty_ = false;
    return true;
  }
  if (!has_held_) return false;
  has_held_ = false;
  *token = held_;
  if (token->kind == XmlTokenKind::kEnd) {
    token->depth = depth();
    open_.pop_back();
    return true;
  }
  return Open(token, held_empty_);
}

// At the end of the text: whether ends were still owed.
bool XmlReader::Finish() {
  if (skipped_ > 0) {
    skipped_ = 0;
    truncated_ = true;
    ReportSkipped();
  }
  if (!open_.empty()) {
    if (!options_.html) {
      Report(Errc::kTruncated, "element", text_.size(), text_.size(),
             "expected </" + Clip(open_.back(), kSample) +
                 ">, found the end of the text");
    }
    truncated_ = true;
    Imply(open_.size());
    return true;
  }
  ReportTally(names_, "element name", "names that XML forbids, the first");
  ReportTally(attributes_odd_, "attribute",
              "attributes that XML forbids, the first");
  ReportTally(references_, "reference",
              "'&' that begin no known reference, the first");
  ReportTally(loose_, "text", "'<' that begin no tag, the first");
  names_ = references_ = loose_ = attributes_odd_ = {};
  return false;
}

bool XmlReader::ReadText(size_t from, size_t to, bool cdata, XmlToken* token) {
  if (skipped_ > 0 || (from == to && !cdata)) return false;
  const std::string_view raw = text_.substr(from, to - from);
  if (open_.empty() && !options_.html) {
    if (!Trim(raw).empty()) {
      Report(Errc::kBadValue, "text", from, to,
             "expected an element, found '" + Clip(Trim(raw), kSample) + "'");
    }
    return false;
  }
  *token = {};
  token->kind = XmlTokenKind::kText;
  token->text = raw;
  token->cdata = cdata;
  token->depth = depth();
  token->position = from;
  token->end = to;
  if (!cdata && raw.find('&') != kNone) {
    buffer_.clear();
    size_t bad = 0;
    const uint64_t count = AppendXmlText(raw, &buffer_, &bad);
    if (count > 0 && !options_.html) {
      Count(&references_, from + bad, raw.substr(bad, kSample));
      references_.count += count - 1;
    }
    token->text = buffer_;
  }
  return true;
}

bool XmlReader::ReadMarkup(XmlToken* token) {
  const char next = text_[at_ + 1];
  if (next == '/') return ReadEnd(token);
  if (next == '?') {
    return ReadDelimited("<?", "?>", XmlTokenKind::kInstruction, token);
  }
  if (next != '!') return ReadStart(token);
  if (text_.substr(at_, 4) == "<!--") {
    return ReadDelimited("<!--", "-->", XmlTokenKind::kComment, token);
  }
  constexpr std::string_view kCData = "<![CDATA[";
  if (text_.substr(at_, kCData.size()) != kCData) return ReadDeclaration(token);
  const size_t from = at_ + kCData.size();
  size_t end = text_.find("]]>", from);
  if (end == kNone) {
    end = text_.size();
    at_ = end;
    truncated_ = true;
    Report(Errc::kTruncated, "CDATA section", end, end,
           "expected ']]>', found the end of the text");
  } else {
    at_ = end + 3;
  }
  return ReadText(from, end, true, token);
}

bool XmlReader::ReadDelimited(std::string_view open, std::string_view close,
                              XmlTokenKind kind, XmlToken* token) {
  const size_t start = at_;
  const size_t end = text_.find(close, start + open.size());
  if (end == kNone) {
    at_ = text_.size();
    truncated_ = true;
    Report(Errc::kTruncated,
           kind == XmlTokenKind::kComment ? "comment" : "instruction", start,
           at_,
           "expected '" + std::string(close) + "', found the end of the text");
    return false;
  }
  at_ = end + close.size();
  if (skipped_ > 0) return false;
  *token = {};
  token->kind = kind;
  token->text = text_.substr(start + open.size(), end - start - open.size());
  token->depth = depth();
  token->position = start;
  token->end = at_;
  return true;
}

// "<!DOCTYPE name [ ... ]>": read over, never interpreted.
bool XmlReader::ReadDeclaration(XmlToken* token) {
  const size_t start = at_;
  size_t end = text_.find_first_of("[>", start);
  if (end != kNone && text_[end] == '[') {
    end = text_.find(']', end);
    if (end != kNone) end = text_.find('>', end);
  }
  if (end == kNone) {
    at_ = text_.size();
    truncated_ = true;
    Report(Errc::kTruncated, "declaration", start, at_,
           "expected '>', found the end of the text");
    return false;
  }
  at_ = end + 1;
  if (skipped_ > 0) return false;
  *token = {};
  token->kind = XmlTokenKind::kDeclaration;
  token->text = text_.substr(start + 2, end - start - 2);
  token->depth = depth();
  token->position = start;
  token->end = at_;
  return true;
}

bool XmlReader::ReadEnd(XmlToken* token) {
  const size_t start = at_;
  size_t end = text_.find_first_of("<>", start + 2);
  if (end == kNone) {
    at_ = text_.size();
    truncated_ = true;
    Report(Errc::kTruncated, "end tag", start, at_,
           "expected '>', found the end of the text");
    return false;
  }
  std::string_view name = Trim(text_.substr(start + 2, end - start - 2));
  if (text_[end] == '>') {
    at_ = end + 1;
  } else {
    name = name.substr(0, std::min(name.size(), name.find_first_of(" \t\r\n")));
    at_ = end;
    Report(Errc::kBadValue, "end tag", start, start,
           "expected '>', found '<' behind '" + Clip(name, kSample) + "'");
  }
  if (skipped_ > 0) {
    if (--skipped_ == 0) ReportSkipped();
    return false;
  }
  size_t above = 0;
  while (above < open_.size() &&
         !SameName(open_[open_.size() - 1 - above], name)) {
    ++above;
  }
  if (above == open_.size()) {
    if (!options_.html) {
      Report(Errc::kBadValue, "end tag", start, at_,
             open_.empty()
                 ? "expected no end, found </" + Clip(name, kSample) + ">"
                 : "expected </" + Clip(open_.back(), kSample) + ">, found </" +
                       Clip(name, kSample) + ">");
    }
    return false;
  }
  if (above > 0 && !options_.html) {
    Report(Errc::kBadValue, "end tag", start, start,
           "expected </" + Clip(open_.back(), kSample) + ">, found </" +
               Clip(name, kSample) + ">");
  }
  Imply(above);
  has_held_ = true;
  held_ = {};
  held_.kind = XmlTokenKind::kEnd;
  held_.name = name;
  held_.position = start;
  held_.end = at_;
  return TakeWaiting(token);
}

// That the elements from skipped_from_ to here were left out.
void XmlReader::ReportSkipped() {
  reported_ = std::max(at_, reported_);
  const uint64_t end = places_.At(reported_).offset;
  sink_.OnDamage(
      {{},
       {Errc::kLimitExceeded, std::string(options_.subject) + " depth",
        skipped_from_.offset,
        "line " + std::to_string(skipped_from_.line) + ": limit " +
            std::to_string(options_.max_depth) + " elements within each other"},
       end - skipped_from_.offset,
       true});
}

void XmlReader::Report(Errc code, const char* what, size_t from, size_t to,
                       std::string detail) {
  if (skipped_ > 0) return;
  from = std::max(from, reported_);
  to = std::max(from, to);
  reported_ = to;
  const Place place = places_.At(from);
  Damage damage;
  damage.error = {
      code, std::string(options_.subject) + " " + what, place.offset,
      "line " + std::to_string(place.line) + ": " + std::move(detail)};
  damage.bytes_lost = places_.At(to).offset - place.offset;
  sink_.OnDamage(std::move(damage));
}

void XmlReader::Count(Tally* tally, size_t position, std::string_view sample) {
  if (tally->count++ > 0) return;
  reported_ = std::max(position, reported_);
  tally->first = places_.At(reported_);
  sample = sample.substr(0, std::min(sample.size(), sample.find('\n')));
  tally->sample = Clip(Trim(sample), kSample);
}

void XmlReader::ReportTally(const Tally& tally, const char* what,
                            const char* found) {
  if (tally.count == 0) return;
  Damage damage;
  damage.error = {Errc::kBadValue, std::string(options_.subject) + " " + what,
                  tally.first.offset,
                  "line " + std::to_string(tally.first.line) + ": found " +
                      std::to_string(tally.count) + " " + found + " '" +
                      tally.sample + "'"};
  damage.lossy = false;
  sink_.OnDamage(std::move(damage));
}

}  // namespace espial
