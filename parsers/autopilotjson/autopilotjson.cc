// JSON documents of a bundle: the Autopilot profile as the device got it
// (AutopilotDDSZTDFile.json, or the error that it got instead),
// AutopilotConciergeFile.json, AutopilotConfigurationFile.json,
// DiagnosticsFrameworkData.json, and any other JSON object or array of objects;
// and MdmDiagLogMetadata.json (metadata.h).
//
// The files come as UTF-16LE with byte order mark, as UTF-8 or as ANSI, and
// some hold several objects in a row. Every scalar is a fact whose key is the
// file's name; see parsers/support/json_facts.h.
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "parsers/autopilotjson/metadata.h"
#include "parsers/support/json_facts.h"
#include "parsers/support/profile_values.h"
#include "parsers/support/text_source.h"

namespace espial::autopilotjson {
namespace {

// Members that tell such a file even where its first character behind the
// brace is damaged.
constexpr std::array<std::string_view, 11> kKnownMembers = {
    "MdmDiagVersion",
    "AutopilotServiceCorrelationId",
    "ZtdRegistrationId",
    "ZtdCorrelationId",
    "CloudAssignedOobeConfig",
    "CloudAssignedTenantId",
    "CloudAssignedTenantDomain",
    "DeploymentProfileName",
    "PolicyDownloadDate",
    "ErrorReason",
    "Comment_File"};

bool Probe(const ProbeInput& input) {
  const std::string_view text = Trim(input.head_text);
  // An array of objects; other arrays look like sections of a setup file.
  if (text.starts_with('[')) {
    return LooksLikeJsonObject(Trim(text.substr(1)));
  }
  if (!text.starts_with('{')) return false;
  if (LooksLikeJsonObject(text)) return true;
  return std::any_of(kKnownMembers.begin(), kKnownMembers.end(),
                     [&](std::string_view member) {
                       return text.find(member) != std::string_view::npos;
                     });
}

Status Parse(const Source& source, const ParseContext& context, Sink& sink) {
  const DetectedEncoding found = DetectTextEncoding(source.bytes());
  Bytes bytes = source.bytes().subspan(found.bom_bytes);
  // Decoding needs memory in proportion; no such file comes near the limit.
  const uint64_t limit = context.limits.text_value_bytes;
  if (bytes.size() > limit) {
    Damage damage;
    damage.error = {Errc::kLimitExceeded, "JSON file", found.bom_bytes + limit,
                    "limit " + std::to_string(limit) + " bytes, found " +
                        std::to_string(bytes.size())};
    damage.bytes_lost = bytes.size() - limit;
    sink.OnDamage(std::move(damage));
    bytes = bytes.first(static_cast<size_t>(limit));
  }

  DecodedText decoded;
  std::string_view text = AsChars(bytes);
  if (found.encoding != Encoding::kUtf8 ||
      ValidUtf8Prefix(text) != text.size()) {
    decoded = DecodeText(bytes, found.encoding);
    text = decoded.text;
    ReportInvalidText(decoded.replaced,
                      found.bom_bytes + decoded.first_replaced_offset,
                      found.encoding, sink);
  }

  if (IsPlainMetadata(text)) {
    if (ReadPlainMetadata(source, context.limits, sink) != 0) return {};
    return Error{Errc::kBadValue, "metadata", found.bom_bytes,
                 "expected lines '\"name\" : value', found none"};
  }

  ProfileValueSink told(&sink);
  const JsonOutcome outcome =
      EmitJsonFacts({text,
                     source.name(),
                     TextPlaces(text, bytes, found.encoding, found.bom_bytes),
                     true,
                     {}},
                    context.limits, told);
  if (outcome.documents == 0) {
    return Error{Errc::kBadMagic, "JSON document", found.bom_bytes,
                 "expected '{' or '[', found neither in " +
                     std::to_string(bytes.size()) + " bytes"};
  }
  return {};
}

}  // namespace

extern constinit const Parser kParser;
constinit const Parser kParser = {"autopilotjson", "Autopilot JSON document",
                                  Probe, Parse};

}  // namespace espial::autopilotjson
