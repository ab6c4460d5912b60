#include <espial/core/text.h>
#include <espial/core/time.h>

#include "parsers/evtx/export/json_text.h"
#include "parsers/evtx/export/node_text.h"
#include "parsers/evtx/export/record_formats.h"
#include "parsers/evtx/export/typed_value.h"
#include "parsers/evtx/render/plain_text.h"

namespace espial::evtx {
namespace {

using Kind = TreeNode::Kind;

void PlainValueText(const WireValue& value, const Codepage* codepage,
                    std::string* out) {
  AppendValueText(value, {.codepage = codepage}, Escape::kJson, out);
}

class RawWriter {
 public:
  RawWriter(const RecordTree& tree, const Codepage* codepage, std::string* out)
      : tree_(tree), codepage_(codepage), out_(*out) {}

  // The members "attributes" (of Event, where there are any but its
  // namespace), "system" and "data".
  void Sections();

 private:
  static bool IsSystem(const TreeNode& node) {
    return node.kind == Kind::kElement && node.name == "System";
  }
  // As the Event of every sound record.
  [[nodiscard]] bool HasNamespaceAlone(const TreeNode& element) const {
    return element.first_attribute != kNoNode &&
           element.first_attribute == element.last_attribute &&
           IsNamespace(tree_.node(element.first_attribute));
  }
  [[nodiscard]] const TreeNode* NameOf(const TreeNode& element) const;
  void Element(const TreeNode& element);
  void Attributes(const TreeNode& element, const TreeNode* name);
  void Content(const TreeNode& node);
  void Piece(const TreeNode& piece);
  void Pieces(const TreeNode& node);

  const RecordTree& tree_;
  const Codepage* codepage_;
  std::string& out_;
};

void RawWriter::Sections() {
  const TreeNode* root =
      tree_.root() == kNoNode ? nullptr : &tree_.node(tree_.root());
  const bool event = root != nullptr && root->name == "Event";
  if (event && !HasNamespaceAlone(*root)) Attributes(*root, nullptr);
  AppendKey("system", &out_);
  out_ += '[';
  if (event) {
    for (uint32_t i = root->first_child; i != kNoNode; i = tree_.node(i).next) {
      if (IsSystem(tree_.node(i))) Pieces(tree_.node(i));
    }
  }
  out_ += ']';
  AppendKey("data", &out_);
  out_ += '[';
  if (event) {
    for (uint32_t i = root->first_child; i != kNoNode; i = tree_.node(i).next) {
      if (!IsSystem(tree_.node(i))) Piece(tree_.node(i));
    }
  } else if (root != nullptr) {
    Piece(*root);
  }
  out_ += ']';
}

const TreeNode* RawWriter::NameOf(const TreeNode& element) const {
  for (uint32_t i = element.first_attribute; i != kNoNode;
       i = tree_.node(i).next) {
    if (tree_.node(i).name == "Name") return &tree_.node(i);
  }
  return nullptr;
}

void RawWriter::Element(const TreeNode& element) {
  AppendMember("element", element.name, &out_);
  AppendKey("name", &out_);
  const TreeNode* name = NameOf(element);
  if (name != nullptr) {
    out_ += '"';
    AppendNodeText(tree_, *name, PlainValueText, codepage_, &out_);
    out_ += '"';
    // What is no literal has a type, which is told among the attributes.
    const TreeNode* only = OnlyChild(tree_, *name);
    if (only == nullptr || only->kind != Kind::kText) name = nullptr;
  } else {
    out_ += "null";
  }
  Attributes(element, name);
  Content(element);
}

// All but `name`.
void RawWriter::Attributes(const TreeNode& element, const TreeNode* name) {
  bool any = false;
  for (uint32_t i = element.first_attribute; i != kNoNode;
       i = tree_.node(i).next) {
    const TreeNode& attribute = tree_.node(i);
    if (&attribute == name) continue;
    if (!any) {
      AppendKey("attributes", &out_);
      out_ += '[';
    }
    any = true;
    AppendSeparator(&out_);
    out_ += '{';
    AppendMember("name", attribute.name, &out_);
    Content(attribute);
    out_ += '}';
  }
  if (any) out_ += ']';
}

void RawWriter::Content(const TreeNode& node) {
  if (node.first_child == kNoNode) {
    AppendMember("type", "empty", &out_);
    AppendMember("value", "", &out_);
    return;
  }
  const TreeNode* only = OnlyChild(tree_, node);
  if (only != nullptr && only->kind == Kind::kValue) {
    AppendTypedValue(only->value, codepage_, &out_);
  } else if (only != nullptr && only->kind == Kind::kText) {
    AppendMember("type", "text", &out_);
    AppendMember("value", only->text, &out_);
  } else {
    AppendKey("content", &out_);
    out_ += '[';
    Pieces(node);
    out_ += ']';
  }
}

void RawWriter::Pieces(const TreeNode& node) {
  for (uint32_t i = node.first_child; i != kNoNode; i = tree_.node(i).next) {
    Piece(tree_.node(i));
  }
}

void RawWriter::Piece(const TreeNode& piece) {
  AppendSeparator(&out_);
  out_ += '{';
  switch (piece.kind) {
    case Kind::kElement:
      Element(piece);
      break;
    case Kind::kText:
      AppendMember("type", "text", &out_);
      AppendMember("value", piece.text, &out_);
      break;
    case Kind::kValue:
      AppendTypedValue(piece.value, codepage_, &out_);
      break;
    case Kind::kCharRef:
      AppendMember("type", "character", &out_);
      AppendMember("value", uint64_t{piece.number}, &out_);
      break;
    case Kind::kEntityRef:
      AppendMember("type", "entity", &out_);
      AppendMember("value", piece.name, &out_);
      break;
    case Kind::kPi:
      AppendMember("type", "instruction", &out_);
      AppendMember("name", piece.name, &out_);
      AppendMember("value", piece.text, &out_);
      break;
    case Kind::kAttribute:
      break;
  }
  out_ += '}';
}

void AppendPlace(const ExportedRecord& record, std::string* out) {
  const Event& event = record.event;
  AppendMember("record_id", event.record, out);
  AppendMember("header_id", record.header_id, out);
  AppendMember("state", RecordStateName(event.state), out);
  AppendMember("confidence", record.confidence, out);
  AppendKey("hidden", out);
  *out += record.hidden ? "true" : "false";
  AppendMember("offset", event.offset, out);
  AppendMember("chunk", record.chunk_number, out);
  AppendMember("source", record.source, out);
  AppendMemberOrNull(
      "time", event.time.known() ? FormatUtc(event.time.ticks) : std::string(),
      out);
  AppendMember("header_time", FormatUtc(Ticks{record.header_time}), out);
}

void AppendEvent(const Event& event, std::string* out) {
  AppendMemberOrNull("provider", event.provider, out);
  AppendMemberOrNull("provider_guid", event.provider_guid, out);
  AppendMember("event_id", uint64_t{event.id}, out);
  AppendMember("qualifiers", uint64_t{event.qualifiers}, out);
  AppendMember("version", uint64_t{event.version}, out);
  AppendMember("level", uint64_t{event.level}, out);
  AppendMember("task", uint64_t{event.task}, out);
  AppendMember("opcode", uint64_t{event.opcode}, out);
  AppendMember("keywords", "0x" + ToHex(event.keywords), out);
  AppendMemberOrNull("activity_id", event.activity_id, out);
  AppendMember("process_id", uint64_t{event.process_id}, out);
  AppendMember("thread_id", uint64_t{event.thread_id}, out);
  AppendMemberOrNull("channel", event.channel, out);
  AppendMemberOrNull("computer", event.computer, out);
  AppendMemberOrNull("user_sid", event.user_sid, out);
}

}  // namespace

void AppendRawJson(const ExportedRecord& record, std::string* out) {
  const size_t start = out->size();
  *out += '{';
  AppendPlace(record, out);
  AppendEvent(record.event, out);
  RawWriter(record.tree, record.codepage, out).Sections();
  *out += "}\n";
  EscapeRareControls(start, out);
}

}  // namespace espial::evtx
