// A template definition to the operations that print it as JSON: as a member
// of an object, "Event":{...}. What depends on more than whether a value is
// there, is left to the plain renderer.
#include <algorithm>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/evtx/render/json_content.h"
#include "parsers/evtx/render/program_writer.h"
#include "parsers/evtx/render/unique_keys.h"

namespace espial::evtx {
namespace {

using Code = Op::Code;

std::string Quoted(std::string_view name) {
  std::string text = "\"";
  AppendEscaped(name, Escape::kJson, &text);
  return text;
}

class JsonCompiler {
 public:
  JsonCompiler(const Program& program, Bytes chunk, const Style& style,
               FastProgram* out)
      : ops_(program.ops),
        style_(style),
        out_(*out),
        writer_(chunk, style, out) {}

  bool Run() {
    if (ops_.empty() || ops_[0].code != Code::kBeginElement ||
        ops_[0].end + size_t{1} != ops_.size()) {
      return false;
    }
    UniqueKeys keys(&pool_);
    if (!Member(0, &keys)) return false;
    out_.root_name = ops_[0].name.text;
    writer_.Finish();
    return true;
  }

 private:
  using Content = JsonContent;

  struct Attribute {
    std::string key;  // "name":
    Content content;
  };

  bool Survey(size_t first, size_t last, Content* content) const {
    return SurveyContent(ops_, writer_, first, last, content);
  }

  // The attributes behind `*at`; those that are always empty are left out.
  bool Attributes(size_t* at, std::vector<Attribute>* attributes) const {
    for (; ops_[*at].code == Code::kBeginAttribute; *at = ops_[*at].end + 1) {
      const Op& op = ops_[*at];
      Attribute attribute;
      attribute.key = Quoted(op.name.text) + "\":";
      if (!Survey(*at + 1, op.end, &attribute.content)) return false;
      const Content& content = attribute.content;
      if (content.elements || content.is_mixed() || content.slots > 1) {
        return false;
      }
      if (content.slots == 0 && content.texts == 0) continue;
      for (const Attribute& other : *attributes) {
        if (other.key == attribute.key) return false;
      }
      attributes->push_back(std::move(attribute));
    }
    return true;
  }

  // Names that clash with what JSON puts beside them.
  bool IsAwkward(std::string_view name) const {
    return name.starts_with('#') ||
           (style_.separate_attributes && name.ends_with("_attributes"));
  }

  bool Member(size_t begin, UniqueKeys* keys) {
    const Op& op = ops_[begin];
    if (IsAwkward(op.name.text)) return false;
    const std::string suffix = keys->Take(op.name.text);
    const bool container =
        op.name.text == "EventData" || op.name.text == "UserData";
    size_t at = begin + 1;
    std::vector<Attribute> attributes;
    Content content;
    if (!Attributes(&at, &attributes) || !Survey(at, op.end, &content)) {
      return false;
    }
    const bool fixed =
        std::all_of(attributes.begin(), attributes.end(),
                    [](const Attribute& a) { return a.content.slots == 0; });
    if (attributes.empty()) {
      Key(op.name.text, suffix, "\":");
      return Value(content, container, "null", 0);
    }
    if (content.is_mixed() || (content.slots > 1 && !content.elements)) {
      return false;
    }
    if (!fixed || content.is_slot()) {
      if (content.elements) return false;
      return Element(Quoted(op.name.text) + suffix, attributes, content,
                     container);
    }
    if (style_.separate_attributes) {
      Key(op.name.text, suffix, "_attributes\":{");
      FixedAttributes(attributes);
      if (!content.elements && content.texts == 0) return true;
      writer_.Text(",");
      Key(op.name.text, suffix, "\":");
      return Value(content, container, "null", 0);
    }
    Key(op.name.text, suffix, "\":{\"#attributes\":{");
    FixedAttributes(attributes);
    if (content.elements) return Body(content, true, container);
    if (content.texts > 0) {
      writer_.Text(",\"#text\":");
      content.AppendScalar(writer_.run());
    }
    writer_.Text("}");
    return true;
  }

  void Key(std::string_view name, std::string_view suffix,
           std::string_view tail) {
    writer_.Text("\"");
    AppendEscaped(name, Escape::kJson, writer_.run());
    writer_.Text(suffix);
    writer_.Text(tail);
  }

  // Attributes without slots, and the brace behind them.
  void FixedAttributes(const std::vector<Attribute>& attributes) {
    for (const Attribute& attribute : attributes) {
      if (&attribute != attributes.data()) writer_.Text(",");
      writer_.Text(attribute.key);
      if (const uint16_t slot = attribute.content.filled; slot != kNoSlot) {
        writer_.Text("\"");
        writer_.Op(FastOp::Code::kPiece, slot);
        writer_.Use(slot);
        writer_.Text("\"");
        continue;
      }
      attribute.content.AppendScalar(writer_.run());
    }
    writer_.Text("}");
  }

  // An element whose form depends on its values.
  bool Element(const std::string& name,
               const std::vector<Attribute>& attributes, const Content& content,
               bool container) {
    FastElement element;
    element.first_attribute = static_cast<uint32_t>(out_.attributes.size());
    element.attribute_count = static_cast<uint32_t>(attributes.size());
    element.flags = container ? kInContainer : 0;
    element.key = writer_.Aside(name + "\":");
    element.attribute_key = writer_.Aside(name + "_attributes\":");
    element.text = writer_.Aside(content.Scalar());
    for (const Attribute& attribute : attributes) {
      FastAttribute fast;
      std::string text = "," + attribute.key;
      if (attribute.content.slots == 0) {
        text += attribute.content.Scalar();
      } else {
        fast.slot = attribute.content.slot;
        writer_.Use(fast.slot);
      }
      fast.text = writer_.Aside(text);
      out_.attributes.push_back(fast);
    }
    if (content.is_slot()) {
      element.content = content.slot;
      writer_.Use(content.slot);
    }
    out_.elements.push_back(element);
    writer_.Op(FastOp::Code::kElement).target =
        static_cast<uint32_t>(out_.elements.size() - 1);
    return true;
  }

  // The value of an element without attributes. `empty` stands for nothing.
  bool Value(const Content& content, bool container, std::string_view empty,
             uint8_t list_flags) {
    if (content.elements) {
      writer_.Text("{");
      return Body(content, false, container);
    }
    if (content.is_static()) {
      if (content.texts == 0) writer_.Text(empty);
      content.AppendScalar(writer_.run());
      return true;
    }
    if (content.is_slot()) {
      const Literal nothing = writer_.Aside(empty);
      FastOp& op = writer_.Op(FastOp::Code::kScalar, content.slot);
      op.literal = nothing;
      op.flags =
          static_cast<uint8_t>(list_flags | (container ? kInContainer : 0));
      writer_.Use(content.slot);
      return true;
    }
    if (!content.is_mixed()) return false;
    writer_.Text("\"");
    for (size_t i = content.first; i < content.last; ++i) {
      if (ops_[i].is_slot()) {
        writer_.Op(FastOp::Code::kPiece, ops_[i].slot);
        writer_.Use(ops_[i].slot);
        continue;
      }
      std::string text;
      if (!writer_.StaticText(ops_[i], Escape::kJson, &text)) return false;
      writer_.Text(text);
    }
    writer_.Text("\"");
    return true;
  }

  // The members of an object whose brace stands there, and perhaps its
  // attributes.
  bool Body(const Content& content, bool attributes, bool container) {
    if (content.texts > 0) return false;
    UniqueKeys keys(&pool_);
    bool any = attributes;
    if (any) keys.Take("#attributes");
    bool unnamed_written = false;
    bool nested = false;
    for (size_t i = content.first; i < content.last; ++i) {
      const Op& op = ops_[i];
      if (op.code != Code::kBeginElement) {
        if (!op.is_slot()) continue;
        // One a program, and never in front: its comma would not be known.
        if (nested_ || !any) return false;
        nested_ = nested = true;
        writer_.Op(FastOp::Code::kMember, op.slot).flags =
            static_cast<uint8_t>(kNotFirst | (container ? kInContainer : 0));
        writer_.Use(op.slot);
        continue;
      }
      const size_t begin = i;
      i = op.end;
      std::string name;
      if (container && op.name.text == "Data") {
        if (!DataName(begin, &name)) return false;
        if (name.empty() && unnamed_written) continue;
      }
      if (any) writer_.Text(",");
      any = true;
      if (!container || op.name.text != "Data") {
        if (!Member(begin, &keys)) return false;
      } else if (!name.empty()) {
        if (IsAwkward(name)) return false;
        writer_.Text("\"" + name + keys.Take(names_.emplace_back(name)) +
                     "\":");
        if (!DataValue(begin, 0)) return false;
      } else {
        unnamed_written = true;
        if (!UnnamedData(content, &keys)) return false;
      }
    }
    writer_.Text("}");
    if (nested) out_.member_names = keys.Texts();
    return true;
  }

  // The text of the Name attribute; empty where there is none.
  bool DataName(size_t begin, std::string* name) const {
    size_t at = begin + 1;
    for (; ops_[at].code == Code::kBeginAttribute; at = ops_[at].end + 1) {
      if (ops_[at].name.text != "Name") continue;
      Content content;
      if (!Survey(at + 1, ops_[at].end, &content) || content.slots > 0 ||
          content.elements) {
        return false;
      }
      *name = content.text;
      return true;
    }
    return true;
  }

  bool UnnamedData(const Content& content, UniqueKeys* keys) {
    std::vector<size_t> all;
    for (size_t i = content.first; i < content.last; ++i) {
      const Op& op = ops_[i];
      if (op.code != Code::kBeginElement) continue;
      std::string name;
      if (op.name.text == "Data" && !DataName(i, &name)) return false;
      if (op.name.text == "Data" && name.empty()) all.push_back(i);
      i = op.end;
    }
    writer_.Text(Quoted("Data") + keys->Take("Data") + "\":{\"#text\":");
    if (all.size() > 1) writer_.Text("[");
    for (const size_t begin : all) {
      if (begin != all.front()) writer_.Text(",");
      if (!DataValue(begin, all.size() > 1 ? kListSpliced : kListAllowed)) {
        return false;
      }
    }
    writer_.Text(all.size() > 1 ? "]}" : "}");
    return true;
  }

  bool DataValue(size_t begin, uint8_t list_flags) {
    size_t at = begin + 1;
    while (ops_[at].code == Code::kBeginAttribute) at = ops_[at].end + 1;
    Content content;
    if (!Survey(at, ops_[begin].end, &content)) return false;
    return Value(content, false, "\"\"", list_flags);
  }

  const std::vector<Op>& ops_;
  const Style& style_;
  FastProgram& out_;
  ProgramWriter writer_;
  std::vector<TakenKey> pool_;
  std::list<std::string> names_;  // of Data; never moves what it holds
  bool nested_ = false;
};

}  // namespace

bool CompileJson(const Program& program, Bytes chunk, const Style& style,
                 FastProgram* out) {
  return JsonCompiler(program, chunk, style, out).Run();
}

}  // namespace espial::evtx
