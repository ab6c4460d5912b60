// The tables of ime_message.cc: what to look for in a message, and what it is.
#pragma once

#include <cstdint>
#include <string_view>

namespace espial::cmtrace {

// What stands behind the literal of a row.
enum class RowKind : uint8_t {
  kWord,      // letters and digits
  kInt,       // a signed number, decimal or 0x...
  kUInt,      // a number
  kCode,      // an error code: decimal, perhaps negative, or 0x...
  kBool,      // True or False
  kSid,       // S-1-...
  kText,      // text up to `stop`, or to the end of the line where that is ""
  kConstant,  // nothing: `stop` is the value
  kFlag,      // nothing: the value is true
  kFromTo,    // "X to Y": X is kept too, in the field of `stop`
  kProgress,  // "bytes done/bytes in all"
  kIntent,    // the number of an intent
  kObject,    // a JSON object whose members are known
  kPolicies,  // a JSON array of app policies
};

struct Row {
  std::string_view literal;  // in lower case, 8 characters or more
  std::string_view also;     // must stand further on; the value is behind it
  std::string_view field;
  RowKind kind = RowKind::kWord;
  std::string_view stop;
};

inline constexpr Row kRows[] = {
    // Win32 apps: the phase, and what each app is for.
    {"espphase: ", "", "EspPhase", RowKind::kWord, ""},
    {"with intent=", "", "Intent", RowKind::kIntent, ""},
    {"targeted app (name='", "", "AppName", RowKind::kText, "', id='"},
    {"targeted intent: ", "", "IntentName", RowKind::kWord, ""},
    {"projected enforcement classification: ", "", "EnforcementClassification",
     RowKind::kWord, ""},
    {"enforceability: ", "", "Enforceability", RowKind::kWord, ""},
    {"desired state: ", "", "DesiredState", RowKind::kWord, ""},
    {"processappwithdependencies starts for ", " with name ", "AppName",
     RowKind::kText, ""},
    {"the app chain for app ", ", name = ", "AppName", RowKind::kText, ""},
    {"get policies = [", "", "", RowKind::kPolicies, ""},
    // Detection and applicability.
    {"detection state: ", "", "DetectionState", RowKind::kWord, ""},
    {"detection = ", "", "DetectionState", RowKind::kWord, ""},
    {"action status: ", "", "ActionStatus", RowKind::kWord, ""},
    {"applicability state: ", "", "Applicability", RowKind::kWord, ""},
    {"applicability = ", "", "Applicability", RowKind::kWord, ""},
    {"applicationdetectedbycurrentrule: ", "", "DetectedByRule", RowKind::kBool,
     ""},
    {"grs expired = ", "", "GrsExpired", RowKind::kBool, ""},
    {" is in grs", "", "InGrs", RowKind::kFlag, ""},
    // Download.
    {"downloading app on session ", "", "DownloadState", RowKind::kConstant,
     "Started"},
    {"downloading app (id = ", ", name ", "AppName", RowKind::kText, ") via "},
    {"downloading app (id = ", ", bytes ", "DownloadState", RowKind::kProgress,
     ""},
    {"cdn mode, download completes", "", "DownloadState", RowKind::kConstant,
     "Completed"},
    {"do download", "not finished", "DownloadState", RowKind::kConstant,
     "NotFinished"},
    {"decryption is failed", "", "DownloadState", RowKind::kConstant,
     "DecryptionFailed"},
    {"didn't get content info", "", "DownloadState", RowKind::kConstant,
     "NoContentInfo"},
    // Installation.
    {"lpexitcode ", "", "ExitCode", RowKind::kInt, ""},
    {"lpexitcode: ", "", "ExitCode", RowKind::kInt, ""},
    {"lpexitcode is defined as ", "", "ExitCodeMeaning", RowKind::kWord, ""},
    {"not set mapping for lpexitcode", "", "ExitCodeMeaning",
     RowKind::kConstant, "Unmapped"},
    {"hresultfromwin32 ", "", "HResult", RowKind::kCode, ""},
    {"installation is timeout", "", "InstallTimeout", RowKind::kFlag, ""},
    {"process id = ", "", "InstallerProcessId", RowKind::kUInt, ""},
    {"a restart is required", "", "RestartRequired", RowKind::kFlag, ""},
    {"setting enforcementstate as ", "", "EnforcementStateName", RowKind::kWord,
     ""},
    {"operation phase = ", "", "OperationPhase", RowKind::kWord, ""},
    {"tracked install status from ", "", "EspStatus", RowKind::kFromTo,
     "EspStatusBefore"},
    {"report delta: {", "", "", RowKind::kObject, ""},
    {"reportingstate: {", "", "", RowKind::kObject, ""},
    // Scripts.
    {"exit code is ", "", "ExitCode", RowKind::kInt, ""},
    {"exit code of the script is ", "", "ExitCode", RowKind::kInt, ""},
    {"with exit code ", "", "ExitCode", RowKind::kInt, ""},
    {"exit code: ", "", "ExitCode", RowKind::kInt, ""},
    {"exit code = ", "", "ExitCode", RowKind::kInt, ""},
    {"exitcode = ", "", "ExitCode", RowKind::kInt, ""},
    {"exitcode: ", "", "ExitCode", RowKind::kInt, ""},
    {"script is successfully executed", "", "Result", RowKind::kConstant,
     "Success"},
    {"script is failed to execute", "", "Result", RowKind::kConstant, "Failed"},
    {"policy result = ", "", "Result", RowKind::kWord, ""},
    {"compliance result for ", " is ", "ComplianceResult", RowKind::kWord, ""},
    {"new result = {", "", "", RowKind::kObject, ""},
    // Errors of any part.
    {"error code = ", "", "ErrorCode", RowKind::kCode, ""},
    {"error code: ", "", "ErrorCode", RowKind::kCode, ""},
    {"error code ", "", "ErrorCode", RowKind::kCode, ""},
    {"errorcode = ", "", "ErrorCode", RowKind::kCode, ""},
    {"errorcode: ", "", "ErrorCode", RowKind::kCode, ""},
    {"failed to get aad token", "", "AadTokenFailed", RowKind::kFlag, ""},
    // Users and sessions, and the agent itself.
    {"user session ", "", "SessionId", RowKind::kUInt, ""},
    {" on session ", "", "SessionId", RowKind::kUInt, ""},
    {"usersid: ", "", "UserSid", RowKind::kSid, ""},
    {"onsessionchange: ", "", "SessionChange", RowKind::kWord, ""},
    {"after impersonation: ", "", "ImpersonatedUser", RowKind::kText, ""},
    {"ems agent started", "", "AgentState", RowKind::kConstant, "Started"},
    {"ems agent received stop signal", "", "AgentState", RowKind::kConstant,
     "Stopping"},
};

// Whose GUID it is, by the words in front of it (in lower case).
struct GuidRole {
  std::string_view words;
  std::string_view field;
};

// "policy with id" of a Win32 app is the app: see ime_message.cc.
inline constexpr GuidRole kGuidRoles[] = {
    {"app with id: ", "AppId"},
    {"app with id ", "AppId"},
    {"application with id: ", "AppId"},
    {"for application ", "AppId"},
    {"applicationid: ", "AppId"},
    {"app id: ", "AppId"},
    {"app id = ", "AppId"},
    {"appid: ", "AppId"},
    {"appid = ", "AppId"},
    {"for appid ", "AppId"},
    {"app: ", "AppId"},
    {"for app ", "AppId"},
    {"of app ", "AppId"},
    {"app (id = ", "AppId"},
    {"', id='", "AppId"},
    {"processappwithdependencies starts for ", "AppId"},
    {"win32app_", "AppId"},
    {"policy with id: ", "PolicyId"},
    {"policy with id = ", "PolicyId"},
    {"policy id = ", "PolicyId"},
    {"policy id: ", "PolicyId"},
    {"policyid: ", "PolicyId"},
    {"policyid = ", "PolicyId"},
    {"compliance result for ", "PolicyId"},
    {"runner: script ", "PolicyId"},
    {"\\healthscripts\\", "PolicyId"},
    {"subgraph with id: ", "SubgraphId"},
    {"for user ", "UserId"},
    {"userid: ", "UserId"},
    {"userid = ", "UserId"},
    {"user id: ", "UserId"},
    {"user id = ", "UserId"},
    {"\\policies\\scripts\\", "UserId"},
};

enum class MemberKind : uint8_t {
  kScalar,  // as it is
  kGuid,
  kCode,     // an error code
  kState,    // an enforcement state: number or name
  kIntent,   // number or name
  kContext,  // an install context: number or name
};

// A member of a JSON object: its own name, and the field it becomes. Where its
// value is {"OldValue": .., "NewValue": ..}, the new one counts.
struct Member {
  std::string_view name;
  std::string_view field;
  MemberKind kind = MemberKind::kScalar;
};

inline constexpr Member kMembers[] = {
    {"ApplicationId", "AppId", MemberKind::kGuid},
    {"PolicyId", "PolicyId", MemberKind::kGuid},
    {"UserId", "UserId", MemberKind::kGuid},
    {"Intent", "Intent", MemberKind::kIntent},
    {"InstallContext", "InstallContext", MemberKind::kContext},
    {"DesiredState", "DesiredState", MemberKind::kScalar},
    {"DetectionState", "DetectionState", MemberKind::kScalar},
    {"DetectionErrorCode", "DetectionErrorCode", MemberKind::kCode},
    {"ApplicabilityState", "Applicability", MemberKind::kScalar},
    {"ApplicabilityErrorCode", "ApplicabilityErrorCode", MemberKind::kCode},
    {"EnforcementState", "EnforcementState", MemberKind::kState},
    {"EnforcementErrorCode", "ErrorCode", MemberKind::kCode},
    {"ErrorCode", "ErrorCode", MemberKind::kCode},
    {"ComplianceState", "ComplianceState", MemberKind::kScalar},
    {"Result", "Result", MemberKind::kScalar},
    {"ResultType", "ResultType", MemberKind::kScalar},
    {"RemediationStatus", "RemediationStatus", MemberKind::kScalar},
    {"RunAsAccount", "RunAsAccount", MemberKind::kScalar},
};

}  // namespace espial::cmtrace
