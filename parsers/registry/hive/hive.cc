// Registry hives, their transaction logs, and fragments: see FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "parsers/registry/hive/base_block.h"
#include "parsers/registry/hive/cell_map.h"
#include "parsers/registry/hive/recover.h"
#include "parsers/registry/hive/replay.h"
#include "parsers/registry/hive/root_name.h"
#include "parsers/registry/hive/transaction_log.h"
#include "parsers/registry/hive/tree.h"

namespace espial::registry_hive {
namespace {

constexpr uint32_t kOldestMinor = 3;
constexpr uint32_t kNewestMinor = 6;

void Report(Sink& sink, Error error, uint64_t bytes_lost, bool lossy) {
  sink.OnDamage({{}, std::move(error), bytes_lost, lossy});
}

void AppendNote(std::string* note, const std::string& part) {
  if (!note->empty()) *note += "; ";
  *note += part;
}

std::string CountOf(uint64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::vector<NamedLog> FindLogs(const Source& source,
                               const ParseContext& context) {
  std::vector<NamedLog> logs;
  if (!context.sibling) return logs;
  for (const std::string_view suffix : {".LOG", ".LOG1", ".LOG2"}) {
    const std::string name = std::string(source.name()) + std::string(suffix);
    if (auto found = context.sibling(name)) {
      logs.push_back({std::string(found->name()), std::move(found)});
    }
  }
  return logs;
}

std::string DescribeDirt(const BaseBlock& base) {
  if (!base.checksum_fits()) {
    return "checksum of the base block: expected " +
           Hex(base.computed_checksum) + ", found " + Hex(base.stored_checksum);
  }
  return "expected equal sequence numbers, found " +
         std::to_string(base.sequence1) + " and " +
         std::to_string(base.sequence2);
}

// Reports what keeps a dirty hive from being whole.
void ReportReplay(const BaseBlock& base, const Replayed& replayed,
                  bool any_logs, Sink& sink) {
  for (const Error& error : replayed.troubles) Report(sink, error, 0, true);
  const Errc code = base.checksum_fits() ? Errc::kBadValue : Errc::kBadChecksum;
  if (replayed.applied == 0) {
    const std::string logs =
        !any_logs ? "transaction logs not in the bundle"
                  : "no transaction log fits: " + replayed.refused;
    Report(sink, {code, "dirty hive", 4, DescribeDirt(base) + "; " + logs}, 0,
           true);
  } else if (!base.checksum_fits()) {
    Report(sink, {code, "base block", 508, DescribeDirt(base)}, 0, false);
  }
}

// How many bytes of bins follow each other; a broken base block cannot tell.
uint64_t ChainedBins(const Image& image) {
  uint64_t size = 0;
  while (IsBinAt(image, size)) {
    size += LoadU32(&image.bins[size + 8]);
  }
  return std::min<uint64_t>(size, image.bins.size());
}

void CheckVersion(const BaseBlock& base, Sink& sink) {
  if (base.major == 1 && base.minor >= kOldestMinor &&
      base.minor <= kNewestMinor) {
    return;
  }
  Report(sink,
         {Errc::kUnsupported, "hive version", 20,
          "expected 1.3 to 1.6, found " + std::to_string(base.major) + "." +
              std::to_string(base.minor)},
         0, false);
}

Status ParseHive(const Source& source, const ParseContext& context,
                 Sink& sink) {
  const BaseBlock stored = ReadBaseBlock(source.bytes());
  Replayed replayed;
  replayed.base = stored;
  Bytes hive = source.bytes();
  std::string note;
  if (stored.dirty()) {
    const std::vector<NamedLog> logs = FindLogs(source, context);
    replayed = Replay(hive, stored, logs, context.limits, context.budget);
    ReportReplay(stored, replayed, !logs.empty(), sink);
    if (replayed.applied != 0) {
      hive = replayed.hive;
      AppendNote(&note, "dirty, " + CountOf(replayed.applied, "log write") +
                            " applied: " + replayed.from);
    }
  }
  const BaseBlock& base = replayed.base;
  const bool trusted = stored.checksum_fits() || replayed.applied != 0;
  if (trusted && (base.major != 1 || base.minor < 2)) {
    return Error{Errc::kUnsupported, "hive version", 20,
                 "expected 1.3 to 1.6, found " + std::to_string(base.major) +
                     "." + std::to_string(base.minor)};
  }
  CheckVersion(base, sink);
  Image image;
  image.bins = SliceClamped(hive, kBaseBlockBytes, kVolatile);
  image.source_offset = kBaseBlockBytes;
  image.source_size = source.size();
  image.declared = trusted ? base.bins_size : ChainedBins(image);
  image.size = std::min<uint64_t>(image.declared, image.bins.size());
  image.cut = image.declared > image.bins.size();
  if (image.bins.empty()) {
    return Error{Errc::kTruncated, "hive bins", source.size(),
                 "expected bins behind 4096 bytes, found the end of the file"};
  }
  if (image.cut) {
    Report(sink,
           {Errc::kTruncated, "hive bins", source.size(),
            "expected " + std::to_string(image.declared) + " bytes, found " +
                std::to_string(image.bins.size())},
           0, true);
  }
  Reporter reporter(image, sink);
  Output output(image, context.limits, reporter);
  CellMap cells(image, reporter);
  Tree tree(image, context.limits, cells, reporter, output);
  const std::string root =
      tree.Walk(base.root, MountPoint(base.file_name, source.name()));
  const LiveRoot live{root.empty() ? kNoCell : base.root, root};
  RecoverDeleted(image, context.limits, cells, live, tree.former_values(),
                 output);
  output.Finish();
  const Counts& counts = output.counts;
  std::string found =
      CountOf(counts.keys, "key") + ", " + CountOf(counts.values, "value");
  if (!root.empty()) found += " below " + root;
  note = note.empty() ? found : found + "; " + note;
  if (counts.lost_keys + counts.lost_values != 0) {
    AppendNote(&note, "recovered " + CountOf(counts.lost_keys, "key") +
                          " and " + CountOf(counts.lost_values, "value"));
  }
  if (counts.overwritten != 0) {
    AppendNote(&note, CountOf(counts.overwritten, "deleted value") +
                          " without data, which was overwritten");
  }
  sink.OnNote(std::move(note));
  return {};
}

Status ParseLog(const Source& source, Sink& sink) {
  const TransactionLog log = ReadTransactionLog(source.bytes());
  std::string note = "transaction log of a hive";
  if (log.base && !log.base->file_name.empty()) {
    note += " (" + log.base->file_name + ")";
  }
  if (log.format == LogFormat::kEntries) {
    note += ": " + std::to_string(log.entries.size()) +
            (log.entries.size() == 1 ? " entry" : " entries");
    if (!log.entries.empty()) {
      note += ", sequence " + std::to_string(log.entries.front().sequence) +
              " to " + std::to_string(log.entries.back().sequence);
    }
    if (log.older != 0) note += "; " + std::to_string(log.older) + " older";
  } else if (!log.entries.empty()) {
    note += ": one write of " + CountOf(log.entries[0].pages.size(), "page") +
            " of 512 bytes, sequence " +
            std::to_string(log.entries[0].sequence);
  } else {
    note += ": no pages";
  }
  if (!log.base) note += "; its base block is lost";
  sink.OnNote(std::move(note));
  if (log.base && !log.base->checksum_fits()) {
    Report(sink,
           {Errc::kBadChecksum, "base block", 508, DescribeDirt(*log.base)}, 0,
           false);
  }
  if (log.trouble) Report(sink, *log.trouble, log.bytes_lost, true);
  return {};
}

// Bins without a base block. Runs of bins that follow each other are images of
// their own; offsets lead nowhere but within one.
Status ParseFragment(const Source& source, const ParseContext& context,
                     Sink& sink) {
  const Bytes bytes = source.bytes();
  Counts counts;
  uint64_t runs = 0;
  uint64_t position = 0;
  uint64_t gap = 0;
  while (position + kBinHeaderBytes <= bytes.size()) {
    Image image;
    image.bins = bytes.subspan(position);
    image.source_offset = position;
    image.source_size = bytes.size();
    image.first = LoadU32(&bytes[position + 4]);
    image.declared = kVolatile;
    if (image.first % kPageBytes != 0 || image.first >= kVolatile ||
        !IsBinAt(image, 0)) {
      position += kSectorBytes;
      gap += kSectorBytes;
      continue;
    }
    uint64_t size = 0;
    while (size < image.bins.size() && IsBinAt(image, size)) {
      size += LoadU32(&image.bins[size + 8]);
    }
    image.cut = size > image.bins.size();
    image.size = std::min<uint64_t>(size, image.bins.size());
    image.bins = image.bins.first(image.size);
    Reporter reporter(image, sink);
    if (image.cut) {
      reporter.Lost(Errc::kTruncated, "hive bin", 0,
                    "bins from " + Hex(image.first) + ": expected " +
                        std::to_string(size) + " bytes, found " +
                        std::to_string(image.size),
                    0);
    }
    Output output(image, context.limits, reporter);
    const CellMap cells(image, reporter);
    RecoverDeleted(image, context.limits, cells, {}, {}, output);
    output.Finish();
    counts.lost_keys += output.counts.lost_keys;
    counts.lost_values += output.counts.lost_values;
    ++runs;
    position += image.size;
  }
  gap += bytes.size() - std::min<uint64_t>(position, bytes.size());
  gap = std::min<uint64_t>(gap, bytes.size());
  if (gap != 0) {
    Report(sink,
           {Errc::kBadMagic, "hive fragment", 0,
            "expected bins throughout, found " + std::to_string(gap) +
                " bytes of something else"},
           gap, true);
  }
  sink.OnNote("fragment of a hive without its base block, " +
              CountOf(runs, "run") + " of bins: recovered " +
              CountOf(counts.lost_keys, "key") + " and " +
              CountOf(counts.lost_values, "value"));
  return {};
}

bool IsFragment(Bytes bytes) {
  if (bytes.size() < kBinHeaderBytes) return false;
  Image image;
  image.bins = bytes;
  image.first = LoadU32(&bytes[4]);
  return image.first % kPageBytes == 0 && image.first < kVolatile &&
         IsBinAt(image, 0);
}

bool Probe(const ProbeInput& input) {
  const Bytes bytes = input.bytes;
  return AsChars(SliceClamped(bytes, 0, 4)) == std::string_view("regf") ||
         LooksLikeLog(bytes) || IsFragment(bytes);
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  const Bytes bytes = source.bytes();
  if (LooksLikeLog(bytes)) return ParseLog(source, sink);
  if (IsFragment(bytes)) return ParseFragment(source, context, sink);
  if (HasBaseBlock(bytes)) return ParseHive(source, context, sink);
  return Error{bytes.size() < kSectorBytes ? Errc::kTruncated : Errc::kBadMagic,
               "base block", 0,
               "expected 'regf' and 512 bytes, found " +
                   std::to_string(bytes.size()) + " bytes"};
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"registry/hive", "Registry hive", Probe,
                                  Parse,           false,           true};

}  // namespace espial::registry_hive
