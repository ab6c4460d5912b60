// Scans of made logs, kept for comparing.
#pragma once

#include <espial/core/executor.h>
#include <espial/model/damage.h>

#include <cstdint>
#include <string>
#include <vector>

#include "parsers/evtx/recover/log_scan.h"
#include "tests/parsers/evtx/evtx_test_util.h"

namespace espial::evtx {

// One record as a scan gave it.
struct ScannedRecord {
  uint64_t id = 0;
  uint64_t offset = 0;
  RecordState state = RecordState::kActive;
  Confidence confidence = Confidence::kCertain;
  std::string event;   // Describe, without the offset's record
  std::string walked;  // the same, decoded anew from FoundRecord::walk
  std::string fields;
};

struct Scanned {
  Status status;
  LogStats stats;
  std::vector<ScannedRecord> records;
  std::vector<Damage> damage;

  [[nodiscard]] std::vector<uint64_t> Ids(RecordState state) const;
  [[nodiscard]] const ScannedRecord* Find(uint64_t id) const;
  [[nodiscard]] std::string DamageText() const;
  [[nodiscard]] uint64_t anomalies(AnomalyKind kind) const {
    return stats.anomaly_counts[static_cast<size_t>(kind)];
  }
};

// Keeps what a scan or a carving hands out.
class ScanKeeper : public ScanSink {
 public:
  explicit ScanKeeper(Scanned* scanned) : scanned_(*scanned) {}
  void OnRecord(const FoundRecord& record) override;
  void OnDamage(Damage damage) override;

 private:
  Scanned& scanned_;
};

Scanned Scan(const std::vector<std::byte>& file, const ScanOptions& options,
             uint32_t threads = 1, const std::string& name = "Test-Admin.evtx");
// The same with Recover::kAll.
Scanned ScanEverything(const std::vector<std::byte>& file,
                       TemplateLibrary* library = nullptr,
                       uint32_t threads = 1);

// Records `first` to `last` of another provider than PlainRecords has.
std::vector<forge::EvtxRecord> OtherRecords(uint64_t first, uint64_t last);
// `file` whose first chunk was used by `old` before: behind its free space
// stands what `old` had there.
std::vector<std::byte> Overlay(std::vector<std::byte> file,
                               const std::vector<std::byte>& old);

}  // namespace espial::evtx
