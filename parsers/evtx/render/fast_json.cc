// The JSON half of FastRenderer.
#include <algorithm>

#include "parsers/evtx/render/fast_renderer.h"
#include "parsers/evtx/values.h"

namespace espial::evtx {
namespace {

bool SaysNothing(const RecordSlot& slot) {
  return slot.kind <= SlotKind::kEmpty;
}

template <size_t kSize>
char* PutText(const char (&text)[kSize], char* out) {
  std::memcpy(out, text, kSize - 1);
  return out + (kSize - 1);
}

char* PutPart(const FastProgram& program, const Literal& literal, char* out) {
  return PutLiteral(program.literals.data() + literal.offset, literal.size,
                    out);
}

}  // namespace

char* FastRenderer::Json(const RecordInstance& instance, char* out) {
  const FastProgram& program = *instance.program;
  const RecordSlot* const slots = slots_.slots(instance);
  for (const FastOp& op : program.ops) {
    out = PutPart(program, op.before, out);
    switch (op.code) {
      case FastOp::Code::kLiteral:
        continue;
      case FastOp::Code::kScalar: {
        const RecordSlot& slot = slots[op.slot];
        out = SaysNothing(slot) ? PutPart(program, op.literal, out)
                                : JsonScalar(slot, op.flags, out);
        break;
      }
      case FastOp::Code::kPiece:
        out = values_.Put<Escape::kJson>(slots[op.slot], out);
        break;
      case FastOp::Code::kElement:
        out = JsonElement(program, program.elements[op.target], slots, out);
        break;
      case FastOp::Code::kMember:
        out = JsonMember(program, op, slots[op.slot], out);
        break;
      default:
        return nullptr;
    }
    if (out == nullptr) return nullptr;
  }
  return out;
}

char* FastRenderer::JsonScalar(const RecordSlot& slot, uint8_t flags,
                               char* out) {
  if (IsBare(slot.kind)) return values_.Put<Escape::kJson>(slot, out);
  if (slot.kind == SlotKind::kXml) {
    *out++ = '{';
    out = JsonNested(slot, flags, out);
    if (out == nullptr) return nullptr;
    *out++ = '}';
    return out;
  }
  if (slot.kind == SlotKind::kArray) return JsonList(slot, flags, out);
  *out++ = '"';
  out = values_.Put<Escape::kJson>(slot, out);
  if (out == nullptr) return nullptr;
  *out++ = '"';
  return out;
}

// Strings in quotes; more than one only where the place allows a list.
char* FastRenderer::JsonList(const RecordSlot& slot, uint8_t flags, char* out) {
  if (slot.wire_type != (kWireString | kWireArray)) return nullptr;
  ArrayItems items(
      {slot.wire_type, chunk_.subspan(slot.offset, slot.size), slot.offset});
  char* const start = out;
  if ((flags & kListAllowed) != 0) *out++ = '[';
  size_t count = 0;
  for (WireValue item; items.Next(&item); ++count) {
    if (count > 0) *out++ = ',';
    RecordSlot one;
    one.offset = item.offset;
    one.size = static_cast<uint16_t>(item.bytes.size());
    one.kind = ClassifyValue(item.bytes.data(), item.type, &one.size);
    *out++ = '"';
    out = values_.Put<Escape::kJson>(one, out);
    if (out == nullptr) return nullptr;
    *out++ = '"';
  }
  if ((flags & kListAllowed) != 0) {
    if (count > 1) {
      *out++ = ']';
    } else {
      // No list after all.
      std::memmove(start, start + 1, static_cast<size_t>(out - start) - 1);
      --out;
    }
    return out;
  }
  return count > 1 && (flags & kListSpliced) == 0 ? nullptr : out;
}

char* FastRenderer::JsonNested(const RecordSlot& slot, uint8_t flags,
                               char* out) {
  const RecordInstance& instance = slots_.instance(slot.nested);
  if ((flags & kInContainer) != 0 && instance.program->root_name == "Data") {
    return nullptr;
  }
  return Json(instance, out);
}

char* FastRenderer::JsonMember(const FastProgram& program, const FastOp& op,
                               const RecordSlot& slot, char* out) {
  if (SaysNothing(slot)) return out;
  // Text beside elements would stand in front of them.
  if (slot.kind != SlotKind::kXml) return nullptr;
  const std::string& root = slots_.instance(slot.nested).program->root_name;
  for (const std::string& name : program.member_names) {
    if (name == root) return nullptr;
  }
  *out++ = ',';
  return JsonNested(slot, op.flags, out);
}

// Writes ,"a":1,"b":2 and returns the end; null where a value is irregular.
char* FastRenderer::JsonAttributes(const FastProgram& program,
                                   const FastElement& element,
                                   const RecordSlot* slots, char* out) {
  const FastAttribute* attribute =
      program.attributes.data() + element.first_attribute;
  for (uint32_t i = 0; i < element.attribute_count; ++i, ++attribute) {
    if (attribute->slot == FastAttribute::kNoSlot) {
      out = PutPart(program, attribute->text, out);
      continue;
    }
    const RecordSlot& slot = slots[attribute->slot];
    if (SaysNothing(slot)) continue;
    if (slot.kind == SlotKind::kXml) return nullptr;
    out = PutPart(program, attribute->text, out);
    out = JsonScalar(slot, 0, out);
    if (out == nullptr) return nullptr;
  }
  return out;
}

char* FastRenderer::JsonElement(const FastProgram& program,
                                const FastElement& element,
                                const RecordSlot* slots, char* out) {
  const RecordSlot* content = nullptr;
  if (element.content != FastElement::kNoSlot &&
      !SaysNothing(slots[element.content])) {
    content = slots + element.content;
  }
  const bool has_content = content != nullptr || element.text.size > 0;
  char* const start = out;
  if (style_.separate_attributes) {
    char* const body = PutPart(program, element.attribute_key, out);
    out = JsonAttributes(program, element, slots, body);
    if (out == nullptr) return nullptr;
    if (out == body) {
      out = start;
    } else {
      // The comma in front of the first attribute becomes the brace.
      *body = '{';
      *out++ = '}';
      if (!has_content) return out;
      *out++ = ',';
    }
    out = PutPart(program, element.key, out);
    if (content != nullptr) return JsonScalar(*content, element.flags, out);
    return has_content ? PutPart(program, element.text, out)
                       : PutText("null", out);
  }
  char* const value = PutPart(program, element.key, out);
  char* const body = PutText("{\"#attributes\":", value);
  out = JsonAttributes(program, element, slots, body);
  if (out == nullptr) return nullptr;
  if (out == body) {
    if (content != nullptr) return JsonScalar(*content, element.flags, value);
    return has_content ? PutPart(program, element.text, value)
                       : PutText("null", value);
  }
  *body = '{';
  *out++ = '}';
  if (content != nullptr && content->kind == SlotKind::kXml) {
    *out++ = ',';
    out = JsonNested(*content, element.flags, out);
  } else if (has_content) {
    out = PutText(",\"#text\":", out);
    out = content != nullptr ? JsonScalar(*content, element.flags, out)
                             : PutPart(program, element.text, out);
  }
  if (out == nullptr) return nullptr;
  *out++ = '}';
  return out;
}

}  // namespace espial::evtx
