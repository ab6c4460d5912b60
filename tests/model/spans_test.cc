#include <espial/model/span.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace espial {
namespace {

using testing::ElementsAre;

constexpr std::string_view kKernel = "Microsoft-Windows-Kernel-General";
constexpr std::string_view kShell = "Microsoft-Windows-Shell-Core";
constexpr std::string_view kSecurity = "Microsoft-Windows-Security-Auditing";
constexpr std::string_view kSid = "S-1-5-21-1-2-3-1613";

class Story {
 public:
  Story() : collector_(Limits()) {}

  Story& Add(
      std::string_view time, std::string_view provider, uint32_t id,
      std::vector<std::pair<std::string_view, std::string_view>> texts = {}) {
    std::vector<Field> fields;
    for (const auto& [name, text] : texts) {
      fields.push_back({name, Value::String(text)});
    }
    Event event;
    event.time = {ParseIso8601("2025-03-10T" + std::string(time) + "Z")->ticks,
                  TimeQuality::kUtc,
                  {}};
    event.record = ++record_;
    event.provider = provider;
    event.id = id;
    event.fields = fields;
    collector_.OnEvent(event);
    return *this;
  }
  Story& Page(std::string_view time, std::string_view name,
              std::string_view value = "") {
    return Add(time, kShell, 62407, {{"Name", name}, {"Value", value}});
  }

  // "boot 1: 08:00:00 to ?, outcome"
  std::vector<std::string> Spans(SpanKind kind) {
    Timeline timeline;
    timeline.Add(std::move(collector_), SourceId{0});
    const Clock clock = SettleTimes({}, &timeline);
    std::vector<std::string> found;
    for (const Span& span : FindSpans(timeline, clock)) {
      EXPECT_FALSE(span.evidence.empty());
      if (span.kind != kind) continue;
      const auto show = [](std::optional<Ticks> ticks) {
        return ticks ? FormatUtc(*ticks, 0).substr(11, 8) : std::string("?");
      };
      std::string text =
          span.name + ": " + show(span.from) + " to " + show(span.to);
      if (!span.outcome.empty()) text += ", " + span.outcome;
      if (span.stepped) text += ", stepped";
      found.push_back(std::move(text));
    }
    return found;
  }

 private:
  Collector collector_;
  uint64_t record_ = 0;
};

TEST(Boots, BeginAndEnd) {
  EXPECT_THAT(Story()
                  .Add("08:00:00", kKernel, 12)
                  .Add("08:00:09", "EventLog", 6005)
                  .Add("09:00:00", "EventLog", 6006)
                  .Add("09:00:02", kKernel, 13)
                  .Add("10:00:00", kKernel, 12)
                  .Spans(SpanKind::kBoot),
              ElementsAre("boot 1: 08:00:00 to 09:00:02, shut down",
                          "boot 2: 10:00:00 to ?"));
}

TEST(Boots, WithoutAShutdown) {
  EXPECT_THAT(Story()
                  .Add("08:00:00", kKernel, 12)
                  .Add("10:00:00", kKernel, 12)
                  .Add("10:00:04", "Microsoft-Windows-Kernel-Power", 41)
                  .Add("11:00:00", kKernel, 12)
                  .Spans(SpanKind::kBoot),
              ElementsAre("boot 1: 08:00:00 to ?, stopped without a shutdown",
                          "boot 2: 10:00:00 to ?, no shutdown is recorded",
                          "boot 3: 11:00:00 to ?"));
}

TEST(Boots, ThatBeganBeforeTheLog) {
  EXPECT_THAT(Story().Add("09:00:00", kKernel, 13).Spans(SpanKind::kBoot),
              ElementsAre("boot 1: ? to 09:00:00, shut down"));
}

TEST(Boots, AStepOfTheClockIsToldOf) {
  EXPECT_THAT(Story()
                  .Add("08:00:00", kKernel, 12)
                  .Add("09:00:00", kKernel, 1,
                       {{"OldTime", "2025-03-10T08:10:00Z"},
                        {"NewTime", "2025-03-10T09:00:00Z"}})
                  .Add("10:00:00", kKernel, 13)
                  .Spans(SpanKind::kBoot),
              ElementsAre("boot 1: 08:50:00 to 10:00:00, shut down, stepped"));
}

TEST(Sessions, OfOnePersonAreOne) {
  EXPECT_THAT(
      Story()
          .Add("08:00:00", "Microsoft-Windows-Winlogon", 7001,
               {{"UserSid", kSid}})
          .Add("08:00:01", kSecurity, 4624,
               {{"LogonType", "2"},
                {"TargetUserSid", kSid},
                {"TargetUserName", "anna.berg"},
                {"TargetDomainName", "CONTOSO"}})
          .Add("08:00:01", kSecurity, 4624,
               {{"LogonType", "3"}, {"TargetUserSid", "S-1-5-21-9-9-9-500"}})
          .Add("09:00:00", kSecurity, 4647, {{"TargetUserSid", kSid}})
          .Add("09:00:01", "Microsoft-Windows-Winlogon", 7002,
               {{"UserSid", kSid}})
          .Spans(SpanKind::kUserSession),
      ElementsAre("CONTOSO\\anna.berg: 08:00:00 to 09:00:00, signed out"));
}

TEST(Sessions, EndWithTheSystem) {
  EXPECT_THAT(Story()
                  .Add("08:00:00", kKernel, 12)
                  .Add("08:01:00", "Microsoft-Windows-Winlogon", 7001,
                       {{"UserSid", kSid}})
                  .Add("09:00:00", kKernel, 13)
                  .Spans(SpanKind::kUserSession),
              ElementsAre("S-1-5-21-1-2-3-1613: 08:01:00 to 09:00:00, "
                          "the system shut down"));
}

TEST(Parts, TechnicianGapAndUser) {
  EXPECT_THAT(
      Story()
          .Page("08:10:00", "CommercialOOBE_WhiteGlove_TechnicianFlow_Started")
          .Page("09:00:00", "White glove reseal started")
          .Page("09:00:01", "White glove shut down initiated")
          .Add("09:00:05", kKernel, 13)
          .Add("12:00:00", kKernel, 12)
          .Page("12:05:00", "CommercialOOBE_ESPProgress_WhiteGloveMode_False")
          .Spans(SpanKind::kPart),
      ElementsAre("technician: 08:10:00 to 09:00:05, resealed",
                  "reseal gap: 09:00:05 to 12:00:00", "user: 12:00:00 to ?"));
}

TEST(Parts, WithoutTheSystemLogThePageTellsOfTheUser) {
  EXPECT_THAT(
      Story()
          .Page("09:00:01", "White glove shut down initiated")
          .Page("12:05:00", "CommercialOOBE_ESPProgress_WhiteGloveMode_False")
          .Spans(SpanKind::kPart),
      ElementsAre("technician: ? to 09:00:01, resealed",
                  "reseal gap: 09:00:01 to 12:05:00", "user: 12:05:00 to ?"));
}

TEST(EspCategories, OneAfterAnother) {
  EXPECT_THAT(
      Story()
          .Page("08:00:00", "CommercialOOBE_ESPProgress_Category_Started",
                R"({"message":"DeviceSetupCategory begins."})")
          .Page("08:30:00", "CommercialOOBE_ESPProgress_Category_Success",
                R"({"message":"DeviceSetupCategory is done."})")
          .Page("08:31:00", "CommercialOOBE_ESPProgress_Category_Started",
                R"({"message":"AccountSetupCategory begins."})")
          .Spans(SpanKind::kEspCategory),
      ElementsAre("Device setup: 08:00:00 to 08:30:00, succeeded",
                  "Account setup: 08:31:00 to ?"));
}

}  // namespace
}  // namespace espial
