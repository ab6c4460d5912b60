// The TPM, as tpmtool, certutil -tpminfo, TpmHliInfo and certreq -enrollaik
// tell of it; and the licensing diagnosis, which stands beside them.
#include <espial/core/text.h>

#include <array>

#include "parsers/output/readers.h"

namespace espial::output {
namespace {

bool Holds(std::string_view head, std::string_view word) {
  return head.find(word) != std::string_view::npos;
}

// How many lines "label: value" have the word in their label; counts to 3.
int Labels(std::string_view head, std::string_view word) {
  constexpr size_t kMostLabel = 40;
  int count = 0;
  ForEachLine(head, [&](std::string_view line) {
    const auto found = SplitLabel(line);
    if (found && found->label.size() <= kMostLabel &&
        ContainsFold(found->label, word)) {
      ++count;
    }
    return count < 3;
  });
  return count;
}

bool IsTpmTool(std::string_view head) {
  return Holds(head, "-TPM Present") || Holds(head, "-TPM Version") ||
         Holds(head, "TPM Manufacturer ID") ||
         Holds(head, "Ready For Attestation");
}

bool IsEnrollAik(std::string_view head) {
  return ContainsFold(head, "enrollaik") ||
         (Holds(head, "AIK") &&
          (ContainsFold(head, "scep") || ContainsFold(head, "certreq") ||
           Holds(head, "GetCACaps") || Holds(head, "HTTP/1.")));
}

bool IsTpmInfo(std::string_view head) {
  return ContainsFold(head, "CertUtil: -tpminfo") ||
         (ContainsFold(head, "CertUtil:") && Labels(head, "tpm") > 0) ||
         (Holds(head, "EKPub") && Labels(head, "tpm") > 0);
}

bool IsHliInfo(std::string_view head) {
  return ContainsFold(head, "TpmHli") || Labels(head, "tpm") >= 3;
}

bool IsLicensingDiag(std::string_view head) {
  return ContainsFold(head, "LicensingDiag");
}

// Both begin what they say at the end with their name.
constexpr std::array<KnownLabel, 2> kKnown = {
    {{"CertUtil", "result"}, {"CertReq", "result"}}};
constexpr LabelShape kShape = {kKnown, false, true};

void Read(Capture* capture) { ReadLabels(kShape, capture); }

constexpr std::array<Reader, 5> kReaders = {{
    {"certreq -enrollaik", IsEnrollAik, Read},
    {"certutil -tpminfo", IsTpmInfo, Read},
    {"tpmtool getdeviceinformation", IsTpmTool, Read},
    {"TpmHliInfo", IsHliInfo, Read},
    {"LicensingDiag", IsLicensingDiag, Read},
}};

}  // namespace

std::span<const Reader> TpmReaders() { return kReaders; }

}  // namespace espial::output
