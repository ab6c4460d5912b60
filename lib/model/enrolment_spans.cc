// The spans that the pages of OOBE tell.
#include <espial/core/text.h>

#include <algorithm>
#include <utility>

#include "lib/model/span_parts.h"

namespace espial {
namespace {

std::string_view TextField(const Event& event, std::string_view name) {
  const Value* value = event.FindField(name);
  return value == nullptr ? std::string_view() : value->text;
}

std::string_view CategoryOf(std::string_view value) {
  if (ContainsFold(value, "DevicePreparation")) return "Device preparation";
  if (ContainsFold(value, "DeviceSetup")) return "Device setup";
  if (ContainsFold(value, "AccountSetup")) return "Account setup";
  return {};
}

}  // namespace

void EnrolmentSpans::Read(const Event& event) {
  if (!EqualsFold(event.provider, "Microsoft-Windows-Shell-Core") ||
      (event.id != 62406 && event.id != 62407)) {
    return;
  }
  const std::string_view name = TextField(event, "Name");
  const std::string_view value = TextField(event, "Value");
  const auto says = [&](std::string_view text) {
    return ContainsFold(name, text) || ContainsFold(value, text);
  };
  if (ContainsFold(name, "ESPProgress_WhiteGloveMode_True") ||
      ContainsFold(name, "WhiteGlove_TechnicianFlow_Started") ||
      says("AutopilotWhiteGlove: setting DJ++ mode")) {
    OnTechnician(event);
  } else if (ContainsFold(name, "ESPProgress_WhiteGloveMode_False")) {
    OnUser(event);
  } else if (says("White glove reseal started") ||
             says("White glove shut down initiated")) {
    OnReseal(event);
  }
  ReadCategory(name, value, event);
}

void EnrolmentSpans::OnBoot(const Event& event) {
  if (!gap_ || user_) return;
  EndSpan(event, {}, &*gap_);
  user_ = BeginSpan(SpanKind::kPart, "user", event);
}
void EnrolmentSpans::OnShutdown(const Event& event) {
  if (technician_ && gap_ && !user_ && IsNear(*gap_->from, event.corrected)) {
    technician_->to = event.corrected;
    gap_->from = event.corrected;
  }
}

std::vector<Span> EnrolmentSpans::Take() {
  for (std::optional<Span>* part : {&technician_, &gap_, &user_}) {
    if (*part) spans_.push_back(std::move(**part));
  }
  for (auto& [name, span] : open_) spans_.push_back(std::move(span));
  return std::move(spans_);
}

void EnrolmentSpans::OnTechnician(const Event& event) {
  if (!technician_) {
    technician_ = BeginSpan(SpanKind::kPart, "technician", event);
  }
  // Not resealed after all, or provisioned anew.
  if (gap_ && !user_) {
    gap_.reset();
    technician_->to.reset();
  }
}

void EnrolmentSpans::OnReseal(const Event& event) {
  if (user_) return;
  if (!technician_) {
    technician_ = EndOnlySpan(SpanKind::kPart, "technician", event);
  }
  EndSpan(event, "resealed", &*technician_);
  if (!gap_) gap_ = BeginSpan(SpanKind::kPart, "reseal gap", event);
  gap_->from = event.corrected;
}

void EnrolmentSpans::OnUser(const Event& event) {
  // A page without the technician's mode before any reseal is no proof that
  // there was a technician.
  if (gap_ && !gap_->to) EndSpan(event, {}, &*gap_);
  if (!user_) user_ = BeginSpan(SpanKind::kPart, "user", event);
}

void EnrolmentSpans::ReadCategory(std::string_view name, std::string_view value,
                                  const Event& event) {
  const bool started = ContainsFold(name, "ESPProgress_Category_Started");
  const bool done = ContainsFold(name, "ESPProgress_Category_Success");
  const bool failed = ContainsFold(name, "ESPProgress_Category_Failed");
  if (!started && !done && !failed) return;
  const std::string_view category = CategoryOf(value);
  if (category.empty()) return;
  const auto found = open_.find(category);
  if (started) {
    // Tried again, or restored after a restart: it never ended.
    if (found != open_.end()) return;
    open_.emplace(category, BeginSpan(SpanKind::kEspCategory,
                                      std::string(category), event));
    return;
  }
  Span span = found != open_.end() ? std::move(found->second)
                                   : EndOnlySpan(SpanKind::kEspCategory,
                                                 std::string(category), event);
  if (found != open_.end()) open_.erase(found);
  EndSpan(event, done ? "succeeded" : "failed", &span);
  spans_.push_back(std::move(span));
}

}  // namespace espial
