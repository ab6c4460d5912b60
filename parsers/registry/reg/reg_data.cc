// The data of a value: strings, numbers, bytes, over one line or several.
#include <espial/core/text.h>

#include <utility>

#include "parsers/registry/reg/reg_reader.h"
#include "parsers/support/registry_value.h"

namespace espial::registry_reg {
namespace {

std::string Found(std::string_view text) {
  return text.empty() ? "the end of the line" : "'" + Clip(text, 40) + "'";
}

}  // namespace

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

}  // namespace espial::registry_reg
