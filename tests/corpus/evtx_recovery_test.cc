// What recovery finds in real logs from public sources: how many records stand
// beside the chains of their chunks, and how sure each is.
#include <espial/core/executor.h>
#include <espial/core/source.h>
#include <espial/model/value.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "parsers/evtx/recover/chunk_recovery.h"
#include "parsers/evtx/recover/log_scan.h"
#include "tests/core/shared_folder.h"

namespace espial::evtx {
namespace {

namespace fs = std::filesystem;

fs::path Corpus() { return testing::SharedFolder("corpus/evtx"); }

// Counts what a scan hands out.
class Counter : public ScanSink {
 public:
  void OnRecord(const FoundRecord& record) override {
    ++states[record.event.state];
    ++confidences[record.confidence];
    if (record.event.state != RecordState::kRecovered) return;
    const bool named =
        !record.event.provider.empty() || !record.event.channel.empty();
    nameless += named ? 0 : 1;
    timeless += record.event.time.known() ? 0 : 1;
    // Whoever walks the record anew must find it whole.
    const RecordSpan& span = record.walk_span;
    const Bytes there = SliceClamped(record.walk, span.offset, span.size);
    walkable += record.walk.size() <= 65536 && there.size() == span.size &&
                        LoadU32(there.data()) == 0x2a2a &&
                        LoadU64(there.data() + 8) == record.span.id
                    ? 1
                    : 0;
  }
  void OnDamage(Damage /*damage*/) override {}

  std::map<RecordState, uint64_t> states;
  std::map<Confidence, uint64_t> confidences;
  uint64_t nameless = 0;
  uint64_t timeless = 0;
  uint64_t walkable = 0;
};

class EvtxRecovery : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(Corpus() / "MANIFEST.tsv")) {
      GTEST_SKIP() << "no corpus at " << Corpus();
    }
    for (const fs::path& path : testing::FilesBelow(Corpus(), ".evtx")) {
      auto source = Source::OpenFile(path.string(), path.string());
      ASSERT_TRUE(source);
      logs_.push_back(*source);
    }
    std::sort(logs_.begin(), logs_.end(), [](const auto& a, const auto& b) {
      return a->provenance() < b->provenance();
    });
    ASSERT_GT(logs_.size(), 300U);
  }

  LogStats Scan(const ScanOptions& options, Counter* counter) {
    LogStats total;
    Executor executor(2);
    for (const auto& log : logs_) {
      const auto stats =
          ScanLog(log->bytes(), log->name(), options, executor, counter);
      EXPECT_TRUE(stats) << log->provenance();
      if (!stats) continue;
      total.Add(*stats);
    }
    return total;
  }

  std::vector<std::shared_ptr<const Source>> logs_;
};

void Print(const char* what, const LogStats& stats) {
  const auto number = [](uint64_t value) {
    return static_cast<unsigned long long>(value);
  };
  const LogStats::Records& records = stats.records;
  std::printf(
      "%s: %llu active (%llu of them rescued), %llu live, %llu residue; "
      "recovered %llu: %llu by their "
      "own template, %llu by that of another chunk or file, %llu values only "
      "(%llu of them with their System section); %llu are active too; %llu "
      "templates\n",
      what, number(records.active), number(records.active_rescued),
      number(records.live), number(records.residue),
      number(records.recovered()), number(records.own), number(records.foreign),
      number(records.values_only), number(records.values_only_named),
      number(records.duplicates), number(stats.templates));
}

TEST_F(EvtxRecovery, CountsByClass) {
  ScanOptions options;
  options.recover = Recover::kAll;
  Counter alone;
  const LogStats own = Scan(options, &alone);
  Print("each log by itself", own);
  EXPECT_EQ(alone.states[RecordState::kRecovered], own.records.recovered());
  EXPECT_EQ(alone.walkable, own.records.recovered());
  EXPECT_EQ(alone.timeless, 0U);
  EXPECT_EQ(alone.nameless,
            own.records.values_only - own.records.values_only_named);
  EXPECT_GE(own.records.recovered() + own.records.duplicates, 14'000U);
  EXPECT_GE(own.records.own, 900U);
  EXPECT_GE(own.records.values_only_named, 6'500U);

  // Templates of all logs together give more events their names back, and
  // never find fewer records.
  TemplateLibrary library;
  Executor executor(2);
  for (const auto& log : logs_) {
    AddTemplates(log->bytes(), options.max_depth, executor, &library);
  }
  options.library = &library;
  Counter together;
  const LogStats all = Scan(options, &together);
  Print("all logs together", all);
  EXPECT_EQ(all.records.recovered(), own.records.recovered());
  EXPECT_EQ(all.records.own, own.records.own);
  EXPECT_GE(all.records.foreign, own.records.foreign + 3'000);
}

// An event's meaning in one line.
std::string Say(const Event& event) {
  std::string text(event.provider);
  text += ' ' + std::to_string(event.id) + ' ' + std::string(event.channel);
  for (const Field& field : event.fields) {
    text += '|' + std::string(field.name) + '=' + ToText(field.value);
  }
  return text;
}

// Keeps what the records of one log say, by id and time.
class Twins : public ScanSink {
 public:
  void OnRecord(const FoundRecord& record) override {
    const std::string text = Say(record.event);
    const std::pair key(record.span.id, record.span.file_time);
    if (record.event.state == RecordState::kActive) {
      chain[key] = text;
    } else if (record.confidence == Confidence::kOwn ||
               record.confidence == Confidence::kForeign) {
      beside.emplace_back(key, text);
    }
  }
  void OnDamage(Damage /*damage*/) override {}

  using Key = std::pair<uint64_t, uint64_t>;
  std::map<Key, std::string> chain;
  std::vector<std::pair<Key, std::string>> beside;
};

// Slack often holds an older copy of a record that the log still has. What
// recovery makes of the copy must be what the log says.
TEST_F(EvtxRecovery, CopiesInSlackSayWhatTheLogSays) {
  TemplateLibrary library;
  Executor executor(2);
  for (const auto& log : logs_) {
    AddTemplates(log->bytes(), 64, executor, &library);
  }
  ScanOptions options;
  options.recover = Recover::kAll;
  options.duplicates = true;
  options.library = &library;
  uint64_t same = 0;
  for (const auto& log : logs_) {
    Twins twins;
    ASSERT_TRUE(ScanLog(log->bytes(), log->name(), options, executor, &twins));
    for (const auto& [key, text] : twins.beside) {
      const auto twin = twins.chain.find(key);
      if (twin == twins.chain.end()) continue;
      EXPECT_EQ(text, twin->second) << log->provenance() << " " << key.first;
      ++same;
    }
  }
  std::printf("%llu copies in slack say what the log says\n",
              static_cast<unsigned long long>(same));
  EXPECT_GT(same, 500U);
}

// Takes every record of the chains out of its chunk and recovers it alone, by
// the library.
class Orphans : public ScanSink {
 public:
  explicit Orphans(const TemplateLibrary* library) : recovery_(library, 64) {}

  void OnRecord(const FoundRecord& record) override {
    const RecordSpan& span = record.walk_span;
    const RecordSpan alone = {0, span.size, span.id, span.file_time,
                              Region::kSlack};
    recovery_.Read(record.walk.subspan(span.offset, span.size), 0,
                   Frame::kUnknown, {&alone, 1});
    if (recovery_.records().empty()) {
      ++lost;
      return;
    }
    const RecoveredRecord& recovered = recovery_.records().front();
    if (recovered.confidence == Confidence::kValuesOnly) {
      ++values_only;
    } else if (Say(recovered.event) == Say(record.event)) {
      ++same;
    } else {
      ++wrong;
      if (wrong < 10) {
        ADD_FAILURE() << Say(recovered.event) << "\n" << Say(record.event);
      }
    }
  }
  void OnDamage(Damage /*damage*/) override {}

  uint64_t same = 0;
  uint64_t values_only = 0;
  uint64_t lost = 0;
  uint64_t wrong = 0;

 private:
  ChunkRecovery recovery_;
};

TEST_F(EvtxRecovery, NoTemplateOfTheLibraryIsTakenForAnother) {
  TemplateLibrary library;
  Executor executor(2);
  for (const auto& log : logs_) {
    AddTemplates(log->bytes(), 64, executor, &library);
  }
  Orphans orphans(&library);
  for (const auto& log : logs_) {
    ASSERT_TRUE(ScanLog(log->bytes(), log->name(), {}, executor, &orphans));
  }
  std::printf("%llu as they were, %llu values only, %llu lost, %llu wrong\n",
              static_cast<unsigned long long>(orphans.same),
              static_cast<unsigned long long>(orphans.values_only),
              static_cast<unsigned long long>(orphans.lost),
              static_cast<unsigned long long>(orphans.wrong));
  EXPECT_EQ(orphans.wrong, 0U);
  EXPECT_GT(orphans.same, 40'000U);
}

TEST_F(EvtxRecovery, TheChainIsTheSameWithAndWithoutRecovery) {
  Counter with;
  Counter without;
  ScanOptions options;
  const LogStats plain = Scan(options, &without);
  options.recover = Recover::kAll;
  const LogStats all = Scan(options, &with);
  EXPECT_EQ(without.states[RecordState::kActive], plain.records.active);
  EXPECT_EQ(without.states[RecordState::kRecovered], 0U);
  EXPECT_EQ(with.states[RecordState::kLive],
            without.states[RecordState::kLive]);
  // Records of the chain that could not be read come on top.
  EXPECT_GE(all.records.active, plain.records.active);
  EXPECT_LE(all.records.active,
            plain.records.active + all.records.active_rescued);
  EXPECT_EQ(with.states[RecordState::kActive], all.records.active);
}

// Two logs of the corpus were tampered with, on purpose and by known tools; the
// other anomalies are those of shadow copies, exports and clocks set at setup.
TEST_F(EvtxRecovery, AnomaliesAreRare) {
  Counter counter;
  const LogStats stats = Scan({}, &counter);
  const auto count = [&](AnomalyKind kind) {
    return stats.anomaly_counts[static_cast<size_t>(kind)];
  };
  for (size_t i = 0; i < kAnomalyKinds; ++i) {
    std::printf("%s: %llu\n",
                std::string(AnomalyName(static_cast<AnomalyKind>(i))).c_str(),
                static_cast<unsigned long long>(stats.anomaly_counts[i]));
  }
  EXPECT_EQ(count(AnomalyKind::kHiddenRecord), 2U);
  EXPECT_LE(count(AnomalyKind::kIdGap), 2U);
  EXPECT_LE(count(AnomalyKind::kIdStepBack), 4U);
  EXPECT_LE(count(AnomalyKind::kTimeStepBack), 60U);
  EXPECT_EQ(count(AnomalyKind::kWrappedOrder), 3U);
  EXPECT_LE(count(AnomalyKind::kChunkOrder), 2U);
  EXPECT_LE(count(AnomalyKind::kHeaderMismatch), 1U);
  EXPECT_EQ(count(AnomalyKind::kUnknownVersion), 0U);
}

}  // namespace
}  // namespace espial::evtx
