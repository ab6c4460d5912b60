// What the readers of spans have in common.
#pragma once

#include <espial/model/span.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace espial {

// Whether `later` is at most five minutes behind: events of one boot or one
// sign-in that several logs tell.
bool IsNear(Ticks earlier, Ticks later);

// "Microsoft-Windows-Kernel-General 12"
std::string ProviderAndId(const Event& event);

// The text of a field; empty where the event has none.
std::string FieldText(const Event& event, std::string_view name);

// A span that begins with `event`, or one of which only the end is told.
Span BeginSpan(SpanKind kind, std::string name, const Event& event);
Span EndOnlySpan(SpanKind kind, std::string name, const Event& event);
// Ends `span` with `event`, unless something later ended it.
void EndSpan(const Event& event, std::string_view outcome, Span* span);

// The parts of a pre-provisioned enrolment, and the categories of the
// Enrollment Status Page: both are told by the pages of OOBE. Takes the events
// of a case in their order.
class EnrolmentSpans {
 public:
  void Read(const Event& event);
  // The device is switched on again: behind the reseal, by the user.
  void OnBoot(const Event& event);
  void OnShutdown(const Event& event);

  std::vector<Span> Take();

 private:
  void OnTechnician(const Event& event);
  void OnReseal(const Event& event);
  void OnUser(const Event& event);
  void ReadCategory(std::string_view name, std::string_view value,
                    const Event& event);

  std::optional<Span> technician_;
  std::optional<Span> gap_;
  std::optional<Span> user_;
  std::map<std::string_view, Span> open_;  // by category
  std::vector<Span> spans_;
};

}  // namespace espial
