#include "tools/forge/diaglogs.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <iterator>

#include "tools/forge/text_writer.h"

namespace espial::forge {
namespace {

enum class Kind : uint8_t { kRegistryKey, kCommand, kEvents, kFoldersFiles };

struct KindText {
  std::string_view name;
  std::string_view file;  // what the answer is called, behind the descriptor
};
constexpr KindText kKinds[] = {{"RegistryKey", "export.reg"},
                               {"Command", "output.log"},
                               {"Events", "Events.evtx"},
                               {"FoldersFiles", ""}};

constexpr uint32_t kNotSupported = 0x80070001;  // ERROR_INVALID_FUNCTION
constexpr uint32_t kFileNotFound = 0x80070002;
constexpr uint32_t kPathNotFound = 0x80070003;

// The program that makes the nested cabinet; it prints an empty line.
constexpr std::string_view kCabMaker = "mdmdiagnosticstool.exe";

struct Directive {
  Kind kind;
  std::string_view text;
};

// A request as Intune sends it; the position is the number of the answer.
// <cab> is where the nested cabinet stands.
constexpr Directive kRequest[] = {
    {Kind::kRegistryKey, R"(HKLM\SOFTWARE\Microsoft\CloudManagedUpdate)"},
    {Kind::kRegistryKey, R"(HKLM\SOFTWARE\Microsoft\EPMAgent)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\IntuneManagementExtension)"},
    {Kind::kRegistryKey, R"(HKLM\Software\Microsoft\Enrollments)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\SystemCertificates\AuthRoot)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows Advanced Threat Protection)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\AppCompatFlags)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Authentication\LogonUI)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\CloudExperienceHost)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\DeviceAccess)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\NDUP)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\OOBE)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Orchestrator)"},
    {Kind::kRegistryKey, R"(HKLM\SOFTWARE\Policies)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\Policies\Microsoft\Windows Advanced Threat Protection)"},
    {Kind::kRegistryKey,
     R"(HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall)"},
    {Kind::kRegistryKey,
     R"(HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL)"},
    {Kind::kRegistryKey,
     R"(HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\Mdm)"},
    {Kind::kRegistryKey, R"(HKLM\SYSTEM\Setup)"},
    {Kind::kCommand,
     R"("%programfiles%\windows defender\mpcmdrun.exe" -GetFiles)"},
    {Kind::kCommand, R"(%windir%\system32\certutil.exe -store)"},
    {Kind::kCommand, R"(%windir%\system32\certutil.exe -store -user my)"},
    {Kind::kCommand, R"(%windir%\system32\dism.exe /online /get-packages)"},
    {Kind::kCommand,
     R"(%windir%\system32\dism.exe /online /get-ProvisionedAppxPackages)"},
    {Kind::kCommand, R"(%windir%\system32\ipconfig.exe /all)"},
    {Kind::kCommand, R"(%windir%\system32\Dsregcmd.exe /status)"},
    {Kind::kCommand,
     R"(%windir%\system32\mdmdiagnosticstool.exe -area Autopilot;deviceprovisioning;deviceenrollment;tpm;HololensFallbackDeviceOwner -cab <cab>)"},
    {Kind::kCommand,
     R"(%windir%\system32\msinfo32.exe /report %temp%\MDMDiagnostics\msinfo32.log)"},
    {Kind::kCommand,
     R"(%windir%\system32\netsh.exe advfirewall show allprofiles)"},
    {Kind::kCommand, R"(%windir%\system32\netsh.exe advfirewall show global)"},
    {Kind::kCommand, R"(%windir%\system32\netsh.exe lan show profiles)"},
    {Kind::kCommand, R"(%windir%\system32\netsh.exe winhttp show proxy)"},
    {Kind::kCommand, R"(%windir%\system32\netsh.exe wlan show profiles)"},
    {Kind::kCommand, R"(%windir%\system32\netsh.exe wlan show wlanreport)"},
    {Kind::kCommand, R"(%windir%\system32\ping.exe -n 50 localhost)"},
    {Kind::kCommand, R"(%windir%\system32\pnputil.exe /enum-drivers)"},
    {Kind::kCommand,
     R"(%windir%\system32\powercfg.exe /batteryreport /output %temp%\MDMDiagnostics\battery-report.html)"},
    {Kind::kCommand,
     R"(%windir%\system32\powercfg.exe /energy /output %temp%\MDMDiagnostics\energy-report.html)"},
    {Kind::kEvents, "Application"},
    {Kind::kEvents, "System"},
    {Kind::kEvents, "Setup"},
    {Kind::kEvents, "Microsoft-Windows-AppLocker/EXE and DLL"},
    {Kind::kEvents, "Microsoft-Windows-AppLocker/MSI and Script"},
    {Kind::kEvents, "Microsoft-Windows-AppLocker/Packaged app-Deployment"},
    {Kind::kEvents, "Microsoft-Windows-AppLocker/Packaged app-Execution"},
    {Kind::kEvents, "Microsoft-Windows-AppXDeployment/Operational"},
    {Kind::kEvents, "Microsoft-Windows-AppxPackaging/Operational"},
    {Kind::kEvents, "Microsoft-Windows-Bitlocker/Bitlocker Management"},
    {Kind::kEvents, "Microsoft-Windows-HelloForBusiness/Operational"},
    {Kind::kEvents, "Microsoft-Windows-SENSE/Operational"},
    {Kind::kEvents, "Microsoft-Windows-SenseIR/Operational"},
    {Kind::kEvents,
     "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"},
    {Kind::kEvents, "Microsoft-Windows-WinRM/Operational"},
    {Kind::kEvents, "Microsoft-Windows-WMI-Activity/Operational"},
    {Kind::kFoldersFiles,
     R"(%ProgramData%\Microsoft\DiagnosticLogCSP\Collectors\*.etl)"},
    {Kind::kFoldersFiles,
     R"(%ProgramData%\Microsoft\IntuneManagementExtension\Logs\*.*)"},
    {Kind::kFoldersFiles,
     R"(%ProgramData%\Microsoft\Windows Defender\Support\MpSupportFiles.cab)"},
    {Kind::kFoldersFiles,
     R"(%ProgramData%\Microsoft\Windows\WlanReport\wlan-report-latest.html)"},
    {Kind::kFoldersFiles, R"(%ProgramData%\usoshared\logs\System\*.*)"},
    {Kind::kFoldersFiles, R"(%ProgramFiles%\Microsoft EPM Agent\Logs\*.*)"},
    {Kind::kFoldersFiles,
     R"(%ProgramFiles%\Microsoft Update Health Tools\Logs\*.etl)"},
    {Kind::kFoldersFiles, R"(%temp%\MDMDiagnostics\battery-report.html)"},
    {Kind::kFoldersFiles, R"(%temp%\MDMDiagnostics\energy-report.html)"},
    {Kind::kFoldersFiles, R"(%windir%\ccm\logs\*.log)"},
    {Kind::kFoldersFiles, R"(%windir%\ccmsetup\logs\*.log)"},
    {Kind::kFoldersFiles, R"(%windir%\logs\CBS\cbs.log)"},
    {Kind::kFoldersFiles, R"(%windir%\logs\measuredboot\*.*)"},
    {Kind::kFoldersFiles, R"(%windir%\logs\WindowsUpdate\*.etl)"},
    {Kind::kFoldersFiles, R"(%windir%\panther\setupact.log)"},
    {Kind::kFoldersFiles, R"(%windir%\panther\unattendgc\setupact.log)"},
    {Kind::kFoldersFiles, R"(%temp%\MDMDiagnostics\msinfo32.log)"},
    {Kind::kFoldersFiles, "<cab>"},
    {Kind::kFoldersFiles,
     R"(%windir%\SoftwareDistribution\ReportingEvents.log)"},
    {Kind::kFoldersFiles, R"(%windir%\temp\officeclicktorun*.log)"},
};

// A question and whether it was answered.
struct Question {
  Kind kind;
  std::string text;
  std::string folded;
  bool answered = false;
};

std::string Stamp(Ticks time) {
  const Civil c = ToCivil(time);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u-%02u-%02u-%02u", c.year,
                c.month, c.day, c.hour, c.minute, c.second);
  return text;
}

std::vector<Question> Ask(const std::string& cab_path) {
  std::vector<Question> questions;
  for (const Directive& directive : kRequest) {
    Question question{directive.kind, std::string(directive.text), "", false};
    if (const size_t at = question.text.find("<cab>");
        at != std::string::npos) {
      question.text.replace(at, 5, cab_path);
    }
    question.folded = FoldDirective(question.text);
    questions.push_back(std::move(question));
  }
  return questions;
}

const KindText& TextOf(Kind kind) { return kKinds[static_cast<size_t>(kind)]; }

// "(45) Events System"
std::string NameOf(size_t index, const Question& question,
                   std::string_view between = "") {
  return "(" + std::to_string(index + 1) + ") " + std::string(between) +
         std::string(TextOf(question.kind).name) + " " + question.folded;
}

// Answers the question of this kind and text; its number, or 0.
size_t Answer(Kind kind, std::string_view folded,
              std::vector<Question>* questions) {
  for (size_t i = 0; i < questions->size(); ++i) {
    Question& question = (*questions)[i];
    if (question.kind == kind && EqualsFold(question.folded, folded)) {
      question.answered = true;
      return i + 1;
    }
  }
  return 0;
}

// The question that a member answers by its name; unknown ones are added.
void AnswerByName(std::string_view name, std::vector<Question>* questions) {
  name.remove_prefix(name.find(')') + 1);
  name = Trim(name);
  for (size_t k = 0; k < std::size(kKinds); ++k) {
    const KindText& text = kKinds[k];
    if (!name.starts_with(text.name)) continue;
    std::string_view what = Trim(name.substr(text.name.size()));
    if (text.file.empty()) {
      what = what.substr(0, what.find('\\'));
    } else if (what.ends_with(text.file)) {
      what = Trim(what.substr(0, what.size() - text.file.size()));
    }
    if (Answer(static_cast<Kind>(k), what, questions) == 0) {
      questions->push_back(
          {static_cast<Kind>(k), std::string(what), std::string(what), true});
    }
    return;
  }
}

uint32_t ErrorOf(size_t index, const Question& question) {
  if (index == 0) return kNotSupported;
  return question.kind == Kind::kRegistryKey ? kPathNotFound : kFileNotFound;
}

std::string WriteResults(const std::vector<Question>& questions) {
  std::string xml =
      "<Collection HRESULT=\"0\">"
      "<ID>5f1d8a34-20c7-4b0e-9b53-7a4cf86e2d10</ID>"
      "<SasUrl>SasUrlPlaceHolder</SasUrl>";
  for (size_t i = 0; i < questions.size(); ++i) {
    const Question& question = questions[i];
    const auto result =
        question.answered ? 0 : static_cast<int32_t>(ErrorOf(i, question));
    std::string escaped;
    AppendXmlEscaped(question.text, XmlQuotes::kAsTheyAre, &escaped);
    xml += fmt::format("<{0} HRESULT=\"{1}\">{2}</{0}>",
                       TextOf(question.kind).name, result, escaped);
  }
  xml +=
      "<ClientTimeoutInSeconds>5400</ClientTimeoutInSeconds>"
      "<OutputFileFormat>flattened</OutputFileFormat></Collection>";
  return xml;
}

}  // namespace

std::string FoldDirective(std::string_view text) {
  constexpr std::string_view kSeparators = "%\"'\\/:.*; ";
  std::string out;
  for (const char c : text) {
    if (kSeparators.find(c) == std::string_view::npos) {
      out += c;
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  while (out.ends_with('_')) out.pop_back();
  return out;
}

bool IsDirectiveName(std::string_view name) {
  if (!name.starts_with('(')) return false;
  const size_t end = name.find_first_not_of("0123456789", 1);
  return end > 1 && end != std::string_view::npos &&
         name.substr(end).starts_with(") ");
}

std::vector<ArchiveMember> MakeDiagLogs(DiagLogsContent content) {
  const std::string cab = "mdmlogs-" + Stamp(content.time) + ".cab";
  const std::string cab_path = "%temp%\\MDMDiagnostics\\" + cab;
  std::vector<Question> questions = Ask(cab_path);
  std::vector<ArchiveMember> members;
  for (size_t i = 0; i < questions.size(); ++i) {
    if (questions[i].kind != Kind::kCommand ||
        !ContainsFold(questions[i].text, kCabMaker)) {
      continue;
    }
    questions[i].answered = true;
    members.push_back({NameOf(i, questions[i]) + " " +
                           std::string(TextOf(Kind::kCommand).file),
                       ToBytes("\r\n"), content.time});
  }
  const size_t cab_number =
      Answer(Kind::kFoldersFiles, FoldDirective(cab_path), &questions);
  members.push_back(
      {NameOf(cab_number - 1, questions[cab_number - 1]) + "\\" + cab,
       std::move(content.cab), content.time});
  for (auto& [channel, bytes] : content.channels) {
    const std::string folded = FoldDirective(channel);
    size_t number = Answer(Kind::kEvents, folded, &questions);
    if (number == 0) {
      questions.push_back({Kind::kEvents, channel, folded, true});
      number = questions.size();
    }
    members.push_back({NameOf(number - 1, questions[number - 1]) + " " +
                           std::string(TextOf(Kind::kEvents).file),
                       std::move(bytes), content.time});
  }
  for (ArchiveMember& other : content.others) {
    if (IsDirectiveName(other.name)) AnswerByName(other.name, &questions);
    members.push_back(std::move(other));
  }
  for (size_t i = 0; i < questions.size(); ++i) {
    if (questions[i].answered) continue;
    const std::string error =
        "No Results - Error [0x" + ToHex(ErrorOf(i, questions[i]), 8) + "] ";
    members.push_back({NameOf(i, questions[i], error), {}, content.time});
  }
  members.push_back(
      {"results.xml", ToBytes(WriteResults(questions)), content.time});
  return members;
}

}  // namespace espial::forge
