// MDMDiagReport.xml: sections, their items, and what the values say.
#include "parsers/mdmreport/report_reader.h"

#include <espial/core/text.h>
#include <espial/core/time.h>
#include <espial/model/event.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parsers/mdmreport/decode.h"
#include "parsers/mdmreport/report_tree.h"
#include "parsers/support/fact_names.h"
#include "parsers/support/text_document.h"
#include "parsers/support/text_source.h"
#include "parsers/support/xml_reader.h"

namespace espial::mdmreport {
namespace {

constexpr std::string_view kReport = "MDMDiagReport";
constexpr std::string_view kWinner = "_WinningProvider";
// A key of an item, a name of an element, and a path in a fact's name.
constexpr size_t kMostKey = 160;
constexpr size_t kMostPath = 2048;

class ReportReader {
 public:
  ReportReader(const Source& source, const Limits& limits, Sink& sink)
      : limits_(limits),
        sink_(sink),
        document_(source.bytes()),
        places_(document_.places()),
        reader_(document_, {false, 128, "report"}, sink),
        tree_(document_.text()) {}

  Status Read();

 private:
  void EndSection(bool cut);
  void EmitItem();
  std::string NameNode(uint32_t index);
  void EmitNode(uint32_t index);
  void EmitValue(uint32_t index, const std::string& path);
  void EmitFact(const Node& node, const std::string& name,
                std::string_view type, std::string_view data,
                std::optional<uint64_t> number);
  void EmitError(uint32_t index);
  void LearnProvider();
  [[nodiscard]] std::string_view TextOf(uint32_t parent,
                                        std::string_view name) const;
  [[nodiscard]] bool InErrorLog(uint32_t index) const;

  const Limits& limits_;
  Sink& sink_;
  const TextDocument document_;
  TextPlaces places_;
  XmlReader reader_;
  ReportTree tree_;
  std::string section_;
  std::string section_text_;
  Node section_node_;
  std::string key_;
  // Names of items of the section, and of elements within the item.
  NameCounter items_;
  NameCounter elements_;
  // Of the elements around the one that is emitted, with their nodes.
  std::vector<std::pair<uint32_t, std::string>> paths_;
  std::string component_;
  // Enrollment ids, folded, and what ProviderID they have.
  std::map<std::string, std::string, std::less<>> providers_;
  uint64_t text_bytes_ = 0;
  bool full_ = false;
};

Status ReportReader::Read() {
  XmlToken token;
  uint32_t item_depth = 0;
  bool begun = false;
  while (!full_ && reader_.Next(&token)) {
    if (item_depth != 0) {
      tree_.Take(token, reader_.truncated());
      if (token.kind == XmlTokenKind::kEnd && token.depth == item_depth) {
        item_depth = 0;
        EmitItem();
      }
      continue;
    }
    if (token.depth == 2 && token.kind == XmlTokenKind::kText &&
        !Trim(token.text).empty() && section_text_.empty()) {
      section_text_ = Trim(token.text);
      section_node_.value = token.position;
    } else if (token.depth == 2 && token.kind == XmlTokenKind::kEnd) {
      EndSection(token.implied && reader_.truncated());
    }
    if (token.kind != XmlTokenKind::kStart) continue;
    begun = true;
    if (token.depth == 2) {
      section_ = Clip(token.name, kMostKey);
      component_.clear();
      items_.Clear();
    } else if (token.depth > 2) {
      item_depth = token.depth;
      tree_.Clear();
      tree_.Take(token, false);
    }
  }
  document_.ReportInvalid(sink_);
  if (!begun) {
    return Error{Errc::kTruncated, "report", 0,
                 "expected <MDMEnterpriseDiagnosticsReport>, found no element"};
  }
  return {};
}

// Text of a section itself, as Version has it.
void ReportReader::EndSection(bool cut) {
  const std::string text = std::exchange(section_text_, {});
  if (text.empty() || cut) return;
  key_ = kReport;
  const FactNumber number = ReadFactNumber(text);
  EmitFact(section_node_, section_, number.type, text,
           number.has_number ? std::optional(number.number) : std::nullopt);
}

// The text of the child of that name; empty where there is none.
std::string_view ReportReader::TextOf(uint32_t parent,
                                      std::string_view name) const {
  const std::vector<Node>& nodes = tree_.nodes();
  for (uint32_t i = parent + 1; i < nodes.size(); ++i) {
    if (nodes[i].parent == parent && EqualsFold(nodes[i].name, name)) {
      return Trim(nodes[i].text);
    }
    if (nodes[i].parent < parent || nodes[i].parent == kNoNode) break;
  }
  return {};
}

void ReportReader::LearnProvider() {
  const std::string_view id = TextOf(0, "EnrollmentId");
  const std::string_view provider = TextOf(0, "ProviderID");
  if (!id.empty() && !provider.empty() && providers_.size() < 4096) {
    providers_.try_emplace(Fold(id), provider);
  }
}

void ReportReader::EmitItem() {
  if (tree_.nodes().empty()) return;
  key_ = std::string(kReport) + "/" + section_;
  if (section_ == "Enrollments") LearnProvider();
  paths_.clear();
  elements_.Clear();
  for (uint32_t i = 0; i < tree_.nodes().size() && !full_; ++i) EmitNode(i);
}

// "Area[Defender]", "ResourceName[2]": the element, what names it, and its
// number where that is not enough. Paths that become too long lose their middle
// and are told apart by their number alone.
std::string ReportReader::NameNode(uint32_t index) {
  const std::vector<Node>& nodes = tree_.nodes();
  const Node& node = nodes[index];
  std::string name = node.attribute ? "@" : "";
  name += Clip(node.name, kMostKey);
  if (node.key != kNoNode) {
    name +=
        "[" + CollapseSpace(Clip(Trim(nodes[node.key].text), kMostKey)) + "]";
  }
  const bool item = node.parent == kNoNode;
  const uint32_t count =
      item ? items_.Count(0, name) : elements_.Count(node.parent, name);
  if (count > 1) name += "[" + std::to_string(count) + "]";
  if (item) return name;
  while (paths_.back().first != node.parent) paths_.pop_back();
  const std::string& parent = paths_.back().second;
  return (parent.size() + name.size() < kMostPath
              ? parent
              : "..." + std::to_string(node.parent)) +
         "/" + name;
}

bool ReportReader::InErrorLog(uint32_t index) const {
  for (uint32_t i = index; i != kNoNode; i = tree_.nodes()[i].parent) {
    if (EqualsFold(tree_.nodes()[i].name, "ErrorLog")) return true;
  }
  return EqualsFold(section_, "ErrorLog");
}

void ReportReader::EmitNode(uint32_t index) {
  const Node& node = tree_.nodes()[index];
  if (EqualsFold(node.name, "Component")) {
    const std::string_view own =
        node.has_children ? TextOf(index, "Name") : Trim(node.text);
    if (!own.empty()) component_ = Clip(own, kMostKey);
  }
  if (node.error != kNoNode && node.time != kNoNode && InErrorLog(index)) {
    EmitError(index);
  }
  if (node.attribute) return;
  paths_.emplace_back(index, NameNode(index));
  // Attributes stand before the text.
  for (uint32_t i = index + 1;
       i < tree_.nodes().size() && tree_.nodes()[i].attribute &&
       tree_.nodes()[i].parent == index;
       ++i) {
    EmitValue(i, NameNode(i));
  }
  EmitValue(index, std::string(paths_.back().second));
}

void ReportReader::EmitValue(uint32_t index, const std::string& path) {
  const Node& node = tree_.nodes()[index];
  if (node.cut || (node.has_children && node.text.empty())) return;
  const FactNumber number = ReadFactNumber(Trim(node.text));
  EmitFact(node, path, number.type, node.text,
           number.has_number ? std::optional(number.number) : std::nullopt);
  if (const auto decoded = Decode(section_, node.name, node.text)) {
    EmitFact(node, path + "#" + std::string(decoded->suffix), decoded->type,
             decoded->text, decoded->number);
  }
  if (EndsWithFold(node.name, kWinner)) {
    const auto found = providers_.find(Fold(Trim(node.text)));
    if (found != providers_.end()) {
      EmitFact(node, path + "#provider", "string", found->second, std::nullopt);
    }
  }
}

void ReportReader::EmitFact(const Node& node, const std::string& name,
                            std::string_view type, std::string_view data,
                            std::optional<uint64_t> number) {
  if (full_) return;
  const Place place = places_.At(node.value);
  text_bytes_ += key_.size() + name.size() + data.size();
  if (text_bytes_ > limits_.text_value_bytes) {
    full_ = true;
    Damage damage;
    damage.error = {Errc::kLimitExceeded, "report facts", place.offset,
                    "line " + std::to_string(place.line) + ": limit " +
                        std::to_string(limits_.text_value_bytes) +
                        " bytes of text in all"};
    damage.bytes_lost =
        document_.places().At(document_.text().size()).offset - place.offset;
    sink_.OnDamage(std::move(damage));
    return;
  }
  Fact fact;
  fact.kind = FactKind::kXml;
  fact.key = key_;
  fact.name = name;
  fact.type = type;
  fact.data = data;
  fact.number = number;
  fact.line = place.line;
  fact.offset = place.offset;
  sink_.OnFact(fact);
}

// An entry of the error log is an event too.
void ReportReader::EmitError(uint32_t index) {
  const std::vector<Node>& nodes = tree_.nodes();
  const Node& entry = nodes[index];
  const std::string_view error = Trim(nodes[entry.error].text);
  const std::string_view time = Trim(nodes[entry.time].text);
  const Place place = places_.At(entry.position);
  Event event;
  event.record = place.line;
  event.offset = place.offset;
  event.channel = kReport;
  event.provider = "MDM";
  if (!component_.empty()) event.provider = component_;
  event.time.as_written = time;
  if (const auto read = ParseIso8601(time)) {
    event.time.ticks = read->ticks;
    event.time.quality = read->quality;
    if (read->quality == TimeQuality::kUtc) event.time.as_written = {};
  } else {
    sink_.OnDamage({{},
                    {Errc::kBadValue, "report time", place.offset,
                     "line " + std::to_string(place.line) +
                         ": expected 'YYYY-MM-DD HH:MM:SS.mmm', found '" +
                         Clip(time, 40) + "'"},
                    0,
                    false});
  }
  std::vector<Field> fields;
  std::string message(TextOf(index, "Name"));
  const auto result = ReadResult(error);
  for (uint32_t i = index + 1; i < nodes.size(); ++i) {
    const Node& node = nodes[i];
    if (node.parent < index || node.parent == kNoNode) break;
    if (node.parent != index || node.has_children || node.cut) continue;
    const std::string_view text = Trim(node.text);
    if (i == entry.error && result) {
      fields.push_back({node.name, {ValueType::kHex32, *result, {}}});
    } else if (i != entry.time) {
      fields.push_back({node.name, Value::String(text)});
      if (StartsWithFold(node.name, "Metadata") && !text.empty()) {
        if (!message.empty()) message += ' ';
        message += text;
      }
    }
  }
  if (result) {
    if (!message.empty()) message += ": ";
    message += "0x" + ToHex(*result, 8);
  }
  // The top bit of a result means failure.
  event.level = !result || *result >= 0x80000000U ? 2 : 4;
  event.message = message;
  event.fields = fields;
  sink_.OnEvent(event);
}

}  // namespace

Status ReadReport(const Source& source, const Limits& limits, Sink& sink) {
  return ReportReader(source, limits, sink).Read();
}

}  // namespace espial::mdmreport
