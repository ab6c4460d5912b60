// Stretches of time that have a name: boots, sessions, parts of the enrolment.
#pragma once

#include <espial/core/source.h>
#include <espial/core/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espial {

enum class SpanKind : uint8_t {
  kBoot,         // from the start of the system to its end
  kUserSession,  // from a sign-in to its sign-out
  kPart,         // of the enrolment: "technician", "reseal gap", "user"
  kEspCategory,  // "Device preparation", "Device setup", "Account setup"
  kApp,          // one app's installation
};
std::string_view SpanKindName(SpanKind kind);  // "boot", "user session", ...

// One stretch. Times are corrected ones, as Event::corrected is.
struct Span {
  SpanKind kind = SpanKind::kBoot;
  // What people call it: "boot 2", "CONTOSO\\adele", "Device setup".
  std::string name;
  // Where nothing says when it began or ended: nothing. It may then have begun
  // before the first event, or still have been going on at capture.
  std::optional<Ticks> from;
  std::optional<Ticks> to;
  // What says so: "Microsoft-Windows-Kernel-General 12", and, behind "; ", what
  // says that it ended. Never empty.
  std::string evidence;
  // How it went, where the evidence tells: "shut down cleanly", "stopped
  // without a shutdown", "succeeded". Else empty.
  std::string outcome;
  // Where the evidence of its beginning stands, or, without that, of its end.
  SourceId source;
  uint64_t record = 0;
  uint64_t offset = 0;
};

// By kind, then begin (an unknown one first), then source, record and offset.
bool SpanBefore(const Span& a, const Span& b);

}  // namespace espial
