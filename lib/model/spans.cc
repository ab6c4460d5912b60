// Finds the spans of a case.
#include <espial/core/text.h>
#include <espial/model/span.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "lib/model/clock_parts.h"

namespace espial {
namespace {

// Events of one boot or one sign-in that several logs tell.
constexpr int64_t kSameMoment = 5 * kTicksPerMinute;

std::string_view TextField(const Event& event, std::string_view name) {
  const Value* value = event.FindField(name);
  return value == nullptr ? std::string_view() : value->text;
}

std::string FieldText(const Event& event, std::string_view name) {
  const Value* value = event.FindField(name);
  return value == nullptr ? std::string() : ToText(*value);
}

// "Microsoft-Windows-Kernel-General 12"
std::string NameOf(const Event& event) {
  return std::string(event.provider) + ' ' + std::to_string(event.id);
}

Span Begin(SpanKind kind, std::string name, const Event& event) {
  Span span;
  span.kind = kind;
  span.name = std::move(name);
  span.from = event.corrected;
  span.evidence = NameOf(event);
  span.source = event.source;
  span.record = event.record;
  span.offset = event.offset;
  return span;
}

Span EndOnly(SpanKind kind, std::string name, const Event& event) {
  Span span = Begin(kind, std::move(name), event);
  span.from.reset();
  span.to = event.corrected;
  return span;
}

void End(const Event& event, std::string_view outcome, Span* span) {
  if (!span->to) span->evidence += "; " + NameOf(event);
  span->to = std::max(span->to.value_or(event.corrected), event.corrected);
  if (!outcome.empty()) span->outcome = outcome;
}

bool Near(Ticks earlier, Ticks later) {
  return TicksBetween(earlier, later) <= kSameMoment;
}

// The starts and ends of the system.
class Boots {
 public:
  // Whether the system ended with this event, started with it, or neither.
  enum class Turn : uint8_t { kNone, kStarted, kEnded };

  Turn Read(const Event& event) {
    if (IsStart(event)) {
      if (open_ && !boots_.back().to &&
          Near(*boots_.back().from, event.corrected) && event.id != 12) {
        return Turn::kNone;
      }
      if (open_ && !boots_.back().to) {
        boots_.back().outcome = "no shutdown is recorded";
      }
      boots_.push_back(Begin(SpanKind::kBoot, {}, event));
      open_ = true;
      return Turn::kStarted;
    }
    if (IsEnd(event)) {
      if (!open_) boots_.push_back(EndOnly(SpanKind::kBoot, {}, event));
      open_ = true;
      End(event, "shut down", &boots_.back());
      return Turn::kEnded;
    }
    // The boot before ended without being told to.
    if (boots_.size() > 1 && TellsOfCrash(event) && boots_.back().from &&
        Near(*boots_.back().from, event.corrected)) {
      Span& before = boots_[boots_.size() - 2];
      if (!before.to) {
        before.outcome = "stopped without a shutdown";
        before.evidence += "; " + NameOf(event);
      }
    }
    return Turn::kNone;
  }

  std::vector<Span> Take() {
    for (size_t i = 0; i < boots_.size(); ++i) {
      boots_[i].name = "boot " + std::to_string(i + 1);
    }
    return std::move(boots_);
  }

 private:
  static bool IsStart(const Event& event) {
    if (event.id == 12) return IsKernelGeneral(event);
    if (event.id == 6005) return EqualsFold(event.provider, "EventLog");
    return (event.id == 20 || event.id == 27) &&
           EqualsFold(event.provider, "Microsoft-Windows-Kernel-Boot");
  }
  static bool IsEnd(const Event& event) {
    if (event.id == 13) return IsKernelGeneral(event);
    return event.id == 6006 && EqualsFold(event.provider, "EventLog");
  }
  static bool TellsOfCrash(const Event& event) {
    if (event.id == 6008) return EqualsFold(event.provider, "EventLog");
    return event.id == 41 &&
           EqualsFold(event.provider, "Microsoft-Windows-Kernel-Power");
  }

  std::vector<Span> boots_;
  bool open_ = false;
};

// Who was signed in, by SID.
class Sessions {
 public:
  void Read(const Event& event) {
    if (EqualsFold(event.provider, "Microsoft-Windows-Security-Auditing")) {
      ReadSecurity(event);
    } else if (EqualsFold(event.provider, "Microsoft-Windows-Winlogon")) {
      if (event.id == 7001) Start(FieldText(event, "UserSid"), {}, event);
      if (event.id == 7002) Stop(FieldText(event, "UserSid"), event);
    } else if (EqualsFold(event.provider,
                          "Microsoft-Windows-User Profiles Service")) {
      const std::string sid(event.user_sid);
      if (event.id == 2) Start(sid, {}, event);
      if (event.id == 4) Stop(sid, event);
    }
  }

  // The system ended or began anew: nobody is signed in any more.
  void OnEnd(const Event& event) {
    for (auto& [sid, at] : open_) {
      End(event, "the system shut down", &sessions_[at]);
    }
    open_.clear();
  }
  void OnStart() {
    for (auto& [sid, at] : open_) {
      sessions_[at].outcome = "the system began anew";
    }
    open_.clear();
  }

  std::vector<Span> Take() { return std::move(sessions_); }

 private:
  static bool IsPerson(std::string_view sid) {
    return sid.starts_with("S-1-5-21-") || sid.starts_with("S-1-12-1-");
  }

  void ReadSecurity(const Event& event) {
    if (event.id != 4624 && event.id != 4634 && event.id != 4647) return;
    const std::string sid = FieldText(event, "TargetUserSid");
    if (event.id != 4624) {
      // Of several sign-ins of one person, the interactive one counts.
      const std::string type = FieldText(event, "LogonType");
      if (event.id == 4647 || type == "2" || type == "10" || type == "11") {
        Stop(sid, event);
      }
      return;
    }
    const std::string type = FieldText(event, "LogonType");
    if (type != "2" && type != "10" && type != "11") return;
    Start(sid,
          FieldText(event, "TargetDomainName") + '\\' +
              FieldText(event, "TargetUserName"),
          event);
  }

  void Start(const std::string& sid, std::string name, const Event& event) {
    if (!IsPerson(sid)) return;
    const auto found = open_.find(sid);
    if (found != open_.end()) {
      Span& span = sessions_[found->second];
      if (!name.empty() && span.name == sid) {
        span.name = std::move(name);
        span.evidence += "; " + NameOf(event);
      }
      return;
    }
    open_[sid] = sessions_.size();
    if (name.empty()) name = sid;
    sessions_.push_back(Begin(SpanKind::kUserSession, std::move(name), event));
  }

  void Stop(const std::string& sid, const Event& event) {
    if (!IsPerson(sid)) return;
    const auto found = open_.find(sid);
    if (found != open_.end()) {
      End(event, "signed out", &sessions_[found->second]);
      last_[sid] = found->second;
      open_.erase(found);
      return;
    }
    // A second log tells of the same end.
    const auto last = last_.find(sid);
    if (last != last_.end() &&
        Near(*sessions_[last->second].to, event.corrected)) {
      return;
    }
    last_[sid] = sessions_.size();
    sessions_.push_back(EndOnly(SpanKind::kUserSession, sid, event));
    sessions_.back().outcome = "signed out";
  }

  std::vector<Span> sessions_;
  std::map<std::string, size_t> open_;
  std::map<std::string, size_t> last_;  // that ended
};

// The parts of a pre-provisioned enrolment, and the categories of the
// Enrollment Status Page: both are told by the pages of OOBE.
class Enrolment {
 public:
  void Read(const Event& event) {
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

  // The device is switched on again: behind the reseal, by the user.
  void OnBoot(const Event& event) {
    if (!gap_ || user_) return;
    End(event, {}, &*gap_);
    user_ = Begin(SpanKind::kPart, "user", event);
  }
  void OnShutdown(const Event& event) {
    if (technician_ && gap_ && !user_ && Near(*gap_->from, event.corrected)) {
      technician_->to = event.corrected;
      gap_->from = event.corrected;
    }
  }

  std::vector<Span> Take() {
    for (std::optional<Span>* part : {&technician_, &gap_, &user_}) {
      if (*part) spans_.push_back(std::move(**part));
    }
    for (auto& [name, span] : open_) spans_.push_back(std::move(span));
    return std::move(spans_);
  }

 private:
  void OnTechnician(const Event& event) {
    if (!technician_) {
      technician_ = Begin(SpanKind::kPart, "technician", event);
    }
    // Not resealed after all, or provisioned anew.
    if (gap_ && !user_) {
      gap_.reset();
      technician_->to.reset();
    }
  }

  void OnReseal(const Event& event) {
    if (user_) return;
    if (!technician_) {
      technician_ = EndOnly(SpanKind::kPart, "technician", event);
    }
    End(event, "resealed", &*technician_);
    if (!gap_) gap_ = Begin(SpanKind::kPart, "reseal gap", event);
    gap_->from = event.corrected;
  }

  void OnUser(const Event& event) {
    // A page without the technician's mode before any reseal is no proof that
    // there was a technician.
    if (gap_ && !gap_->to) End(event, {}, &*gap_);
    if (!user_) user_ = Begin(SpanKind::kPart, "user", event);
  }

  void ReadCategory(std::string_view name, std::string_view value,
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
      open_.emplace(category, Begin(SpanKind::kEspCategory,
                                    std::string(category), event));
      return;
    }
    Span span = found != open_.end() ? std::move(found->second)
                                     : EndOnly(SpanKind::kEspCategory,
                                               std::string(category), event);
    if (found != open_.end()) open_.erase(found);
    End(event, done ? "succeeded" : "failed", &span);
    spans_.push_back(std::move(span));
  }

  static std::string_view CategoryOf(std::string_view value) {
    if (ContainsFold(value, "DevicePreparation")) return "Device preparation";
    if (ContainsFold(value, "DeviceSetup")) return "Device setup";
    if (ContainsFold(value, "AccountSetup")) return "Account setup";
    return {};
  }

  std::optional<Span> technician_;
  std::optional<Span> gap_;
  std::optional<Span> user_;
  std::map<std::string_view, Span> open_;  // by category
  std::vector<Span> spans_;
};

// Lines of the Intune Management Extension that name the app they are about.
class Apps {
 public:
  void Read(const Event& event) {
    const Value* id = event.FindField("AppId");
    if (id == nullptr || !event.time.known()) return;
    std::string key = Fold(ToText(*id));
    if (key.empty()) return;
    const auto [place, fresh] = apps_.try_emplace(std::move(key));
    if (fresh && apps_.size() > kMostApps) {
      apps_.erase(place);
      return;
    }
    Span& span = place->second;
    if (fresh) {
      span = Begin(SpanKind::kApp, ToText(*id), event);
      span.evidence =
          "lines of " + std::string(event.channel) + " that name the app";
    }
    span.to = event.corrected;
    const std::string name = FieldText(event, "AppName");
    if (!name.empty()) span.name = name;
  }

  std::vector<Span> Take() {
    std::vector<Span> spans;
    for (auto& [id, span] : apps_) spans.push_back(std::move(span));
    return spans;
  }

 private:
  static constexpr size_t kMostApps = 2000;
  std::map<std::string, Span> apps_;
};

void Append(std::vector<Span> more, std::vector<Span>* spans) {
  for (Span& span : more) spans->push_back(std::move(span));
}

}  // namespace

std::vector<Span> FindSpans(const Timeline& timeline, const Clock& clock) {
  Boots boots;
  Sessions sessions;
  Enrolment enrolment;
  Apps apps;
  for (const Event& event : timeline.events()) {
    if (!IsOwnRecord(event)) continue;
    // What may be hours off begins and ends nothing.
    if (event.time.quality < TimeQuality::kZone) continue;
    switch (boots.Read(event)) {
      case Boots::Turn::kStarted:
        sessions.OnStart();
        enrolment.OnBoot(event);
        break;
      case Boots::Turn::kEnded:
        sessions.OnEnd(event);
        enrolment.OnShutdown(event);
        break;
      case Boots::Turn::kNone:
        break;
    }
    sessions.Read(event);
    enrolment.Read(event);
    apps.Read(event);
  }
  std::vector<Span> spans = boots.Take();
  Append(sessions.Take(), &spans);
  Append(enrolment.Take(), &spans);
  Append(apps.Take(), &spans);
  for (Span& span : spans) {
    for (const ClockStep& step : clock.steps) {
      const bool behind_start = !span.from || *span.from <= step.to;
      const bool before_end = !span.to || step.to <= *span.to;
      if (behind_start && before_end) span.stepped = true;
    }
  }
  std::sort(spans.begin(), spans.end(), SpanBefore);
  return spans;
}

}  // namespace espial
