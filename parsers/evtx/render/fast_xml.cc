// The XML half of FastRenderer.
#include <array>

#include "parsers/evtx/render/fast_renderer.h"
#include "parsers/evtx/values.h"

namespace espial::evtx {
namespace {

char* SelfClose(char* out) {
  out[0] = '/';
  out[1] = '>';
  return out + 2;
}

}  // namespace

char* FastRenderer::Xml(const RecordInstance& instance, char* out) {
  return XmlOps(*instance.program, slots_.slots(instance), 0,
                instance.program->ops.size(), out);
}

template <Escape kEscape>
char* FastRenderer::XmlValue(const RecordSlot& slot, char* out) {
  if (kEscape == Escape::kXmlText && slot.kind == SlotKind::kXml) {
    return Xml(slots_.instance(slot.nested), out);
  }
  return values_.Put<kEscape>(slot, out);
}

char* FastRenderer::XmlOps(const FastProgram& program, RecordSlot* slots,
                           size_t first, size_t last, char* out) {
  const char* const literals = program.literals.data();
  const FastOp* const ops = program.ops.data();
  // Ends of the start tags whose content is being written. Deeper ones than
  // this are no case for compiled templates.
  std::array<char*, 16> open;
  size_t depth = 0;
  for (size_t i = first; i < last; ++i) {
    const FastOp& op = ops[i];
    out = PutLiteral(literals + op.before.offset, op.before.size, out);
    switch (op.code) {
      case FastOp::Code::kLiteral:
        break;
      case FastOp::Code::kSkipNull:
        // The loop steps on to `target`.
        if (slots[op.slot].kind == SlotKind::kNull) i = op.target - size_t{1};
        break;
      case FastOp::Code::kRepeat:
        if (slots[op.slot].kind != SlotKind::kArray) break;
        out = XmlRepeat(program, slots, i, out);
        if (out == nullptr) return nullptr;
        i = op.target - size_t{1};
        break;
      case FastOp::Code::kAttribute:
        out = XmlValue<Escape::kXmlAttribute>(slots[op.slot], out);
        if (out == nullptr) return nullptr;
        break;
      case FastOp::Code::kText:
        out = XmlValue<Escape::kXmlText>(slots[op.slot], out);
        if (out == nullptr) return nullptr;
        break;
      case FastOp::Code::kLeaf: {
        const RecordSlot& slot = slots[op.slot];
        if (slot.kind <= SlotKind::kEmpty) {
          out = SelfClose(out);
          break;
        }
        *out++ = '>';
        out = XmlValue<Escape::kXmlText>(slot, out);
        if (out == nullptr) return nullptr;
        out = PutLiteral(literals + op.literal.offset, op.literal.size, out);
        break;
      }
      case FastOp::Code::kOpen:
        if (depth == open.size()) return nullptr;
        *out++ = '>';
        open[depth++] = out;
        break;
      case FastOp::Code::kClose:
        if (depth == 0) return nullptr;
        if (open[--depth] == out) {
          out = SelfClose(out - 1);
        } else {
          out = PutLiteral(literals + op.literal.offset, op.literal.size, out);
        }
        break;
      default:
        return nullptr;
    }
  }
  return out;
}

// The element that `begin` stands in front of, once for each item of a list.
char* FastRenderer::XmlRepeat(const FastProgram& program, RecordSlot* slots,
                              size_t begin, char* out) {
  const FastOp& op = program.ops[begin];
  // The bound counts the list once, and other values not again and again.
  if (program.uses > 1) return nullptr;
  for (size_t i = begin + 1; i < op.target; ++i) {
    const FastOp& inner = program.ops[i];
    const bool has_slot = inner.code != FastOp::Code::kLiteral &&
                          inner.code != FastOp::Code::kOpen &&
                          inner.code != FastOp::Code::kClose;
    if (inner.code == FastOp::Code::kSkipNull ||
        (has_slot && inner.slot != op.slot)) {
      return nullptr;
    }
  }
  const RecordSlot list = slots[op.slot];
  ArrayItems items(
      {list.wire_type, chunk_.subspan(list.offset, list.size), list.offset});
  for (WireValue item; out != nullptr && items.Next(&item);) {
    RecordSlot one;
    one.offset = item.offset;
    one.size = static_cast<uint16_t>(item.bytes.size());
    one.wire_type = item.type;
    one.kind = ClassifyValue(item.bytes.data(), item.type, &one.size);
    // Nested XML has not been looked at.
    if (one.kind == SlotKind::kXml) {
      out = nullptr;
      break;
    }
    slots[op.slot] = one;
    out = XmlOps(program, slots, begin + 1, op.target, out);
  }
  slots[op.slot] = list;
  return out;
}

}  // namespace espial::evtx
