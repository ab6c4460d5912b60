// One line of a registry dump: is it a key, a value, or neither? See FORMAT.md.
#pragma once

#include <cstdint>
#include <string_view>

namespace espial::registry_dump {

enum class LineKind : uint8_t {
  kKey,    // name: the text behind '[', bracket and all
  kValue,  // name and data
  kBlank,
  kOther,  // belongs to the string before it, or to nothing
};

enum class DataForm : uint8_t { kString, kDword, kQword, kHex, kUnknown };

// Views into the line.
struct DumpLine {
  LineKind kind = LineKind::kOther;
  std::string_view name;
  DataForm form = DataForm::kUnknown;
  // Behind the opening quote, "DWORD:", "QWORD:" or "hex".
  std::string_view data;
};

// Spaces in front of a value.
inline constexpr size_t kIndent = 4;

DumpLine ReadDumpLine(std::string_view line);

}  // namespace espial::registry_dump
