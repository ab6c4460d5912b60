#include "tests/report/case_builder.h"

namespace espial::report {

ZoneEra ZoneOf(Ticks from, int32_t offset_minutes, std::string evidence) {
  ZoneEra era;
  era.from = from;
  era.offset_minutes = offset_minutes;
  era.rule = {offset_minutes, offset_minutes, {}, {}};
  era.evidence = std::move(evidence);
  return era;
}

Ticks At(std::string_view iso8601) {
  const auto time = ParseIso8601(iso8601);
  return time ? time->ticks : Ticks{};
}

Time TimeAt(std::string_view iso8601, TimeQuality quality) {
  return {At(iso8601), quality, {}};
}

SourceId CaseBuilder::AddArtifact(std::string provenance, std::string format,
                                  ArtifactState state) {
  const SourceId id{static_cast<uint32_t>(case_.artifacts.size())};
  Artifact artifact;
  artifact.id = id;
  artifact.parent = id;
  artifact.provenance = std::move(provenance);
  artifact.format = std::move(format);
  artifact.state = state;
  artifact.size = 1000;
  case_.artifacts.push_back(std::move(artifact));
  return id;
}

SourceId CaseBuilder::AddChild(SourceId parent, std::string provenance,
                               std::string format, ArtifactState state) {
  const SourceId id =
      AddArtifact(std::move(provenance), std::move(format), state);
  Artifact& child = case_.artifacts[id.value];
  child.parent = parent;
  child.depth = case_.artifacts[parent.value].depth + 1;
  ++case_.artifacts[parent.value].children;
  return id;
}

Step& CaseBuilder::AddStep(std::string id, std::string title,
                           StepStatus status) {
  Step step;
  step.id = std::move(id);
  step.title = std::move(title);
  step.status = status;
  return case_.flow.steps.emplace_back(std::move(step));
}

Finding& CaseBuilder::AddFinding(std::string code, std::string title,
                                 Verity result, Severity severity) {
  Finding finding;
  finding.code = std::move(code);
  finding.title = std::move(title);
  finding.result = result;
  finding.severity = severity;
  finding.confidence = Confidence::kHigh;
  return case_.findings.emplace_back(std::move(finding));
}

Evidence& CaseBuilder::AddEvidence(Finding* finding, SourceId source,
                                   uint64_t record, std::string_view time,
                                   std::string text) {
  Evidence evidence;
  evidence.source = source;
  evidence.record = record;
  evidence.offset = 4608;
  evidence.time = TimeAt(time);
  evidence.text = std::move(text);
  if (finding->evidence.empty()) finding->first = evidence.time;
  finding->last = evidence.time;
  ++finding->count;
  return finding->evidence.emplace_back(std::move(evidence));
}

void CaseBuilder::AddDamage(SourceId source, Errc code, std::string what,
                            uint64_t offset, uint64_t bytes_lost, bool lossy) {
  Damage damage;
  damage.source = source;
  damage.error = {code, std::move(what), offset, "need 8 bytes, have 4"};
  damage.bytes_lost = bytes_lost;
  damage.lossy = lossy;
  case_.damage.push_back(std::move(damage));
  ++case_.artifacts[source.value].damages;
}

Coverage& CaseBuilder::AddCoverage(SourceId source, std::string channel,
                                   uint64_t events, std::string_view first,
                                   std::string_view last) {
  Coverage coverage;
  coverage.source = source;
  coverage.channel = std::move(channel);
  coverage.events = events;
  if (events != 0) {
    coverage.first = At(first);
    coverage.last = At(last);
    coverage.quality = TimeQuality::kUtc;
    coverage.first_record = 1;
    coverage.last_record = events;
  }
  return case_.coverage.emplace_back(std::move(coverage));
}

void CaseBuilder::AddEvent(SourceId source, const Event& event) {
  const Limits limits;
  Collector collector(limits);
  collector.OnEvent(event);
  case_.timeline.Add(std::move(collector), source);
}

void CaseBuilder::AddFact(SourceId source, const Fact& fact) {
  const Limits limits;
  Collector collector(limits);
  collector.OnFact(fact);
  case_.timeline.Add(std::move(collector), source);
}

Case CaseBuilder::Build() && {
  case_.duplicate_events += case_.timeline.Sort();
  return std::move(case_);
}

Case FailedEnrolment() {
  CaseBuilder builder;
  const SourceId zip = builder.AddArtifact("DiagLogs.zip", "archive/zip");
  const SourceId cab =
      builder.AddChild(zip, "DiagLogs.zip!mdmlogs.cab", "archive/cab");
  const SourceId admin =
      builder.AddChild(cab, "DiagLogs.zip!mdmlogs.cab!dm-admin.evtx", "evtx",
                       ArtifactState::kDamaged);
  const SourceId dump = builder.AddChild(
      cab, "DiagLogs.zip!mdmlogs.cab!RegistryDump.reg", "registry/dump");
  builder.AddChild(cab, "DiagLogs.zip!mdmlogs.cab!Wifi.etl", "etl",
                   ArtifactState::kNotUnderstood);
  builder.AddChild(cab, "DiagLogs.zip!mdmlogs.cab!secret.zip", "archive/zip",
                   ArtifactState::kRefused);

  Case& raw = builder.raw();
  raw.inputs = {"DiagLogs.zip"};
  raw.device = {.name = "PC-1",
                .os_build = "10.0.22631",
                .tenant_domain = "contoso.example",
                .tenant_id = "",
                .profile = "Hybrid",
                .other_names = {}};
  raw.scenario.id = "hybrid-preprovisioned";
  raw.scenario.title = "Pre-provisioned, hybrid join";
  raw.scenario.confidence = Confidence::kHigh;
  raw.flow.id = "hybrid-preprovisioned";
  raw.flow.title = "Pre-provisioned, hybrid join";
  raw.verdict.outcome = Outcome::kFailed;
  raw.verdict.sentence =
      "The enrolment failed in account setup: no domain controller could be "
      "reached.";
  raw.verdict.stopped_at = "user.account_setup";
  raw.verdict.roots = {"HYB-001"};
  raw.duplicate_events = 7;
  raw.clock.zones = {
      ZoneOf(At("2024-07-23T00:00:00Z"), 120, "time zone event")};
  raw.clock.steps = {{At("2024-07-23T03:00:00Z"), At("2024-07-23T10:00:00Z"),
                      admin, 9, "Microsoft-Windows-Kernel-General 1"}};

  {
    Step& step = builder.AddStep("user.device_setup", "Device setup",
                                 StepStatus::kPassed);
    step.start = TimeAt("2024-07-23T10:04:05Z");
    step.end = TimeAt("2024-07-23T10:08:10.25Z");
  }
  {
    Step& step = builder.AddStep("user.account_setup", "Account setup",
                                 StepStatus::kFailed);
    step.start = TimeAt("2024-07-23T10:08:11Z");
    step.note = "the domain join waited for a domain controller";
  }
  builder.AddStep("user.desktop", "Desktop", StepStatus::kNotReached);

  // One block a finding: a reference into the vector does not survive the next
  // one.
  {
    Finding& root =
        builder.AddFinding("HYB-001", "No domain controller could be reached");
    root.name = "no-dc";
    root.stage = "user.account_setup";
    root.cause = "The network of the user has no route to the domain.";
    root.remedy = {"Connect the device to the corporate network.",
                   "Check the VPN profile."};
    root.links = {"https://learn.microsoft.com/autopilot/hybrid"};
    root.explains = {"ESP-010"};
    builder.AddEvidence(&root, admin, 17, "2024-07-23T10:09:00Z",
                        "Event 100: no connectivity, HRESULT 0x8007054B");
  }
  {
    Finding& symptom = builder.AddFinding("ESP-010", "Account setup timed out",
                                          Verity::kMatched, Severity::kWarning);
    symptom.explained_by = {"HYB-001"};
    symptom.cause = "A symptom's own cause.";
    builder.AddEvidence(&symptom, admin, 30, "2024-07-23T10:38:00Z",
                        "Event 72: timed out");
    Evidence& fact = builder.AddEvidence(
        &symptom, dump, 0, "2024-07-23T10:38:00Z", "SyncFailureTimeout = 60");
    fact.line = 4711;
    fact.time = {};
  }
  {
    Finding& undecided = builder.AddFinding("SEC-002", "A sign-in was refused",
                                            Verity::kInconclusive);
    undecided.missing = {"The Security log is not in the bundle."};
  }
  {
    Finding& undecided = builder.AddFinding("SEC-003", "An account was locked",
                                            Verity::kInconclusive);
    undecided.missing = {"The Security log is not in the bundle.",
                         "The System log is damaged."};
  }

  builder.AddDamage(admin, Errc::kTruncated, "record", 69632, 1024);
  builder.AddDamage(admin, Errc::kBadChecksum, "chunk header", 4096, 0, false);
  {
    Coverage& log =
        builder.AddCoverage(admin, "Microsoft-Windows-DM/Admin", 1200,
                            "2024-07-23T10:00:00Z", "2024-07-23T11:00:00Z");
    log.first_record = 400;
    log.last_record = 1602;
    log.missing_records = 3;
    log.starts_late = true;
    log.damaged = true;
  }
  builder.AddCoverage(admin, "Microsoft-Windows-AAD/Operational", 5,
                      "2024-07-23T10:01:00Z", "2024-07-23T10:30:00Z");
  builder.AddCoverage(admin, "", 0, "", "").file_stem = "shell-core";

  const Field fields[] = {{"HRESULT", {ValueType::kHex32, 0x8007054B, {}}}};
  Event event;
  event.time = TimeAt("2024-07-23T10:09:00Z");
  event.corrected = event.time.ticks;
  event.record = 17;
  event.offset = 4608;
  event.provider = "Microsoft-Windows-ModernDeployment";
  event.channel = "Microsoft-Windows-DM/Admin";
  event.id = 100;
  event.level = 2;
  event.computer = "PC-1";
  event.fields = fields;
  builder.AddEvent(admin, event);

  Fact fact;
  fact.key = R"(HKLM\SOFTWARE\Microsoft\Enrollments)";
  fact.name = "SyncFailureTimeout";
  fact.type = "REG_DWORD";
  fact.data = "60";
  fact.number = 60;
  fact.line = 4711;
  builder.AddFact(dump, fact);
  return std::move(builder).Build();
}

}  // namespace espial::report
