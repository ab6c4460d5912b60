#include "tests/parsers/evtx/recovery_test_util.h"

#include <algorithm>
#include <utility>

#include "parsers/evtx/recover/record_decoder.h"

namespace espial::evtx {

std::vector<uint64_t> Scanned::Ids(RecordState state) const {
  std::vector<uint64_t> ids;
  for (const ScannedRecord& record : records) {
    if (record.state == state) ids.push_back(record.id);
  }
  return ids;
}

const ScannedRecord* Scanned::Find(uint64_t id) const {
  const auto found = std::find_if(
      records.begin(), records.end(),
      [&](const ScannedRecord& record) { return record.id == id; });
  return found != records.end() ? &*found : nullptr;
}

std::string Scanned::DamageText() const {
  std::string text;
  for (const Damage& item : damage) {
    text += (item.lossy ? "lossy " : "") + item.error.ToString() + "\n";
  }
  return text;
}

void ScanKeeper::OnRecord(const FoundRecord& record) {
  ScannedRecord& kept = scanned_.records.emplace_back();
  kept.id = record.event.record;
  kept.offset = record.event.offset;
  kept.state = record.event.state;
  kept.confidence = record.confidence;
  kept.event = Describe(record.event);
  kept.fields = FieldsText(record.event);
  RecordDecoder decoder;
  decoder.Open(record.walk, 0, 64);
  auto event = decoder.Decode(record.walk_span, true);
  if (!event) {
    kept.walked = event.error().ToString();
    return;
  }
  event->state = record.event.state;
  event->offset = record.event.offset;
  kept.walked = Describe(*event);
}

void ScanKeeper::OnDamage(Damage damage) {
  scanned_.damage.push_back(std::move(damage));
}

Scanned Scan(const std::vector<std::byte>& file, const ScanOptions& options,
             uint32_t threads, const std::string& name) {
  Scanned scanned;
  ScanKeeper keeper(&scanned);
  Executor executor(threads);
  auto stats = ScanLog(file, name, options, executor, &keeper);
  if (stats) {
    scanned.stats = std::move(stats).value();
  } else {
    scanned.status = std::move(stats).error();
  }
  return scanned;
}

Scanned ScanEverything(const std::vector<std::byte>& file,
                       TemplateLibrary* library, uint32_t threads) {
  ScanOptions options;
  options.recover = Recover::kAll;
  options.library = library;
  return Scan(file, options, threads);
}

std::vector<forge::EvtxRecord> OtherRecords(uint64_t first, uint64_t last) {
  std::vector<forge::EvtxRecord> records = PlainRecords(first, last);
  for (forge::EvtxRecord& record : records) {
    record.provider = "Another-Provider-Of-A-Longer-Name";
    record.provider_guid = "{11111111-0fe2-415c-b895-fb5265c5c83b}";
    record.channel = "Another/Operational";
    record.id += 1000;
    record.fields = {{"Path", "UnicodeString",
                      "C:\\Windows\\" + std::to_string(record.record_id)},
                     {"Length", "UInt64", std::to_string(record.record_id)}};
  }
  return records;
}

std::vector<std::byte> Overlay(std::vector<std::byte> file,
                               const std::vector<std::byte>& old) {
  const size_t free = Get32(file, kHeader + 48);
  const auto from = static_cast<std::ptrdiff_t>(kHeader + free);
  const auto to = static_cast<std::ptrdiff_t>(kHeader + kChunk);
  std::copy(old.begin() + from, old.begin() + to, file.begin() + from);
  return file;
}

}  // namespace espial::evtx
