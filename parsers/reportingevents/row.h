// One row of ReportingEvents.log.
#pragma once

#include <espial/core/time.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace espial::reportingevents {

// The columns, separated by tabs; the twelfth holds the rest of the line.
enum Column : uint8_t {
  kGuid,
  kTime,
  kFlag,
  kEvent,     // "147 [AGENT_DETECTION_FINISHED]"
  kCategory,  // a number
  kUpdate,    // "{guid}"
  kRevision,
  kResult,  // an HRESULT without 0x
  kCaller,
  kStatus,
  kCategoryText,
  kMessage,
  kColumns,
};

struct Row {
  std::array<std::string_view, kColumns> column;
  Time time;  // kOffset, or kNone when it cannot be
};

// Nothing when `line` begins no event: it must have a GUID and a time.
std::optional<Row> ReadRow(std::string_view line);

// "{guid}" without its braces; empty when `text` is none.
std::string_view BareGuid(std::string_view text);

}  // namespace espial::reportingevents
