// The registry dump of MdmDiagnosticsTool, its own dialect: see FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "parsers/registry/dump/dump_line.h"
#include "parsers/support/registry_json.h"
#include "parsers/support/registry_value.h"
#include "parsers/support/text_source.h"
#include "parsers/support/unread_lines.h"

namespace espial::registry_dump {
namespace {

constexpr std::string_view kBeforeKey = "a key before the first value";

// "hex(N):" or "hex:" at the start of `text`, removed; nothing when it is
// malformed.
std::optional<uint32_t> TakeHexType(std::string_view* text) {
  const size_t colon = text->find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view mark = text->substr(0, colon);
  std::optional<uint64_t> type = kRegBinary;
  if (mark.size() > 3) {
    if (mark.size() < 6 || mark.back() != ')') return std::nullopt;
    type = ParseHexNumber(mark.substr(4, mark.size() - 5));
  }
  if (!type || *type > 0xFFFFFFFFU) return std::nullopt;
  text->remove_prefix(colon + 1);
  return static_cast<uint32_t>(*type);
}

// `text` is a string as it stands in the file, closing quote included.
bool IsClosed(std::string_view text) {
  // A dump that went through another text stream has CRCRLF.
  while (text.ends_with('\r')) text.remove_suffix(1);
  return text.ends_with('"');
}

// Whether a closed string was cut all the same, so that its last quote is one
// of its own. Judged only where the file ends within a key.
bool EndsInside(std::string_view text) {
  if (std::count(text.begin(), text.end(), '"') % 2 == 0) return true;
  while (text.ends_with('\r')) text.remove_suffix(1);
  text.remove_suffix(1);
  text = Trim(text);
  return text.starts_with('{') && !text.ends_with('}');
}

// Whether `line` can go on a run of hexadecimal digits.
bool IsHexLine(std::string_view line) {
  return line.find_first_not_of("0123456789abcdefABCDEF,\\ \t\r") ==
         std::string_view::npos;
}

class DumpReader {
 public:
  DumpReader(const Source& source, const ParseContext& context, Sink& sink)
      : limits_(context.limits),
        sink_(sink),
        lines_(source.bytes(), context.limits),
        unread_("registry dump line", &sink) {}

  Status Read();

 private:
  // The value whose end is not known yet.
  struct Pending {
    bool open = false;
    // Some line of it is missing: report and emit nothing.
    bool over_limit = false;
    DataForm form = DataForm::kUnknown;
    std::string_view name;
    std::string_view data;
    uint64_t line = 0;
    uint64_t offset = 0;    // of the name's quote, or of '@'
    uint64_t end = 0;       // offset behind the last line that belongs to it
    uint64_t blank = 0;     // blank lines seen behind it
    bool line_end = false;  // its last line has a line end
    bool owned = false;     // `data` is data_buffer_
  };

  void OnKey(const DumpLine& line);
  void OnValue(const DumpLine& line);
  void OnOther();
  // The pending value is complete; at the end of the file it may be cut.
  void Finish(bool at_end);
  void FinishString(bool at_end);
  void FinishNumber(bool at_end);
  void FinishHex(bool at_end);
  void FinishUnknown(bool at_end);
  void Emit(std::string_view type, std::string_view data,
            std::optional<uint64_t> number);
  void Report(Errc code, const char* what, const std::string& detail,
              bool dropped, bool lossy);
  // Makes the data of the pending value a text of our own that can grow.
  void Own();
  [[nodiscard]] bool Continues() const;
  void ReportCutLine();

  const Limits& limits_;
  Sink& sink_;
  LineReader lines_;
  UnreadLines unread_;
  TextLine line_;
  bool has_key_ = false;
  bool any_ = false;
  std::string key_;
  RegistryJsonHost host_ = RegistryJsonHost::kNone;
  Pending pending_;
  std::string name_buffer_;
  std::string data_buffer_;
};

Status DumpReader::Read() {
  while (lines_.Next(&line_)) {
    const DumpLine line = ReadDumpLine(line_.text);
    switch (line.kind) {
      case LineKind::kKey:
        OnKey(line);
        break;
      case LineKind::kValue:
        OnValue(line);
        break;
      case LineKind::kBlank:
        if (pending_.open) ++pending_.blank;
        break;
      case LineKind::kOther:
        OnOther();
        break;
    }
  }
  Finish(true);
  unread_.Flush();
  lines_.ReportInvalid(sink_);
  if (!any_) {
    return Error{Errc::kBadMagic, "registry dump", 0,
                 "expected a line '[HKEY_...]', found none"};
  }
  return {};
}

void DumpReader::OnKey(const DumpLine& line) {
  Finish(false);
  unread_.Flush();
  any_ = true;
  has_key_ = false;
  const size_t bracket = line.name.rfind(']');
  Damage damage;
  damage.error.offset = line_.offset;
  damage.bytes_lost = line_.size;
  if (bracket == std::string_view::npos || line_.cut_bytes != 0) {
    damage.error.code =
        line_.ending.empty() ? Errc::kTruncated : Errc::kBadValue;
    damage.error.what = "registry key";
    damage.error.detail = "line " + std::to_string(line_.number) +
                          ": expected ']' at the end, found '" +
                          Clip(line_.text, 60) + "'";
    sink_.OnDamage(std::move(damage));
    return;
  }
  if (bracket > kMaxRegistryKeyBytes) {
    damage.error.code = Errc::kLimitExceeded;
    damage.error.what = "registry key length";
    damage.error.detail = "line " + std::to_string(line_.number) + ": limit " +
                          std::to_string(kMaxRegistryKeyBytes) +
                          " bytes, found " + std::to_string(bracket);
    sink_.OnDamage(std::move(damage));
    return;
  }
  has_key_ = true;
  key_.assign(line.name.substr(0, bracket));
  host_ = FindRegistryJsonHost(key_);
}

void DumpReader::OnValue(const DumpLine& line) {
  Finish(false);
  if (!has_key_) {
    unread_.Add(line_, kBeforeKey);
    return;
  }
  unread_.Flush();
  pending_ = {};
  pending_.open = true;
  pending_.form = line.form;
  pending_.line = line_.number;
  pending_.offset = line_.OffsetOf(kIndent);
  pending_.end = line_.offset + line_.size;
  pending_.line_end = !line_.ending.empty();
  pending_.over_limit = line_.cut_bytes != 0;
  if (line_.in_source) {
    pending_.name = line.name;
    pending_.data = line.data;
  } else {
    name_buffer_.assign(line.name);
    data_buffer_.assign(line.data);
    pending_.name = name_buffer_;
    pending_.data = data_buffer_;
    pending_.owned = true;
  }
}

void DumpReader::Own() {
  if (pending_.owned) return;
  data_buffer_.assign(pending_.data);
  pending_.owned = true;
}

// Whether the line goes on the pending value.
bool DumpReader::Continues() const {
  if (!pending_.open) return false;
  // The beginning of a record that the end of the file cuts looks like text.
  const bool may_be_cut = line_.ending.empty();
  switch (pending_.form) {
    case DataForm::kDword:
    case DataForm::kQword:
      return false;
    case DataForm::kHex:
      return IsHexLine(line_.text);
    case DataForm::kString:
      return !may_be_cut || !IsClosed(pending_.data) ||
             EndsInside(pending_.data);
    case DataForm::kUnknown:
      return !may_be_cut;
  }
  return false;
}

void DumpReader::OnOther() {
  if (!Continues()) {
    Finish(false);
    if (line_.ending.empty()) {
      ReportCutLine();
    } else {
      unread_.Add(line_, "a key or a value");
    }
    return;
  }
  pending_.line_end = !line_.ending.empty();
  pending_.end = line_.offset + line_.size;
  const uint64_t need = pending_.blank + 1 + line_.text.size();
  if (pending_.over_limit || line_.cut_bytes != 0 ||
      need > limits_.text_value_bytes -
                 std::min<uint64_t>(limits_.text_value_bytes,
                                    pending_.data.size())) {
    pending_.over_limit = true;
    return;
  }
  Own();
  // The writer's stream made CRLF of each line feed of the string.
  data_buffer_.append(static_cast<size_t>(pending_.blank) + 1, '\n');
  data_buffer_.append(line_.text);
  pending_.blank = 0;
  pending_.data = data_buffer_;
}

void DumpReader::Finish(bool at_end) {
  if (!pending_.open) return;
  pending_.open = false;
  if (pending_.over_limit) {
    Report(Errc::kLimitExceeded, "registry value length",
           "limit " + std::to_string(limits_.text_line_bytes) +
               " bytes a line and " + std::to_string(limits_.text_value_bytes) +
               " bytes a value",
           true, true);
    return;
  }
  switch (pending_.form) {
    case DataForm::kString:
      FinishString(at_end);
      break;
    case DataForm::kDword:
    case DataForm::kQword:
      FinishNumber(at_end);
      break;
    case DataForm::kHex:
      FinishHex(at_end);
      break;
    case DataForm::kUnknown:
      FinishUnknown(at_end);
      break;
  }
}

void DumpReader::FinishString(bool at_end) {
  std::string_view text = pending_.data;
  const bool closed = IsClosed(text);
  const bool within_key = pending_.blank == 0;
  if (at_end && (!closed || (within_key && EndsInside(text)))) {
    Report(Errc::kTruncated, "registry string",
           "expected a closing quote, found the end of the file", true, true);
    return;
  }
  if (closed) text.remove_suffix(text.size() - text.rfind('"'));
  Emit("REG_SZ", text, std::nullopt);
  if (!closed) {
    Report(Errc::kTruncated, "registry string",
           "expected a closing quote, found the next record; kept as far as "
           "it goes",
           false, true);
  }
}

void DumpReader::FinishNumber(bool at_end) {
  const bool dword = pending_.form == DataForm::kDword;
  const size_t most = dword ? 8 : 16;
  const std::string_view digits = Trim(pending_.data);
  // Digits without a line end behind them may be the first of more.
  if (at_end && !pending_.line_end && digits.size() < most) {
    Report(Errc::kTruncated, "registry number",
           "expected a line end behind the digits, found the end of the file",
           true, true);
    return;
  }
  const auto number = digits.size() <= most ? ParseHexNumber(digits)
                                            : std::optional<uint64_t>();
  if (!number) {
    Report(Errc::kBadValue, "registry number",
           "expected 1 to " + std::to_string(most) +
               " hexadecimal digits, found '" + Clip(digits, 40) + "'",
           true, true);
    return;
  }
  Emit(dword ? "REG_DWORD" : "REG_QWORD", std::to_string(*number), number);
}

void DumpReader::FinishHex(bool at_end) {
  std::string_view text = pending_.data;
  const bool goes_on = text.ends_with(',') || text.ends_with('\\');
  if (at_end && (!pending_.line_end || goes_on)) {
    Report(Errc::kTruncated, "registry bytes",
           "expected a line end behind the digits, found the end of the file",
           true, true);
    return;
  }
  const auto type = TakeHexType(&text);
  if (!type) {
    Report(Errc::kBadValue, "registry bytes",
           "expected 'hex(N):', found '" + Clip(text, 40) + "'", true, true);
    return;
  }
  std::string bytes;
  size_t bad = 0;
  if (!ParseHexBytes(text, true, &bytes, &bad)) {
    Report(Errc::kBadValue, "registry bytes",
           "expected pairs of hexadecimal digits, found '" +
               Clip(text.substr(bad), 40) + "'",
           true, true);
    return;
  }
  const RegistryData value =
      DecodeRegistryValue(*type, AsBytes(bytes), RegistryText::kGuess);
  Emit(RegistryTypeName(*type), value.text, value.number);
  if (value.replaced != 0) {
    Report(Errc::kBadValue, "registry string",
           std::to_string(value.replaced) + " characters read as U+FFFD", false,
           false);
  }
}

void DumpReader::FinishUnknown(bool at_end) {
  if (at_end && !pending_.line_end) {
    Report(Errc::kTruncated, "registry value",
           "expected a line end, found the end of the file", true, true);
    return;
  }
  Emit("REG_UNKNOWN", pending_.data, std::nullopt);
  Report(Errc::kUnsupported, "registry value form",
         "expected a string, DWORD:, QWORD: or hex, found '" +
             Clip(pending_.data, 40) + "'; kept as text",
         false, false);
}

void DumpReader::Emit(std::string_view type, std::string_view data,
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

void DumpReader::ReportCutLine() {
  unread_.Flush();
  Damage damage;
  damage.error = {Errc::kTruncated, "registry dump line", line_.offset,
                  "line " + std::to_string(line_.number) +
                      ": expected a line end, found the end of the file "
                      "behind '" +
                      Clip(line_.text, 60) + "'"};
  damage.bytes_lost = line_.size;
  sink_.OnDamage(std::move(damage));
}

void DumpReader::Report(Errc code, const char* what, const std::string& detail,
                        bool dropped, bool lossy) {
  Damage damage;
  damage.error = {code, what, pending_.offset,
                  "line " + std::to_string(pending_.line) + ": " + detail +
                      "; " + DescribeRegistryValue(key_, pending_.name)};
  damage.bytes_lost = dropped ? pending_.end - pending_.offset : 0;
  damage.lossy = lossy;
  sink_.OnDamage(std::move(damage));
}

// A dump begins with a key and indents its values; an export that lost its
// header has its values at the start of their lines.
bool Probe(const ProbeInput& input) {
  std::string_view rest = input.head_text;
  bool key = false;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const DumpLine read = ReadDumpLine(line);
    if (read.kind == LineKind::kBlank) continue;
    if (!key && read.kind != LineKind::kKey) return false;
    key = true;
    if (read.kind == LineKind::kValue) return true;
    if (line.starts_with('"') || line.starts_with("@=")) return false;
  }
  return key;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  return DumpReader(source, context, sink).Read();
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"registry/dump", "MDM registry dump", Probe,
                                  Parse};

}  // namespace espial::registry_dump
