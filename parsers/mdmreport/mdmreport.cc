// The report of MdmDiagnosticsTool, as XML and as HTML: FORMAT.md.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <array>

#include "parsers/mdmreport/report_reader.h"

namespace espial::mdmreport {
namespace {

constexpr std::string_view kRoot = "<MDMEnterpriseDiagnosticsReport";
// How far the style sheet may reach before the first table.
constexpr uint64_t kProbeSpan = uint64_t{128} << 10U;

bool IsXml(std::string_view head) {
  return Trim(head).starts_with('<') &&
         head.find(kRoot) != std::string_view::npos;
}

bool IsHtml(Bytes bytes, std::string_view head) {
  const std::string_view text = Trim(head);
  const bool html = StartsWithFold(text, "<!doctype html") ||
                    StartsWithFold(text, "<html") ||
                    ContainsFold(text.substr(0, 512), "<html");
  if (!html) return false;
  constexpr std::array<std::string_view, 4> kTables = {
      "DeviceManagementAccountTable", "ManagedPoliciesTable",
      "EnrolledConfigurationSourcesAndTargetResourcesTable",
      "UnmanagedPoliciesTable"};
  const std::string_view span = AsChars(SliceClamped(bytes, 0, kProbeSpan));
  return std::any_of(kTables.begin(), kTables.end(),
                     [&](std::string_view table) {
                       return span.find(table) != std::string_view::npos ||
                              head.find(table) != std::string_view::npos;
                     });
}

bool Probe(const ProbeInput& input) {
  return IsXml(input.head_text) || IsHtml(input.bytes, input.head_text);
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  const DetectedEncoding found = DetectEncoding(source.bytes());
  const std::string head =
      DecodeText(SliceClamped(source.bytes(), found.bom_bytes, 4096),
                 found.encoding)
          .text;
  const std::string_view text = Trim(head);
  const bool html = StartsWithFold(text, "<!doctype html") ||
                    ContainsFold(text.substr(0, 512), "<html");
  return html ? ReadHtmlReport(source, context.limits, sink)
              : ReadReport(source, context.limits, sink);
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"mdmreport", "MDM diagnostics report", Probe,
                                  Parse};

}  // namespace espial::mdmreport
