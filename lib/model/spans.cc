// Finds the spans of a case.
#include <espial/core/text.h>
#include <espial/model/span.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "lib/model/clock_parts.h"
#include "lib/model/span_parts.h"

namespace espial {
namespace {

// The starts and ends of the system.
class Boots {
 public:
  // Whether the system ended with this event, started with it, or neither.
  enum class Turn : uint8_t { kNone, kStarted, kEnded };

  Turn Read(const Event& event) {
    if (IsStart(event)) {
      if (open_ && !boots_.back().to &&
          IsNear(*boots_.back().from, event.corrected) && event.id != 12) {
        return Turn::kNone;
      }
      if (open_ && !boots_.back().to) {
        boots_.back().outcome = "no shutdown is recorded";
      }
      boots_.push_back(BeginSpan(SpanKind::kBoot, {}, event));
      open_ = true;
      return Turn::kStarted;
    }
    if (IsEnd(event)) {
      if (!open_) boots_.push_back(EndOnlySpan(SpanKind::kBoot, {}, event));
      open_ = true;
      EndSpan(event, "shut down", &boots_.back());
      return Turn::kEnded;
    }
    // The boot before ended without being told to.
    if (boots_.size() > 1 && TellsOfCrash(event) && boots_.back().from &&
        IsNear(*boots_.back().from, event.corrected)) {
      Span& before = boots_[boots_.size() - 2];
      if (!before.to) {
        before.outcome = "stopped without a shutdown";
        before.evidence += "; " + ProviderAndId(event);
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
      EndSpan(event, "the system shut down", &sessions_[at]);
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
        span.evidence += "; " + ProviderAndId(event);
      }
      return;
    }
    open_[sid] = sessions_.size();
    if (name.empty()) name = sid;
    sessions_.push_back(
        BeginSpan(SpanKind::kUserSession, std::move(name), event));
  }

  void Stop(const std::string& sid, const Event& event) {
    if (!IsPerson(sid)) return;
    const auto found = open_.find(sid);
    if (found != open_.end()) {
      EndSpan(event, "signed out", &sessions_[found->second]);
      last_[sid] = found->second;
      open_.erase(found);
      return;
    }
    // A second log tells of the same end.
    const auto last = last_.find(sid);
    if (last != last_.end() &&
        IsNear(*sessions_[last->second].to, event.corrected)) {
      return;
    }
    last_[sid] = sessions_.size();
    sessions_.push_back(EndOnlySpan(SpanKind::kUserSession, sid, event));
    sessions_.back().outcome = "signed out";
  }

  std::vector<Span> sessions_;
  std::map<std::string, size_t> open_;
  std::map<std::string, size_t> last_;  // that ended
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
      span = BeginSpan(SpanKind::kApp, ToText(*id), event);
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
  EnrolmentSpans enrolment;
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
