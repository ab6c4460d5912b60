// The lines of a registry dump: keys, values, and what goes on a value.
#include "parsers/registry/dump/dump_reader.h"

#include <espial/core/text.h>

#include <algorithm>
#include <utility>

#include "parsers/support/registry_value.h"

namespace espial::registry_dump {
namespace {

constexpr std::string_view kBeforeKey = "a key before the first value";

// Whether `line` can go on a run of hexadecimal digits.
bool IsHexLine(std::string_view line) {
  return line.find_first_not_of("0123456789abcdefABCDEF,\\ \t\r") ==
         std::string_view::npos;
}

}  // namespace

Status DumpReader::Read() {
  while (lines_.Next(&line_)) {
    const DumpLine line = ReadDumpLine(line_.text);
    switch (line.kind) {
      case LineKind::kKey:
        OnKey(line);
        break;
      case LineKind::kValue:
        OnValue(line);
        break;
      case LineKind::kBlank:
        if (pending_.open) ++pending_.blank;
        break;
      case LineKind::kOther:
        OnOther();
        break;
    }
  }
  Finish(true);
  unread_.Flush();
  lines_.ReportInvalid(sink_);
  if (!any_) {
    return Error{Errc::kBadMagic, "registry dump", 0,
                 "expected a line '[HKEY_...]', found none"};
  }
  return {};
}

void DumpReader::OnKey(const DumpLine& line) {
  Finish(false);
  unread_.Flush();
  any_ = true;
  has_key_ = false;
  const size_t bracket = line.name.rfind(']');
  Damage damage;
  damage.error.offset = line_.offset;
  damage.bytes_lost = line_.size;
  if (bracket == std::string_view::npos || line_.cut_bytes != 0) {
    damage.error.code =
        line_.ending.empty() ? Errc::kTruncated : Errc::kBadValue;
    damage.error.what = "registry key";
    damage.error.detail = "line " + std::to_string(line_.number) +
                          ": expected ']' at the end, found '" +
                          Clip(line_.text, 60) + "'";
    sink_.OnDamage(std::move(damage));
    return;
  }
  if (bracket > kMaxRegistryKeyBytes) {
    damage.error.code = Errc::kLimitExceeded;
    damage.error.what = "registry key length";
    damage.error.detail = "line " + std::to_string(line_.number) + ": limit " +
                          std::to_string(kMaxRegistryKeyBytes) +
                          " bytes, found " + std::to_string(bracket);
    sink_.OnDamage(std::move(damage));
    return;
  }
  has_key_ = true;
  key_.assign(line.name.substr(0, bracket));
  host_ = FindRegistryJsonHost(key_);
}

void DumpReader::OnValue(const DumpLine& line) {
  Finish(false);
  if (!has_key_) {
    unread_.Add(line_, kBeforeKey);
    return;
  }
  unread_.Flush();
  pending_ = {};
  pending_.open = true;
  pending_.form = line.form;
  pending_.line = line_.number;
  pending_.offset = line_.OffsetOf(kIndent);
  pending_.end = line_.offset + line_.size;
  pending_.line_end = !line_.ending.empty();
  pending_.over_limit = line_.cut_bytes != 0;
  if (line_.in_source) {
    pending_.name = line.name;
    pending_.data = line.data;
  } else {
    name_buffer_.assign(line.name);
    data_buffer_.assign(line.data);
    pending_.name = name_buffer_;
    pending_.data = data_buffer_;
    pending_.owned = true;
  }
}

void DumpReader::Own() {
  if (pending_.owned) return;
  data_buffer_.assign(pending_.data);
  pending_.owned = true;
}

// Whether the line goes on the pending value.
bool DumpReader::Continues() const {
  if (!pending_.open) return false;
  // The beginning of a record that the end of the file cuts looks like text.
  const bool may_be_cut = line_.ending.empty();
  switch (pending_.form) {
    case DataForm::kDword:
    case DataForm::kQword:
      return false;
    case DataForm::kHex:
      return IsHexLine(line_.text);
    case DataForm::kString:
      return !may_be_cut || !IsClosed(pending_.data) ||
             EndsInside(pending_.data);
    case DataForm::kUnknown:
      return !may_be_cut;
  }
  return false;
}

void DumpReader::OnOther() {
  if (!Continues()) {
    Finish(false);
    if (line_.ending.empty()) {
      ReportCutLine();
    } else {
      unread_.Add(line_, "a key or a value");
    }
    return;
  }
  pending_.line_end = !line_.ending.empty();
  pending_.end = line_.offset + line_.size;
  const uint64_t need = pending_.blank + 1 + line_.text.size();
  if (pending_.over_limit || line_.cut_bytes != 0 ||
      need > limits_.text_value_bytes -
                 std::min<uint64_t>(limits_.text_value_bytes,
                                    pending_.data.size())) {
    pending_.over_limit = true;
    return;
  }
  Own();
  // The writer's stream made CRLF of each line feed of the string.
  data_buffer_.append(static_cast<size_t>(pending_.blank) + 1, '\n');
  data_buffer_.append(line_.text);
  pending_.blank = 0;
  pending_.data = data_buffer_;
}

void DumpReader::ReportCutLine() {
  unread_.Flush();
  Damage damage;
  damage.error = {Errc::kTruncated, "registry dump line", line_.offset,
                  "line " + std::to_string(line_.number) +
                      ": expected a line end, found the end of the file "
                      "behind '" +
                      Clip(line_.text, 60) + "'"};
  damage.bytes_lost = line_.size;
  sink_.OnDamage(std::move(damage));
}

}  // namespace espial::registry_dump
