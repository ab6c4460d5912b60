#include "parsers/evtx/export/evtxecmd_payload.h"

#include <espial/core/text.h>
#include <espial/core/time.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "parsers/evtx/export/json_text.h"
#include "parsers/evtx/export/node_text.h"
#include "parsers/evtx/layout.h"
#include "parsers/evtx/render/plain_text.h"
#include "parsers/evtx/render/unique_keys.h"

namespace espial::evtx {
namespace {

using Kind = TreeNode::Kind;

// What plain_text.h writes, as EvtxECmd has it: "2022-06-18T04:26:40.0000001Z"
// without T and Z, "0x1fa" as 0x1FA, and so on.
std::string Restyled(uint8_t type, std::string text) {
  switch (type) {
    case kWireHex32:
    case kWireHex64:
    case kWireSizeT:
    case kWireHandle:
      std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
      });
      return text;
    case kWireBool:
      return text == "true" ? "True" : text == "false" ? "False" : text;
    case kWireFileTime:
    case kWireSystemTime:
      if (!text.empty() && text.back() == 'Z') {
        text.pop_back();
        std::replace(text.begin(), text.end(), 'T', ' ');
      }
      return text;
    case kWireBinary: {
      std::string dashed;
      for (size_t i = 0; i < text.size(); i += 2) {
        if (i > 0) dashed += '-';
        dashed += text.substr(i, 2);
      }
      return dashed;
    }
    default:
      return text;
  }
}

void AppendScalar(const WireValue& value, const Codepage* codepage,
                  std::string* out) {
  if (value.type == kWireGuid && value.bytes.size() == 16) {
    *out += FormatGuid(value.bytes).substr(1, 36);
    return;
  }
  std::string text;
  AppendValueText(value, {.codepage = codepage}, Escape::kJson, &text);
  *out += Restyled(value.type, std::move(text));
}

void AppendEcmdValue(const WireValue& value, const Codepage* codepage,
                     std::string* out) {
  if (!value.is_array()) {
    AppendScalar(value, codepage, out);
    return;
  }
  const size_t start = out->size();
  ArrayItems items(value);
  WireValue item;
  while (items.Next(&item)) {
    std::string text;
    AppendScalar(item, codepage, &text);
    if (text.empty()) continue;
    if (out->size() > start) *out += ", ";
    *out += text;
  }
}

class PayloadWriter {
 public:
  PayloadWriter(const RecordTree& tree, const Codepage* codepage,
                std::string* out)
      : tree_(tree), codepage_(codepage), out_(*out) {}

  void Element(const TreeNode& element);

 private:
  struct Group {
    std::string_view name;
    std::vector<const TreeNode*> elements;
  };
  [[nodiscard]] std::vector<Group> Children(const TreeNode& element) const;
  bool Attributes(const TreeNode& element);

  const RecordTree& tree_;
  const Codepage* codepage_;
  std::string& out_;
  std::vector<TakenKey> keys_;
};

std::vector<PayloadWriter::Group> PayloadWriter::Children(
    const TreeNode& element) const {
  std::vector<Group> groups;
  std::unordered_map<std::string_view, size_t> places;
  for (uint32_t i = element.first_child; i != kNoNode; i = tree_.node(i).next) {
    const TreeNode& child = tree_.node(i);
    if (child.kind != Kind::kElement) continue;
    const auto [place, fresh] = places.try_emplace(child.name, groups.size());
    if (fresh) groups.push_back({child.name, {}});
    groups[place->second].elements.push_back(&child);
  }
  return groups;
}

// Opens the object at the first one; whether there is one.
bool PayloadWriter::Attributes(const TreeNode& element) {
  bool any = false;
  UniqueKeys keys(&keys_);
  for (uint32_t i = element.first_attribute; i != kNoNode;
       i = tree_.node(i).next) {
    const TreeNode& attribute = tree_.node(i);
    if (IsNamespace(attribute)) continue;
    if (!any) out_ += '{';
    any = true;
    const std::string suffix = keys.Take(attribute.name);
    AppendKey("@" + std::string(attribute.name) + suffix, &out_);
    out_ += '"';
    AppendNodeText(tree_, attribute, AppendEcmdValue, codepage_, &out_);
    out_ += '"';
  }
  return any;
}

void PayloadWriter::Element(const TreeNode& element) {
  const std::vector<Group> groups = Children(element);
  const bool attributes = Attributes(element);
  std::string text;
  AppendNodeText(tree_, element, AppendEcmdValue, codepage_, &text);
  if (!attributes && groups.empty()) {
    out_ += '"';
    out_ += text;
    out_ += '"';
    return;
  }
  if (!attributes) out_ += '{';
  if (!text.empty()) {
    AppendKey("#text", &out_);
    out_ += '"';
    out_ += text;
    out_ += '"';
  }
  for (const Group& group : groups) {
    AppendKey(group.name, &out_);
    const bool list = group.elements.size() > 1;
    if (list) out_ += '[';
    for (const TreeNode* child : group.elements) {
      if (list) AppendSeparator(&out_);
      Element(*child);
    }
    if (list) out_ += ']';
  }
  out_ += '}';
}

const TreeNode* FindSection(const RecordTree& tree) {
  if (tree.root() == kNoNode) return nullptr;
  const TreeNode& root = tree.node(tree.root());
  if (root.name != "Event") return &root;
  const TreeNode* user_data = nullptr;
  const TreeNode* other = nullptr;
  for (uint32_t i = root.first_child; i != kNoNode; i = tree.node(i).next) {
    const TreeNode& child = tree.node(i);
    if (child.kind != Kind::kElement) continue;
    if (child.name == "EventData") return &child;
    if (child.name == "UserData") {
      if (user_data == nullptr) user_data = &child;
    } else if (child.name != "System" && child.name != "RenderingInfo") {
      if (other == nullptr) other = &child;
    }
  }
  return user_data != nullptr ? user_data : other;
}

}  // namespace

std::string EvtxEcmdPayload(const RecordTree& tree, const Codepage* codepage) {
  const TreeNode* section = FindSection(tree);
  if (section == nullptr) return {};
  std::string json = "{";
  AppendKey(section->name, &json);
  PayloadWriter(tree, codepage, &json).Element(*section);
  json += '}';
  EscapeRareControls(0, &json);
  return json;
}

}  // namespace espial::evtx
