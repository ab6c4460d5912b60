// nltest and gpresult: the domain controller, the secure channel, the policies.
#include <espial/core/text.h>

#include <array>
#include <string>

#include "parsers/output/readers.h"

namespace espial::output {
namespace {

// nltest speaks English everywhere.
bool IsDsGetDc(std::string_view head) {
  return head.find("Dom Guid:") != std::string_view::npos ||
         head.find("Getting DC name failed: Status") != std::string_view::npos;
}

bool IsSecureChannel(std::string_view head) {
  return head.find("Trusted DC Connection Status") != std::string_view::npos ||
         head.find("I_NetLogonControl failed: Status") !=
             std::string_view::npos;
}

// "Status = 1355 0x54b ERROR_NO_SUCH_DOMAIN": the first number.
std::optional<uint64_t> StatusOf(std::string_view text) {
  constexpr std::string_view kMark = "Status = ";
  const size_t at = text.find(kMark);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + kMark.size());
  return ParseUnsigned(text.substr(0, text.find(' ')));
}

void ReadNltest(Capture* capture) {
  constexpr std::array<std::string_view, 2> kWithoutColon = {
      "Trusted DC Name", "Trusted DC Connection Status"};
  while (capture->Next()) {
    const std::string_view text = capture->text();
    std::string_view label;
    std::string_view value;
    for (const std::string_view known : kWithoutColon) {
      if (!text.starts_with(known)) continue;
      label = known;
      value = Trim(text.substr(known.size()));
    }
    if (label.empty()) {
      if (const auto found = SplitLabel(capture->line().text)) {
        label = found->label;
        value = found->value;
      } else {
        label = "result";
        value = text;
      }
    }
    const auto at =
        static_cast<size_t>(value.data() - capture->line().text.data());
    if (const auto status = StatusOf(value)) {
      capture->facts().AddTyped({}, label, "string", value, status,
                                capture->line(), at);
    } else {
      capture->Add({}, label, value, at);
    }
  }
}

bool IsGpresult(std::string_view head) {
  return ContainsFold(head, "RSOP") &&
         (ContainsFold(head, "Group Policy") ||
          ContainsFold(head, "Gruppenrichtlinie") ||
          ContainsFold(head, "strat?gie de groupe") ||
          head.find("------") != std::string_view::npos);
}

constexpr std::array<KnownLabel, 8> kGpKnown = {{
    {"COMPUTEREINSTELLUNGEN", "COMPUTER SETTINGS"},
    {"BENUTZEREINSTELLUNGEN", "USER SETTINGS"},
    {"PARAM?TRES DE L'ORDINATEUR", "COMPUTER SETTINGS"},
    {"PARAM?TRES DE L'UTILISATEUR", "USER SETTINGS"},
    {"Angewendete Gruppenrichtlinienobjekte", "Applied Group Policy Objects"},
    {"Objets Strat?gie de groupe appliqu?s", "Applied Group Policy Objects"},
    {"Gruppenrichtlinie wurde angewendet von*",
     "Group Policy was applied from"},
    {"Letzte Gruppenrichtlinienanwendung*",
     "Last time Group Policy was applied"},
}};

void ReadGpresult(Capture* capture) {
  ReadLabels({kGpKnown, false, false}, capture);
}

constexpr std::array<Reader, 3> kReaders = {{
    {"nltest /dsgetdc", IsDsGetDc, ReadNltest},
    {"nltest /sc_query", IsSecureChannel, ReadNltest},
    {"gpresult /r", IsGpresult, ReadGpresult},
}};

}  // namespace

std::span<const Reader> DomainReaders() { return kReaders; }

}  // namespace espial::output
