#include "parsers/evtx/render/plain_json.h"

#include <espial/core/text.h>

#include "parsers/evtx/render/plain_text.h"
#include "parsers/evtx/xml_text.h"

namespace espial::evtx {
namespace {

using Kind = TreeNode::Kind;

bool IsContainer(std::string_view name) {
  return name == "EventData" || name == "UserData";
}

}  // namespace

void PlainJson::Record() {
  const TreeNode& root = tree_.node(tree_.root());
  out_ += '{';
  UniqueKeys keys(&pool_);
  Member(root, &keys);
  out_ += '}';
}

PlainJson::Content PlainJson::ContentOf(const TreeNode& node) const {
  Content content;
  for (uint32_t i = node.first_child; i != kNoNode; i = tree_.node(i).next) {
    const TreeNode& child = tree_.node(i);
    if (child.kind == Kind::kElement) {
      content.element = true;
    } else if (!child.empty) {
      content.text = true;
    }
  }
  return content;
}

bool PlainJson::HasAttributeText(const TreeNode& element) const {
  for (uint32_t i = element.first_attribute; i != kNoNode;
       i = tree_.node(i).next) {
    if (ContentOf(tree_.node(i)).text) return true;
  }
  return false;
}

// The Name attribute of a Data element; null where it has none or an empty one.
const TreeNode* PlainJson::NameOf(const TreeNode& data) const {
  for (uint32_t i = data.first_attribute; i != kNoNode;
       i = tree_.node(i).next) {
    const TreeNode& attribute = tree_.node(i);
    if (attribute.name == "Name") {
      return ContentOf(attribute).text ? &attribute : nullptr;
    }
  }
  return nullptr;
}

void PlainJson::ElementValue(const TreeNode& element, bool attributes,
                             bool container, std::string_view empty) {
  const Content content = ContentOf(element);
  attributes = attributes && HasAttributeText(element);
  if (content.element || attributes) {
    ElementBody(element, attributes, container);
  } else if (content.text) {
    ScalarValue(element);
  } else {
    out_ += empty;
  }
}

void PlainJson::ElementBody(const TreeNode& element, bool attributes,
                            bool container) {
  UniqueKeys keys(&pool_);
  bool any = false;
  out_ += '{';
  if (attributes) {
    Comma(&any);
    keys.Take("#attributes");
    Key("#attributes", "");
    out_ += '{';
    AttributesBody(element);
    out_ += '}';
  }
  if (ContentOf(element).text) {
    Comma(&any);
    keys.Take("#text");
    Key("#text", "");
    ScalarValue(element);
  }
  bool unnamed_written = false;
  for (uint32_t i = element.first_child; i != kNoNode; i = tree_.node(i).next) {
    const TreeNode& child = tree_.node(i);
    if (child.kind != Kind::kElement) continue;
    if (!container || child.name != "Data") {
      Comma(&any);
      Member(child, &keys);
    } else if (const TreeNode* name = NameOf(child)) {
      Comma(&any);
      NamedData(child, *name, &keys);
    } else if (!unnamed_written) {
      unnamed_written = true;
      Comma(&any);
      UnnamedData(element, &keys);
    }
  }
  out_ += '}';
}

void PlainJson::Member(const TreeNode& child, UniqueKeys* keys) {
  const bool container = IsContainer(child.name);
  if (!style_.separate_attributes) {
    Key(child.name, keys->Take(child.name));
    ElementValue(child, true, container, "null");
    return;
  }
  const bool attributes = HasAttributeText(child);
  const std::string suffix = keys->Take(child.name, attributes);
  const Content content = ContentOf(child);
  const bool value = content.text || content.element || !attributes;
  if (attributes) {
    Key(child.name, suffix + "_attributes");
    out_ += '{';
    AttributesBody(child);
    out_ += value ? "}," : "}";
  }
  if (value) {
    Key(child.name, suffix);
    ElementValue(child, false, container, "null");
  }
}

void PlainJson::NamedData(const TreeNode& child, const TreeNode& name,
                          UniqueKeys* keys) {
  // The name is compared as it is printed.
  std::string& key = names_.emplace_back();
  PlainJson(tree_, style_, &pool_, &key).TextOf(name);
  out_ += '"';
  out_ += key;
  out_ += keys->Take(key);
  out_ += "\":";
  DataValue(child);
}

// All Data without a name, where the first of them stands.
void PlainJson::UnnamedData(const TreeNode& element, UniqueKeys* keys) {
  std::vector<const TreeNode*> all;
  for (uint32_t i = element.first_child; i != kNoNode; i = tree_.node(i).next) {
    const TreeNode& child = tree_.node(i);
    if (child.kind == Kind::kElement && child.name == "Data" &&
        NameOf(child) == nullptr) {
      all.push_back(&child);
    }
  }
  Key("Data", keys->Take("Data"));
  out_ += "{\"#text\":";
  if (all.size() > 1) out_ += '[';
  for (const TreeNode* data : all) {
    if (data != all.front()) out_ += ',';
    DataValue(*data);
  }
  if (all.size() > 1) out_ += ']';
  out_ += '}';
}

void PlainJson::DataValue(const TreeNode& data) {
  ElementValue(data, false, false, "\"\"");
}

void PlainJson::AttributesBody(const TreeNode& element) {
  UniqueKeys keys(&pool_);
  bool any = false;
  for (uint32_t i = element.first_attribute; i != kNoNode;
       i = tree_.node(i).next) {
    const TreeNode& attribute = tree_.node(i);
    if (!ContentOf(attribute).text) continue;
    Comma(&any);
    Key(attribute.name, keys.Take(attribute.name));
    ScalarValue(attribute);
  }
}

void PlainJson::ScalarValue(const TreeNode& node) {
  const TreeNode* only = nullptr;
  size_t pieces = 0;
  for (uint32_t i = node.first_child; i != kNoNode; i = tree_.node(i).next) {
    const TreeNode& piece = tree_.node(i);
    if (piece.kind == Kind::kElement || piece.empty) continue;
    only = &piece;
    ++pieces;
  }
  const bool bare = pieces == 1 && only->kind == Kind::kValue &&
                    IsBareInJson(only->value.type);
  if (!bare) out_ += '"';
  TextOf(node);
  if (!bare) out_ += '"';
}

void PlainJson::TextOf(const TreeNode& node) {
  for (uint32_t i = node.first_child; i != kNoNode; i = tree_.node(i).next) {
    const TreeNode& piece = tree_.node(i);
    switch (piece.kind) {
      case Kind::kText:
        AppendEscaped(piece.text, Escape::kJson, &out_);
        break;
      case Kind::kValue:
        AppendValueText(piece.value, style_, Escape::kJson, &out_);
        break;
      case Kind::kCharRef: {
        std::string text;
        AppendUtf8(piece.number, &text);
        AppendEscaped(text, Escape::kJson, &out_);
        break;
      }
      case Kind::kEntityRef: {
        const std::string_view known = EntityText(piece.name);
        const std::string text = known.empty()
                                     ? "&" + std::string(piece.name) + ";"
                                     : std::string(known);
        AppendEscaped(text, Escape::kJson, &out_);
        break;
      }
      default:
        break;
    }
  }
}

void PlainJson::Key(std::string_view name, std::string_view suffix) {
  out_ += '"';
  AppendEscaped(name, Escape::kJson, &out_);
  out_ += suffix;
  out_ += "\":";
}

void PlainJson::Comma(bool* any) {
  if (*any) out_ += ',';
  *any = true;
}

}  // namespace espial::evtx
