#include "parsers/support/archive_name.h"

#include <espial/core/text.h>

#include <array>
#include <vector>

namespace espial::archive {
namespace {

// Code page 437 from 0x80 on.
constexpr std::array<uint16_t, 128> kCp437 = {
    0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7, 0x00EA,
    0x00EB, 0x00E8, 0x00EF, 0x00EE, 0x00EC, 0x00C4, 0x00C5, 0x00C9, 0x00E6,
    0x00C6, 0x00F4, 0x00F6, 0x00F2, 0x00FB, 0x00F9, 0x00FF, 0x00D6, 0x00DC,
    0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192, 0x00E1, 0x00ED, 0x00F3, 0x00FA,
    0x00F1, 0x00D1, 0x00AA, 0x00BA, 0x00BF, 0x2310, 0x00AC, 0x00BD, 0x00BC,
    0x00A1, 0x00AB, 0x00BB, 0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561,
    0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557, 0x255D, 0x255C, 0x255B,
    0x2510, 0x2514, 0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F,
    0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256C, 0x2567, 0x2568,
    0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256B, 0x256A, 0x2518,
    0x250C, 0x2588, 0x2584, 0x258C, 0x2590, 0x2580, 0x03B1, 0x00DF, 0x0393,
    0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4, 0x03A6, 0x0398, 0x03A9, 0x03B4,
    0x221E, 0x03C6, 0x03B5, 0x2229, 0x2261, 0x00B1, 0x2265, 0x2264, 0x2320,
    0x2321, 0x00F7, 0x2248, 0x00B0, 0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2,
    0x25A0, 0x00A0};

// Whether a byte is a letter of a western European language in the code page.
bool IsLetter437(unsigned byte) {
  return (byte >= 0x80 && byte <= 0x9A) || (byte >= 0xA0 && byte <= 0xA5) ||
         byte == 0xE1;
}
bool IsLetter1252(unsigned byte) {
  switch (byte) {
    case 0x8A:
    case 0x8C:
    case 0x8E:
    case 0x9A:
    case 0x9C:
    case 0x9E:
    case 0x9F:
      return true;
    case 0xD7:
    case 0xF7:
      return false;
    default:
      return byte >= 0xC0;
  }
}

bool IsAsciiLetter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Replaces what no part of a path may hold. C1 controls are two bytes of
// UTF-8, C2 80 to C2 9F.
std::string CleanPart(std::string_view part, bool* controls, bool* colon) {
  std::string out;
  out.reserve(part.size());
  for (size_t i = 0; i < part.size(); ++i) {
    const auto byte = static_cast<unsigned char>(part[i]);
    if (byte < 0x20 || byte == 0x7F) {
      *controls = true;
      out.push_back('_');
    } else if (byte == 0xC2 && i + 1 < part.size() &&
               static_cast<unsigned char>(part[i + 1]) < 0xA0) {
      *controls = true;
      out.push_back('_');
      ++i;
    } else if (byte == ':') {
      *colon = true;
      out.push_back('_');
    } else {
      out.push_back(part[i]);
    }
  }
  return out;
}

void AddOddity(std::string_view what, std::string* oddity) {
  if (!oddity->empty()) *oddity += ", ";
  *oddity += what;
}

}  // namespace

MemberName NormalizeMemberName(std::string_view decoded, uint64_t index) {
  MemberName name;
  const bool valid = IsValidUtf8(decoded);
  const std::string repaired = valid ? std::string() : RepairUtf8(decoded);
  std::string_view rest = valid ? decoded : std::string_view(repaired);
  if (!valid) AddOddity("not valid UTF-8", &name.oddity);

  const auto is_separator = [](char c) { return c == '/' || c == '\\'; };
  name.folder = !rest.empty() && is_separator(rest.back());
  if (rest.size() >= 2 && IsAsciiLetter(rest[0]) && rest[1] == ':' &&
      (rest.size() == 2 || is_separator(rest[2]))) {
    AddOddity("a drive letter", &name.oddity);
    rest.remove_prefix(2);
    while (!rest.empty() && is_separator(rest.front())) rest.remove_prefix(1);
  } else if (!rest.empty() && is_separator(rest.front())) {
    AddOddity("an absolute path", &name.oddity);
  }

  bool parent = false;
  bool controls = false;
  bool colon = false;
  while (!rest.empty()) {
    size_t end = 0;
    while (end < rest.size() && !is_separator(rest[end])) ++end;
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(end < rest.size() ? end + 1 : end);
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      parent = true;
      continue;
    }
    if (!name.text.empty()) name.text.push_back('/');
    name.text += CleanPart(part, &controls, &colon);
  }
  if (parent) AddOddity("a '..' part", &name.oddity);
  if (controls) AddOddity("a control character", &name.oddity);
  if (colon) AddOddity("a ':'", &name.oddity);
  if (name.text.empty()) {
    name.text = "unnamed-" + std::to_string(index);
    if (!name.folder) AddOddity("no name", &name.oddity);
  }
  return name;
}

std::string DecodeZipName(Bytes raw) {
  if (IsValidUtf8(AsChars(raw))) return std::string(AsChars(raw));
  size_t letters437 = 0;
  size_t letters1252 = 0;
  for (const std::byte byte : raw) {
    const auto value = std::to_integer<unsigned>(byte);
    if (value < 0x80) continue;
    if (IsLetter437(value)) ++letters437;
    if (IsLetter1252(value)) ++letters1252;
  }
  std::string out;
  if (letters1252 > letters437) {
    AppendCp1252(raw, &out);
  } else {
    AppendCp437(raw, &out);
  }
  return out;
}

std::string DecodeCabName(Bytes raw, bool is_utf8) {
  if (is_utf8 || IsValidUtf8(AsChars(raw))) return std::string(AsChars(raw));
  std::string out;
  AppendCp1252(raw, &out);
  return out;
}

void AppendCp437(Bytes bytes, std::string* out) {
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    AppendUtf8(value < 0x80 ? value : kCp437[value - 0x80], out);
  }
}

}  // namespace espial::archive
