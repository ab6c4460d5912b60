#include "parsers/registry/hive/output.h"

#include <algorithm>
#include <array>

#include "parsers/support/registry_value.h"
#include "parsers/support/text_source.h"

namespace espial::registry_hive {
namespace {

// Windows prints at most this many ticks: the year 30827.
constexpr uint64_t kLatestTicks = 0x7FFF'35F4'F06C'58F0;

// A hive whose keys are longer, all paths together, was made to be. Real ones
// need a fraction of their size.
constexpr uint64_t kFreePathBytes = uint64_t{16} << 20U;
constexpr uint64_t kPathRatio = 4;

// A single string without what stands behind its NUL: writers often hand over
// more bytes than the text has.
Bytes CutAtNul(uint32_t type, Bytes data) {
  if (type != kRegSz && type != kRegExpandSz) return data;
  for (size_t i = 0; i + 2 <= data.size(); i += 2) {
    if (LoadU16(&data[i]) == 0) return data.first(i);
  }
  return data;
}

bool AllZero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace

bool Output::TakePath(std::string_view path) {
  path_ = path;
  host_ = FindRegistryJsonHost(path);
  path_bytes_ += path.size();
  const uint64_t limit = kFreePathBytes + kPathRatio * image_.source_size;
  if (path_bytes_ <= limit) return true;
  if (!exhausted_) {
    exhausted_ = true;
    reporter_.Lost(
        Errc::kLimitExceeded, "registry key paths", 0,
        "limit " + std::to_string(limit) + " bytes for all paths of the hive",
        0);
  }
  return false;
}

bool Output::Key(std::string_view path, const KeyNode& node,
                 std::string_view class_name, uint64_t position,
                 bool recovered) {
  if (!TakePath(path)) return false;
  ++(recovered ? counts.lost_keys : counts.keys);
  if (node.written == 0) return true;
  if (node.written > kLatestTicks) {
    reporter_.Odd(Errc::kBadValue, "last written", position,
                  "key " + Clip(path, 300) +
                      ": expected a time before the year 30828, found " +
                      Hex(node.written));
    return true;
  }
  const std::array<Field, 2> fields = {
      {{"Key", Value::String(path)}, {"Class", Value::String(class_name)}}};
  Event event;
  event.time = {Ticks{node.written}, TimeQuality::kUtc, {}};
  event.corrected = event.time.ticks;
  event.offset = image_.SourceOffset(position);
  event.state = recovered ? RecordState::kRecovered : RecordState::kActive;
  event.provider = "Registry";
  event.channel = "Registry";
  event.level = 4;
  event.fields = std::span(fields).first(class_name.empty() ? 1 : 2);
  event.message = recovered ? "Recovered key last written" : "Key last written";
  reporter_.sink().OnEvent(event);
  return true;
}

bool Output::NamelessKey(std::string_view path) { return TakePath(path); }

void Output::Value(const KeyValue& value, Bytes data, uint64_t position,
                   bool recovered) {
  const auto note_replaced = [&](uint64_t count) {
    if (count != 0 && replaced_ == 0) {
      first_replaced_ = image_.SourceOffset(position);
    }
    replaced_ += count;
  };
  ++(recovered ? counts.lost_values : counts.values);
  name_.clear();
  note_replaced(AppendName(value.name, value.latin1, &name_));
  const Bytes text = CutAtNul(value.type, data);
  if (const Bytes rest = data.subspan(text.size()); !AllZero(rest)) {
    if (behind_end_++ == 0) first_behind_end_ = position;
    behind_end_bytes_ += rest.size();
  }
  const RegistryData decoded =
      DecodeRegistryValue(value.type, text, RegistryText::kUtf16Le);
  note_replaced(decoded.replaced);
  const std::string type = RegistryTypeName(value.type);
  Fact fact;
  fact.kind = FactKind::kRegistry;
  fact.key = path_;
  fact.name = name_;
  fact.type = type;
  fact.data = decoded.text;
  fact.number = decoded.number;
  fact.offset = image_.SourceOffset(position);
  fact.recovered = recovered;
  reporter_.sink().OnFact(fact);
  // What was deleted is no evidence, and JSON facts cannot say so.
  if (!recovered && host_ != RegistryJsonHost::kNone) {
    EmitRegistryJson(host_, fact, limits_, reporter_.sink());
  }
}

void Output::Finish() {
  ReportInvalidText(replaced_, first_replaced_, Encoding::kUtf16Le,
                    reporter_.sink());
  if (behind_end_ != 0) {
    reporter_.Odd(Errc::kBadValue, "registry string", first_behind_end_,
                  std::to_string(behind_end_) +
                      (behind_end_ == 1 ? " string" : " strings") +
                      ": expected nothing behind the NUL at their "
                      "end, found " +
                      std::to_string(behind_end_bytes_) +
                      " bytes, which are left out");
  }
}

}  // namespace espial::registry_hive
