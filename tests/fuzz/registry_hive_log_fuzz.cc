// A dirty hive with its log beside it. The input is a number of sectors (two
// bytes), so many sectors of hive, and the log. Checksums and hashes of the log
// are made to fit, since nothing behind them would be reached otherwise.
#include <espial/core/text.h>

#include <algorithm>

#include "parsers/registry/hive/base_block.h"
#include "parsers/registry/hive/marvin32.h"
#include "tests/fuzz/parser_target.h"

namespace espial::registry_hive {
extern const Parser kParser;

namespace {

void Put(std::vector<std::byte>* bytes, size_t at, uint64_t value, int size) {
  for (int i = 0; i < size; ++i) {
    (*bytes)[at + static_cast<size_t>(i)] =
        static_cast<std::byte>(value >> (8 * i) & 0xFFU);
  }
}

void MakeFit(std::vector<std::byte>* log) {
  if (!HasBaseBlock(*log)) return;
  const BaseBlock base = ReadBaseBlock(*log);
  Put(log, 508, base.computed_checksum, 4);
  for (size_t at = 512; at + 40 <= log->size();) {
    const Bytes entry = Bytes(*log).subspan(at);
    const size_t size = LoadU32(&entry[4]);
    if (size < 512 || size % 512 != 0 || size > entry.size()) return;
    Put(log, at + 24, Marvin32(entry.subspan(40, size - 40)), 8);
    Put(log, at + 32, Marvin32(entry.first(32)), 8);
    at += size;
  }
}

void Run(const uint8_t* data, size_t size) {
  if (size < 2) return;
  const size_t sectors = data[0] + size_t{256} * data[1];
  const auto* first = reinterpret_cast<const std::byte*>(data);
  const std::vector<std::byte> all(first + 2, first + size);
  const size_t split = std::min(sectors * 512, all.size());
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(split);
  const auto hive = Source::FromBytes("HIVE", {all.begin(), middle});
  std::vector<std::byte> log(middle, all.end());
  MakeFit(&log);
  const auto beside = Source::FromBytes("HIVE.LOG1", std::move(log));
  Limits limits = fuzz::SmallLimits();
  limits.member_bytes = uint64_t{1} << 20U;
  Budget budget(limits);
  Executor executor(1);
  const ParseContext context{
      limits, budget, executor,
      [&](std::string_view name) -> std::shared_ptr<const Source> {
        return EndsWithFold(name, ".LOG1") ? beside : nullptr;
      }};
  Collector collector(limits);
  if (const Status status = kParser.parse(*hive, context, collector);
      !status && status.error().what.empty()) {
    std::abort();
  }
  collector.Finish();
  for (const Damage& damage : collector.damage) {
    if (damage.error.what.empty()) std::abort();
    if (damage.bytes_lost > hive->size()) std::abort();
    if (damage.error.offset > hive->size()) std::abort();
  }
}

}  // namespace
}  // namespace espial::registry_hive

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  espial::registry_hive::Run(data, size);
  return 0;
}
