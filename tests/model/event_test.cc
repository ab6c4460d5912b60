#include <espial/model/event.h>
#include <gtest/gtest.h>

#include <vector>

namespace espial {
namespace {

TEST(FindField, TakesTheFirstOfThatNameInAnyCase) {
  const std::vector<Field> fields = {{"HRESULT", Value::UInt(1)},
                                     {"hresult", Value::UInt(2)},
                                     {"Name", Value::String("x")},
                                     {"Empty", Value()}};
  Event event;
  event.fields = fields;
  ASSERT_NE(event.FindField("HResult"), nullptr);
  EXPECT_EQ(event.FindField("HResult")->number, 1U);
  ASSERT_NE(event.FindField("NAME"), nullptr);
  EXPECT_EQ(event.FindField("NAME")->text, "x");
  // Null is a value that is there.
  ASSERT_NE(event.FindField("empty"), nullptr);
  EXPECT_TRUE(event.FindField("empty")->is_null());
  EXPECT_EQ(event.FindField("Nam"), nullptr);
  EXPECT_EQ(event.FindField(""), nullptr);
  EXPECT_EQ(Event().FindField("Name"), nullptr);
}

TEST(EventBefore, ComparesTimeSourceRecordOffsetInThatOrder) {
  const auto make = [](uint64_t time, uint32_t source, uint64_t record,
                       uint64_t offset) {
    Event event;
    event.corrected = Ticks{time};
    event.source = SourceId{source};
    event.record = record;
    event.offset = offset;
    return event;
  };
  // Each is before all that follow.
  const Event ordered[] = {
      make(1, 9, 9, 9), make(2, 0, 9, 9), make(2, 1, 0, 9),
      make(2, 1, 1, 0), make(2, 1, 1, 1),
  };
  for (size_t i = 0; i < std::size(ordered); ++i) {
    for (size_t k = 0; k < std::size(ordered); ++k) {
      EXPECT_EQ(EventBefore(ordered[i], ordered[k]), i < k) << i << ", " << k;
    }
  }
}

TEST(EventBefore, LooksAtTheCorrectedTime) {
  Event early;
  early.time.ticks = Ticks{100};
  early.corrected = Ticks{1};
  Event late;
  late.time.ticks = Ticks{1};
  late.corrected = Ticks{100};
  EXPECT_TRUE(EventBefore(early, late));
  EXPECT_FALSE(EventBefore(late, early));
}

}  // namespace
}  // namespace espial
