// The data of a value, once all of its lines are known.
#include <espial/core/text.h>

#include <algorithm>
#include <utility>

#include "parsers/registry/dump/dump_reader.h"
#include "parsers/support/registry_value.h"

namespace espial::registry_dump {
namespace {

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

}  // namespace

bool IsClosed(std::string_view text) {
  // A dump that went through another text stream has CRCRLF.
  while (text.ends_with('\r')) text.remove_suffix(1);
  return text.ends_with('"');
}

bool EndsInside(std::string_view text) {
  if (std::count(text.begin(), text.end(), '"') % 2 == 0) return true;
  while (text.ends_with('\r')) text.remove_suffix(1);
  text.remove_suffix(1);
  text = Trim(text);
  return text.starts_with('{') && !text.ends_with('}');
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

}  // namespace espial::registry_dump
