#include "rules/engine/document_loader.h"

#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "rules/engine/correlation_loader.h"
#include "rules/engine/yaml_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

constexpr std::array<string_view, 3> kConfidences = {"low", "medium", "high"};
constexpr std::array<string_view, 3> kSeverities = {"info", "warning", "error"};
constexpr std::array<string_view, 3> kVerities = {"not_matched", "inconclusive",
                                                  "matched"};

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "HYB-001".
bool IsCode(string_view text) {
  const size_t dash = text.find('-');
  if (dash < 2 || dash > 8 || text.size() != dash + 4) return false;
  if (!IsUpper(text[0])) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(dash),
                     [](char c) { return IsUpper(c) || IsDigit(c); }) &&
         std::all_of(text.begin() + static_cast<ptrdiff_t>(dash) + 1,
                     text.end(), IsDigit);
}

// Lower-case words with digits between `separator`s.
bool IsName(string_view text, string_view separators) {
  return !text.empty() && IsLower(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return IsLower(c) || IsDigit(c) ||
                  separators.find(c) != string_view::npos;
         });
}

bool IsUuid(string_view text) {
  return text.size() == 36 && ParseGuid(text).has_value();
}

// Name of a file without its folders and ".yml".
string_view Stem(string_view file) {
  const size_t slash = file.rfind('/');
  if (slash != string_view::npos) file.remove_prefix(slash + 1);
  if (file.ends_with(".yml")) file.remove_suffix(4);
  return file;
}

// Reads one document; every reader of a part is a member, so that the file and
// the names of the document are at hand.
class DocumentReader {
 public:
  DocumentReader(const YamlNode& root, const Reporter& reporter,
                 const Services& services)
      : root_(root), reporter_(reporter), services_(services) {}

  void ReadSignature(Signature* out);
  void ReadFlow(FlowRules* out);
  void ReadSigma(Unit* out);

 private:
  void Error(Mark mark, string_view code, std::string message) const {
    reporter_.Error(mark, code, std::move(message));
  }
  void ReadHead(const MapReader& map, std::string* title, std::string* id);
  void ReadUnit(const MapReader& map, Unit* unit);
  Expr ReadExpr(const MapReader& map, string_view key, bool required) const;
  std::vector<ConfidenceCase> ReadConfidence(const MapReader& map) const;
  std::vector<Need> ReadNeeds(const YamlNode& node) const;
  bool ReadNeedOption(const YamlNode& node, Need::Option* out) const;
  void ReadTests(const YamlNode& node, Signature* out) const;
  ScenarioCase ReadScenario(const YamlNode& node) const;
  PartRules ReadParts(const YamlNode& node) const;
  FlowStep ReadStep(const YamlNode& node) const;

  const YamlNode& root_;
  Reporter reporter_;
  const Services& services_;
  std::vector<std::string> names_;
};

void DocumentReader::ReadHead(const MapReader& map, std::string* title,
                              std::string* id) {
  *title = map.RequireText("title").value_or("");
  *id = Fold(map.RequireText("id").value_or(""));
  if (!id->empty() && !IsUuid(*id)) {
    Error(map.MarkOf("id"), "E019",
          fmt::format("'id' must be a UUID, not {}", Quoted(*id)));
  }
}

void DocumentReader::ReadUnit(const MapReader& map, Unit* unit) {
  unit->file = reporter_.file;
  if (const YamlNode* detections = map.Get("detections")) {
    if (!detections->is_map()) {
      Error(detections->mark, "E004", "'detections' must be a map");
    }
    for (const YamlEntry& entry : detections->entries) {
      constexpr std::array<string_view, 3> kKeys = {"logsource", "detection",
                                                    "part"};
      const MapReader item(entry.value, reporter_,
                           fmt::format("the detection {}", Quoted(entry.key)),
                           kKeys);
      // The name is known even when the detection is not, so that conditions
      // which use it are not reported as well.
      names_.push_back(entry.key);
      if (!item.ok()) continue;
      const YamlNode* logsource = item.Require("logsource");
      const YamlNode* detection = item.Require("detection");
      if (logsource == nullptr || detection == nullptr) continue;
      auto loaded = LoadDetection(*logsource, *detection, item.Get("part"),
                                  entry.key, entry.mark, services_, reporter_);
      if (!loaded) {
        loaded.emplace();
        loaded->name = entry.key;
      }
      unit->detections.push_back(std::move(*loaded));
    }
  }
  if (const YamlNode* correlations = map.Get("correlations")) {
    LoadCorrelations(*correlations, reporter_, unit);
    for (const YamlEntry& entry : correlations->entries) {
      names_.push_back(entry.key);
    }
  }
}

Expr DocumentReader::ReadExpr(const MapReader& map, string_view key,
                              bool required) const {
  const YamlNode* node = required ? map.Require(key) : map.Get(key);
  if (node == nullptr) return {};
  return LoadExpr(*node, names_, reporter_).value_or(Expr());
}

std::vector<ConfidenceCase> DocumentReader::ReadConfidence(
    const MapReader& map) const {
  std::vector<ConfidenceCase> out;
  const YamlNode* node = map.Require("confidence");
  if (node == nullptr) return out;
  if (!node->is_list()) {
    const auto is = ReadOneOf(*node, reporter_, "'confidence'", kConfidences);
    if (is) out.push_back({{}, static_cast<Confidence>(*is)});
    return out;
  }
  for (const YamlNode& item : node->items) {
    constexpr std::array<string_view, 2> kKeys = {"when", "is"};
    const MapReader entry(item, reporter_, "a case of 'confidence'", kKeys);
    if (!entry.ok()) continue;
    ConfidenceCase one;
    one.when = ReadExpr(entry, "when", false);
    const auto is = entry.OneOf("is", kConfidences, true);
    if (is) one.is = static_cast<Confidence>(*is);
    out.push_back(std::move(one));
  }
  const bool ends_open = !node->items.empty() && node->items.back().is_map() &&
                         node->items.back().Find("when") == nullptr;
  if (!ends_open) {
    Error(node->mark, "E005",
          "the last case of 'confidence' must be one without 'when'");
  }
  return out;
}

bool DocumentReader::ReadNeedOption(const YamlNode& node,
                                    Need::Option* out) const {
  constexpr std::array<string_view, 3> kKeys = {"channel", "registry", "json"};
  const MapReader map(node, reporter_, "a need", kKeys);
  if (!map.ok()) return false;
  if (node.entries.size() != 1) {
    Error(node.mark, "E004", "a need has one of channel, registry and json");
    return false;
  }
  if (map.Get("registry") != nullptr) {
    const auto value = map.Bool("registry");
    if (value && !*value) {
      Error(map.MarkOf("registry"), "E008", "'registry' must be true");
    }
    out->kind = Need::Kind::kRegistry;
    return value.value_or(false);
  }
  const bool channel = map.Get("channel") != nullptr;
  const auto name = map.Text(channel ? "channel" : "json");
  out->kind = channel ? Need::Kind::kChannel : Need::Kind::kJson;
  out->name = name.value_or("");
  return name.has_value();
}

std::vector<Need> DocumentReader::ReadNeeds(const YamlNode& node) const {
  std::vector<Need> out;
  if (!node.is_list()) {
    Error(node.mark, "E004", "'needs' must be a list");
    return out;
  }
  for (const YamlNode& item : node.items) {
    Need need;
    const YamlNode* any = item.is_map() ? item.Find("any") : nullptr;
    if (any != nullptr && item.entries.size() == 1) {
      if (!any->is_list() || any->items.empty()) {
        Error(any->mark, "E004", "'any' must be a list of needs");
        continue;
      }
      for (const YamlNode& option : any->items) {
        Need::Option read;
        if (ReadNeedOption(option, &read)) {
          need.options.push_back(std::move(read));
        }
      }
    } else {
      Need::Option read;
      if (ReadNeedOption(item, &read)) need.options.push_back(std::move(read));
    }
    if (!need.options.empty()) out.push_back(std::move(need));
  }
  return out;
}

void DocumentReader::ReadTests(const YamlNode& node, Signature* out) const {
  if (!node.is_list()) {
    Error(node.mark, "E004", "'tests' must be a list");
    return;
  }
  for (const YamlNode& item : node.items) {
    constexpr std::array<string_view, 3> kKeys = {"scenario", "expect",
                                                  "without"};
    const MapReader map(item, reporter_, "a test", kKeys);
    if (!map.ok()) continue;
    SignatureTest test;
    test.code = out->code;
    test.scenario = map.RequireText("scenario").value_or("");
    test.without = map.TextList("without");
    const auto expect = map.OneOf("expect", kVerities, true);
    if (expect) test.expect = static_cast<Verity>(*expect);
    out->tests.push_back(std::move(test));
  }
}

void DocumentReader::ReadSignature(Signature* out) {
  constexpr std::array<string_view, 13> kKeys = {
      "title",    "id",         "signature",   "detections", "correlations",
      "tests",    "status",     "description", "author",     "date",
      "modified", "references", "tags"};
  const MapReader map(root_, reporter_, "the document", kKeys);
  ReadHead(map, &out->title, &out->id);
  ReadUnit(map, &out->unit);
  constexpr std::array<string_view, 15> kSignatureKeys = {
      "code",  "name",  "severity", "confidence", "stage",
      "needs", "when",  "unless",   "suspect",    "applies_to",
      "links", "cause", "explains", "evidence",   "remedy"};
  const MapReader body(*root_.Find("signature"), reporter_, "'signature'",
                       kSignatureKeys);
  if (!body.ok()) return;
  out->code = body.RequireText("code").value_or("");
  out->code_mark = body.MarkOf("code");
  out->unit.owner = out->code;
  if (!out->code.empty() && !IsCode(out->code)) {
    Error(out->code_mark, "E019",
          fmt::format("'code' must look like AREA-001, not {}",
                      Quoted(out->code)));
  } else if (!out->code.empty() && Stem(reporter_.file) != out->code) {
    Error(out->code_mark, "E019",
          fmt::format("the code {} is not the name of the file, {}",
                      Quoted(out->code), Quoted(Stem(reporter_.file))));
  }
  out->name = body.RequireText("name").value_or("");
  if (!out->name.empty() && !IsName(out->name, "-")) {
    Error(body.MarkOf("name"), "E019",
          fmt::format("'name' must be lower-case words joined by '-', not {}",
                      Quoted(out->name)));
  }
  const auto severity = body.OneOf("severity", kSeverities, true);
  if (severity) out->severity = static_cast<Severity>(*severity);
  out->confidence = ReadConfidence(body);
  if (const YamlNode* stage = body.Get("stage"); stage != nullptr) {
    if (stage->is_list()) {
      out->stages = body.TextList("stage");
    } else if (auto one = body.Text("stage")) {
      out->stages.push_back(std::move(*one));
    }
  }
  out->stage_mark = body.MarkOf("stage");
  out->applies_to = body.TextList("applies_to");
  out->applies_to_mark = body.MarkOf("applies_to");
  if (const YamlNode* needs = body.Get("needs")) {
    out->needs = ReadNeeds(*needs);
  }
  out->when = ReadExpr(body, "when", true);
  out->unless = ReadExpr(body, "unless", false);
  out->suspect = ReadExpr(body, "suspect", false);
  out->explains = body.TextList("explains");
  out->explains_mark = body.MarkOf("explains");
  for (const std::string& code : out->explains) {
    if (!IsCode(code)) {
      Error(out->explains_mark, "E019",
            fmt::format("'explains' must list codes, not {}", Quoted(code)));
    }
  }
  out->evidence = body.TextList("evidence");
  out->cause = body.Text("cause").value_or("");
  out->remedy = body.TextList("remedy");
  out->links = body.TextList("links");
  for (const std::string& link : out->links) {
    if (!link.starts_with("https://")) {
      Error(
          body.MarkOf("links"), "E008",
          fmt::format("a link must begin with https://, not {}", Quoted(link)));
    }
  }
  if (const YamlNode* tests = map.Get("tests")) ReadTests(*tests, out);
}

ScenarioCase DocumentReader::ReadScenario(const YamlNode& node) const {
  constexpr std::array<string_view, 4> kKeys = {"name", "title", "when",
                                                "confidence"};
  ScenarioCase out;
  const MapReader map(node, reporter_, "a scenario", kKeys);
  if (!map.ok()) return out;
  out.name = map.RequireText("name").value_or("");
  out.title = map.RequireText("title").value_or("");
  out.when = ReadExpr(map, "when", true);
  out.confidence = ReadConfidence(map);
  return out;
}

PartRules DocumentReader::ReadParts(const YamlNode& node) const {
  constexpr std::array<string_view, 5> kKeys = {
      "reseal", "quiet", "boot", "user_marks", "technician_marks"};
  PartRules out;
  const MapReader map(node, reporter_, "'parts'", kKeys);
  if (!map.ok()) return out;
  out.reseal = ReadExpr(map, "reseal", false);
  out.boot = ReadExpr(map, "boot", false);
  out.user_marks = ReadExpr(map, "user_marks", false);
  out.technician_marks = ReadExpr(map, "technician_marks", false);
  if (const YamlNode* quiet = map.Get("quiet")) {
    out.quiet = ReadDuration(*quiet, reporter_, "'quiet'");
  }
  return out;
}

FlowStep DocumentReader::ReadStep(const YamlNode& node) const {
  constexpr std::array<string_view, 9> kKeys = {
      "step",    "title",  "started",  "passed",  "failed",
      "skipped", "expect", "optional", "evidence"};
  FlowStep out;
  const MapReader map(node, reporter_, "a step", kKeys);
  if (!map.ok()) return out;
  out.id = map.RequireText("step").value_or("");
  if (!out.id.empty() && !IsName(out.id, "._")) {
    Error(map.MarkOf("step"), "E019",
          fmt::format("'step' must look like user.device_setup, not {}",
                      Quoted(out.id)));
  }
  out.title = map.RequireText("title").value_or("");
  out.started = ReadExpr(map, "started", false);
  out.passed = ReadExpr(map, "passed", false);
  out.failed = ReadExpr(map, "failed", false);
  out.skipped = ReadExpr(map, "skipped", false);
  constexpr std::array<string_view, 1> kExpect = {"skipped"};
  out.expect_skipped = map.OneOf("expect", kExpect, false).has_value();
  out.optional =
      map.Get("optional") != nullptr && map.Bool("optional").value_or(false);
  out.evidence = map.TextList("evidence");
  return out;
}

void DocumentReader::ReadFlow(FlowRules* out) {
  constexpr std::array<string_view, 12> kKeys = {
      "title",       "id",     "flow", "detections", "correlations", "status",
      "description", "author", "date", "modified",   "references",   "tags"};
  const MapReader map(root_, reporter_, "the document", kKeys);
  ReadHead(map, &out->title, &out->id);
  out->id_mark = map.MarkOf("id");
  ReadUnit(map, &out->unit);
  constexpr std::array<string_view, 6> kFlowKeys = {
      "name", "scenarios", "applies_to", "parts", "goal", "steps"};
  const MapReader body(*root_.Find("flow"), reporter_, "'flow'", kFlowKeys);
  if (!body.ok()) return;
  out->name = body.RequireText("name").value_or("");
  out->unit.owner = out->name;
  if (!out->name.empty() && Stem(reporter_.file) != out->name) {
    Error(body.MarkOf("name"), "E019",
          fmt::format("the name {} is not the name of the file, {}",
                      Quoted(out->name), Quoted(Stem(reporter_.file))));
  }
  if (const YamlNode* scenarios = body.Get("scenarios")) {
    if (!scenarios->is_list()) {
      Error(scenarios->mark, "E004", "'scenarios' must be a list");
    }
    for (const YamlNode& item : scenarios->items) {
      out->scenarios.push_back(ReadScenario(item));
    }
  }
  out->applies_to = body.TextList("applies_to");
  if (const YamlNode* parts = body.Get("parts")) out->parts = ReadParts(*parts);
  const YamlNode* steps = body.Require("steps");
  if (steps != nullptr && !steps->is_list()) {
    Error(steps->mark, "E004", "'steps' must be a list");
  } else if (steps != nullptr) {
    std::set<std::string> seen;
    for (const YamlNode& item : steps->items) {
      out->steps.push_back(ReadStep(item));
      if (!seen.insert(out->steps.back().id).second) {
        Error(item.mark, "E011",
              fmt::format("the step {} stands here twice",
                          Quoted(out->steps.back().id)));
      }
    }
  }
  out->goal = body.Text("goal").value_or("");
  const bool known =
      std::any_of(out->steps.begin(), out->steps.end(),
                  [&](const FlowStep& step) { return step.id == out->goal; });
  if (!out->goal.empty() && !known) {
    std::vector<std::string> ids;
    for (const FlowStep& step : out->steps) ids.push_back(step.id);
    Error(
        body.MarkOf("goal"), "E022",
        fmt::format("unknown step {}{}", Quoted(out->goal),
                    DidYouMean(out->goal, std::span<const std::string>(ids))));
  }
}

void DocumentReader::ReadSigma(Unit* out) {
  constexpr std::array<string_view, 19> kKeys = {
      "title",          "id",          "name",      "related",    "taxonomy",
      "status",         "description", "license",   "references", "author",
      "date",           "modified",    "logsource", "detection",  "fields",
      "falsepositives", "level",       "tags",      "scope"};
  const MapReader map(root_, reporter_, "the document", kKeys);
  out->file = reporter_.file;
  out->owner = map.RequireText("title").value_or("");
  const YamlNode* logsource = map.Require("logsource");
  const YamlNode* detection = map.Require("detection");
  if (logsource == nullptr || detection == nullptr) return;
  auto loaded = LoadDetection(*logsource, *detection, nullptr, out->owner,
                              root_.mark, services_, reporter_);
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
    reader.ReadSigma(&pack->sigma.back());
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
