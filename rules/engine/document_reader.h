// The parts that documents of all kinds share: head, detections, correlations,
// conditions.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/detection_loader.h"
#include "rules/engine/document.h"
#include "rules/engine/selection_loader.h"
#include "rules/engine/yaml_reader.h"

namespace espial::rules {

// Reads one document; every reader of a part is a member, so that the file and
// the names of the document are at hand.
class DocumentReader {
 public:
  DocumentReader(const YamlNode& root, const Reporter& reporter,
                 const Services& services)
      : root_(root), reporter_(reporter), services_(services) {}

  void ReadSignature(Signature* out);
  void ReadFlow(FlowRules* out);

 private:
  void Error(Mark mark, std::string_view code, std::string message) const {
    reporter_.Error(mark, code, std::move(message));
  }
  void ReadHead(const MapReader& map, std::string* title, std::string* id);
  void ReadUnit(const MapReader& map, Unit* unit);
  // Texts that stand as they are, in English, or in a map by language; calls
  // take(language, node) for each.
  void ReadByLanguage(const MapReader& map, std::string_view key,
                      const std::function<void(const std::string&,
                                               const YamlNode&)>& take) const;
  void ReadTexts(const MapReader& document, const MapReader& body,
                 Signature* out) const;
  Expr ReadExpr(const MapReader& map, std::string_view key,
                bool required) const;
  std::vector<ConfidenceCase> ReadConfidence(const MapReader& map) const;
  std::vector<Need> ReadNeeds(const YamlNode& node) const;
  bool ReadNeedOption(const YamlNode& node, Need::Option* out) const;
  void ReadTests(const YamlNode& node, Signature* out) const;
  void ReadCancellations(const YamlNode& node, Unit* unit) const;
  bool ReadCancellation(const YamlNode& node, const Unit& unit,
                        Cancellation* out) const;
  std::optional<uint32_t> FindTimed(const MapReader& map, std::string_view key,
                                    const Unit& unit) const;
  bool ReadLinks(const YamlNode& node, Cancellation* out) const;
  ScenarioCase ReadScenario(const YamlNode& node) const;
  PartRules ReadParts(const YamlNode& node) const;
  FlowStep ReadStep(const YamlNode& node) const;

  const YamlNode& root_;
  Reporter reporter_;
  const Services& services_;
  std::vector<std::string> names_;
};

// Lower-case words with digits between `separators`.
bool IsName(std::string_view text, std::string_view separators);
// Name of a file without its folders and ".yml".
std::string_view Stem(std::string_view file);

}  // namespace espial::rules
