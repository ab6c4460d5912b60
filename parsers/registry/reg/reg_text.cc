#include "parsers/registry/reg/reg_text.h"

#include <espial/core/text.h>

namespace espial::registry_reg {

Header ReadHeader(std::string_view line) {
  const std::string_view text = Trim(line);
  // Every line between values asks: most are turned away by their first letter.
  if (text.empty() ||
      std::string_view("RrWw").find(text[0]) == std::string_view::npos) {
    return Header::kNone;
  }
  if (EqualsFold(text, "REGEDIT4")) return Header::kVersion4;
  if (StartsWithFold(text, "Windows Registry Editor Version 5")) {
    return Header::kVersion5;
  }
  return Header::kNone;
}

size_t FindClosingQuote(std::string_view text, size_t from) {
  size_t at = from;
  while (at < text.size()) {
    if (text[at] == '"') return at;
    const bool escape = text[at] == '\\' && at + 1 < text.size() &&
                        (text[at + 1] == '"' || text[at + 1] == '\\');
    at += escape ? 2 : 1;
  }
  return std::string_view::npos;
}

void AppendUnescaped(std::string_view text, std::string* out) {
  size_t clean = 0;
  size_t at = text.find('\\');
  while (at != std::string_view::npos && at + 1 < text.size()) {
    const char next = text[at + 1];
    if (next != '"' && next != '\\') {
      at = text.find('\\', at + 1);
      continue;
    }
    out->append(text.substr(clean, at - clean));
    out->push_back(next);
    clean = at + 2;
    at = text.find('\\', clean);
  }
  out->append(text.substr(clean));
}

std::string_view WithoutComment(std::string_view text) {
  return Trim(text.substr(0, text.find(';')));
}

bool IsBlankOrComment(std::string_view text) {
  return WithoutComment(text).empty();
}

bool IsKeyLine(std::string_view line) {
  const std::string_view text = Trim(line);
  return text.ends_with(']') &&
         (text.starts_with("[HKEY_") || text.starts_with("[-HKEY_"));
}

}  // namespace espial::registry_reg
