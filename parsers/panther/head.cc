#include "parsers/panther/head.h"

#include <espial/core/text.h>

#include <algorithm>

#include "parsers/support/text_scan.h"

namespace espial::panther {
namespace {

struct LevelWord {
  std::string_view word;
  EventLevel level;
};

constexpr LevelWord kLevels[] = {
    {"Fatal Error", 1}, {"Error", 2}, {"Warning", 3},
    {"Info", 4},        {"Perf", 5},  {"Verbose", 5},
};

// Components stand in a column of seven characters, filled up with blanks.
constexpr size_t kColumn = 7;
constexpr size_t kLongestComponent = 12;
// Components that fill their column, so that one blank follows, as one does any
// word.
constexpr std::string_view kFullComponents[] = {"SYSPRP", "IBSLIB", "CMIADP"};

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

bool ReadStamp(TextScan* scan, Civil* civil) {
  uint32_t year = 0;
  if (!scan->Digits(4, 4, &year) || !scan->Char('-') ||
      !scan->Digits(2, 2, &civil->month) || !scan->Char('-') ||
      !scan->Digits(2, 2, &civil->day) || !scan->Char(' ') ||
      !scan->Clock(civil)) {
    return false;
  }
  civil->year = static_cast<int32_t>(year);
  return true;
}

bool ReadLevel(TextScan* scan, EventLevel* level) {
  for (const LevelWord& word : kLevels) {
    TextScan ahead = *scan;
    if (!ahead.Text(word.word)) continue;
    if (!ahead.empty() && !ahead.Blanks()) continue;
    *scan = ahead;
    *level = word.level;
    return true;
  }
  return false;
}

// "[0x0606cc] " at the start of *text.
std::optional<uint32_t> TakeCode(std::string_view* text) {
  if (!text->starts_with("[0x")) return std::nullopt;
  const size_t end = text->find(']');
  if (end == std::string_view::npos || end > 3 + 8) return std::nullopt;
  const auto code = ParseHex(text->substr(3, end - 3));
  if (!code) return std::nullopt;
  *text = text->substr(end + 1);
  text->remove_prefix(std::min(text->find_first_not_of(' '), text->size()));
  return static_cast<uint32_t>(*code);
}

// "[windeploy.exe] " at the start of *text.
std::string_view TakeBracket(std::string_view* text) {
  constexpr size_t kLongest = 40;
  if (!text->starts_with('[')) return {};
  const size_t end = text->find(']');
  if (end == std::string_view::npos || end < 2 || end > kLongest) return {};
  const std::string_view name = text->substr(1, end - 1);
  const bool word = std::all_of(name.begin(), name.end(), [](char c) {
    return IsAsciiLetter(c) || IsDigit(c) || c == '.' || c == '_' || c == '-';
  });
  if (!word || !IsAsciiLetter(name[0])) return {};
  *text = Trim(text->substr(end + 1));
  return name;
}

// "CBS    " at the start of *text.
std::string_view TakeColumn(std::string_view* text) {
  size_t end = 0;
  while (end < text->size() && end <= kLongestComponent &&
         (IsUpper((*text)[end]) || IsDigit((*text)[end]))) {
    ++end;
  }
  if (end < 2 || end > kLongestComponent || !IsUpper((*text)[0])) return {};
  const std::string_view name = text->substr(0, end);
  const size_t next = std::min(text->find_first_not_of(' ', end), text->size());
  const bool full =
      std::find(std::begin(kFullComponents), std::end(kFullComponents), name) !=
      std::end(kFullComponents);
  const bool filled = next >= kColumn && next - end >= 2;
  const bool alone = next == text->size() && next != end;
  if (!filled && !alone && !(full && next != end)) return {};
  *text = text->substr(next);
  return name;
}

}  // namespace

std::optional<Head> ReadHead(std::string_view line) {
  Head head;
  TextScan scan(line);
  if (!ReadStamp(&scan, &head.civil)) return std::nullopt;
  head.stamp = line.substr(0, line.size() - scan.rest().size());
  if (!scan.Char(',') || !scan.Blanks() || !ReadLevel(&scan, &head.level)) {
    return std::nullopt;
  }
  std::string_view rest = scan.rest();
  head.code = TakeCode(&rest);
  head.component = TakeBracket(&rest);
  if (head.component.empty()) head.component = TakeColumn(&rest);
  head.message = rest;
  return head;
}

std::optional<DismHead> ReadDismHead(std::string_view message) {
  constexpr std::string_view kProcess = ": PID=";
  constexpr size_t kFar = 80;
  const size_t at = message.substr(0, kFar).find(kProcess);
  if (at == std::string_view::npos) return std::nullopt;
  DismHead head;
  head.manager = message.substr(0, at);
  TextScan scan(message.substr(at + kProcess.size()));
  if (!scan.Digits(1, 9, &head.process_id)) return std::nullopt;
  scan.Blanks();
  if (scan.Text("TID=")) scan.Digits(1, 9, &head.thread_id);
  return head;
}

}  // namespace espial::panther
