#include "parsers/support/json_members.h"

#include <algorithm>

#include "parsers/support/json_string.h"

namespace espial {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

// Behind the closing quote of the string whose quote stands at `at`; npos when
// it is not closed.
size_t StringEnd(std::string_view text, size_t at) {
  const size_t end = JsonStringEnd(text, at + 1);
  return end > at + 1 && text[end - 1] == '"' ? end : std::string_view::npos;
}

// Behind the object or array that begins at `at`; npos when it is not closed.
size_t NestedEnd(std::string_view text, size_t at) {
  size_t depth = 0;
  while (at < text.size()) {
    switch (text[at]) {
      case '"':
        at = StringEnd(text, at);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        break;
      default:
        break;
    }
    ++at;
  }
  return std::string_view::npos;
}

}  // namespace

JsonWalk::JsonWalk(std::string_view text) : text_(text) {
  if (text.empty() || (text[0] != '{' && text[0] != '[')) return;
  object_ = text[0] == '{';
  done_ = false;
  position_ = 1;
}

void JsonWalk::SkipSpace() {
  position_ =
      std::min(text_.find_first_not_of(kSpace, position_), text_.size());
}

bool JsonWalk::ReadValue(JsonMember* member) {
  const size_t at = position_;
  size_t end = std::string_view::npos;
  switch (text_[at]) {
    case '"':
      end = StringEnd(text_, at);
      if (end == std::string_view::npos) return false;
      member->kind = JsonKind::kString;
      member->value = text_.substr(at + 1, end - at - 2);
      position_ = end;
      return true;
    case '{':
    case '[':
      end = NestedEnd(text_, at);
      if (end == std::string_view::npos) return false;
      member->kind = text_[at] == '{' ? JsonKind::kObject : JsonKind::kArray;
      break;
    default:
      end = text_.find_first_of(",}] \t\r\n", at);
      if (end == std::string_view::npos || end == at) return false;
      member->kind = text_[at] == '-' || (text_[at] >= '0' && text_[at] <= '9')
                         ? JsonKind::kNumber
                         : JsonKind::kWord;
  }
  member->value = text_.substr(at, end - at);
  position_ = end;
  return true;
}

bool JsonWalk::Next(JsonMember* member) {
  if (done_) return false;
  done_ = true;  // until this member turns out well
  SkipSpace();
  if (position_ < text_.size() && text_[position_] == ',') {
    ++position_;
    SkipSpace();
  }
  if (position_ >= text_.size()) return false;
  if (text_[position_] == (object_ ? '}' : ']')) {
    closed_ = true;
    return false;
  }
  *member = {};
  if (object_) {
    if (text_[position_] != '"') return false;
    const size_t end = StringEnd(text_, position_);
    if (end == std::string_view::npos) return false;
    member->name = text_.substr(position_ + 1, end - position_ - 2);
    position_ = end;
    SkipSpace();
    if (position_ >= text_.size() || text_[position_] != ':') return false;
    ++position_;
    SkipSpace();
    if (position_ >= text_.size()) return false;
  }
  if (!ReadValue(member)) return false;
  done_ = false;
  return true;
}

}  // namespace espial
