#include "parsers/registry/hive/transaction_log.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "parsers/registry/hive/image.h"
#include "parsers/registry/hive/marvin32.h"

namespace espial::registry_hive {
namespace {

constexpr uint64_t kEntryHeaderBytes = 40;

bool HasMagic(Bytes bytes, uint64_t at, std::string_view magic) {
  return AsChars(SliceClamped(bytes, at, magic.size())) == magic;
}

// Whether what stands at `at` can be an entry, sound or not.
bool IsEntryAt(Bytes bytes, uint64_t at) {
  const Bytes head = SliceClamped(bytes, at, kEntryHeaderBytes);
  return head.size() == kEntryHeaderBytes && HasMagic(head, 0, "HvLE") &&
         LoadU32(&head[4]) % kSectorBytes == 0;
}

bool HasLogMagic(Bytes bytes, uint64_t at) {
  return HasMagic(bytes, at, "HvLE") || HasMagic(bytes, at, "DIRT");
}

struct EntryHead {
  uint64_t size = 0;
  uint32_t sequence = 0;
  uint32_t bins_size = 0;
  uint64_t pages = 0;
  uint64_t body_hash = 0;
};

// The header at `at`, when its own hash fits; entries are written over the
// remains of older ones, so anything else may stand there.
std::optional<EntryHead> ReadEntryHead(Bytes bytes, uint64_t at) {
  const Bytes head = SliceClamped(bytes, at, kEntryHeaderBytes);
  if (head.size() < kEntryHeaderBytes || !HasMagic(head, 0, "HvLE") ||
      Marvin32(head.first(32)) != LoadU64(&head[32])) {
    return std::nullopt;
  }
  return EntryHead{LoadU32(&head[4]), LoadU32(&head[12]), LoadU32(&head[16]),
                   LoadU32(&head[20]), LoadU64(&head[24])};
}

// The rest of the entry; the error says what is wrong with it.
Result<LogEntry> ReadEntry(Bytes bytes, uint64_t at, const EntryHead& head) {
  const auto refuse = [at](Errc code, const char* what, uint64_t expected,
                           uint64_t found) {
    return Error{code, what, at,
                 "expected " + std::to_string(expected) + " bytes, found " +
                     std::to_string(found)};
  };
  if (head.size < kEntryHeaderBytes || head.size % kSectorBytes != 0) {
    return Error{
        Errc::kBadValue, "log entry size", at,
        "expected a multiple of 512, found " + std::to_string(head.size)};
  }
  const Bytes entry = SliceClamped(bytes, at, head.size);
  if (entry.size() < head.size) {
    return refuse(Errc::kTruncated, "log entry", head.size, entry.size());
  }
  if (Marvin32(entry.subspan(kEntryHeaderBytes)) != head.body_hash) {
    return Error{Errc::kBadChecksum, "log entry hash", at,
                 "expected " + Hex(head.body_hash) + ", found " +
                     Hex(Marvin32(entry.subspan(kEntryHeaderBytes)))};
  }
  if (head.bins_size == 0 || head.bins_size % kPageBytes != 0) {
    return Error{
        Errc::kBadValue, "log entry bins size", at,
        "expected a multiple of 4096, found " + std::to_string(head.bins_size)};
  }
  const uint64_t room = (head.size - kEntryHeaderBytes) / 8;
  if (head.pages > room) {
    return refuse(Errc::kBadValue, "log entry pages",
                  head.pages * 8 + kEntryHeaderBytes, head.size);
  }
  LogEntry out{at, head.size, head.sequence, head.bins_size, {}};
  uint64_t data = kEntryHeaderBytes + head.pages * 8;
  for (uint64_t i = 0; i < head.pages; ++i) {
    const std::byte* reference = &entry[kEntryHeaderBytes + i * 8];
    const LogPage page{LoadU32(reference), at + data, LoadU32(reference + 4)};
    if (page.size > head.size - data) {
      return refuse(Errc::kTruncated, "log page", page.size, head.size - data);
    }
    if (page.target > head.bins_size ||
        page.size > head.bins_size - page.target) {
      return Error{Errc::kBadValue, "log page offset", at,
                   "expected a page within " + std::to_string(head.bins_size) +
                       " bytes, found " + std::to_string(page.size) + " at " +
                       Hex(page.target)};
    }
    data += page.size;
    out.pages.push_back(page);
  }
  return out;
}

void ReadEntries(Bytes bytes, uint64_t at, TransactionLog* log) {
  std::optional<uint32_t> expected;
  if (log->base) expected = log->base->sequence1;
  bool ended = false;
  uint64_t allowance = 2 * bytes.size();
  while (at < bytes.size()) {
    const auto head = ReadEntryHead(bytes, at);
    if (!head) {
      ended = true;
      at += kSectorBytes;
      continue;
    }
    const bool next = !ended && (!expected || head->sequence == *expected);
    // Headers that overlap must not make the same bytes be hashed over and
    // over.
    if (SliceClamped(bytes, at, head->size).size() > allowance) break;
    allowance -= SliceClamped(bytes, at, head->size).size();
    auto entry = ReadEntry(bytes, at, *head);
    if (!entry) {
      if (next) {
        log->trouble = entry.error();
        log->bytes_lost = SliceClamped(bytes, at, head->size).size();
      }
      ended = true;
      at += kSectorBytes;
      continue;
    }
    at += entry->size;
    if (next) {
      expected = entry->sequence + 1;
      log->entries.push_back(std::move(*entry));
    } else {
      ended = true;
      ++log->older;
    }
  }
}

void ReadBitmap(Bytes bytes, uint64_t at, TransactionLog* log) {
  const auto refuse = [log](Errc code, const char* what, uint64_t where,
                            std::string detail) {
    log->trouble = Error{code, what, where, std::move(detail)};
  };
  if (!HasMagic(bytes, at, "DIRT")) {
    refuse(Errc::kBadMagic, "log bitmap", at, "expected 'DIRT', found none");
    log->bytes_lost = bytes.size() - at;
    return;
  }
  const uint64_t length = log->base->bins_size / kPageBytes;
  const Bytes bitmap = SliceClamped(bytes, at + 4, length);
  if (bitmap.size() < length) {
    refuse(Errc::kTruncated, "log bitmap", at,
           "expected " + std::to_string(length) + " bytes, found " +
               std::to_string(bitmap.size()));
    return;
  }
  uint64_t data = at + 4 + length;
  data = (data + kSectorBytes - 1) / kSectorBytes * kSectorBytes;
  LogEntry entry{at, 0, log->base->sequence1, log->base->bins_size, {}};
  for (uint64_t bit = 0; bit < length * 8; ++bit) {
    const auto byte = std::to_integer<unsigned>(bitmap[bit / 8]);
    if ((byte >> (bit % 8) & 1U) == 0) continue;
    if (data > bytes.size() || bytes.size() - data < kSectorBytes) {
      refuse(Errc::kTruncated, "log page",
             std::min<uint64_t>(data, bytes.size()),
             "expected 512 bytes for " + Hex(bit * kSectorBytes) +
                 ", found the end of the log");
      return;
    }
    entry.pages.push_back({bit * kSectorBytes, data, kSectorBytes});
    data += kSectorBytes;
  }
  entry.size = data - at;
  if (!entry.pages.empty()) log->entries.push_back(std::move(entry));
}

}  // namespace

bool LooksLikeLog(Bytes bytes) {
  if (HasBaseBlock(bytes)) {
    const BaseBlock base = ReadBaseBlock(bytes);
    // A hive whose type was damaged has no sound checksum.
    return (base.is_bitmap_log() || base.is_entry_log()) &&
           (base.checksum_fits() || HasLogMagic(bytes, kSectorBytes));
  }
  // Without it a bitmap says nothing, and "DIRT" may begin a text.
  return IsEntryAt(bytes, 0) || IsEntryAt(bytes, kSectorBytes);
}

TransactionLog ReadTransactionLog(Bytes bytes) {
  TransactionLog log;
  uint64_t at = kSectorBytes;
  if (HasBaseBlock(bytes)) {
    log.base = ReadBaseBlock(bytes);
    log.format = log.base->is_entry_log()    ? LogFormat::kEntries
                 : log.base->is_bitmap_log() ? LogFormat::kBitmap
                                             : LogFormat::kUnknown;
  } else {
    if (IsEntryAt(bytes, 0)) at = 0;
    if (IsEntryAt(bytes, at)) log.format = LogFormat::kEntries;
  }
  if (log.format == LogFormat::kEntries) ReadEntries(bytes, at, &log);
  if (log.format == LogFormat::kBitmap) ReadBitmap(bytes, at, &log);
  return log;
}

}  // namespace espial::registry_hive
