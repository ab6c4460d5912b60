// Records beside the chain of their chunk: in slack, without their template,
// overwritten in part, hidden.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "parsers/evtx/recover/chunk_recovery.h"
#include "tests/parsers/evtx/recovery_test_util.h"

namespace espial::evtx {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::vector<std::byte> OtherLog(uint64_t first, uint64_t last) {
  auto file = forge::WriteEvtx(OtherRecords(first, last));
  return file ? std::move(file).value() : std::vector<std::byte>();
}

// Ids of the records of `old` that lie whole behind the free space of `file`.
std::vector<uint64_t> Surviving(const std::vector<std::byte>& file,
                                const std::vector<std::byte>& old) {
  const size_t free = kHeader + Get32(file, kHeader + 48);
  std::vector<uint64_t> ids;
  for (const size_t offset : RecordOffsets(old)) {
    if (offset >= free) ids.push_back(Get64(old, offset + 8));
  }
  return ids;
}

// An event's text without its state, which recovery changes.
std::string Stateless(std::string text) {
  for (const std::string_view state : {" recovered ", " active "}) {
    if (const size_t at = text.find(state); at != std::string::npos) {
      text.replace(at, state.size(), " ");
    }
  }
  return text;
}

TEST(EvtxRecovery, SlackWithTheSameTemplatesIsReadByThem) {
  const std::vector<std::byte> old = PlainLog(1001, 1040);
  const std::vector<std::byte> file = Overlay(PlainLog(2003, 2011), old);
  const std::vector<uint64_t> survive = Surviving(file, old);
  ASSERT_GT(survive.size(), 20U);

  const Scanned scanned = ScanEverything(file);
  EXPECT_EQ(scanned.Ids(RecordState::kRecovered), survive);
  EXPECT_THAT(scanned.Ids(RecordState::kActive), SizeIs(9));
  EXPECT_EQ(scanned.stats.records.own, survive.size());
  EXPECT_EQ(scanned.stats.records.recovered(), survive.size());
  const Scanned before = ScanEverything(old);
  for (const uint64_t id : survive) {
    const ScannedRecord* record = scanned.Find(id);
    EXPECT_EQ(record->confidence, Confidence::kOwn);
    EXPECT_EQ(Stateless(record->event), Stateless(before.Find(id)->event));
    EXPECT_EQ(record->walked, record->event);
  }
}

TEST(EvtxRecovery, NothingOfItReachesATriage) {
  const std::vector<std::byte> file =
      Overlay(PlainLog(1001, 1009), PlainLog(1, 40));
  for (const Recover recover : {Recover::kNone, Recover::kLive}) {
    ScanOptions options;
    options.recover = recover;
    options.leftovers = true;
    const Scanned scanned = Scan(file, options);
    EXPECT_THAT(scanned.records, SizeIs(9));
    EXPECT_EQ(scanned.stats.records.recovered(), 0U);
  }
  const Parsed parsed = ParseLog(file);
  EXPECT_THAT(parsed.log.events, SizeIs(9));
  EXPECT_EQ(parsed.DamageText(), "");
  EXPECT_EQ(parsed.log.coverage[0].first_record, 1001U);
}

TEST(EvtxRecovery, ThePolicyDecidesWhatIsHandedOut) {
  // A flushed chunk; one in flight with live records and residue behind them;
  // slack in the first.
  forge::EvtxOptions options;
  options.in_flight_last_chunk = true;
  std::vector<std::byte> file = PlainLog(1001, 1009);
  file = Overlay(file, PlainLog(2003, 2040));
  const std::vector<std::byte> live = PlainLog(1010, 1012, options);
  std::vector<std::byte> buffer = Overlay(live, live);
  const std::vector<size_t> records = RecordOffsets(live);
  ASSERT_EQ(records.size(), 3U);
  // A copy of the first record, of another log's id.
  const size_t end = records[2] + Get32(live, records[2] + 4);
  std::copy(live.begin() + static_cast<std::ptrdiff_t>(records[0]),
            live.begin() + static_cast<std::ptrdiff_t>(records[1]),
            buffer.begin() + static_cast<std::ptrdiff_t>(end));
  Put(&buffer, end + 8, 77, 8);
  file.insert(file.end(), buffer.begin() + kHeader, buffer.end());
  Put(&file, 24, 1013, 8);
  Put(&file, 42, 2, 2);
  Put(&file, 120, 1, 4);

  const auto count = [&](Recover recover, RecordState state) {
    ScanOptions scan;
    scan.recover = recover;
    return Scan(file, scan).Ids(state).size();
  };
  for (const Recover recover :
       {Recover::kNone, Recover::kLive, Recover::kAll}) {
    const bool all = recover == Recover::kAll;
    EXPECT_EQ(count(recover, RecordState::kActive), 9U);
    EXPECT_EQ(count(recover, RecordState::kLive),
              recover == Recover::kNone ? 0U : 3U);
    EXPECT_EQ(count(recover, RecordState::kResidue), all ? 1U : 0U);
    EXPECT_EQ(count(recover, RecordState::kRecovered) > 0, all);
  }
}

TEST(EvtxRecovery, AnEmptiedChunkIsScanned) {
  // As the service leaves a chunk that it is about to use again.
  std::vector<std::byte> file = PlainLog(1, 9);
  const std::vector<std::byte> second = PlainLog(501, 520);
  file.insert(file.end(), second.begin() + kHeader, second.end());
  const size_t at = kHeader + kChunk;
  Put(&file, at + 32, ~uint64_t{0}, 8);
  Put(&file, at + 48, 512, 4);
  // The first record is gone, and with it the chain.
  const std::vector<size_t> records = RecordOffsets(file, at);
  Zero(&file, records[0], 8);
  const Scanned scanned = ScanEverything(file);
  EXPECT_THAT(scanned.Ids(RecordState::kRecovered), SizeIs(19));
  EXPECT_THAT(scanned.Ids(RecordState::kResidue), IsEmpty());
}

TEST(EvtxRecovery, TemplatesOfAnotherChunkOfTheFile) {
  const std::vector<std::byte> old = OtherLog(1, 40);
  std::vector<std::byte> file = Overlay(PlainLog(1001, 1030), old);
  const std::vector<uint64_t> survive = Surviving(file, old);
  ASSERT_GT(survive.size(), 3U);
  // The second chunk is one of the old log, whole.
  const std::vector<std::byte> donor = OtherLog(101, 110);
  file.insert(file.end(), donor.begin() + kHeader, donor.end());

  const Scanned scanned = ScanEverything(file);
  EXPECT_EQ(scanned.Ids(RecordState::kRecovered), survive);
  EXPECT_EQ(scanned.stats.records.foreign, survive.size());
  const Scanned before = ScanEverything(old);
  for (const uint64_t id : survive) {
    const ScannedRecord* record = scanned.Find(id);
    EXPECT_EQ(record->confidence, Confidence::kForeign);
    EXPECT_EQ(Stateless(record->event), Stateless(before.Find(id)->event));
    EXPECT_EQ(record->walked, record->event);
  }
}

TEST(EvtxRecovery, TemplatesOfAnotherFile) {
  const std::vector<std::byte> old = OtherLog(1, 40);
  const std::vector<std::byte> file = Overlay(PlainLog(1001, 1030), old);
  TemplateLibrary library;
  Executor executor(1);
  AddTemplates(OtherLog(101, 110), 64, executor, &library);
  EXPECT_GT(library.size(), 0U);
  const Scanned scanned = ScanEverything(file, &library);
  EXPECT_EQ(scanned.stats.records.foreign, Surviving(file, old).size());
  EXPECT_THAT(scanned.Find(40)->event, HasSubstr("Another-Provider"));
  EXPECT_EQ(scanned.Find(40)->fields, "Path=C:\\Windows\\40|Length=40");
}

TEST(EvtxRecovery, WithoutATemplateTheValuesRemain) {
  const std::vector<std::byte> old = OtherLog(1, 40);
  const std::vector<std::byte> file = Overlay(PlainLog(1001, 1030), old);
  const Scanned scanned = ScanEverything(file);
  const std::vector<uint64_t> survive = Surviving(file, old);
  EXPECT_EQ(scanned.Ids(RecordState::kRecovered), survive);
  EXPECT_EQ(scanned.stats.records.values_only, survive.size());
  const ScannedRecord* record = scanned.Find(40);
  EXPECT_EQ(record->confidence, Confidence::kValuesOnly);
  EXPECT_THAT(record->fields, StartsWith("TemplateId="));
  EXPECT_THAT(record->fields, HasSubstr("Value=C:\\Windows\\40|Value=40"));
  EXPECT_THAT(record->event, HasSubstr("2022-06-18"));  // of its header
  EXPECT_EQ(record->walked, record->event);
}

TEST(EvtxRecovery, TwoTemplatesOfOneIdAreNotGuessedAt) {
  const std::vector<std::byte> old = OtherLog(1, 40);
  const std::vector<std::byte> file = Overlay(PlainLog(1001, 1030), old);
  TemplateLibrary library;
  Executor executor(1);
  std::vector<std::byte> donor = OtherLog(101, 110);
  AddTemplates(donor, 64, executor, &library);
  // The same definition with another text in it.
  size_t changed = 0;
  for (size_t at = FindUtf16(donor, "Path"); at < donor.size();
       at = FindUtf16(donor, "Path", at)) {
    Put(&donor, at, 'B', 2);
    ++changed;
  }
  ASSERT_GT(changed, 0U);
  AddTemplates(donor, 64, executor, &library);
  const Scanned scanned = ScanEverything(file, &library);
  EXPECT_EQ(scanned.stats.records.foreign, 0U);
  EXPECT_EQ(scanned.stats.records.values_only, Surviving(file, old).size());
}

TEST(EvtxRecovery, ATemplateWhoseSlotsDoNotFitIsNotUsed) {
  const PortableTemplate definition = {
      1, {}, {}, {}, {{2, 0x01}, {0, 0x08}, {0, 0x10}}};
  EXPECT_FALSE(TypesFit(definition, std::vector<uint8_t>{0x08, 0x01}));
  EXPECT_FALSE(TypesFit(definition, std::vector<uint8_t>{0x08, 0x01, 0x08}));
  EXPECT_TRUE(TypesFit(definition, std::vector<uint8_t>{0x08, 0x01, 0x81}));
  EXPECT_TRUE(TypesFit(definition, std::vector<uint8_t>{0x00, 0x01, 0x00}));
}

TEST(EvtxRecovery, ANameThatWasOverwrittenIsNotReplacedByAnother) {
  // The definition stands in the slack record itself, the name of one of its
  // elements stood in a record that is gone.
  RawLog log;
  log.RecordWithData(1, {}, [&] { log.Leaf("Remembered", "a"); });
  log.RecordWithData(2, {}, [&] { log.Leaf("Remembered", "b"); });
  std::vector<std::byte> file = log.File();
  const std::vector<size_t> records = RecordOffsets(file);
  Put(&file, kHeader + 48, 512, 4);
  Put(&file, kHeader + 32, ~uint64_t{0}, 8);
  Zero(&file, records[0], 8);
  EXPECT_THAT(ScanEverything(file).Ids(RecordState::kRecovered),
              ElementsAre(2));
  // Another character in the name: its hash does not fit any more.
  const size_t name = FindUtf16(file, "Remembered");
  Put(&file, name, 'r', 2);
  const Scanned scanned = ScanEverything(file);
  ASSERT_NE(scanned.Find(2), nullptr);
  EXPECT_EQ(scanned.Find(2)->confidence, Confidence::kValuesOnly);
  EXPECT_THAT(scanned.Find(2)->event, Not(HasSubstr("emembered")));
}

TEST(EvtxRecovery, RecordsOverwrittenInPartAreDamage) {
  std::vector<std::byte> file = Overlay(PlainLog(1001, 1009), PlainLog(1, 40));
  const std::vector<std::byte> old = PlainLog(1, 40);
  const std::vector<size_t> records = RecordOffsets(old);
  // The tail of record 30 is gone.
  Zero(&file, records[30] - 40, 40);
  const Scanned scanned = ScanEverything(file);
  EXPECT_EQ(scanned.Find(30), nullptr);
  EXPECT_NE(scanned.Find(31), nullptr);
  EXPECT_THAT(scanned.DamageText(),
              HasSubstr("truncated: recovered record at offset " +
                        std::to_string(records[29]) +
                        ": 1 records beside the log are overwritten"));
  EXPECT_THAT(scanned.damage, Each(Field(&Damage::lossy, false)));
}

TEST(EvtxRecovery, WhatTheLogHoldsAnywayIsADuplicate) {
  const std::vector<std::byte> old = PlainLog(1, 40);
  std::vector<std::byte> file = Overlay(PlainLog(1001, 1009), old);
  file.insert(file.end(), old.begin() + kHeader, old.end());
  const size_t survive = Surviving(file, old).size();
  const Scanned scanned = ScanEverything(file);
  EXPECT_THAT(scanned.Ids(RecordState::kRecovered), IsEmpty());
  EXPECT_EQ(scanned.stats.records.duplicates, survive);
  ScanOptions options;
  options.recover = Recover::kAll;
  options.duplicates = true;
  EXPECT_THAT(Scan(file, options).Ids(RecordState::kRecovered),
              SizeIs(survive));
}

TEST(EvtxRecovery, HiddenRecordsAreFoundAndTold) {
  std::vector<std::byte> file = PlainLog(1, 9);
  const std::vector<size_t> records = RecordOffsets(file);
  const size_t grown = records[5] - records[2];  // over two
  Put(&file, records[2] + 4, grown, 4);
  Put(&file, records[5] - 4, grown, 4);
  forge::FixEvtxChecksums(&file);
  const Scanned scanned = ScanEverything(file);
  EXPECT_THAT(scanned.Ids(RecordState::kActive),
              ElementsAre(1, 2, 3, 6, 7, 8, 9));
  EXPECT_THAT(scanned.Ids(RecordState::kRecovered), ElementsAre(4, 5));
  EXPECT_EQ(scanned.anomalies(AnomalyKind::kHiddenRecord), 2U);
  // A triage reads none of it, and says so.
  const Parsed parsed = ParseLog(file);
  EXPECT_THAT(parsed.log.events, SizeIs(7));
  EXPECT_THAT(parsed.DamageText(),
              HasSubstr("lossy bad value: hidden record at offset " +
                        std::to_string(records[3]) +
                        ": record 4 stands inside record 3"));
  EXPECT_TRUE(parsed.log.coverage[0].damaged);
}

TEST(EvtxRecovery, ActiveRecordsWhoseTemplateIsDamagedAreBroughtBack) {
  std::vector<std::byte> file = PlainLog(1, 9);
  const std::vector<std::byte> donor = PlainLog(10, 18);
  file.insert(file.end(), donor.begin() + kHeader, donor.end());
  const std::vector<size_t> records = RecordOffsets(file);
  Zero(&file, records[0] + 24 + 4 + 10 + 24 + 30, 64);
  const Parsed plain = ParseLog(file);
  EXPECT_LT(plain.log.events.size(), 18U);
  const Scanned scanned = ScanEverything(file);
  EXPECT_THAT(scanned.records, SizeIs(18));
  EXPECT_THAT(scanned.Ids(RecordState::kActive), SizeIs(18));
  EXPECT_EQ(scanned.stats.records.active_rescued, 18 - plain.log.events.size());
  EXPECT_EQ(scanned.Find(1)->confidence, Confidence::kForeign);
  EXPECT_EQ(scanned.Find(1)->fields, "Number=1|Text=text of 1|Code=0x80070005");
}

TEST(EvtxRecovery, ImagesAreNoLongerThanAChunk) {
  // Records of some kilobytes each, all without a template.
  std::vector<forge::EvtxRecord> records = OtherRecords(1, 14);
  for (forge::EvtxRecord& record : records) {
    record.fields[0].text->append(2000, 'x');
  }
  const auto old = forge::WriteEvtx(records);
  ASSERT_TRUE(old) << old.error().ToString();
  std::vector<std::byte> image;
  for (int copy = 0; copy < 4; ++copy) {
    for (const size_t offset : RecordOffsets(*old)) {
      const auto at = old->begin() + static_cast<std::ptrdiff_t>(offset);
      image.insert(image.end(), at, at + Get32(*old, offset + 4));
    }
  }
  std::vector<RecordSpan> spans;
  for (uint32_t at = 0; at < image.size(); at += Get32(image, at + 4)) {
    spans.push_back({at, Get32(image, at + 4), Get64(image, at + 8),
                     Get64(image, at + 16), Region::kSlack});
  }
  const TemplateLibrary library;
  ChunkRecovery recovery(&library, 64);
  recovery.Read(image, 0, Frame::kUnknown, spans);
  ASSERT_THAT(recovery.records(), SizeIs(spans.size()));
  EXPECT_GT(recovery.records().back().image, 1U);
  for (const RecoveredRecord& record : recovery.records()) {
    EXPECT_LE(recovery.image(record.image).size(), kChunk);
    EXPECT_EQ(
        RecordSizeAt(recovery.image(record.image), record.walk_span.offset),
        record.walk_span.size);
    EXPECT_GT(record.event.fields.size(), 2U);
  }
}

TEST(EvtxRecovery, ThreadsDoNotChangeTheResult) {
  std::vector<std::byte> file = PlainLog(2001, 2500);
  const std::vector<std::byte> old = OtherLog(1, 40);
  for (size_t at = kHeader; at + kChunk <= file.size(); at += kChunk) {
    const std::vector<std::byte> used =
        Overlay(at % 3 == 0 ? PlainLog(at, at + 9) : OtherLog(at, at + 3),
                PlainLog(1, 60));
    file.insert(file.end(), used.begin() + kHeader,
                used.begin() + kHeader + kChunk);
    if (file.size() > 12 * kChunk) break;
  }
  const Scanned one = ScanEverything(file, nullptr, 1);
  const Scanned eight = ScanEverything(file, nullptr, 8);
  ASSERT_GT(one.stats.records.recovered(), 50U);
  ASSERT_EQ(one.records.size(), eight.records.size());
  for (size_t i = 0; i < one.records.size(); ++i) {
    EXPECT_EQ(one.records[i].event, eight.records[i].event);
    EXPECT_EQ(one.records[i].confidence, eight.records[i].confidence);
  }
  EXPECT_EQ(StatsJson(one.stats, "x"), StatsJson(eight.stats, "x"));
}

}  // namespace
}  // namespace espial::evtx
