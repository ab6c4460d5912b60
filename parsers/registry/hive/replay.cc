#include "parsers/registry/hive/replay.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "parsers/registry/hive/image.h"

namespace espial::registry_hive {
namespace {

struct Candidate {
  const NamedLog* file = nullptr;
  TransactionLog log;
};

// Sequence numbers wrap around.
bool Before(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b) < 0; }

void Append(std::string* list, const char* separator, const std::string& item) {
  if (!list->empty()) *list += separator;
  *list += item;
}

class Replayer {
 public:
  Replayer(Bytes hive, const BaseBlock& base, const Limits& limits,
           Budget& budget, Replayed* out)
      : original_(hive),
        base_(base),
        limits_(limits),
        budget_(budget),
        out_(*out) {
    out_.base = base;
  }

  void Run(const std::vector<NamedLog>& logs);

 private:
  void Refuse(const Candidate& log, const std::string& why) {
    Append(&out_.refused, "; ", log.file->name + ": " + why);
  }
  // Sorts a log into entries_ or bitmaps_.
  void Admit(const NamedLog& file);
  void RunEntries();
  void RunBitmaps();
  // False when nothing of it could be applied.
  bool Apply(const Candidate& log);
  // Makes the copy that pages go into as large as `bins_size` asks.
  bool Grow(uint64_t bins_size, const Candidate& log);

  Bytes original_;
  const BaseBlock& base_;
  const Limits& limits_;
  Budget& budget_;
  Replayed& out_;
  std::vector<Candidate> entries_;
  std::vector<Candidate> bitmaps_;
  uint64_t log_bytes_ = 0;
  uint32_t last_ = 0;  // sequence applied
};

void Replayer::Run(const std::vector<NamedLog>& logs) {
  for (const NamedLog& file : logs) Admit(file);
  const auto by_sequence = [](const Candidate& a, const Candidate& b) {
    return Before(a.log.base->sequence1, b.log.base->sequence1);
  };
  std::stable_sort(entries_.begin(), entries_.end(), by_sequence);
  std::stable_sort(bitmaps_.begin(), bitmaps_.end(), by_sequence);
  RunEntries();
  if (out_.applied == 0) RunBitmaps();
}

void Replayer::Admit(const NamedLog& file) {
  Candidate log{&file, {}};
  const Bytes bytes = file.source->bytes();
  if (bytes.empty()) return Refuse(log, "empty");
  if (!HasBaseBlock(bytes)) return Refuse(log, "no base block");
  log.log = ReadTransactionLog(bytes);
  if (log.log.format == LogFormat::kUnknown) return Refuse(log, "no log");
  if (!log.log.base->checksum_fits()) {
    return Refuse(log, "checksum of the base block does not fit");
  }
  if (log.log.base->dirty()) return Refuse(log, "not written to its end");
  log_bytes_ += bytes.size();
  (log.log.format == LogFormat::kEntries ? entries_ : bitmaps_)
      .push_back(std::move(log));
}

void Replayer::RunEntries() {
  if (!base_.checksum_fits()) {
    // As Windows does: the later log, whose base block replaces the broken one.
    for (size_t i = 0; i + 1 < entries_.size(); ++i) {
      Refuse(entries_[i],
             "older than another log, and the base block of the "
             "hive is broken");
    }
    if (!entries_.empty()) Apply(entries_.back());
    return;
  }
  for (const Candidate& log : entries_) {
    const uint32_t first = log.log.base->sequence1;
    if (out_.applied == 0 && Before(first, base_.sequence2)) {
      Refuse(log, "ends before sequence " + std::to_string(base_.sequence2) +
                      " of the hive");
    } else if (out_.applied != 0 && first != last_ + 1) {
      Refuse(log, "begins with sequence " + std::to_string(first) +
                      ", expected " + std::to_string(last_ + 1));
    } else {
      Apply(log);
    }
  }
}

void Replayer::RunBitmaps() {
  for (auto log = bitmaps_.rbegin(); log != bitmaps_.rend(); ++log) {
    uint64_t written = base_.written;
    if (!base_.checksum_fits()) {
      // The first bin holds a copy of the time.
      const Bytes time =
          SliceClamped(original_, kBaseBlockBytes + 20, sizeof(uint64_t));
      written = time.size() == sizeof(uint64_t) ? LoadU64(time.data()) : 0;
    }
    if (out_.applied != 0) {
      Refuse(*log, "another log was applied");
    } else if (log->log.base->written < written) {
      Refuse(*log, "older than the hive");
    } else {
      Apply(*log);
    }
  }
}

bool Replayer::Grow(uint64_t bins_size, const Candidate& log) {
  const uint64_t size = kBaseBlockBytes + bins_size;
  const uint64_t whole = std::max<uint64_t>(size, original_.size());
  const uint64_t in = original_.size() + log_bytes_;
  const bool sane =
      whole <= limits_.member_bytes &&
      (whole <= limits_.ratio_free_bytes || whole / limits_.ratio <= in);
  const uint64_t have = out_.hive.size();
  if (whole <= have) return true;
  if (!sane || !budget_.TakeBytes(whole - have)) {
    out_.troubles.push_back({Errc::kLimitExceeded, "replayed hive", 0,
                             log.file->name + ": limit " +
                                 std::to_string(limits_.member_bytes) +
                                 " bytes and " + std::to_string(limits_.ratio) +
                                 " for each byte of hive and logs, expected " +
                                 std::to_string(whole) + " bytes"});
    return false;
  }
  if (have == 0) out_.hive.assign(original_.begin(), original_.end());
  out_.hive.resize(static_cast<size_t>(whole));
  return true;
}

bool Replayer::Apply(const Candidate& candidate) {
  const TransactionLog& log = candidate.log;
  if (log.trouble) {
    Error error = *log.trouble;
    error.detail = candidate.file->name + " at offset " +
                   std::to_string(error.offset) + ": " + error.detail;
    error.offset = 0;
    out_.troubles.push_back(std::move(error));
  }
  if (log.entries.empty()) {
    Refuse(candidate,
           log.format == LogFormat::kBitmap ? "no pages" : "no entries");
    return false;
  }
  const Bytes bytes = candidate.file->source->bytes();
  uint64_t applied = 0;
  for (const LogEntry& entry : log.entries) {
    if (!Grow(entry.bins_size, candidate)) break;
    for (const LogPage& page : entry.pages) {
      std::memcpy(&out_.hive[kBaseBlockBytes + page.target], &bytes[page.at],
                  page.size);
    }
    out_.base.bins_size = entry.bins_size;
    last_ = entry.sequence;
    ++applied;
  }
  if (applied == 0) return false;
  const BaseBlock& base = *log.base;
  out_.base.root = base.root;
  out_.base.major = base.major;
  out_.base.minor = base.minor;
  out_.base.written = base.written;
  if (!base_.checksum_fits()) out_.base.file_name = base.file_name;
  out_.applied += applied;
  Append(&out_.from, ", ",
         std::to_string(applied) + " of " + candidate.file->name);
  return true;
}

}  // namespace

Replayed Replay(Bytes hive, const BaseBlock& base,
                const std::vector<NamedLog>& logs, const Limits& limits,
                Budget& budget) {
  Replayed out;
  Replayer(hive, base, limits, budget, &out).Run(logs);
  return out;
}

}  // namespace espial::registry_hive
