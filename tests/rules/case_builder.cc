#include "tests/rules/case_builder.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace espial::rules {
namespace {

constexpr uint64_t kBase =
    133853040000000000 - 144000000000;  // 2025-03-01T08:00:00Z

Artifact& NewArtifact(Case* out, const std::string& provenance,
                      const std::string& format, bool in_container) {
  Artifact artifact;
  artifact.id = {static_cast<uint32_t>(out->artifacts.size())};
  artifact.parent = in_container ? SourceId{0} : artifact.id;
  artifact.provenance = provenance;
  artifact.format = format;
  artifact.state = ArtifactState::kWhole;
  out->artifacts.push_back(artifact);
  return out->artifacts.back();
}

void AddDamage(Case* out, SourceId source, uint64_t bytes) {
  Damage damage;
  damage.source = source;
  damage.error = {Errc::kTruncated, "test", 0, ""};
  damage.bytes_lost = bytes;
  out->damage.push_back(damage);
  out->artifacts[source.value].state = ArtifactState::kDamaged;
}

}  // namespace

Ticks At(int64_t seconds) {
  return AddTicks({kBase}, seconds * kTicksPerSecond);
}

std::string ProviderOf(const std::string& channel) {
  const size_t slash = channel.find('/');
  return channel.substr(0, slash);
}

CaseBuilder& CaseBuilder::Log(const std::string& channel) {
  logs_[channel];
  return *this;
}

CaseBuilder& CaseBuilder::Add(const std::string& channel, int64_t seconds,
                              uint32_t id, Fields fields, RecordState state) {
  LogData& log = logs_[channel];
  log.records.push_back(
      {seconds, id, log.records.size(), state, std::move(fields), {}});
  return *this;
}

CaseBuilder& CaseBuilder::Wrapped(const std::string& channel) {
  logs_[channel].first_number = 5000;
  return *this;
}

CaseBuilder& CaseBuilder::Damaged(const std::string& channel, uint64_t bytes) {
  logs_[channel].lost = bytes;
  return *this;
}

CaseBuilder& CaseBuilder::Boot(int64_t seconds) {
  return System("Microsoft-Windows-Kernel-General", seconds, 12);
}

CaseBuilder& CaseBuilder::System(const std::string& provider, int64_t seconds,
                                 uint32_t id, Fields fields) {
  Add("System", seconds, id, std::move(fields));
  logs_["System"].records.back().provider = provider;
  return *this;
}

CaseBuilder& CaseBuilder::LocalTimes(const std::string& channel) {
  logs_[channel].quality = TimeQuality::kAssumed;
  return *this;
}

CaseBuilder& CaseBuilder::Registry(const std::string& key,
                                   const std::string& name,
                                   const std::string& data) {
  dump_ = true;
  if (!key.empty()) facts_.push_back({FactKind::kRegistry, key, name, data});
  return *this;
}

CaseBuilder& CaseBuilder::Json(const std::string& file, const std::string& path,
                               const std::string& data) {
  facts_.push_back({FactKind::kJson, file, path, data});
  return *this;
}

CaseBuilder& CaseBuilder::AddFact(FactKind kind, const std::string& key,
                                  const std::string& name,
                                  const std::string& data) {
  facts_.push_back({kind, key, name, data});
  return *this;
}

CaseBuilder& CaseBuilder::DamagedContainer(uint64_t bytes) {
  container_lost_ = bytes;
  return *this;
}

Case CaseBuilder::Build() const {
  Case out;
  const bool contained = container_lost_.has_value();
  if (contained) {
    NewArtifact(&out, "bundle.cab", "archive/cab", true);
    AddDamage(&out, {0}, *container_lost_);
  }
  for (const auto& [channel, log] : logs_) {
    std::string stem = channel;
    std::replace(stem.begin(), stem.end(), '/', '-');
    const SourceId id =
        NewArtifact(&out, "bundle.cab!" + stem + ".evtx", "evtx", contained).id;
    Collector collector{Limits()};
    Coverage coverage;
    coverage.source = id;
    coverage.file_stem = stem;
    coverage.starts_late = log.first_number > 1;
    coverage.damaged = log.lost.has_value();
    const std::string provider = ProviderOf(channel);
    for (const Record& record : log.records) {
      std::vector<Field> fields;
      for (const auto& [name, text] : record.fields) {
        fields.push_back({name, Value::String(text)});
      }
      Event event;
      event.time = {At(record.seconds), log.quality, {}};
      event.record = log.first_number + record.number;
      event.state = record.state;
      event.provider = record.provider.empty() ? provider : record.provider;
      event.channel = channel;
      event.id = record.id;
      event.level = 4;
      event.fields = fields;
      collector.OnEvent(event);
      if (record.state != RecordState::kActive) continue;
      coverage.channel = channel;
      if (coverage.events == 0) {
        coverage.first = coverage.last = event.time.ticks;
        coverage.first_record = event.record;
      }
      ++coverage.events;
      coverage.first = std::min(coverage.first, event.time.ticks);
      coverage.last = std::max(coverage.last, event.time.ticks);
      coverage.last_record = event.record;
    }
    out.coverage.push_back(coverage);
    out.timeline.Add(std::move(collector), id);
    if (log.lost) AddDamage(&out, id, *log.lost);
  }
  std::map<std::string, std::vector<FactData>> by_file;
  if (dump_) by_file["registry"];
  for (const FactData& fact : facts_) {
    by_file[fact.kind == FactKind::kRegistry ? "registry" : fact.key].push_back(
        fact);
  }
  for (const auto& [file, facts] : by_file) {
    const bool registry = file == "registry";
    const SourceId id =
        NewArtifact(&out,
                    "bundle.cab!" +
                        (registry ? "MdmDiagReport_RegistryDump.reg" : file),
                    registry ? "registry/dump" : "autopilotjson", contained)
            .id;
    Collector collector{Limits()};
    uint64_t line = 0;
    for (const FactData& data : facts) {
      Fact fact;
      fact.kind = data.kind;
      fact.key = data.key;
      fact.name = data.name;
      fact.type = data.kind == FactKind::kRegistry ? "REG_SZ" : "string";
      fact.data = data.data;
      fact.line = ++line;
      fact.offset = line;
      collector.OnFact(fact);
    }
    out.timeline.Add(std::move(collector), id);
  }
  out.timeline.Sort();
  return out;
}

RuleSet MustLoad(const std::vector<RuleFile>& files) {
  std::vector<Diagnostic> diagnostics;
  auto loaded = RuleSet::Load(files, &diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) {
    ADD_FAILURE() << diagnostic.ToString();
  }
  if (loaded) return std::move(*loaded);
  return std::move(*RuleSet::Load({}));
}

RuleFile SignatureFile(const std::string& code, const std::string& body,
                       const std::string& sections) {
  // Ids must differ, so the code's characters become a part of it.
  std::string digits;
  for (const char c : code) {
    constexpr char kHex[] = "0123456789abcdef";
    digits += kHex[static_cast<unsigned char>(c) >> 4U];
    digits += kHex[static_cast<unsigned char>(c) & 15U];
  }
  digits = (digits + "000000000000000000000000").substr(0, 24);
  const std::string id = digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" +
                         digits.substr(12, 4) + "-" + digits.substr(16, 4) +
                         "-" + digits.substr(20, 4) + "00000000";
  const bool severity = body.find("severity:") != std::string::npos;
  const bool confidence = body.find("confidence:") != std::string::npos;
  return {"autopilot/" + code + ".yml",
          "title: Title of " + code + "\nid: " + id +
              "\nsignature:\n  code: " + code + "\n  name: name\n" +
              (severity ? "" : "  severity: error\n") +
              (confidence ? "" : "  confidence: high\n") + body + sections};
}

const Finding* FindFinding(const Case& the_case, const std::string& code) {
  for (const Finding& finding : the_case.findings) {
    if (finding.code == code) return &finding;
  }
  return nullptr;
}

Verity ResultOf(const Case& the_case, const std::string& code) {
  const Finding* finding = FindFinding(the_case, code);
  return finding == nullptr ? Verity::kNotMatched : finding->result;
}

}  // namespace espial::rules
