// The structure: documents, objects, arrays, and what is skipped.
#include "parsers/support/json_walker.h"

#include <algorithm>

#include "parsers/support/json_string.h"
#include "parsers/support/text_source.h"

namespace espial {
namespace {

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}

}  // namespace

void JsonWalker::SkipBlank() {
  while (position_ < text_.size() && IsBlank(text_[position_])) ++position_;
}

std::string JsonWalker::Where() const {
  std::string where;
  if (!path_.empty()) where = " at '" + Clip(path_) + "'";
  if (!run_.subject.empty()) where += " in " + std::string(run_.subject);
  return where;
}

void JsonWalker::Note(JsonTrouble* trouble, std::string_view expected,
                      std::string_view found) {
  if (trouble->count++ != 0) return;
  trouble->first = places_.At(position_);
  trouble->detail = "expected " + std::string(expected) + ", found '" +
                    Clip(found, 40) + "'" + Where();
}

void JsonWalker::NoteLimit(JsonTrouble* trouble, uint64_t limit,
                           std::string_view unit) {
  if (trouble->count++ != 0) return;
  trouble->first = places_.At(position_);
  trouble->detail = "limit " + std::to_string(limit) + " " + std::string(unit) +
                    ", left out what is beyond" + Where();
}

void JsonWalker::Report(Errc code, const char* what, const JsonTrouble& trouble,
                        bool lossy) {
  if (trouble.count == 0) return;
  Damage damage;
  damage.error = {code, what, trouble.first.offset, trouble.detail};
  if (trouble.first.line != 0) {
    damage.error.detail += ", line " + std::to_string(trouble.first.line);
  }
  if (trouble.count > 1) {
    damage.error.detail +=
        "; " + std::to_string(trouble.count - 1) + " more like it";
  }
  damage.lossy = lossy;
  run_.sink.OnDamage(std::move(damage));
}

void JsonWalker::ReportCut(const Place& start, const char* what) {
  stopped_ = true;
  const Place end = places_.At(text_.size());
  Damage damage;
  damage.error = {Errc::kTruncated, what, start.offset,
                  "expected " + std::to_string(stack_.size()) +
                      " closing bracket" + (stack_.size() == 1 ? "" : "s") +
                      ", found the end of the text" + Where()};
  damage.bytes_lost = end.offset - start.offset;
  run_.sink.OnDamage(std::move(damage));
}

uint64_t JsonWalker::Walk() {
  while (!stopped_) {
    SkipBlank();
    if (AtEnd()) {
      if (!stack_.empty()) ReportCut(places_.At(text_.size()), "JSON document");
      break;
    }
    if (stack_.empty()) {
      BetweenDocuments();
    } else if (stack_.back().array) {
      InArray();
    } else {
      InObject();
    }
  }
  Report(Errc::kBadValue, "JSON syntax", syntax_, true);
  Report(Errc::kBadValue, "JSON separator", separators_, false);
  Report(Errc::kBadValue, "JSON string escape", escapes_, false);
  Report(Errc::kLimitExceeded, "JSON nesting", too_deep_, true);
  Report(Errc::kLimitExceeded, "JSON path", long_paths_, true);
  return documents_;
}

void JsonWalker::BetweenDocuments() {
  if (documents_ > 0 && !sequence_) {
    Note(&syntax_, "the end of the text", text_.substr(position_));
    stopped_ = true;
    return;
  }
  if (Peek() == '{' || Peek() == '[') {
    ++documents_;
    Open(path_.size());
    return;
  }
  Note(&syntax_, "'{' or '['", text_.substr(position_));
  position_ = std::min(text_.find_first_of("{[", position_), text_.size());
}

void JsonWalker::InObject() {
  Frame& frame = stack_.back();
  switch (Peek()) {
    case '}':
    case ']':
      Close(Peek());
      return;
    case ',':
      if (!frame.after_value) Note(&separators_, "a member", ",");
      frame.after_value = false;
      ++position_;
      return;
    case '"':
      if (frame.after_value) Note(&separators_, "','", "\"");
      Member();
      return;
    case '{':
    case '[':
      Note(&syntax_, "a member name", text_.substr(position_, 1));
      SkipSubtree();
      frame.after_value = true;
      return;
    default:
      SkipGarbage("a member name");
      frame.after_value = true;
  }
}

void JsonWalker::InArray() {
  Frame& frame = stack_.back();
  switch (Peek()) {
    case '}':
    case ']':
      Close(Peek());
      return;
    case ',':
      if (!frame.after_value) Note(&separators_, "a value", ",");
      frame.after_value = false;
      ++position_;
      return;
    default:
      if (frame.after_value) Note(&separators_, "','", text_.substr(position_));
      Element();
  }
}

void JsonWalker::Element() {
  Frame& frame = stack_.back();
  const size_t path_size = path_.size();
  path_ += '[';
  path_ += std::to_string(frame.index++);
  path_ += ']';
  frame.after_value = true;
  ReadValue(path_size);
}

void JsonWalker::Member() {
  stack_.back().after_value = true;
  const Place start = places_.At(position_);
  const auto name = ReadString(&name_buffer_);
  if (!name) {
    ReportCut(start, "JSON member name");
    return;
  }
  const size_t path_size = path_.size();
  if (!path_.empty()) path_ += '.';
  path_ += *name;
  SkipBlank();
  if (!AtEnd() && Peek() != ':') {
    Note(&syntax_, "':' behind a member name", text_.substr(position_));
    path_.resize(path_size);
    return;
  }
  if (!AtEnd()) {
    ++position_;
    SkipBlank();
  }
  if (AtEnd()) {
    ReportCut(start, "JSON member");
    return;
  }
  ReadValue(path_size);
}

// The value here, whose path is in path_; leaves path_ at `path_size` unless a
// container was opened.
void JsonWalker::ReadValue(size_t path_size) {
  const char c = Peek();
  const bool container = c == '{' || c == '[';
  if (container && path_.size() <= kMaxJsonPathBytes) {
    Open(path_size);
    return;
  }
  if (path_.size() > kMaxJsonPathBytes) {
    NoteLimit(&long_paths_, kMaxJsonPathBytes, "bytes");
  }
  const Place place = places_.At(position_);
  if (container) {
    SkipSubtree();
  } else if (c == '"') {
    String(path_size, place);
  } else if (IsJsonDigit(c) || c == '-') {
    Number(place);
  } else if (IsJsonLetter(c)) {
    Literal(place);
  } else if (c == ',' || c == '}' || c == ']') {
    Note(&syntax_, "a value", text_.substr(position_, 1));
  } else {
    SkipGarbage("a value");
  }
  path_.resize(std::min(path_size, path_.size()));
}

void JsonWalker::Open(size_t path_size) {
  if (outer_depth_ + stack_.size() >= run_.limits.json_depth) {
    NoteLimit(&too_deep_, run_.limits.json_depth, "levels");
    SkipSubtree();
    path_.resize(path_size);
    return;
  }
  Frame frame;
  frame.array = Peek() == '[';
  frame.path_size = path_size;
  if (frame.array) ++open_arrays_;
  stack_.push_back(frame);
  ++position_;
}

void JsonWalker::Close(char bracket) {
  const bool array = bracket == ']';
  // A bracket of the other kind closes what stands between, when a container
  // of its own kind is open; else it closes nothing.
  if (stack_.back().array != array) {
    const uint64_t candidates =
        array ? open_arrays_ : stack_.size() - open_arrays_;
    Note(&syntax_, "the other closing bracket", text_.substr(position_, 1));
    if (candidates == 0) {
      ++position_;
      stack_.back().after_value = true;
      return;
    }
  }
  ++position_;
  for (;;) {
    const Frame frame = stack_.back();
    stack_.pop_back();
    if (frame.array) --open_arrays_;
    path_.resize(frame.path_size);
    if (frame.array == array) return;
  }
}

void JsonWalker::SkipSubtree() {
  const Place start = places_.At(position_);
  uint64_t depth = 0;
  while (!AtEnd()) {
    const char c = Peek();
    if (c == '"') {
      position_ = JsonStringEnd(text_, position_ + 1);
      continue;
    }
    ++position_;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return;
  }
  ReportCut(start, "JSON document");
}

void JsonWalker::SkipGarbage(std::string_view expected) {
  Note(&syntax_, expected, text_.substr(position_));
  position_ = std::min(text_.find_first_of(",\"{}[]", position_), text_.size());
}

}  // namespace espial
