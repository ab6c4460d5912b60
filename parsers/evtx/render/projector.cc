#include "parsers/evtx/render/projector.h"

#include <algorithm>
#include <array>

#include "parsers/evtx/render/plain_text.h"

namespace espial::evtx {
namespace {

constexpr uint32_t kMaxNesting = 8;
constexpr uint16_t kNowhere = 0xffff;

constexpr std::array<ValueType, 256> kTypes = [] {
  std::array<ValueType, 256> types{};
  types.fill(ValueType::kBinary);
  types[kWireNull] = ValueType::kNull;
  types[kWireString] = types[kWireAnsi] = types[kWireXml] = ValueType::kString;
  types[kWireInt8] = types[kWireInt16] = types[kWireInt32] = types[kWireInt64] =
      ValueType::kInt;
  types[kWireUInt8] = types[kWireUInt16] = types[kWireUInt32] =
      types[kWireUInt64] = ValueType::kUInt;
  types[kWireFloat] = types[kWireDouble] = ValueType::kFloat;
  types[kWireBool] = ValueType::kBool;
  types[kWireGuid] = ValueType::kGuid;
  types[kWireFileTime] = types[kWireSystemTime] = ValueType::kTime;
  types[kWireSid] = ValueType::kSid;
  types[kWireHex32] = ValueType::kHex32;
  types[kWireHex64] = types[kWireSizeT] = types[kWireHandle] =
      ValueType::kHex64;
  types[kWireBinXml] = ValueType::kXml;
  for (size_t type = 0x80; type < 0x100; ++type) {
    types[type] = ValueType::kList;
  }
  return types;
}();

FieldValue ValueOf(uint8_t wire_type, Bytes bytes) {
  return {kTypes[wire_type], wire_type, bytes};
}

FieldValue Constant(std::string_view text) {
  return {ValueType::kString, FieldValue::kTemplateText, AsBytes(text)};
}

}  // namespace

Projector::Projector(const std::vector<std::string>& fields,
                     ProjectionCache* cache)
    : fields_(fields),
      templates_(
          [&fields](const Program& program, Bytes /*chunk*/,
                    ProjectionProgram* out) {
            return CompileProjection(program, fields, out);
          },
          cache),
      values_(kPlaceFields + fields.size()),
      walker_(&xml_, &tree_) {}

void Projector::BeginChunk(Bytes chunk, uint64_t base, uint32_t max_depth) {
  chunk_ = chunk.first(std::min(chunk.size(), kChunkSize));
  base_ = base;
  max_depth_ = max_depth;
  plain_begun_ = false;
  templates_.BeginChunk(chunk_);
}

bool Projector::Read(Range range) {
  std::fill(values_.begin(), values_.end(), FieldValue{});
  if (ReadInstance(range, 0)) return true;
  std::fill(values_.begin(), values_.end(), FieldValue{});
  return ReadPlain(range);
}

// As RecordSlots::ReadInstance, but only what is wanted is looked at.
bool Projector::ReadInstance(Range range, uint32_t depth) {
  const std::byte* const chunk = chunk_.data();
  uint32_t at = range.begin;
  if (depth > kMaxNesting || range.end > chunk_.size() || at > range.end) {
    return false;
  }
  if (range.end - at >= 4 &&
      std::to_integer<uint8_t>(chunk[at]) == kTokenFragment) {
    at += 4;
  }
  if (range.end - at < 14) return false;
  if (std::to_integer<uint8_t>(chunk[at]) != kTokenInstance) {
    return ReadBare({at, range.end});
  }
  const uint32_t definition = LoadU32(chunk + at + 6);
  const ProjectionProgram* program =
      templates_.Find(definition, LoadU32(chunk + at + 2));
  if (program == nullptr) return false;
  at += 10;
  if (definition == at) {
    at += static_cast<uint32_t>(kTemplateHeaderSize) + LoadU32(chunk + at + 20);
    if (at > range.end || range.end - at < 4) return false;
  }
  const uint32_t count = LoadU32(chunk + at);
  at += 4;
  if (count > (range.end - at) / 4) return false;
  const std::byte* const descriptors = chunk + at;
  at += 4 * count;
  for (const ProjectionProgram::Constant& constant : program->constants) {
    Set(constant.place, Constant(constant.text));
  }
  uint32_t slot = 0;
  for (const ProjectionProgram::Take& take : program->takes) {
    if (take.slot >= count) break;
    for (; slot < take.slot; ++slot)
      at += LoadU16(descriptors + size_t{4} * slot);
    const uint32_t size = LoadU16(descriptors + size_t{4} * slot);
    if (at > range.end || size > range.end - at) return false;
    const auto type =
        std::to_integer<uint8_t>(descriptors[size_t{4} * slot + 2]);
    if (take.place != ProjectionProgram::Take::kNested) {
      // An element for each item: the tree tells them apart.
      if ((type & kWireArray) != 0) return false;
      if (size > 0) Set(take.place, ValueOf(type, chunk_.subspan(at, size)));
    } else if (type == kWireBinXml && size > 0 &&
               !ReadInstance({at, at + size}, depth + 1)) {
      return false;
    }
  }
  return true;
}

bool Projector::ReadBare(Range range) {
  const ProjectionProgram* program = templates_.Bare(range, &texts_);
  if (program == nullptr) return false;
  for (const ProjectionProgram::Constant& constant : program->constants) {
    Set(constant.place, Constant(constant.text));
  }
  for (const ProjectionProgram::Take& take : program->takes) {
    // A slot that nothing fills is no case for this.
    if (take.slot >= texts_.size()) return false;
    const TextPlace& text = texts_[take.slot];
    // Text has no elements in it that could be wanted.
    if (take.place == ProjectionProgram::Take::kNested || text.size == 0) {
      continue;
    }
    Set(take.place,
        ValueOf(kWireString, chunk_.subspan(text.offset, text.size)));
  }
  return true;
}

bool Projector::ReadPlain(Range range) {
  if (!plain_begun_) {
    plain_begun_ = true;
    arena_.Reset();
    xml_.Reset(chunk_, base_, &arena_, max_depth_);
  }
  xml_.BeginRecord();
  tree_.Clear();
  const bool whole = walker_.Fragment(range).has_value();
  if (tree_.root() == kNoNode) return false;
  const TreeNode& root = tree_.node(tree_.root());
  if (root.name != "Event") {
    PlainSection(tree_.root());
    return whole;
  }
  for (uint32_t i = root.first_child; i != kNoNode; i = tree_.node(i).next) {
    if (tree_.node(i).kind == TreeNode::Kind::kElement) PlainSection(i);
  }
  return whole;
}

void Projector::PlainSection(uint32_t section) {
  const TreeNode& node = tree_.node(section);
  if (node.name == "RenderingInfo") return;
  for (uint32_t i = node.first_child; i != kNoNode; i = tree_.node(i).next) {
    const TreeNode& child = tree_.node(i);
    if (child.kind != TreeNode::Kind::kElement) continue;
    if (node.name != "System") {
      PlainField(child);
      continue;
    }
    PlainValue(child, PlaceInSystem(child.name, {}));
    for (uint32_t a = child.first_attribute; a != kNoNode;
         a = tree_.node(a).next) {
      PlainValue(tree_.node(a), PlaceInSystem(child.name, tree_.node(a).name));
    }
  }
}

void Projector::PlainField(const TreeNode& element) {
  bool leaf = true;
  for (uint32_t i = element.first_child; i != kNoNode; i = tree_.node(i).next) {
    if (tree_.node(i).kind != TreeNode::Kind::kElement) continue;
    leaf = false;
    PlainField(tree_.node(i));
  }
  if (!leaf) return;
  std::string name(element.name);
  for (uint32_t i = element.first_attribute; i != kNoNode;
       i = tree_.node(i).next) {
    const TreeNode& attribute = tree_.node(i);
    if (element.name != "Data" || attribute.name != "Name" ||
        attribute.first_child == kNoNode) {
      continue;
    }
    const TreeNode& text = tree_.node(attribute.first_child);
    name = std::string(text.text);
    if (text.kind == TreeNode::Kind::kValue) {
      name.clear();
      AppendValueText(text.value, {Markup::kXml, false, false},
                      Escape::kXmlText, &name);
    }
  }
  PlainValue(element, PlaceOfField(fields_, name));
}

void Projector::PlainValue(const TreeNode& owner, uint16_t place) {
  if (place == kNowhere) return;
  // Of several pieces the first that says something.
  for (uint32_t i = owner.first_child; i != kNoNode; i = tree_.node(i).next) {
    const TreeNode& piece = tree_.node(i);
    if (piece.kind == TreeNode::Kind::kText && !piece.text.empty()) {
      Set(place, Constant(piece.text));
    } else if (piece.kind == TreeNode::Kind::kValue && !piece.empty) {
      Set(place, ValueOf(piece.value.type, piece.value.bytes));
    }
  }
}

}  // namespace espial::evtx
