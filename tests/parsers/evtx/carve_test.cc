// Chunks and single records out of bytes that are no log.
#include "parsers/evtx/recover/carve.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "parsers/evtx/recover/carve_map.h"
#include "tests/parsers/evtx/recovery_test_util.h"

namespace espial::evtx {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Scanned CarveAll(const std::vector<std::byte>& image, uint32_t threads = 1,
                 TemplateLibrary* library = nullptr) {
  Scanned scanned;
  ScanKeeper keeper(&scanned);
  Executor executor(threads);
  CarveOptions options;
  options.library = library;
  scanned.stats = Carve(image, options, executor, &keeper);
  return scanned;
}

// Bytes that are nothing: the same ones every time.
std::vector<std::byte> Noise(size_t size, uint32_t seed) {
  std::vector<std::byte> noise(size);
  for (std::byte& byte : noise) {
    seed = seed * 1664525U + 1013904223U;
    byte = static_cast<std::byte>(seed >> 24U);
  }
  return noise;
}

void Append(std::vector<std::byte>* image, const std::vector<std::byte>& bytes,
            size_t from, size_t to) {
  image->insert(image->end(), bytes.begin() + static_cast<std::ptrdiff_t>(from),
                bytes.begin() + static_cast<std::ptrdiff_t>(to));
}

std::vector<uint64_t> Range(uint64_t first, uint64_t last) {
  std::vector<uint64_t> ids;
  for (uint64_t id = first; id <= last; ++id) ids.push_back(id);
  return ids;
}

std::string Fields(uint64_t id) {
  return FieldsText(ParseLog(PlainLog(id, id)).log.events[0]);
}

TEST(EvtxCarve, ChunksAtAnyOffset) {
  std::vector<std::byte> image = Noise(12'345, 1);
  Append(&image, PlainLog(1, 9), kHeader, kHeader + kChunk);
  Append(&image, Noise(7, 2), 0, 7);
  Append(&image, PlainLog(101, 105), kHeader, kHeader + kChunk);
  Append(&image, Noise(50'000, 3), 0, 50'000);

  const Scanned carved = CarveAll(image);
  std::vector<uint64_t> expected = Range(1, 9);
  for (const uint64_t id : Range(101, 105)) expected.push_back(id);
  EXPECT_EQ(carved.Ids(RecordState::kRecovered), expected);
  EXPECT_EQ(carved.stats.chunks.total, 2U);
  EXPECT_EQ(carved.Find(1)->offset, 12'345U + 512);
  EXPECT_EQ(carved.Find(1)->confidence, Confidence::kCertain);
  EXPECT_EQ(carved.Find(3)->fields, Fields(3));
  EXPECT_EQ(carved.Find(3)->walked, carved.Find(3)->event);
  EXPECT_THAT(carved.damage, IsEmpty());
}

TEST(EvtxCarve, SlackOfCarvedChunksToo) {
  const std::vector<std::byte> file =
      Overlay(PlainLog(2003, 2011), PlainLog(1001, 1040));
  std::vector<std::byte> image = Noise(333, 4);
  Append(&image, file, kHeader, file.size());
  const Scanned carved = CarveAll(image);
  EXPECT_GT(carved.records.size(), 30U);
  EXPECT_EQ(carved.Find(1040)->confidence, Confidence::kOwn);
}

TEST(EvtxCarve, AChunkEndsWhereTheNextBegins) {
  const std::vector<std::byte> first = PlainLog(1, 40);
  std::vector<std::byte> image(100);
  Append(&image, first, kHeader, kHeader + 8192);
  Append(&image, PlainLog(101, 105), kHeader, kHeader + kChunk);
  const Scanned carved = CarveAll(image);
  const size_t whole = static_cast<size_t>(
      std::count_if(carved.records.begin(), carved.records.end(),
                    [](const ScannedRecord& r) { return r.id <= 40; }));
  size_t expected = 0;
  for (const size_t offset : RecordOffsets(first)) {
    expected += offset + Get32(first, offset + 4) <= kHeader + 8192 ? 1 : 0;
  }
  EXPECT_EQ(whole, expected);
  EXPECT_NE(carved.Find(105), nullptr);
  EXPECT_EQ(carved.stats.chunks.cut, 1U);
}

TEST(EvtxCarve, AChunkWithinARecordIsData) {
  // A record whose binary value looks like the header of a chunk.
  std::vector<forge::EvtxRecord> records = PlainRecords(1, 5);
  std::string hex = "456c6643686e6b00";
  hex.resize(2 * size_t{600}, '0');
  hex.replace(size_t{2} * 40, 8, "80000000");
  records[2].fields = {{"Blob", "Binary", hex}};
  const auto file = forge::WriteEvtx(records);
  ASSERT_TRUE(file) << file.error().ToString();
  std::vector<std::byte> image = Noise(64, 5);
  Append(&image, *file, kHeader, kHeader + kChunk);
  ASSERT_EQ(MapCarved(image).size(), 1U);
  EXPECT_EQ(CarveAll(image).Ids(RecordState::kRecovered), Range(1, 5));
  // Without the checksum nothing says which of the two is real.
  image[64 + 52] ^= std::byte{1};
  EXPECT_EQ(MapCarved(image).size(), 2U);
}

TEST(EvtxCarve, RecordsWhoseChunkHeaderIsGoneKeepTheirTemplates) {
  const std::vector<std::byte> file = PlainLog(1, 40);
  const size_t free = Get32(file, kHeader + 48);
  for (const size_t before : {size_t{0}, size_t{77}, size_t{5000}}) {
    std::vector<std::byte> image = Noise(before, 6);
    Append(&image, file, kHeader + 512, kHeader + free);
    const Scanned carved = CarveAll(image);
    EXPECT_EQ(carved.Ids(RecordState::kRecovered), Range(1, 40)) << before;
    EXPECT_EQ(carved.stats.records.own, 40U) << before;
    EXPECT_EQ(carved.stats.chunks.total, 0U);
    EXPECT_EQ(carved.Find(7)->fields, Fields(7));
    EXPECT_EQ(carved.Find(1)->offset, before);
    EXPECT_EQ(carved.Find(7)->walked, carved.Find(7)->event);
  }
}

TEST(EvtxCarve, SingleRecordsByForeignTemplatesOrByTheirValues) {
  const std::vector<std::byte> file = PlainLog(1, 40);
  const std::vector<size_t> records = RecordOffsets(file);
  std::vector<std::byte> image = Noise(1001, 7);
  Append(&image, file, records[20], records[21]);
  Append(&image, Noise(3, 8), 0, 3);
  Append(&image, file, records[30], records[31]);

  const Scanned alone = CarveAll(image);
  EXPECT_THAT(alone.records, SizeIs(2));
  EXPECT_EQ(alone.stats.records.values_only, 2U);
  EXPECT_THAT(alone.Find(21)->fields, HasSubstr("Value=text of 21"));
  EXPECT_EQ(alone.Find(21)->walked, alone.Find(21)->event);

  TemplateLibrary library;
  Executor executor(1);
  AddTemplates(PlainLog(501, 509), 64, executor, &library);
  const Scanned helped = CarveAll(image, 1, &library);
  EXPECT_EQ(helped.stats.records.foreign, 2U);
  EXPECT_EQ(helped.Find(21)->fields, Fields(21));
  EXPECT_EQ(helped.Find(31)->fields, Fields(31));
  EXPECT_EQ(helped.Find(21)->offset, 1001U);
}

TEST(EvtxCarve, TemplatesBehindTheRecordsThatNeedThem) {
  const std::vector<std::byte> file = PlainLog(1, 40);
  const std::vector<size_t> records = RecordOffsets(file);
  std::vector<std::byte> image = Noise(10, 9);
  Append(&image, file, records[20], records[21]);
  Append(&image, PlainLog(101, 109), kHeader, kHeader + kChunk);
  EXPECT_EQ(CarveAll(image).Find(21)->confidence, Confidence::kForeign);
}

TEST(EvtxCarve, WhatOnlyBeginsAsARecordIsNone) {
  const std::vector<std::byte> file = PlainLog(1, 9);
  const std::vector<size_t> records = RecordOffsets(file);
  std::vector<std::byte> image;
  Append(&image, file, records[4], records[5] - 8);
  Append(&image, Noise(4000, 10), 0, 4000);
  EXPECT_THAT(CarveAll(image).records, IsEmpty());
  // A time that no record can have.
  image.clear();
  Append(&image, file, records[4], records[5]);
  EXPECT_THAT(CarveAll(image).records, SizeIs(1));
  Put(&image, 16, 0, 8);
  EXPECT_THAT(CarveAll(image).records, IsEmpty());
}

TEST(EvtxCarve, ThreadsDoNotChangeTheResult) {
  std::vector<std::byte> image;
  for (uint32_t i = 0; i < 30; ++i) {
    Append(&image, Noise(i * 13, i), 0, i * 13);
    const std::vector<std::byte> file =
        PlainLog(uint64_t{100} * i + 1, uint64_t{100} * i + 20 + i);
    const size_t from = i % 3 == 0 ? kHeader : kHeader + 512 + i * 40;
    Append(&image, file, from, i % 2 == 0 ? kHeader + kChunk : from + 9000);
  }
  const Scanned one = CarveAll(image, 1);
  const Scanned eight = CarveAll(image, 8);
  ASSERT_GT(one.records.size(), 400U);
  ASSERT_EQ(one.records.size(), eight.records.size());
  for (size_t i = 0; i < one.records.size(); ++i) {
    EXPECT_EQ(one.records[i].event, eight.records[i].event);
    EXPECT_EQ(one.records[i].confidence, eight.records[i].confidence);
  }
  EXPECT_EQ(StatsJson(one.stats, "x"), StatsJson(eight.stats, "x"));
}

TEST(EvtxCarve, NothingInNothing) {
  EXPECT_THAT(CarveAll({}).records, IsEmpty());
  EXPECT_THAT(CarveAll(Noise(100'000, 11)).records, IsEmpty());
  EXPECT_THAT(CarveAll(std::vector<std::byte>(300'000)).records, IsEmpty());
}

}  // namespace
}  // namespace espial::evtx
