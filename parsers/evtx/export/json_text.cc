#include "parsers/evtx/export/json_text.h"

#include <espial/core/text.h>

#include "parsers/evtx/render/plain_text.h"

namespace espial::evtx {

void AppendSeparator(std::string* out) {
  if (!out->empty() && out->back() != '{' && out->back() != '[') *out += ',';
}

void AppendJsonString(std::string_view text, std::string* out) {
  *out += '"';
  if (IsValidUtf8(text)) {
    AppendEscaped(text, Escape::kJson, out);
  } else {
    AppendEscaped(RepairUtf8(text), Escape::kJson, out);
  }
  *out += '"';
}

void AppendKey(std::string_view key, std::string* out) {
  AppendSeparator(out);
  AppendJsonString(key, out);
  *out += ':';
}

void AppendMember(std::string_view key, std::string_view text,
                  std::string* out) {
  AppendKey(key, out);
  AppendJsonString(text, out);
}

void AppendMember(std::string_view key, uint64_t number, std::string* out) {
  AppendKey(key, out);
  *out += std::to_string(number);
}

void AppendMemberOrNull(std::string_view key, std::string_view text,
                        std::string* out) {
  if (!text.empty()) {
    AppendMember(key, text, out);
    return;
  }
  AppendKey(key, out);
  *out += "null";
}

void EscapeRareControls(size_t from, std::string* out) {
  std::string clean;
  size_t written = from;
  for (size_t i = from; i < out->size(); ++i) {
    const auto byte = static_cast<unsigned char>((*out)[i]);
    if (byte != 0x7f && byte != 0xc2) continue;
    uint32_t code = byte;
    size_t size = 1;
    if (byte == 0xc2) {
      // U+0080 to U+00BF; the upper half prints.
      if (i + 1 == out->size()) break;
      code = static_cast<unsigned char>((*out)[i + 1]);
      size = 2;
      if (code >= 0xa0) continue;
    }
    clean.append(*out, written, i - written);
    clean += "\\u00" + ToHex(code, 2);
    written = i + size;
    i = written - 1;
  }
  if (written == from) return;
  clean.append(*out, written);
  out->replace(from, std::string::npos, clean);
}

void AppendHex(Bytes bytes, std::string* out) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  for (const std::byte b : bytes) {
    *out += kDigits[std::to_integer<unsigned>(b) >> 4U];
    *out += kDigits[std::to_integer<unsigned>(b) & 15U];
  }
}

}  // namespace espial::evtx
