#include "rules/engine/document_loader.h"

#include <array>
#include <string_view>

#include "rules/engine/document_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

void ReadSigma(const YamlNode& root, const Reporter& reporter,
               const Services& services, Unit* out) {
  constexpr std::array<string_view, 19> kKeys = {
      "title",          "id",          "name",      "related",    "taxonomy",
      "status",         "description", "license",   "references", "author",
      "date",           "modified",    "logsource", "detection",  "fields",
      "falsepositives", "level",       "tags",      "scope"};
  const MapReader map(root, reporter, "the document", kKeys);
  out->file = reporter.file;
  out->owner = map.RequireText("title").value_or("");
  const YamlNode* logsource = map.Require("logsource");
  const YamlNode* detection = map.Require("detection");
  if (logsource == nullptr || detection == nullptr) return;
  auto loaded = LoadDetection(*logsource, *detection, nullptr, out->owner,
                              root.mark, services, reporter);
  if (loaded) out->detections.push_back(std::move(*loaded));
}

}  // namespace

void LoadDocument(const YamlNode& root, const Reporter& reporter, Pack* pack) {
  if (!root.is_map()) {
    reporter.Error(root.mark, "E004", "a rule document must be a map");
    return;
  }
  DocumentReader reader(root, reporter, pack->catalog.services());
  if (root.Find("signature") != nullptr) {
    pack->signatures.emplace_back();
    reader.ReadSignature(&pack->signatures.back());
  } else if (root.Find("flow") != nullptr) {
    pack->flows.emplace_back();
    reader.ReadFlow(&pack->flows.back());
  } else if (root.Find("detection") != nullptr) {
    pack->sigma.emplace_back();
    ReadSigma(root, reporter, pack->catalog.services(), &pack->sigma.back());
  } else if (root.Find("correlation") != nullptr) {
    reporter.Error(root.mark, "E005",
                   "a correlation must stand within a signature or flow");
  } else {
    reporter.Error(root.mark, "E005",
                   "a rule document needs one of the keys 'signature', 'flow' "
                   "and 'detection'");
  }
}

}  // namespace espial::rules
