#include "parsers/evtx/render/bare_shape.h"

#include <algorithm>
#include <cstring>

#include "parsers/evtx/layout.h"

namespace espial::evtx {
namespace {

using Code = Op::Code;

// What takes longer to compare is not remembered. Real ones are a tenth of it.
constexpr size_t kMostBytes = size_t{32} << 10U;
constexpr size_t kMostTexts = 1024;

// Link and hash stand before count and characters of a name.
constexpr uint32_t kNameCount = 6;

bool Equal(const std::byte* a, const std::byte* b, size_t size) {
  if (size > 8) return std::memcmp(a, b, size) == 0;
  // Mostly a token or two: cheaper than the call.
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

// Bytes of a name that stands behind the field that names it.
uint32_t InlineName(const std::byte* name) {
  return kNameCount + 2 + uint32_t{LoadU16(name + kNameCount)} * 2 + 2;
}

// Whether a record can have slots of its own, or instances.
bool IsPlain(const Op& op) {
  switch (op.code) {
    case Code::kSlot:
    case Code::kOptionalSlot:
    case Code::kInstance:
      return false;
    case Code::kBeginElement:
      return op.slot == kNoSlot;
    default:
      return true;
  }
}

struct FreeText {
  size_t op;
  bool filled;
};

// The texts that the form of the output does not depend on: those that are all
// of the content of an element or of an attribute. Where the element has others
// in it, the form depends on whether the attribute is empty. What names a value
// is none of them.
std::vector<FreeText> FreeTexts(const std::vector<Op>& ops) {
  std::vector<FreeText> texts;
  size_t element = 0;
  bool leaf = false;
  for (size_t i = 0; i < ops.size(); ++i) {
    if (ops[i].code == Code::kBeginElement) {
      element = i;
      leaf = std::none_of(
          ops.begin() + static_cast<ptrdiff_t>(i) + 1, ops.begin() + ops[i].end,
          [](const Op& op) { return op.code == Code::kBeginElement; });
    }
    if (ops[i].code != Code::kText || i == 0 || i + 1 == ops.size()) continue;
    const Op& before = ops[i - 1];
    const Code behind = ops[i + 1].code;
    if (before.code == Code::kBeginAttribute) {
      const bool names_data =
          before.name.text == "Name" && ops[element].name.text == "Data";
      if (behind == Code::kEndAttribute && !names_data &&
          (leaf || !ops[i].text.empty())) {
        texts.push_back({i, !leaf});
      }
    } else if ((before.code == Code::kBeginElement ||
                before.code == Code::kEndAttribute) &&
               behind == Code::kEndElement) {
      texts.push_back({i, false});
    }
  }
  return texts;
}

}  // namespace

bool BareShape::Remember(Bytes chunk, uint32_t begin, Program* program) {
  std::vector<Op>& ops = program->ops;
  if (program->error || program->size_fields.empty() ||
      !std::all_of(ops.begin(), ops.end(), IsPlain)) {
    return false;
  }
  const std::vector<FreeText> texts = FreeTexts(ops);
  if (texts.size() > kMostTexts) return false;
  fields_.reserve(program->size_fields.size() + program->name_fields.size() +
                  texts.size());
  bytes_.reserve(std::min<size_t>(program->stop - begin, kMostBytes));
  names_.reserve(std::min<size_t>(program->stop - begin, kMostBytes));
  for (const uint32_t at : program->size_fields) {
    fields_.push_back(
        {at, Field::Kind::kSize, LoadU32(chunk.data() + at) == 0, 0, 0, 0});
  }
  for (const uint32_t at : program->name_fields) {
    fields_.push_back({at, Field::Kind::kName, false, 0, 0, 0});
  }
  for (const FreeText& text : texts) {
    fields_.push_back(
        {ops[text.op].number,
         text.filled ? Field::Kind::kFilledText : Field::Kind::kText, false, 0,
         0, 0});
  }
  std::sort(fields_.begin(), fields_.end(),
            [](const Field& a, const Field& b) { return a.at < b.at; });
  uint32_t at = begin;
  for (Field& field : fields_) {
    if (field.at < at) return false;
    bytes_.insert(bytes_.end(), chunk.data() + at, chunk.data() + field.at);
    field.before = field.at - at;
    at = field.at + 4;
    if (field.kind >= Field::Kind::kText) {
      at = field.at + 2 + uint32_t{LoadU16(chunk.data() + field.at)} * 2;
    } else if (field.kind == Field::Kind::kName) {
      const uint32_t name = LoadU32(chunk.data() + field.at);
      const std::byte* text = chunk.data() + name + kNameCount;
      field.name = static_cast<uint32_t>(names_.size());
      field.name_size = 2 + uint32_t{LoadU16(text)} * 2;
      names_.insert(names_.end(), text, text + field.name_size);
      if (name == at) at += InlineName(chunk.data() + at);
    }
    if (names_.size() + bytes_.size() > kMostBytes) return false;
  }
  if (program->stop < at) return false;
  bytes_.insert(bytes_.end(), chunk.data() + at, chunk.data() + program->stop);
  if (bytes_.size() > kMostBytes) return false;
  has_dependency_ = program->has_dependency;
  has_end_ = program->has_end;
  for (size_t i = 0; i < texts.size(); ++i) {
    Op& op = ops[texts[i].op];
    op.code = texts[i].filled ? Code::kFilledSlot : Code::kSlot;
    op.wire_type = kWireString;
    op.slot = static_cast<uint16_t>(i);
    op.text = {};
  }
  return true;
}

bool BareShape::NameMatches(Bytes chunk, uint32_t name,
                            const Field& field) const {
  return name <= chunk.size() &&
         chunk.size() - name >= kNameCount + field.name_size &&
         Equal(chunk.data() + name + kNameCount, names_.data() + field.name,
               field.name_size);
}

bool BareShape::Matches(Bytes chunk, Range range,
                        std::vector<TextPlace>* texts) const {
  const std::byte* const data = chunk.data();
  const std::byte* known = bytes_.data();
  uint32_t at = range.begin;
  texts->clear();
  for (const Field& field : fields_) {
    const uint64_t need = field.kind >= Field::Kind::kText ? 2 : 4;
    if (range.end - at < field.before + need ||
        !Equal(data + at, known, field.before)) {
      return false;
    }
    at += field.before;
    known += field.before;
    switch (field.kind) {
      case Field::Kind::kSize:
        if ((LoadU32(data + at) == 0) != field.zero) return false;
        if (&field == fields_.data()) {
          // The first element tells how all of them are written.
          const uint32_t head = at - (has_dependency_ ? 2 : 0);
          if (HasDependencyId(chunk, head, range.end) != has_dependency_) {
            return false;
          }
        }
        at += 4;
        break;
      case Field::Kind::kName: {
        const uint32_t name = LoadU32(data + at);
        if (!NameMatches(chunk, name, field)) return false;
        at += 4;
        if (name != at) break;
        const uint32_t size = InlineName(data + at);
        if (size > range.end - at) return false;
        at += size;
        break;
      }
      case Field::Kind::kText:
      case Field::Kind::kFilledText: {
        const uint32_t size = uint32_t{LoadU16(data + at)} * 2;
        at += 2;
        if (size > range.end - at) return false;
        if (field.kind == Field::Kind::kFilledText && size == 0) return false;
        texts->push_back({at, static_cast<uint16_t>(size)});
        at += size;
        break;
      }
    }
  }
  const size_t rest =
      bytes_.size() - static_cast<size_t>(known - bytes_.data());
  if (rest > range.end - at || !Equal(data + at, known, rest)) return false;
  return has_end_ || at + rest == range.end;
}

}  // namespace espial::evtx
