#include "parsers/evtx/program.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace espial::evtx {
namespace {

using Entry = std::pair<std::string_view, Known>;

// Sorted by name.
constexpr std::array<Entry, 29> kNames = {{
    {"ActivityID", Known::kActivityId},
    {"Channel", Known::kChannel},
    {"Computer", Known::kComputer},
    {"Correlation", Known::kCorrelation},
    {"Data", Known::kData},
    {"Event", Known::kEvent},
    {"EventData", Known::kEventData},
    {"EventID", Known::kEventId},
    {"EventRecordID", Known::kEventRecordId},
    {"Execution", Known::kExecution},
    {"Guid", Known::kGuid},
    {"Keywords", Known::kKeywords},
    {"Level", Known::kLevel},
    {"Message", Known::kMessage},
    {"Name", Known::kName},
    {"Opcode", Known::kOpcode},
    {"ProcessID", Known::kProcessId},
    {"Provider", Known::kProvider},
    {"Qualifiers", Known::kQualifiers},
    {"RenderingInfo", Known::kRenderingInfo},
    {"Security", Known::kSecurity},
    {"System", Known::kSystem},
    {"SystemTime", Known::kSystemTime},
    {"Task", Known::kTask},
    {"ThreadID", Known::kThreadId},
    {"TimeCreated", Known::kTimeCreated},
    {"UserData", Known::kUserData},
    {"UserID", Known::kUserId},
    {"Version", Known::kVersion},
}};
static_assert(std::is_sorted(kNames.begin(), kNames.end(),
                             [](const Entry& a, const Entry& b) {
                               return a.first < b.first;
                             }));

}  // namespace

Known KnownName(std::string_view name) {
  const auto found =
      std::lower_bound(kNames.begin(), kNames.end(), name,
                       [](const Entry& entry, std::string_view key) {
                         return entry.first < key;
                       });
  return found != kNames.end() && found->first == name ? found->second
                                                       : Known::kOther;
}

}  // namespace espial::evtx
