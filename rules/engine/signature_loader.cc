// Signatures.
#include <espial/core/text.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/engine/document_reader.h"

namespace espial::rules {
namespace {

using std::string_view;

constexpr std::array<string_view, 3> kSeverities = {"info", "warning", "error"};
constexpr std::array<string_view, 3> kVerities = {"not_matched", "inconclusive",
                                                  "matched"};

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
}  // namespace

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
  constexpr std::array<string_view, 15> kKeys = {
      "title",  "id",    "signature", "detections",  "correlations",
      "values", "tests", "status",    "comparisons", "description",
      "author", "date",  "modified",  "references",  "tags"};
  const MapReader map(root_, reporter_, "the document", kKeys);
  ReadHead(map, &out->title, &out->id);
  ReadUnit(map, &out->unit);
  constexpr std::array<string_view, 16> kSignatureKeys = {
      "code",     "name",     "severity", "confidence",  "stage", "needs",
      "when",     "unless",   "suspect",  "applies_to",  "links", "cause",
      "explains", "evidence", "remedy",   "cancelled_by"};
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
  if (const YamlNode* cancelled = body.Get("cancelled_by")) {
    ReadCancellations(*cancelled, &out->unit);
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
  ReadTexts(map, body, out);
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

}  // namespace espial::rules
