// The output of `reg query`: see FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "parsers/registry/query/query_line.h"
#include "parsers/support/archive_name.h"
#include "parsers/support/registry_json.h"
#include "parsers/support/registry_value.h"
#include "parsers/support/text_source.h"
#include "parsers/support/unread_lines.h"

namespace espial::registry_query {
namespace {

bool IsText(std::string_view type) {
  return type == "REG_SZ" || type == "REG_EXPAND_SZ" ||
         type == "REG_MULTI_SZ" || type == "REG_LINK";
}

bool IsNumber(std::string_view type) {
  return type == "REG_DWORD" || type == "REG_QWORD" ||
         type == "REG_DWORD_BIG_ENDIAN";
}

class QueryReader {
 public:
  QueryReader(const Source& source, const ParseContext& context, Sink& sink)
      : bytes_(source.bytes()),
        limits_(context.limits),
        sink_(sink),
        lines_(source.bytes(), context.limits),
        unread_("registry line", &sink) {}

  Status Read();

 private:
  // The text of line_, decoded from the code page of the console where it is
  // neither UTF-8 nor UTF-16.
  std::string_view TextOfLine();
  void OnLine(std::string_view text);
  void OnKey(std::string_view text);
  void OnValue(const ValueLine& value);
  // A line that may belong to the string in front of it.
  void OnOther(std::string_view text);
  // Puts the string that is being read into the sink.
  void EndString();
  void OnNumber(std::string_view data);
  void OnBytes(std::string_view data);
  void AtEnd();

  void Report(Errc code, const char* what, const std::string& detail,
              uint64_t bytes_lost, bool lossy);
  void Drop(Errc code, const char* what, const std::string& detail);
  void Emit(std::string_view data, std::optional<uint64_t> number);

  Bytes bytes_;
  const Limits& limits_;
  Sink& sink_;
  LineReader lines_;
  UnreadLines unread_;
  TextLine line_;
  std::string decoded_;
  bool any_ = false;
  bool has_key_ = false;
  std::string key_;
  RegistryJsonHost host_ = RegistryJsonHost::kNone;

  // The value that is being read.
  bool in_string_ = false;
  std::string name_;
  std::string type_;
  std::string data_;
  std::string blanks_;  // line ends that may belong to it
  uint64_t value_line_ = 0;
  uint64_t value_offset_ = 0;
  uint64_t value_end_ = 0;

  bool after_blank_ = true;
  uint64_t errors_ = 0;
  uint64_t not_set_ = 0;
};

Status QueryReader::Read() {
  while (lines_.Next(&line_)) {
    const std::string_view text = TextOfLine();
    const bool blank = Trim(text).empty();
    // A last line without an end may be the first half of one.
    if (line_.ending.empty() && !blank) break;
    OnLine(text);
    after_blank_ = blank;
  }
  AtEnd();
  unread_.Flush();
  if (lines_.encoding() != Encoding::kCp1252) lines_.ReportInvalid(sink_);
  if (!any_) {
    return Error{Errc::kBadMagic, "registry query", 0,
                 "expected a whole line 'HKEY_...', found none"};
  }
  std::string note;
  if (errors_ != 0) {
    note = std::to_string(errors_) + (errors_ == 1 ? " error" : " errors") +
           " of reg.exe";
  }
  if (not_set_ != 0) {
    if (!note.empty()) note += "; ";
    note += std::to_string(not_set_) +
            (not_set_ == 1 ? " default value" : " default values") + " not set";
  }
  if (!note.empty()) sink_.OnNote(std::move(note));
  return {};
}

std::string_view QueryReader::TextOfLine() {
  if (lines_.encoding() != Encoding::kCp1252) return line_.text;
  const bool ascii =
      std::all_of(line_.text.begin(), line_.text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (ascii || line_.cut_bytes != 0) return line_.text;
  decoded_ = archive::DecodeZipName(
      SliceClamped(bytes_, line_.offset, line_.size - line_.ending.size()));
  return decoded_;
}

void QueryReader::OnLine(std::string_view text) {
  if (line_.cut_bytes != 0) {
    if (in_string_) {
      Drop(Errc::kLimitExceeded, "registry line length",
           "limit " + std::to_string(limits_.text_line_bytes) + " bytes");
    }
    unread_.Add(line_, "a line within the limit");
    return;
  }
  if (IsKeyLine(text)) return OnKey(text);
  ValueLine value;
  if (SplitValueLine(text, &value)) return OnValue(value);
  OnOther(text);
}

void QueryReader::OnKey(std::string_view text) {
  EndString();
  unread_.Flush();
  has_key_ = false;
  any_ = true;
  if (text.size() > kMaxRegistryKeyBytes) {
    name_.clear();
    value_line_ = line_.number;
    value_offset_ = line_.offset;
    key_ = Clip(text);
    Report(Errc::kLimitExceeded, "registry key length",
           "limit " + std::to_string(kMaxRegistryKeyBytes) + " bytes, found " +
               std::to_string(text.size()),
           line_.size, true);
    return;
  }
  has_key_ = true;
  key_ = text;
  host_ = FindRegistryJsonHost(key_);
}

void QueryReader::OnValue(const ValueLine& value) {
  EndString();
  if (!has_key_) {
    unread_.Add(line_, "a key before the first value");
    return;
  }
  unread_.Flush();
  name_ = value.name;
  type_ = value.type;
  value_line_ = line_.number;
  value_offset_ = line_.OffsetOf(4);
  value_end_ = line_.offset + line_.size;
  if (IsDefaultName(name_)) {
    if (IsNotSet(value.data)) {
      ++not_set_;
      return;
    }
    name_.clear();
  }
  if (IsText(type_)) {
    in_string_ = true;
    data_ = value.data;
    blanks_ = line_.ending;
  } else if (IsNumber(type_)) {
    OnNumber(value.data);
  } else {
    OnBytes(value.data);
  }
}

void QueryReader::OnOther(std::string_view text) {
  if (Trim(text).empty()) {
    if (in_string_) {
      blanks_ += text;
      blanks_ += line_.ending;
    }
    return;
  }
  if (after_blank_ && (IsErrorLine(text) || IsFooter(text))) {
    EndString();
    if (IsErrorLine(text)) ++errors_;
    return;
  }
  if (!in_string_) {
    unread_.Add(line_, "a key or a value");
    return;
  }
  if (data_.size() + blanks_.size() + text.size() > limits_.text_value_bytes) {
    Drop(Errc::kLimitExceeded, "registry value length",
         "limit " + std::to_string(limits_.text_value_bytes) + " bytes");
    return;
  }
  data_ += blanks_;
  data_ += text;
  blanks_ = line_.ending;
  value_end_ = line_.offset + line_.size;
}

void QueryReader::EndString() {
  if (!in_string_) return;
  in_string_ = false;
  if (type_ == "REG_MULTI_SZ") {
    std::string list;
    std::string_view rest = data_;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find("\\0"), rest.size());
      if (!list.empty() && end != 0) list += '\n';
      list += rest.substr(0, end);
      rest.remove_prefix(std::min(end + 2, rest.size()));
    }
    data_ = std::move(list);
  }
  Emit(data_, std::nullopt);
}

void QueryReader::OnNumber(std::string_view data) {
  const std::string_view digits =
      data.starts_with("0x") ? Trim(data.substr(2)) : std::string_view();
  const auto number = ParseHexNumber(digits);
  if (!number) {
    Drop(
        Errc::kBadValue, "registry number",
        "expected '0x' and hexadecimal digits, found '" + Clip(data, 40) + "'");
    return;
  }
  Emit(std::to_string(*number), number);
}

void QueryReader::OnBytes(std::string_view data) {
  std::string text(Trim(data));
  const bool hex =
      text.size() % 2 == 0 && std::all_of(text.begin(), text.end(), [](char c) {
        return ParseHexNumber(std::string_view(&c, 1)).has_value();
      });
  if (!hex) {
    Drop(
        Errc::kBadValue, "registry bytes",
        "expected pairs of hexadecimal digits, found '" + Clip(data, 40) + "'");
    return;
  }
  for (char& c : text) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c + ('a' - 'A'));
  }
  Emit(text, std::nullopt);
}

void QueryReader::AtEnd() {
  const bool cut = line_.ending.empty() && line_.size != 0;
  if (!cut) {
    if (in_string_ && !after_blank_) {
      Report(Errc::kTruncated, "registry string",
             "expected an empty line behind the last value, found the end of "
             "the file",
             0, false);
    }
    EndString();
    return;
  }
  const std::string_view text = TextOfLine();
  ValueLine value;
  const bool other = Trim(text).empty() || IsKeyLine(text) ||
                     SplitValueLine(text, &value) ||
                     (after_blank_ && IsFooter(text));
  if (in_string_ && !other) {
    value_end_ = line_.offset + line_.size;
    Drop(Errc::kTruncated, "registry string",
         "expected a line end, found the end of the file");
    return;
  }
  EndString();
  if (Trim(text).empty()) return;
  unread_.Flush();
  sink_.OnDamage({{},
                  {Errc::kTruncated, "registry line", line_.offset,
                   "line " + std::to_string(line_.number) +
                       ": expected a line end, found the end of the file "
                       "behind '" +
                       Clip(text, 60) + "'"},
                  line_.size,
                  true});
}

void QueryReader::Drop(Errc code, const char* what, const std::string& detail) {
  in_string_ = false;
  Report(code, what, detail, value_end_ - value_offset_, true);
}

void QueryReader::Report(Errc code, const char* what, const std::string& detail,
                         uint64_t bytes_lost, bool lossy) {
  Damage damage;
  damage.error = {code, what, value_offset_,
                  "line " + std::to_string(value_line_) + ": " + detail + "; " +
                      DescribeRegistryValue(key_, name_)};
  damage.bytes_lost = bytes_lost;
  damage.lossy = lossy;
  sink_.OnDamage(std::move(damage));
}

void QueryReader::Emit(std::string_view data, std::optional<uint64_t> number) {
  Fact fact;
  fact.kind = FactKind::kRegistry;
  fact.key = key_;
  fact.name = name_;
  fact.type = type_;
  fact.data = data;
  fact.number = number;
  fact.line = value_line_;
  fact.offset = value_offset_;
  sink_.OnFact(fact);
  if (host_ != RegistryJsonHost::kNone) {
    EmitRegistryJson(host_, fact, limits_, sink_);
  }
}

// A key, and directly below it a value or another key; a few lines of other
// text may stand in front.
bool Probe(const ProbeInput& input) {
  constexpr int kLinesInFront = 8;
  std::string_view rest = input.head_text;
  bool key = false;
  int others = 0;
  while (!rest.empty() && others <= kLinesInFront) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (Trim(line).empty()) continue;
    ValueLine value;
    if (key && SplitValueLine(line, &value)) return true;
    if (IsKeyLine(line)) {
      if (key) return true;
      key = true;
      continue;
    }
    key = false;
    ++others;
  }
  return false;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return QueryReader(source, context, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"registry/query", "Output of reg query",
                                  Probe, Parse};

}  // namespace espial::registry_query
