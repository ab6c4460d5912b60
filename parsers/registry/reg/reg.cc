// Registry exports of regedit and reg.exe: see FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "parsers/registry/reg/reg_text.h"
#include "parsers/support/registry_json.h"
#include "parsers/support/registry_value.h"
#include "parsers/support/text_source.h"
#include "parsers/support/unread_lines.h"

namespace espial::registry_reg {
namespace {

constexpr std::string_view kALine = "a key, a value or a comment";

class RegReader {
 public:
  RegReader(const Source& source, const ParseContext& context, Sink& sink)
      : limits_(context.limits),
        sink_(sink),
        lines_(source.bytes(), context.limits),
        unread_("registry line", &sink) {}

  Status Read();

 private:
  enum class State { kBetween, kInString, kInHex };

  // A value that goes on in the next line, or is read right now.
  struct Pending {
    std::string_view name;  // name_buffer_
    uint64_t line = 0;
    uint64_t offset = 0;
    uint64_t end = 0;  // offset behind its last line
    uint32_t type = 0;
  };

  void OnLine();
  void OnKey(std::string_view text);
  void OnValue(std::string_view text);
  void OnData(std::string_view data);
  void OnNumber(std::string_view data, size_t most, bool dword);
  void OnString(std::string_view data);
  void OnHex(std::string_view data);
  // A line within a string or hex run; false when it is not part of it, and is
  // to be read as a line of its own.
  bool GoOnString();
  bool GoOnHex();
  // Adds a line of hex digits; finishes the value when none follows.
  void AddHex(std::string_view digits);
  // Takes `more` bytes from what a value may hold; false (and reported) when
  // they are too many.
  bool Grow(uint64_t more);
  void AtEnd();

  // `text` was dropped: reports the pending value and forgets it.
  void Drop(Errc code, const char* what, const std::string& detail);
  void Note(const char* what, const std::string& detail);
  void Report(Errc code, const char* what, const std::string& detail,
              uint64_t bytes_lost, bool lossy);
  void Emit(std::string_view type, std::string_view data,
            std::optional<uint64_t> number);

  [[nodiscard]] std::string Found(std::string_view text) const {
    return text.empty() ? "the end of the line" : "'" + Clip(text, 40) + "'";
  }

  const Limits& limits_;
  Sink& sink_;
  LineReader lines_;
  UnreadLines unread_;
  TextLine line_;
  Header header_ = Header::kNone;
  bool any_ = false;
  bool has_key_ = false;
  bool key_deleted_ = false;
  std::string key_;
  RegistryJsonHost host_ = RegistryJsonHost::kNone;
  State state_ = State::kBetween;
  Pending pending_;
  std::string name_buffer_;
  std::string data_;
  uint64_t deleted_keys_ = 0;
  uint64_t deleted_values_ = 0;
};

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

void RegReader::OnData(std::string_view data) {
  if (data.starts_with('"')) {
    OnString(data.substr(1));
  } else if (data.starts_with('-') && IsBlankOrComment(data.substr(1))) {
    ++deleted_values_;
  } else if (StartsWithMark(data, "dword:")) {
    OnNumber(data.substr(6), 8, true);
  } else if (StartsWithMark(data, "qword:")) {
    OnNumber(data.substr(6), 16, false);
  } else if (StartsWithMark(data, "hex:") || StartsWithMark(data, "hex(")) {
    OnHex(data);
  } else {
    Drop(line_.ending.empty() ? Errc::kTruncated : Errc::kBadValue,
         "registry value",
         "expected a string, dword:, hex: or '-', found " + Found(data));
  }
}

void RegReader::OnNumber(std::string_view data, size_t most, bool dword) {
  const std::string_view digits = WithoutComment(data);
  // Digits that the end of the file follows may be the first of more.
  if (line_.ending.empty() && data.size() < most) {
    Drop(Errc::kTruncated, "registry number",
         "expected a line end behind the digits, found the end of the file");
    return;
  }
  const auto number = digits.size() <= most ? ParseHexNumber(digits)
                                            : std::optional<uint64_t>();
  if (!number) {
    Drop(Errc::kBadValue, "registry number",
         "expected 1 to " + std::to_string(most) +
             " hexadecimal digits, found " + Found(digits));
    return;
  }
  Emit(dword ? "REG_DWORD" : "REG_QWORD", std::to_string(*number), number);
}

void RegReader::OnString(std::string_view data) {
  const size_t quote = FindClosingQuote(data, 0);
  if (quote == std::string_view::npos) {
    state_ = State::kInString;
    data_.clear();
    AppendUnescaped(data, &data_);
    data_.append(line_.ending);
    return;
  }
  const std::string_view text = data.substr(0, quote);
  const std::string_view rest = data.substr(quote + 1);
  if (text.find('\\') == std::string_view::npos) {
    Emit("REG_SZ", text, std::nullopt);
  } else {
    data_.clear();
    AppendUnescaped(text, &data_);
    Emit("REG_SZ", data_, std::nullopt);
  }
  if (!IsBlankOrComment(rest)) {
    Note("registry string",
         "expected nothing behind the closing quote, found " + Found(rest));
  }
}

bool RegReader::GoOnString() {
  const auto abandon = [&](const char* found) {
    Drop(Errc::kBadValue, "registry string",
         std::string("expected a closing quote, found ") + found);
    return false;
  };
  if (IsKeyLine(line_.text)) return abandon("a key");
  const size_t quote = FindClosingQuote(line_.text, 0);
  if (quote != std::string_view::npos &&
      !IsBlankOrComment(line_.text.substr(quote + 1))) {
    return abandon("a quote within a later line");
  }
  pending_.end = line_.offset + line_.size;
  if (!Grow(line_.text.size() + line_.cut_bytes + 2)) return true;
  const bool closed = quote != std::string_view::npos;
  AppendUnescaped(line_.text.substr(0, quote), &data_);
  if (closed) {
    state_ = State::kBetween;
    Emit("REG_SZ", data_, std::nullopt);
  } else {
    data_.append(line_.ending);
  }
  return true;
}

void RegReader::OnHex(std::string_view data) {
  const size_t colon = data.find(':');
  const std::string_view mark = data.substr(0, colon);
  std::optional<uint64_t> type = kRegBinary;
  if (mark.size() > 3) {
    const bool closed = mark.size() >= 6 && mark.back() == ')';
    type = closed ? ParseHexNumber(mark.substr(4, mark.size() - 5))
                  : std::optional<uint64_t>();
  }
  if (colon == std::string_view::npos || !type || *type > 0xFFFFFFFFU) {
    Drop(line_.ending.empty() ? Errc::kTruncated : Errc::kBadValue,
         "registry bytes", "expected 'hex(N):', found " + Found(data));
    return;
  }
  pending_.type = static_cast<uint32_t>(*type);
  data_.clear();
  AddHex(data.substr(colon + 1));
}

bool RegReader::GoOnHex() {
  const std::string_view text = Trim(line_.text);
  const bool hex =
      !text.empty() && (text[0] == ',' || text[0] == '\\' ||
                        ParseHexNumber(text.substr(0, 1)).has_value());
  if (!hex) {
    Drop(Errc::kBadValue, "registry bytes",
         "expected more digits behind '\\', found " + Found(text));
    return false;
  }
  pending_.end = line_.offset + line_.size;
  if (Grow(text.size() + line_.cut_bytes)) AddHex(text);
  return true;
}

void RegReader::AddHex(std::string_view digits) {
  const std::string_view text = WithoutComment(digits);
  const bool goes_on = text.ends_with('\\');
  const std::string_view body = text.substr(0, text.size() - (goes_on ? 1 : 0));
  size_t bad = 0;
  if (!ParseHexBytes(body, false, &data_, &bad)) {
    Drop(Errc::kBadValue, "registry bytes",
         "expected pairs of hexadecimal digits, found " +
             Found(body.substr(bad)));
    return;
  }
  // Digits that the end of the file follows may be the first of more.
  const bool cut = line_.ending.empty() && text.size() == digits.size();
  if (goes_on || cut) {
    state_ = State::kInHex;
    return;
  }
  state_ = State::kBetween;
  const RegistryText stored = header_ == Header::kVersion4
                                  ? RegistryText::kAnsi
                                  : RegistryText::kUtf16Le;
  const RegistryData value =
      DecodeRegistryValue(pending_.type, AsBytes(data_), stored);
  Emit(RegistryTypeName(pending_.type), value.text, value.number);
  if (value.replaced != 0) {
    Note("registry string",
         std::to_string(value.replaced) + " characters read as U+FFFD");
  }
}

bool RegReader::Grow(uint64_t more) {
  const uint64_t limit = limits_.text_value_bytes;
  if (line_.cut_bytes == 0 && more <= limit && data_.size() <= limit - more) {
    return true;
  }
  // What follows of the value is read as lines of their own, and told as such.
  Drop(Errc::kLimitExceeded, "registry value length",
       "limit " + std::to_string(limits_.text_line_bytes) +
           " bytes a line and " + std::to_string(limit) + " bytes a value");
  return false;
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

void RegReader::Drop(Errc code, const char* what, const std::string& detail) {
  state_ = State::kBetween;
  Report(code, what, detail, pending_.end - pending_.offset, true);
}

void RegReader::Note(const char* what, const std::string& detail) {
  Report(Errc::kBadValue, what, detail, 0, false);
}

void RegReader::Report(Errc code, const char* what, const std::string& detail,
                       uint64_t bytes_lost, bool lossy) {
  Damage damage;
  damage.error = {code, what, pending_.offset,
                  "line " + std::to_string(pending_.line) + ": " + detail +
                      "; " + DescribeRegistryValue(key_, pending_.name)};
  damage.bytes_lost = bytes_lost;
  damage.lossy = lossy;
  sink_.OnDamage(std::move(damage));
}

void RegReader::Emit(std::string_view type, std::string_view data,
                     std::optional<uint64_t> number) {
  Fact fact;
  fact.kind = FactKind::kRegistry;
  fact.key = key_;
  fact.name = pending_.name;
  fact.type = type;
  fact.data = data;
  fact.number = number;
  fact.line = pending_.line;
  fact.offset = pending_.offset;
  sink_.OnFact(fact);
  if (host_ != RegistryJsonHost::kNone) {
    EmitRegistryJson(host_, fact, limits_, sink_);
  }
}

// The header, or, in a file that lost it, a key and then a value that is not
// indented. Comments may stand in front.
bool Probe(const ProbeInput& input) {
  std::string_view rest = input.head_text;
  bool key = false;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = Trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line[0] == ';') continue;
    if (key) return true;
    if (ReadHeader(line) != Header::kNone) return true;
    if (!line.starts_with("[HKEY_") && !line.starts_with("[-HKEY_")) {
      return false;
    }
    key = true;
  }
  return key;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return RegReader(source, context, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"registry/reg", "Registry export", Probe,
                                  Parse};

}  // namespace espial::registry_reg
