#include "parsers/registry/dump/dump_line.h"

#include <espial/core/text.h>

#include "parsers/support/registry_value.h"

namespace espial::registry_dump {
namespace {

// The form of `data`, and what stands behind the mark of the form.
DataForm ReadForm(std::string_view* data) {
  const auto take = [&](std::string_view mark) {
    if (!StartsWithMark(*data, mark)) return false;
    data->remove_prefix(mark.size());
    return true;
  };
  if (data->empty()) return DataForm::kUnknown;
  switch (data->front()) {
    case '"':
      data->remove_prefix(1);
      return DataForm::kString;
    case 'D':
    case 'd':
      return take("dword:") ? DataForm::kDword : DataForm::kUnknown;
    case 'Q':
    case 'q':
      return take("qword:") ? DataForm::kQword : DataForm::kUnknown;
    case 'H':
    case 'h':
      return take("hex:") || take("hex(") ? DataForm::kHex : DataForm::kUnknown;
    default:
      return DataForm::kUnknown;
  }
}

DumpLine Value(std::string_view name, std::string_view data) {
  DumpLine line;
  line.kind = LineKind::kValue;
  line.name = name;
  // The type of a hex run stands in its mark: leave the mark in the data.
  line.data = data;
  line.form = ReadForm(&line.data);
  if (line.form == DataForm::kHex) line.data = data;
  return line;
}

// `text` is a line without its indent.
DumpLine ReadValueLine(std::string_view text) {
  if (text.starts_with("@=")) return Value({}, text.substr(2));
  const bool quoted = text.starts_with('"');
  const size_t start = quoted ? 1 : 0;
  size_t quote = text.find('"', start);
  for (bool first = true; quote != std::string_view::npos; first = false) {
    const std::string_view behind = text.substr(quote + 1);
    if (behind.starts_with('=')) {
      const DumpLine value =
          Value(text.substr(start, quote - start), behind.substr(1));
      if (value.form != DataForm::kUnknown || (first && quoted)) return value;
    }
    // Without its opening quote a name is only known by a clean "name"=.
    if (!quoted) break;
    quote = text.find('"', quote + 1);
  }
  return {};
}

}  // namespace

DumpLine ReadDumpLine(std::string_view line) {
  DumpLine result;
  if (line.starts_with("[HKEY_")) {
    result.kind = LineKind::kKey;
    result.name = line.substr(1);
    return result;
  }
  if (line.starts_with("    ")) {
    result = ReadValueLine(line.substr(kIndent));
    if (result.kind == LineKind::kValue) return result;
  }
  if (Trim(line).empty()) result.kind = LineKind::kBlank;
  return result;
}

}  // namespace espial::registry_dump
