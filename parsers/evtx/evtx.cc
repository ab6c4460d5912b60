// The EVTX parser: what a scan of the log finds, as a sink of parsers wants it.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <string>
#include <string_view>
#include <utility>

#include "parsers/evtx/chunk_header.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/recover/log_scan.h"
#include "parsers/support/log_coverage.h"

namespace espial::evtx {
namespace {

// How far a probe looks for a chunk where the file header is gone.
constexpr uint64_t kProbeSpan = uint64_t{128} << 10;
constexpr uint64_t kProbeStep = 512;

std::string_view FileStem(std::string_view name) {
  if (EndsWithFold(name, ".evtx")) name.remove_suffix(5);
  return name;
}

// Hands records on, and counts those that the log itself covers.
class TriageSink : public ScanSink {
 public:
  TriageSink(std::string_view file_stem, Sink* sink)
      : sink_(*sink), coverage_(file_stem) {}

  void OnRecord(const FoundRecord& record) override {
    if (record.event.state == RecordState::kActive ||
        record.event.state == RecordState::kLive) {
      coverage_.Add(record.event);
    }
    sink_.OnEvent(record.event);
  }

  void OnDamage(Damage damage) override {
    damaged_ = damaged_ || damage.lossy;
    sink_.OnDamage(std::move(damage));
  }

  void Finish(const LogStats& stats) {
    for (const Anomaly& anomaly : stats.anomalies) Report(anomaly);
    for (Coverage& coverage : coverage_.Finish(damaged_)) {
      sink_.OnCoverage(std::move(coverage));
    }
    Note(stats);
  }

 private:
  // What takes a log's word away: gaps are in its coverage already, and steps
  // of the clock are events of their own.
  void Report(const Anomaly& anomaly) {
    const bool hidden = anomaly.kind == AnomalyKind::kHiddenRecord;
    if (!hidden && anomaly.kind != AnomalyKind::kIdStepBack) return;
    OnDamage({{},
              {Errc::kBadValue, std::string(AnomalyName(anomaly.kind)),
               anomaly.offset, anomaly.detail},
              0,
              hidden});
  }

  void Note(const LogStats& stats) {
    std::string note;
    if (stats.records.live > 0) {
      note =
          std::to_string(stats.records.live) + " records were not flushed yet";
    }
    if (stats.records.residue > 0) {
      if (!note.empty()) note += "; ";
      note += std::to_string(stats.records.residue) +
              " records in an unflushed buffer are left over from other logs";
    }
    if (!note.empty()) sink_.OnNote(std::move(note));
  }

  Sink& sink_;
  LogCoverage coverage_;
  bool damaged_ = false;
};

bool Probe(const ProbeInput& input) {
  const std::string_view text = AsChars(input.bytes);
  if (text.starts_with(kFileMagic)) return true;
  for (uint64_t at = 0; at < kProbeSpan; at += kProbeStep) {
    const Bytes chunk = SliceClamped(input.bytes, at, kChunkHeaderSize);
    if (chunk.size() < kChunkHeaderSize) return false;
    const ChunkHeader header = ReadChunkHeader(chunk);
    if (header.magic_fits && PlausibleChunkHeader(header)) return true;
  }
  return false;
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  // Old events that slack still holds are no part of a triage: they must not
  // become findings.
  ScanOptions options;
  options.recover = Recover::kLive;
  options.leftovers = true;
  options.max_depth = context.limits.binxml_depth;
  TriageSink triage(FileStem(source.name()), &sink);
  ESPIAL_TRY_ASSIGN(const LogStats stats,
                    ScanLog(source.bytes(), source.name(), options,
                            context.executor, &triage));
  triage.Finish(stats);
  return {};
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"evtx", "Windows event log", Probe, Parse};

}  // namespace espial::evtx
