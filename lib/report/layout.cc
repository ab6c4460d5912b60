#include <espial/core/text.h>
#include <espial/report/layout.h>

#include <algorithm>
#include <array>
#include <span>

namespace espial::report {
namespace {

struct Range {
  uint32_t first;
  uint32_t last;
};

// Code points that terminals draw two columns wide: East Asian Width W and F.
// Blocks that are wide throughout are taken whole.
constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x2329, 0x232A},
    Range{0x23E9, 0x23EC},   Range{0x23F0, 0x23F0},   Range{0x23F3, 0x23F3},
    Range{0x25FD, 0x25FE},   Range{0x2614, 0x2615},   Range{0x2648, 0x2653},
    Range{0x267F, 0x267F},   Range{0x2693, 0x2693},   Range{0x26A1, 0x26A1},
    Range{0x26AA, 0x26AB},   Range{0x26BD, 0x26BE},   Range{0x26C4, 0x26C5},
    Range{0x26CE, 0x26CE},   Range{0x26D4, 0x26D4},   Range{0x26EA, 0x26EA},
    Range{0x26F2, 0x26F3},   Range{0x26F5, 0x26F5},   Range{0x26FA, 0x26FA},
    Range{0x26FD, 0x26FD},   Range{0x2705, 0x2705},   Range{0x270A, 0x270B},
    Range{0x2728, 0x2728},   Range{0x274C, 0x274C},   Range{0x274E, 0x274E},
    Range{0x2753, 0x2755},   Range{0x2757, 0x2757},   Range{0x2795, 0x2797},
    Range{0x27B0, 0x27B0},   Range{0x27BF, 0x27BF},   Range{0x2B1B, 0x2B1C},
    Range{0x2B50, 0x2B50},   Range{0x2B55, 0x2B55},   Range{0x2E80, 0x303E},
    Range{0x3041, 0x4DBF},   Range{0x4E00, 0xA4CF},   Range{0xA960, 0xA97F},
    Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE10, 0xFE19},
    Range{0xFE30, 0xFE6F},   Range{0xFF01, 0xFF60},   Range{0xFFE0, 0xFFE6},
    Range{0x16FE0, 0x18CFF}, Range{0x1AFF0, 0x1B2FF}, Range{0x1F004, 0x1F004},
    Range{0x1F0CF, 0x1F0CF}, Range{0x1F18E, 0x1F18E}, Range{0x1F191, 0x1F19A},
    Range{0x1F200, 0x1F320}, Range{0x1F32D, 0x1F335}, Range{0x1F337, 0x1F37C},
    Range{0x1F37E, 0x1F393}, Range{0x1F3A0, 0x1F3CA}, Range{0x1F3CF, 0x1F3D3},
    Range{0x1F3E0, 0x1F3F0}, Range{0x1F3F4, 0x1F3F4}, Range{0x1F3F8, 0x1F43E},
    Range{0x1F440, 0x1F440}, Range{0x1F442, 0x1F4FC}, Range{0x1F4FF, 0x1F53D},
    Range{0x1F54B, 0x1F54E}, Range{0x1F550, 0x1F567}, Range{0x1F57A, 0x1F57A},
    Range{0x1F595, 0x1F596}, Range{0x1F5A4, 0x1F5A4}, Range{0x1F5FB, 0x1F64F},
    Range{0x1F680, 0x1F6C5}, Range{0x1F6CC, 0x1F6CC}, Range{0x1F6D0, 0x1F6D2},
    Range{0x1F6D5, 0x1F6DF}, Range{0x1F6EB, 0x1F6EC}, Range{0x1F6F4, 0x1F6FC},
    Range{0x1F7E0, 0x1F7EB}, Range{0x1F90C, 0x1F93A}, Range{0x1F93C, 0x1F945},
    Range{0x1F947, 0x1F9FF}, Range{0x1FA70, 0x1FAFF}, Range{0x20000, 0x3FFFD},
};

// Code points that take no column of their own: combining marks of the scripts
// that names on devices are written in, joiners and variation selectors.
constexpr std::array kZeroWidth = {
    Range{0x0300, 0x036F}, Range{0x0483, 0x0489},   Range{0x0591, 0x05BD},
    Range{0x05BF, 0x05BF}, Range{0x05C1, 0x05C2},   Range{0x05C4, 0x05C5},
    Range{0x0610, 0x061A}, Range{0x064B, 0x065F},   Range{0x0670, 0x0670},
    Range{0x06D6, 0x06DC}, Range{0x06DF, 0x06E4},   Range{0x06E7, 0x06E8},
    Range{0x06EA, 0x06ED}, Range{0x0900, 0x0902},   Range{0x093A, 0x093A},
    Range{0x093C, 0x093C}, Range{0x0941, 0x0948},   Range{0x094D, 0x094D},
    Range{0x0E31, 0x0E31}, Range{0x0E34, 0x0E3A},   Range{0x0E47, 0x0E4E},
    Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF},   Range{0x200B, 0x200F},
    Range{0x2060, 0x2064}, Range{0x20D0, 0x20F0},   Range{0x302A, 0x302D},
    Range{0x3099, 0x309A}, Range{0xFE00, 0xFE0F},   Range{0xFE20, 0xFE2F},
    Range{0xFEFF, 0xFEFF}, Range{0x1F3FB, 0x1F3FF}, Range{0xE0100, 0xE01EF},
};

bool Contains(std::span<const Range> ranges, uint32_t code_point) {
  const auto* const found = std::lower_bound(
      ranges.data(), ranges.data() + ranges.size(), code_point,
      [](const Range& range, uint32_t value) { return range.last < value; });
  return found != ranges.data() + ranges.size() && found->first <= code_point;
}

size_t CodePointWidth(uint32_t code_point) {
  if (code_point < 0x300) return 1;
  if (Contains(kZeroWidth, code_point)) return 0;
  return Contains(kWide, code_point) ? 2 : 1;
}

// The code point at `text[*position]`, and moves behind it. Text that passed
// Safe() is valid; should it not be, a byte counts as one code point.
uint32_t NextCodePoint(std::string_view text, size_t* position) {
  const auto byte = [&](size_t at) {
    return static_cast<uint32_t>(static_cast<unsigned char>(text[at]));
  };
  const uint32_t lead = byte(*position);
  size_t more = 0;
  uint32_t code_point = lead;
  if (lead >= 0xF0) {
    more = 3;
    code_point = lead & 0x07U;
  } else if (lead >= 0xE0) {
    more = 2;
    code_point = lead & 0x0FU;
  } else if (lead >= 0xC0) {
    more = 1;
    code_point = lead & 0x1FU;
  }
  if (more > text.size() - *position - 1) {
    ++*position;
    return lead;
  }
  for (size_t i = 1; i <= more; ++i) {
    code_point = code_point << 6U | (byte(*position + i) & 0x3FU);
  }
  *position += more + 1;
  return code_point;
}

// The end of the colour sequence at `position`, or `position` itself.
size_t SkipColor(std::string_view text, size_t position) {
  if (text.substr(position, 2) != "\x1b[") return position;
  const size_t end = text.find('m', position);
  return end == std::string_view::npos ? position : end + 1;
}

// Reorders what a terminal shows, or breaks the line in some of them.
bool IsTreacherous(uint32_t code_point) {
  return (code_point >= 0x200E && code_point <= 0x200F) ||
         (code_point >= 0x2028 && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0x061C;
}

// Printable ASCII without runs of spaces: nearly all text, and Safe() has
// nothing to do.
bool IsPlain(std::string_view text) {
  char before = 'x';
  for (const char c : text) {
    if (c < ' ' || c > '~' || (c == ' ' && before == ' ')) return false;
    before = c;
  }
  return true;
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

std::string Safe(std::string_view text) {
  if (IsPlain(text)) return std::string(text);
  std::string spaced;
  spaced.reserve(text.size());
  for (const char c : text) {
    if (!IsBlank(c)) {
      spaced.push_back(c);
    } else if (spaced.empty() || spaced.back() != ' ') {
      spaced.push_back(' ');
    }
  }
  const std::string escaped = EscapeControls(RepairUtf8(spaced));
  std::string out;
  out.reserve(escaped.size());
  for (size_t at = 0; at < escaped.size();) {
    const size_t begin = at;
    const uint32_t code_point = NextCodePoint(escaped, &at);
    if (IsTreacherous(code_point)) {
      out += "\\u" + ToHex(code_point, 4);
    } else {
      out.append(escaped, begin, at - begin);
    }
  }
  return out;
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t behind_color = SkipColor(text, at);
    if (behind_color != at) {
      at = behind_color;
      continue;
    }
    width += CodePointWidth(NextCodePoint(text, &at));
  }
  return width;
}

void AppendWrapped(std::string_view lead, std::string_view text, uint32_t width,
                   std::string* out) {
  const size_t indent = DisplayWidth(lead);
  // A column that is too narrow to read is better overrun than obeyed.
  const size_t room =
      width == 0 ? SIZE_MAX : std::max<size_t>(width, indent + 16) - indent;
  out->append(lead);
  size_t used = 0;
  const auto break_line = [&] {
    out->push_back('\n');
    out->append(indent, ' ');
    used = 0;
  };
  for (size_t at = 0; at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    at = end;
    const size_t columns = DisplayWidth(word);
    if (used != 0) {
      if (room - used > columns) {
        out->push_back(' ');
        ++used;
      } else {
        break_line();
      }
    }
    if (columns <= room - used) {
      out->append(word);
      used += columns;
      continue;
    }
    for (size_t i = 0; i < word.size();) {
      const size_t begin = i;
      const size_t behind_color = SkipColor(word, i);
      size_t step = 0;
      if (behind_color != i) {
        i = behind_color;
      } else {
        step = CodePointWidth(NextCodePoint(word, &i));
      }
      if (step > room - used) break_line();
      out->append(word.substr(begin, i - begin));
      used += step;
    }
  }
  // No trailing space where there is no text behind the lead.
  while (text.empty() && !out->empty() && out->back() == ' ') out->pop_back();
  out->push_back('\n');
}

std::string PadRight(std::string_view text, size_t columns) {
  std::string out(text);
  const size_t width = DisplayWidth(text);
  if (width < columns) out.append(columns - width, ' ');
  return out;
}

std::string PadLeft(std::string_view text, size_t columns) {
  const size_t width = DisplayWidth(text);
  std::string out(width < columns ? columns - width : 0, ' ');
  out.append(text);
  return out;
}

std::string Paint(std::string_view text, Tone tone,
                  const TextOptions& options) {
  std::string_view code;
  switch (tone) {
    case Tone::kPlain:
      break;
    case Tone::kStrong:
      code = "\x1b[1m";
      break;
    case Tone::kGood:
      code = "\x1b[32m";
      break;
    case Tone::kBad:
      code = "\x1b[1;31m";
      break;
    case Tone::kCaution:
      code = "\x1b[33m";
      break;
    case Tone::kFaint:
      code = "\x1b[2m";
      break;
  }
  std::string out;
  if (options.color && !code.empty()) {
    out.append(code).append(text).append("\x1b[0m");
  } else {
    out.append(text);
  }
  return out;
}

}  // namespace espial::report
