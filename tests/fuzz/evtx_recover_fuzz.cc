// Recovery and carving: any bytes as a log and as an image. Checks what every
// caller relies on: records lie within the bytes that they are said to lie in,
// can be walked there, and cost no more than the input allows.
#include <espial/core/executor.h>
#include <espial/core/text.h>
#include <espial/model/value.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "parsers/evtx/recover/carve.h"
#include "parsers/evtx/recover/log_scan.h"

namespace {

using espial::Damage;
using espial::evtx::FoundRecord;

void Require(bool holds) {
  if (!holds) std::abort();
}

class Checker : public espial::evtx::ScanSink {
 public:
  explicit Checker(espial::Bytes input) : input_(input) {}

  void OnRecord(const FoundRecord& record) override {
    ++records_;
    Require(record.walk_span.offset <= record.walk.size());
    Require(record.walk_span.size <=
            record.walk.size() - record.walk_span.offset);
    // Id and time are those that stand in the input.
    const uint64_t at = record.chunk_offset + record.span.offset;
    Require(record.event.offset == at && at <= input_.size());
    Require(record.span.size <= input_.size() - at);
    Require(espial::LoadU64(input_.data() + at + 8) == record.span.id);
    std::string text;
    for (const espial::Field& field : record.event.fields) {
      text.clear();
      AppendText(field.value, &text);
      Require(field.value.type == espial::ValueType::kBinary ||
              espial::IsValidUtf8(text));
    }
  }
  void OnDamage(Damage damage) override {
    Require(!damage.error.what.empty());
    Require(damage.bytes_lost <= input_.size());
  }
  // A record takes at least 28 bytes, and stands in one place.
  void Finish() const { Require(records_ <= input_.size() / 28 + 1); }

 private:
  espial::Bytes input_;
  uint64_t records_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const espial::Bytes input =
      std::as_bytes(std::span<const uint8_t>(data, size));
  espial::Executor executor(1);
  {
    Checker checker(input);
    espial::evtx::ScanOptions options;
    options.recover = espial::evtx::Recover::kAll;
    options.duplicates = true;
    const auto stats =
        espial::evtx::ScanLog(input, "fuzz", options, executor, &checker);
    if (stats) Require(!StatsJson(*stats, "fuzz").empty());
    checker.Finish();
  }
  Checker checker(input);
  const auto stats = espial::evtx::Carve(input, {}, executor, &checker);
  Require(!StatsJson(stats, "fuzz").empty());
  checker.Finish();
  return 0;
}
