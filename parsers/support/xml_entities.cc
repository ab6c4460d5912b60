#include "parsers/support/xml_entities.h"

#include <espial/core/text.h>

#include <array>
#include <optional>

namespace espial {
namespace {

// The longest reference that is looked for, without '&' and ';'.
constexpr size_t kLongest = 16;

struct Entity {
  std::string_view name;
  std::string_view text;
};
constexpr std::array<Entity, 7> kEntities = {{{"amp", "&"},
                                              {"lt", "<"},
                                              {"gt", ">"},
                                              {"quot", "\""},
                                              {"apos", "'"},
                                              {"nbsp", "\xC2\xA0"},
                                              {"copy", "\xC2\xA9"}}};

// The code point that the digits behind "#" or "#x" name.
std::optional<uint32_t> CodePoint(std::string_view reference) {
  uint32_t base = 10;
  reference.remove_prefix(1);
  if (!reference.empty() && (reference[0] == 'x' || reference[0] == 'X')) {
    base = 16;
    reference.remove_prefix(1);
  }
  if (reference.empty()) return std::nullopt;
  uint32_t value = 0;
  for (const char c : reference) {
    uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<uint32_t>(c - '0');
    } else if (base == 16 && c >= 'a' && c <= 'f') {
      digit = static_cast<uint32_t>(c - 'a') + 10;
    } else if (base == 16 && c >= 'A' && c <= 'F') {
      digit = static_cast<uint32_t>(c - 'A') + 10;
    } else {
      return std::nullopt;
    }
    // Held above the last code point, where AppendUtf8 makes it U+FFFD.
    if (value < 0x110000) value = value * base + digit;
  }
  return value;
}

bool AppendReference(std::string_view reference, std::string* out) {
  if (reference.empty()) return false;
  if (reference[0] == '#') {
    const auto code = CodePoint(reference);
    if (code) AppendUtf8(*code, out);
    return code.has_value();
  }
  for (const Entity& entity : kEntities) {
    if (entity.name != reference) continue;
    *out += entity.text;
    return true;
  }
  return false;
}

}  // namespace

uint64_t AppendXmlText(std::string_view raw, std::string* out,
                       size_t* first_bad) {
  uint64_t bad = 0;
  size_t at = 0;
  while (at < raw.size()) {
    const size_t mark = raw.find('&', at);
    if (mark == std::string_view::npos) break;
    out->append(raw.substr(at, mark - at));
    const size_t end = raw.substr(mark + 1, kLongest + 1).find(';');
    if (end != std::string_view::npos &&
        AppendReference(raw.substr(mark + 1, end), out)) {
      at = mark + end + 2;
      continue;
    }
    if (bad++ == 0) *first_bad = mark;
    *out += '&';
    at = mark + 1;
  }
  out->append(raw.substr(at));
  return bad;
}

}  // namespace espial
