#include <espial/core/text.h>
#include <espial/evtx_stats.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace espial::evtx {
namespace {

// Of each kind; the counts tell of the rest.
constexpr size_t kMaxKept = 20;

}  // namespace

std::string_view AnomalyName(AnomalyKind kind) {
  switch (kind) {
    case AnomalyKind::kHiddenRecord:
      return "hidden record";
    case AnomalyKind::kIdGap:
      return "record id gap";
    case AnomalyKind::kIdStepBack:
      return "record id step back";
    case AnomalyKind::kTimeStepBack:
      return "time step back";
    case AnomalyKind::kWrappedOrder:
      return "wrapped order";
    case AnomalyKind::kChunkOrder:
      return "chunk order";
    case AnomalyKind::kClearedLog:
      return "cleared log";
    case AnomalyKind::kHeaderMismatch:
      return "header mismatch";
    case AnomalyKind::kUnknownVersion:
      return "unknown version";
  }
  return "";
}

void LogStats::AddDamage(const Damage& item) {
  DamageSum& sum =
      damage[std::string(ErrcName(item.error.code)) + ": " + item.error.what];
  ++sum.count;
  sum.bytes_lost += item.bytes_lost;
  sum.lossy += item.lossy ? 1 : 0;
}

void LogStats::AddRecovered(Confidence confidence, bool named) {
  switch (confidence) {
    case Confidence::kCertain:
    case Confidence::kOwn:
      ++records.own;
      break;
    case Confidence::kForeign:
      ++records.foreign;
      break;
    case Confidence::kValuesOnly:
      ++records.values_only;
      records.values_only_named += named ? 1 : 0;
      break;
  }
}

void LogStats::AddAnomaly(Anomaly anomaly) {
  if (++anomaly_counts[static_cast<size_t>(anomaly.kind)] <= kMaxKept) {
    anomalies.push_back(std::move(anomaly));
  }
}

void LogStats::Add(const LogStats& other) {
  bytes += other.bytes;
  chunks.total += other.chunks.total;
  chunks.empty += other.chunks.empty;
  chunks.in_flight += other.chunks.in_flight;
  chunks.cut += other.chunks.cut;
  chunks.bad_header_checksum += other.chunks.bad_header_checksum;
  chunks.bad_data_checksum += other.chunks.bad_data_checksum;
  records.active += other.records.active;
  records.active_rescued += other.records.active_rescued;
  records.live += other.records.live;
  records.residue += other.records.residue;
  records.own += other.records.own;
  records.foreign += other.records.foreign;
  records.values_only += other.records.values_only;
  records.values_only_named += other.records.values_only_named;
  records.duplicates += other.records.duplicates;
  templates = std::max(templates, other.templates);
  for (const auto& [kind, sum] : other.damage) {
    DamageSum& mine = damage[kind];
    mine.count += sum.count;
    mine.bytes_lost += sum.bytes_lost;
    mine.lossy += sum.lossy;
  }
  for (size_t i = 0; i < kAnomalyKinds; ++i) {
    anomaly_counts[i] += other.anomaly_counts[i];
  }
  std::array<size_t, kAnomalyKinds> kept{};
  for (const Anomaly& anomaly : anomalies) {
    ++kept[static_cast<size_t>(anomaly.kind)];
  }
  for (const Anomaly& anomaly : other.anomalies) {
    if (++kept[static_cast<size_t>(anomaly.kind)] <= kMaxKept) {
      anomalies.push_back(anomaly);
    }
  }
}

std::string StatsJson(const LogStats& stats, std::string_view source) {
  using Json = nlohmann::ordered_json;
  Json json;
  json["source"] = RepairUtf8(source);
  json["bytes"] = stats.bytes;
  const LogStats::Chunks& chunks = stats.chunks;
  json["chunks"] = {{"total", chunks.total},
                    {"empty", chunks.empty},
                    {"in_flight", chunks.in_flight},
                    {"cut", chunks.cut},
                    {"bad_header_checksum", chunks.bad_header_checksum},
                    {"bad_data_checksum", chunks.bad_data_checksum}};
  const LogStats::Records& records = stats.records;
  json["records"] = {{"active", records.active},
                     {"active_rescued", records.active_rescued},
                     {"live", records.live},
                     {"residue", records.residue},
                     {"recovered",
                      {{"own", records.own},
                       {"foreign", records.foreign},
                       {"values_only", records.values_only},
                       {"values_only_named", records.values_only_named}}},
                     {"duplicates", records.duplicates}};
  json["templates"] = stats.templates;
  json["damage"] = Json::array();
  for (const auto& [kind, sum] : stats.damage) {
    json["damage"].push_back({{"kind", kind},
                              {"count", sum.count},
                              {"lossy", sum.lossy},
                              {"bytes_lost", sum.bytes_lost}});
  }
  json["anomalies"] = Json::object();
  for (size_t i = 0; i < kAnomalyKinds; ++i) {
    if (stats.anomaly_counts[i] == 0) continue;
    const auto kind = static_cast<AnomalyKind>(i);
    Json examples = Json::array();
    for (const Anomaly& anomaly : stats.anomalies) {
      if (anomaly.kind != kind) continue;
      examples.push_back(
          {{"offset", anomaly.offset}, {"detail", anomaly.detail}});
    }
    json["anomalies"][std::string(AnomalyName(kind))] = {
        {"count", stats.anomaly_counts[i]}, {"first", std::move(examples)}};
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace espial::evtx
