// What a reader found in a log, in numbers.
#pragma once

#include <espial/evtx_recover.h>
#include <espial/model/damage.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace espial::evtx {

// Oddities of a log that need not have lost anything, and that somebody may
// have caused on purpose. See anomalies.h.
enum class AnomalyKind : uint8_t {
  kHiddenRecord,    // a record was grown over others
  kIdGap,           // ids are missing that no damage accounts for
  kIdStepBack,      // an id is not above the one before it
  kTimeStepBack,    // a record is much older than the one before it
  kWrappedOrder,    // the oldest chunk is not the first: the log wrapped
  kChunkOrder,      // chunks are in an order that wrapping cannot give
  kClearedLog,      // numbers begin anew where ids do not
  kHeaderMismatch,  // a header says other than the records do
  kUnknownVersion,
};
inline constexpr size_t kAnomalyKinds = 9;
std::string_view AnomalyName(AnomalyKind kind);  // "hidden record", ...

struct Anomaly {
  AnomalyKind kind = AnomalyKind::kHiddenRecord;
  uint64_t offset = 0;  // in the Source
  std::string detail;
};

struct LogStats {
  struct Chunks {
    uint64_t total = 0;
    uint64_t empty = 0;      // places of zeros
    uint64_t in_flight = 0;  // never flushed
    uint64_t cut = 0;        // shorter than 64 KiB
    uint64_t bad_header_checksum = 0;
    uint64_t bad_data_checksum = 0;
  };
  struct Records {
    uint64_t active = 0;
    // Of active: those that only recovery could read.
    uint64_t active_rescued = 0;
    uint64_t live = 0;
    uint64_t residue = 0;
    // Recovered, by confidence.
    uint64_t own = 0;
    uint64_t foreign = 0;
    uint64_t values_only = 0;
    // Of values_only: what kind of event it was and when is known, and only
    // the data is without names.
    uint64_t values_only_named = 0;
    // Recovered as well, but the file holds them as active: not handed out
    // unless asked for, and not counted above.
    uint64_t duplicates = 0;
    [[nodiscard]] uint64_t recovered() const {
      return own + foreign + values_only;
    }
  };
  struct DamageSum {
    uint64_t count = 0;
    uint64_t bytes_lost = 0;
    uint64_t lossy = 0;  // of `count`
  };

  uint64_t bytes = 0;
  Chunks chunks;
  Records records;
  uint64_t templates = 0;  // definitions that recovery could draw on
  // By "code: what", "truncated: record".
  std::map<std::string, DamageSum> damage;
  std::array<uint64_t, kAnomalyKinds> anomaly_counts{};
  // The first of each kind, a bounded number.
  std::vector<Anomaly> anomalies;

  void AddDamage(const Damage& item);
  // Counts one recovered record; `named` is whether its System section is
  // known.
  void AddRecovered(Confidence confidence, bool named);
  void AddAnomaly(Anomaly anomaly);
  // Takes the numbers of another log, or of a part of this one, in.
  void Add(const LogStats& other);
};

// One line of JSON, keys in a fixed order, with the members above by name.
// `source` is whatever the caller calls the log.
std::string StatsJson(const LogStats& stats, std::string_view source);

}  // namespace espial::evtx
