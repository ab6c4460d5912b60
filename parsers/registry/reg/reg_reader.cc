// The lines of a registry export: keys and names of values.
#include "parsers/registry/reg/reg_reader.h"

#include <espial/core/text.h>

#include <utility>

#include "parsers/support/registry_value.h"

namespace espial::registry_reg {
namespace {

constexpr std::string_view kALine = "a key, a value or a comment";

}  // namespace

Status RegReader::Read() {
  while (lines_.Next(&line_)) {
    // The header may stand behind comments, and in a joined file once more.
    if (state_ == State::kBetween) {
      if (const Header header = ReadHeader(line_.text);
          header != Header::kNone) {
        header_ = header;
        continue;
      }
    }
    OnLine();
  }
  AtEnd();
  unread_.Flush();
  lines_.ReportInvalid(sink_);
  if (!any_ && header_ == Header::kNone) {
    return Error{Errc::kBadMagic, "registry export", 0,
                 "expected 'Windows Registry Editor Version 5.00' or "
                 "'REGEDIT4', found neither, and no key"};
  }
  if (deleted_keys_ + deleted_values_ != 0) {
    sink_.OnNote("orders the deletion of " + std::to_string(deleted_keys_) +
                 " keys and " + std::to_string(deleted_values_) + " values");
  }
  return {};
}

void RegReader::OnLine() {
  if (state_ == State::kInString && GoOnString()) return;
  if (state_ == State::kInHex && GoOnHex()) return;
  state_ = State::kBetween;
  size_t indent = 0;
  while (indent < line_.text.size() &&
         (line_.text[indent] == ' ' || line_.text[indent] == '\t')) {
    ++indent;
  }
  const std::string_view text = line_.text.substr(indent);
  if (Trim(text).empty() || text[0] == ';') return;
  if (text[0] == '[') {
    OnKey(text);
  } else if (text[0] == '"' || text[0] == '@') {
    pending_ = {};
    pending_.line = line_.number;
    pending_.offset = line_.OffsetOf(indent);
    pending_.end = line_.offset + line_.size;
    OnValue(text);
  } else {
    unread_.Add(line_, kALine);
  }
}

void RegReader::OnKey(std::string_view text) {
  unread_.Flush();
  has_key_ = false;
  key_deleted_ = false;
  const size_t bracket = text.rfind(']');
  const std::string at = "line " + std::to_string(line_.number) + ": ";
  Damage damage;
  damage.error.offset = line_.offset;
  damage.bytes_lost = line_.size;
  if (bracket == std::string_view::npos || line_.cut_bytes != 0) {
    damage.error.code =
        line_.ending.empty() ? Errc::kTruncated : Errc::kBadValue;
    damage.error.what = "registry key";
    damage.error.detail =
        at + "expected ']' at the end, found '" + Clip(text, 60) + "'";
    sink_.OnDamage(std::move(damage));
    return;
  }
  any_ = true;
  std::string_view key = text.substr(1, bracket - 1);
  if (key.size() > kMaxRegistryKeyBytes) {
    damage.error.code = Errc::kLimitExceeded;
    damage.error.what = "registry key length";
    damage.error.detail = at + "limit " + std::to_string(kMaxRegistryKeyBytes) +
                          " bytes, found " + std::to_string(key.size());
    sink_.OnDamage(std::move(damage));
    return;
  }
  if (!IsBlankOrComment(text.substr(bracket + 1))) {
    damage.error.code = Errc::kBadValue;
    damage.error.what = "registry key";
    damage.error.detail = at + "expected nothing behind ']', found '" +
                          Clip(text.substr(bracket + 1), 40) + "'";
    damage.bytes_lost = 0;
    damage.lossy = false;
    sink_.OnDamage(std::move(damage));
  }
  if (key.starts_with('-')) {
    ++deleted_keys_;
    key_deleted_ = true;
    return;
  }
  has_key_ = true;
  key_.assign(key);
  host_ = FindRegistryJsonHost(key_);
}

void RegReader::OnValue(std::string_view text) {
  name_buffer_.clear();
  size_t behind = 1;
  if (text[0] == '"') {
    const size_t quote = FindClosingQuote(text, 1);
    if (quote == std::string_view::npos) {
      unread_.Add(line_, "a quote behind the value's name");
      return;
    }
    AppendUnescaped(text.substr(1, quote - 1), &name_buffer_);
    behind = quote + 1;
  }
  pending_.name = name_buffer_;
  std::string_view data = text.substr(behind);
  while (data.starts_with(' ') || data.starts_with('\t')) data.remove_prefix(1);
  if (!data.starts_with('=')) {
    unread_.Add(line_, "'=' behind the value's name");
    return;
  }
  data.remove_prefix(1);
  if (!has_key_) {
    unread_.Add(line_, key_deleted_ ? "a key, found values of a deleted one"
                                    : "a key before the first value");
    // Their strings and hex runs may go on: lines that follow are told too.
    return;
  }
  unread_.Flush();
  while (data.starts_with(' ') || data.starts_with('\t')) data.remove_prefix(1);
  if (line_.cut_bytes != 0) {
    Drop(Errc::kLimitExceeded, "registry line length",
         "limit " + std::to_string(limits_.text_line_bytes) + " bytes");
    return;
  }
  OnData(data);
}

void RegReader::AtEnd() {
  if (state_ == State::kInString) {
    Drop(Errc::kTruncated, "registry string",
         "expected a closing quote, found the end of the file");
  } else if (state_ == State::kInHex) {
    Drop(Errc::kTruncated, "registry bytes",
         "expected more digits or a line end, found the end of the file");
  }
}

}  // namespace espial::registry_reg
