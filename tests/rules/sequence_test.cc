#include "rules/engine/sequence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace espial::rules {
namespace {

using testing::ElementsAre;

// A point `seconds` in, in log `source`; the record follows the event.
TimePoint P(int64_t seconds, uint32_t event, uint32_t source = 0) {
  return {{static_cast<uint64_t>(seconds * kTicksPerSecond)},
          {source},
          event,
          event,
          false};
}
TimePoint Start(int64_t seconds) {
  return {{static_cast<uint64_t>(seconds * kTicksPerSecond)}, {}, 0, 0, true};
}
// The end of a chain that began with the event `head`.
TimePoint End(TimePoint point, uint32_t head) {
  point.head = head;
  return point;
}
int64_t S(int64_t seconds) { return seconds * kTicksPerSecond; }

// True, possible or false, as one letter.
char Find(const SequenceQuery& query) {
  if (FindSequence(query, Rigor::kCertain, nullptr)) return 'T';
  return FindSequence(query, Rigor::kPossible, nullptr) ? 'U' : 'F';
}

SequenceQuery Two(std::vector<TimePoint> a, std::vector<TimePoint> b,
                  std::optional<int64_t> within = {}) {
  SequenceQuery query;
  query.steps.push_back({{}, std::move(a), {}});
  query.steps.push_back({{}, std::move(b), within});
  query.end_of_logs = P(1000, 0).time;
  return query;
}

TEST(SequenceTest, OrderCounts) {
  EXPECT_EQ(Find(Two({P(1, 1)}, {P(2, 2)})), 'T');
  EXPECT_EQ(Find(Two({P(2, 2)}, {P(1, 1)})), 'F');
  EXPECT_EQ(Find(Two({}, {P(1, 1)})), 'F');
  EXPECT_EQ(Find(Two({P(1, 1)}, {})), 'F');
}

TEST(SequenceTest, SameTimeIsOrderedOnlyWithinOneLog) {
  EXPECT_EQ(Find(Two({P(1, 1, 0)}, {P(1, 2, 0)})), 'T');
  EXPECT_EQ(Find(Two({P(1, 2, 0)}, {P(1, 1, 0)})), 'F');
  EXPECT_EQ(Find(Two({P(1, 1, 0)}, {P(1, 2, 1)})), 'U');
  // One event is not two.
  EXPECT_EQ(Find(Two({P(1, 1)}, {P(1, 1)})), 'F');
}

TEST(SequenceTest, WithinBoundsTheStepBefore) {
  EXPECT_EQ(Find(Two({P(1, 1)}, {P(11, 2)}, S(10))), 'T');
  EXPECT_EQ(Find(Two({P(1, 1)}, {P(12, 2)}, S(10))), 'F');
  EXPECT_EQ(Find(Two({P(1, 1), P(5, 3)}, {P(12, 4)}, S(10))), 'T');
}

TEST(SequenceTest, TimespanBoundsTheWholeAndKeepsTheLatestStart) {
  SequenceQuery query;
  query.steps.push_back({{}, {P(1, 1), P(50, 3)}, {}});
  query.steps.push_back({{}, {P(60, 4)}, {}});
  query.steps.push_back({{}, {P(70, 5)}, {}});
  query.timespan = S(20);
  Chains chains;
  EXPECT_TRUE(FindSequence(query, Rigor::kCertain, &chains));
  EXPECT_THAT(chains.events, ElementsAre(3, 4, 5));
  query.timespan = S(19);
  EXPECT_EQ(Find(query), 'F');
}

TEST(SequenceTest, AbsentBetweenNeighbours) {
  SequenceQuery query = Two({P(1, 1)}, {P(10, 2)});
  query.steps[1].absent_before.push_back({{P(5, 9)}, {}});
  EXPECT_EQ(Find(query), 'F');
  query.steps[1].absent_before[0].points = {P(0, 0), P(11, 9)};
  EXPECT_EQ(Find(query), 'T');
  // A second start behind the event makes it whole again.
  query = Two({P(1, 1), P(6, 3)}, {P(10, 4)});
  query.steps[1].absent_before.push_back({{P(5, 2)}, {}});
  Chains chains;
  EXPECT_TRUE(FindSequence(query, Rigor::kCertain, &chains));
  EXPECT_THAT(chains.events, ElementsAre(3, 4));
}

TEST(SequenceTest, AbsentBetweenWithinItsOwnBound) {
  SequenceQuery query = Two({P(1, 1)}, {P(100, 2)});
  query.steps[1].absent_before.push_back({{P(50, 9)}, S(10)});
  EXPECT_EQ(Find(query), 'T');
  query.steps[1].absent_before[0].within = S(60);
  EXPECT_EQ(Find(query), 'F');
}

TEST(SequenceTest, AbsentAtTheSameTimeInAnotherLogIsDoubt) {
  SequenceQuery query = Two({P(1, 1, 0)}, {P(10, 3, 0)});
  query.steps[1].absent_before.push_back({{P(10, 9, 1)}, {}});
  EXPECT_EQ(Find(query), 'U');
  // In the same log the record decides.
  query.steps[1].absent_before[0].points = {P(10, 4, 0)};
  EXPECT_EQ(Find(query), 'T');
  // The closing event itself does not come before itself.
  query.steps[1].absent_before[0].points = {P(10, 3, 0)};
  EXPECT_EQ(Find(query), 'T');
}

TEST(SequenceTest, AbsentAsLastStep) {
  SequenceQuery query;
  query.steps.push_back({{}, {P(1, 1)}, {}});
  query.absent_after.push_back({{P(20, 2)}, {}});
  query.end_of_logs = P(100, 0).time;
  EXPECT_EQ(Find(query), 'F');
  query.absent_after[0].within = S(10);
  EXPECT_EQ(Find(query), 'T');
  query.absent_after[0].within = S(19);
  EXPECT_EQ(Find(query), 'F');
  // The logs end before the wait is over.
  query.absent_after[0].points.clear();
  query.absent_after[0].within = S(200);
  EXPECT_EQ(Find(query), 'U');
  query.absent_after[0].within.reset();
  EXPECT_EQ(Find(query), 'T');
}

TEST(SequenceTest, TheBeginningOfTheUserPart) {
  SequenceQuery query = Two({Start(10)}, {P(10, 1)}, S(60));
  EXPECT_EQ(Find(query), 'T');
  query = Two({Start(10)}, {P(9, 1)}, S(60));
  EXPECT_EQ(Find(query), 'F');
  query = Two({Start(10)}, {P(71, 1)}, S(60));
  EXPECT_EQ(Find(query), 'F');
}

// Every chain, tried one by one.
bool Oracle(const SequenceQuery& q, size_t step, const TimePoint* before,
            Ticks start) {
  const auto ordered = [](const TimePoint& a, const TimePoint& b) {
    return a.time < b.time ||
           (a.time == b.time && a.source == b.source && a.record < b.record);
  };
  const auto maybe_between = [&](const TimePoint& p, const TimePoint& a,
                                 const TimePoint* e) {
    const bool is_end =
        a.event == p.event || (e != nullptr && a.event == e->event);
    return !is_end && !ordered(a, p) && (e == nullptr || !ordered(*e, a));
  };
  if (step == q.steps.size()) {
    Ticks stop = {UINT64_MAX};
    for (const TimePoint& s : q.stops) {
      if (ordered(*before, s)) stop = std::min(stop, s.time);
    }
    for (const AbsentStep& absent : q.absent_after) {
      if (absent.within && std::min(AddTicks(before->time, *absent.within),
                                    stop) > q.end_of_logs) {
        return false;
      }
      for (const TimePoint& a : absent.points) {
        if (maybe_between(*before, a, nullptr) && a.time <= stop &&
            (!absent.within ||
             TicksBetween(before->time, a.time) <= *absent.within)) {
          return false;
        }
      }
    }
    return true;
  }
  for (const TimePoint& e : q.steps[step].points) {
    if (step > 0) {
      if (!ordered(*before, e)) continue;
      const auto& within = q.steps[step].within;
      if (within && TicksBetween(before->time, e.time) > *within) continue;
      if (q.timespan && TicksBetween(start, e.time) > *q.timespan) continue;
      bool broken = false;
      for (const AbsentStep& absent : q.steps[step].absent_before) {
        for (const TimePoint& a : absent.points) {
          broken = broken ||
                   (maybe_between(*before, a, &e) &&
                    (!absent.within ||
                     TicksBetween(before->time, a.time) <= *absent.within));
        }
      }
      if (broken) continue;
    }
    if (Oracle(q, step + 1, &e, step == 0 ? e.time : start)) return true;
  }
  return false;
}

TEST(SequenceTest, AgreesWithTryingEveryChain) {
  std::mt19937 random(7);
  const auto draw = [&](int64_t below) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(below));
  };
  int found = 0;
  for (int round = 0; round < 4000; ++round) {
    // Half of the rounds have no two events at one time.
    const bool ties = round % 2 == 0;
    uint32_t next = 0;
    const auto points = [&](int64_t most) {
      std::vector<TimePoint> out;
      const int64_t count = draw(most + 1);
      for (int64_t i = 0; i < count; ++i) {
        ++next;
        out.push_back(P(ties ? draw(12) : draw(40) * 100 + next, next,
                        static_cast<uint32_t>(draw(2))));
      }
      std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return std::tie(a.time, a.source, a.record) <
               std::tie(b.time, b.source, b.record);
      });
      return out;
    };
    const auto span = [&]() -> std::optional<int64_t> {
      if (draw(2) == 0) return std::nullopt;
      return S(1 + draw(ties ? 8 : 2000));
    };
    SequenceQuery query;
    const int64_t steps = 1 + draw(3);
    for (int64_t i = 0; i < steps; ++i) {
      PresentStep step = {{}, points(5), {}};
      if (i > 0) {
        step.within = span();
        if (draw(2) == 0) step.absent_before.push_back({points(3), span()});
      }
      query.steps.push_back(std::move(step));
    }
    if (draw(3) == 0) query.absent_after.push_back({points(2), span()});
    if (draw(3) == 0) query.stops = points(2);
    query.timespan = span();
    query.end_of_logs = P(ties ? 12 : 5000, 0).time;
    const bool expected = Oracle(query, 0, nullptr, {});
    const char answer = Find(query);
    found += answer == 'T' ? 1 : 0;
    // Never more than the truth; without ties exactly the truth.
    if (answer == 'T') {
      EXPECT_TRUE(expected) << round;
    }
    if (expected) {
      EXPECT_NE(answer, 'F') << round;
    }
    if (!ties && query.absent_after.empty()) {
      EXPECT_EQ(answer, expected ? 'T' : 'F') << round;
    }
  }
  EXPECT_GT(found, 200);
}

TEST(SequenceTest, AWaitEndsAtAStop) {
  SequenceQuery query;
  query.steps.push_back({{}, {P(1, 1)}, {}});
  query.absent_after.push_back({{P(20, 2)}, {}});
  query.end_of_logs = P(100, 0).time;
  query.stops = {P(0, 8), P(10, 9)};
  EXPECT_EQ(Find(query), 'T');
  query.stops = {P(30, 9)};
  EXPECT_EQ(Find(query), 'F');
  // Which of the two came first is not known.
  query.stops = {P(20, 9, 1)};
  EXPECT_EQ(Find(query), 'U');
  // A wait longer than the logs is over where it is stopped.
  query.absent_after[0] = {{}, S(500)};
  EXPECT_EQ(Find(query), 'T');
}

TEST(SequenceTest, ChainsSayWhenTheyWereComplete) {
  SequenceQuery query = Two({P(1, 1)}, {P(5, 2), P(9, 3)});
  Chains chains;
  EXPECT_TRUE(FindSequence(query, Rigor::kCertain, &chains));
  EXPECT_THAT(chains.ends, ElementsAre(End(P(5, 2), 1), End(P(9, 3), 1)));
  EXPECT_FALSE(chains.overflow);
  // Behind a wait: at its end, a mark that keeps the event.
  query.absent_after.push_back({{}, S(60)});
  chains = {};
  EXPECT_TRUE(FindSequence(query, Rigor::kCertain, &chains));
  ASSERT_EQ(chains.ends.size(), 2U);
  EXPECT_EQ(chains.ends[0].time, AddTicks(P(65, 0).time, 1));
  EXPECT_TRUE(chains.ends[0].mark);
  EXPECT_EQ(chains.ends[0].event, 2U);
  // To the end of the logs: nowhere, but at a stop.
  query.absent_after[0].within.reset();
  chains = {};
  EXPECT_TRUE(FindSequence(query, Rigor::kCertain, &chains));
  EXPECT_TRUE(chains.ends.empty());
  query.stops = {P(7, 9)};
  chains = {};
  EXPECT_TRUE(FindSequence(query, Rigor::kCertain, &chains));
  ASSERT_EQ(chains.ends.size(), 1U);
  EXPECT_EQ(chains.ends[0].time, P(7, 0).time);
}

TEST(SequenceTest, MoreChainsThanAreKeptAreReported) {
  SequenceQuery query;
  query.steps.push_back({{}, {P(0, 0)}, {}});
  PresentStep many;
  for (uint32_t i = 1; i <= kMaxChainEvents + 10; ++i) {
    many.points.push_back(P(i, i));
  }
  query.steps.push_back(many);
  Chains chains;
  EXPECT_TRUE(FindSequence(query, Rigor::kCertain, &chains));
  EXPECT_TRUE(chains.overflow);
  EXPECT_EQ(chains.events.size(), kMaxChainEvents);
  EXPECT_EQ(chains.ends.size(), kMaxChainEvents);
  chains = {};
  EXPECT_TRUE(FindCount(query.steps[1].points, 2, S(5), &chains));
  EXPECT_TRUE(chains.overflow);
  EXPECT_EQ(chains.events.size(), kMaxChainEvents);
}

TEST(SequenceTest, ManyEventsStayFast) {
  SequenceQuery query;
  for (int step = 0; step < 4; ++step) {
    PresentStep present;
    for (uint32_t i = 0; i < 100'000; ++i) present.points.push_back(P(i, i));
    if (step > 0) {
      present.within = S(50'000);
      present.absent_before.push_back({{P(500'000, 1)}, {}});
    }
    query.steps.push_back(std::move(present));
  }
  EXPECT_EQ(Find(query), 'T');
}

TEST(CountTest, SlidingWindow) {
  const std::vector<TimePoint> points = {P(0, 0), P(100, 1), P(105, 2),
                                         P(110, 3), P(500, 4)};
  Chains chains;
  EXPECT_TRUE(FindCount(points, 3, S(10), &chains));
  EXPECT_THAT(chains.events, ElementsAre(1, 2, 3));
  EXPECT_THAT(chains.ends, ElementsAre(End(P(110, 3), 1)));
  EXPECT_FALSE(FindCount(points, 3, S(9), nullptr));
  EXPECT_FALSE(FindCount(points, 6, S(1000), nullptr));
  chains = {};
  EXPECT_TRUE(FindCount(points, 2, S(5), &chains));
  EXPECT_THAT(chains.events, ElementsAre(1, 2, 3));
  EXPECT_THAT(chains.ends, ElementsAre(End(P(105, 2), 1), End(P(110, 3), 2)));
}

}  // namespace
}  // namespace espial::rules
