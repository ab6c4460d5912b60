#include "parsers/support/log_family.h"

#include <espial/core/text.h>

#include <algorithm>
#include <array>

namespace espial {
namespace {

// Families in the spelling of the product.
constexpr std::string_view kFamilies[] = {
    "IntuneManagementExtension",
    "AgentExecutor",
    "AppWorkload",
    "AppActionProcessor",
    "ClientHealth",
    "ClientCertCheck",
    "HealthScripts",
    "Sensor",
    "Win32AppInventory",
    "DeviceHealthMonitoring",
    "ImeUI",
    "NotificationInfra",
    "CBS",
    "DISM",
    "NetSetup",
    "netlogon",
    "ReportingEvents",
    "setupact",
    "setuperr",
    "windeploy",
};

// The shapes of a stamp at the end of a name; 0 is a digit.
constexpr std::string_view kStamps[] = {
    "-00000000-000000",
    "_00000000_000000",
    "-00000000000000",
    "_00000000000000",
};

bool EndsLike(std::string_view name, std::string_view shape) {
  if (name.size() <= shape.size()) return false;
  const std::string_view tail = name.substr(name.size() - shape.size());
  return std::equal(
      tail.begin(), tail.end(), shape.begin(),
      [](char c, char s) { return s == '0' ? c >= '0' && c <= '9' : c == s; });
}

}  // namespace

std::string LogFamily(std::string_view file_name) {
  std::string_view name = file_name;
  const size_t slash = name.find_last_of("\\/");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  const size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && dot != 0) name = name.substr(0, dot);
  for (const std::string_view stamp : kStamps) {
    if (EndsLike(name, stamp)) {
      name.remove_suffix(stamp.size());
      break;
    }
  }
  if (EqualsFold(name, "CbsPersist")) name = "CBS";
  for (const std::string_view family : kFamilies) {
    if (EqualsFold(name, family)) return std::string(family);
  }
  return RepairUtf8(name);
}

void LogSpan::Add(const Event& event) {
  if (events_++ == 0) first_record_ = event.record;
  last_record_ = event.record;
  if (!event.time.known()) return;
  if (!timed_ || event.time.ticks < first_) first_ = event.time.ticks;
  if (!timed_ || event.time.ticks > last_) last_ = event.time.ticks;
  timed_ = true;
}

void LogSpan::Emit(std::string_view channel, Sink& sink) const {
  if (events_ == 0) return;
  Coverage coverage;
  coverage.channel = channel;
  coverage.events = events_;
  coverage.first = first_;
  coverage.last = last_;
  coverage.first_record = first_record_;
  coverage.last_record = last_record_;
  sink.OnCoverage(std::move(coverage));
}

}  // namespace espial
