// A template definition to the operations that print it as XML.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/evtx/render/plain_xml.h"
#include "parsers/evtx/render/program_writer.h"

namespace espial::evtx {
namespace {

using Code = Op::Code;

std::string XmlName(std::string_view name) {
  std::string text;
  AppendXmlName(name, &text);
  return text;
}

class XmlCompiler {
 public:
  XmlCompiler(const Program& program, Bytes chunk, const Style& style,
              FastProgram* out)
      : ops_(program.ops), writer_(chunk, style, out) {}

  bool Run() {
    // One element and nothing around it.
    if (ops_.empty() || ops_[0].code != Code::kBeginElement ||
        ops_[0].end + size_t{1} != ops_.size()) {
      return false;
    }
    if (!Element(0)) return false;
    writer_.Finish();
    return true;
  }

 private:
  // Whether the operations (first, last) print something whatever the values.
  bool SurelyPrints(size_t first, size_t last) const {
    for (size_t i = first; i < last; ++i) {
      const Op& op = ops_[i];
      if (op.code == Code::kBeginAttribute) {
        i = op.end;
      } else if (op.code == Code::kBeginElement) {
        if (op.slot == kNoSlot) return true;
        i = op.end;
      } else if (op.code == Code::kCharRef || op.code == Code::kEntityRef ||
                 !op.text.empty()) {
        return true;
      }
    }
    return false;
  }

  bool Element(size_t begin) {
    const Op& op = ops_[begin];
    std::vector<uint32_t> patches;
    if (op.slot != kNoSlot && begin != 0) {
      patches.push_back(writer_.Jump(FastOp::Code::kSkipNull, op.slot));
    }
    if (op.content_slot != kNoSlot) {
      patches.push_back(writer_.Jump(FastOp::Code::kRepeat, op.content_slot));
    }
    const std::string name = XmlName(op.name.text);
    writer_.Text("<" + name);
    size_t at = begin + 1;
    if (!Attributes(&at)) return false;
    if (!Content(at, op.end, "</" + name + ">")) return false;
    if (patches.empty()) return true;
    const uint32_t end = writer_.Here();
    for (const uint32_t patch : patches) writer_.Patch(patch, end);
    return true;
  }

  bool Attributes(size_t* at) {
    std::vector<std::string> names;
    for (; ops_[*at].code == Code::kBeginAttribute; *at = ops_[*at].end + 1) {
      const Op& op = ops_[*at];
      const std::string name = XmlName(op.name.text);
      if (std::find(names.begin(), names.end(), name) != names.end()) {
        return false;
      }
      names.push_back(name);
      uint32_t patch = 0;
      const bool optional = op.content_slot != kNoSlot &&
                            ops_[*at + 1].code == Code::kOptionalSlot;
      if (optional) {
        patch = writer_.Jump(FastOp::Code::kSkipNull, op.content_slot);
      }
      writer_.Text(" " + name + "=\"");
      for (size_t i = *at + 1; i < op.end; ++i) {
        if (!Piece(ops_[i], true)) return false;
      }
      writer_.Text("\"");
      if (optional) writer_.Patch(patch, writer_.Here());
    }
    return true;
  }

  bool Content(size_t first, size_t last, const std::string& end_tag) {
    if (first == last) {
      writer_.Text("/>");
      return true;
    }
    const Op& only = ops_[first];
    if (first + 1 == last && only.is_slot()) {
      const Literal tail = writer_.Aside(end_tag);
      writer_.Op(FastOp::Code::kLeaf, only.slot).literal = tail;
      writer_.Use(only.slot);
      return true;
    }
    const bool surely = SurelyPrints(first, last);
    if (surely) {
      writer_.Text(">");
    } else {
      writer_.Op(FastOp::Code::kOpen);
    }
    for (size_t i = first; i < last; ++i) {
      const Op& op = ops_[i];
      if (op.code == Code::kBeginElement) {
        if (!Element(i)) return false;
        i = op.end;
      } else if (!Piece(op, false)) {
        return false;
      }
    }
    if (surely) {
      writer_.Text(end_tag);
    } else {
      const Literal tail = writer_.Aside(end_tag);
      writer_.Op(FastOp::Code::kClose).literal = tail;
    }
    return true;
  }

  bool Piece(const Op& op, bool in_attribute) {
    if (op.is_slot() || op.code == Code::kFilledSlot) {
      writer_.Op(in_attribute ? FastOp::Code::kAttribute : FastOp::Code::kText,
                 op.slot);
      writer_.Use(op.slot);
      return true;
    }
    std::string text;
    const Escape escape =
        in_attribute ? Escape::kXmlAttribute : Escape::kXmlText;
    if (!writer_.StaticText(op, escape, &text)) return false;
    writer_.Text(text);
    return true;
  }

  const std::vector<Op>& ops_;
  ProgramWriter writer_;
};

}  // namespace

bool CompileXml(const Program& program, Bytes chunk, const Style& style,
                FastProgram* out) {
  return XmlCompiler(program, chunk, style, out).Run();
}

}  // namespace espial::evtx
