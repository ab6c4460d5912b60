#include "parsers/evtx/compiler.h"

#include <espial/core/text.h>

#include <utility>

#include "parsers/evtx/layout.h"
#include "parsers/evtx/utf16.h"
#include "parsers/evtx/values.h"

namespace espial::evtx {
namespace {

// What compiling one token may cost, in units of ChunkXml::Spend.
constexpr uint64_t kTokenCost = 4;

}  // namespace

Compiler::Compiler(ChunkXml* xml, Range range, Program* program)
    : xml_(*xml),
      data_(xml->chunk().data()),
      at_(range.begin),
      end_(range.end),
      program_(*program) {
  program_.ops.clear();
  program_.name_fields.clear();
  program_.size_fields.clear();
  program_.error.reset();
}

void Compiler::Run() {
  while (!done_ && at_ < end_ && Step()) {
  }
  if (!program_.error && !open_.empty()) {
    Fail("element", "expected its end, found the end of the binary XML");
  }
  EndAttribute();
  while (!open_.empty()) EndElement();
  program_.has_dependency = has_dependency_;
  program_.has_end = done_;
  program_.stop = at_;
}

bool Compiler::Step() {
  if (!xml_.Spend(kTokenCost)) {
    program_.error = xml_.OverBudget(at_);
    return false;
  }
  const uint32_t start = at_;
  const uint8_t token = U8();
  const bool more = (token & kMoreFlag) != 0;
  switch (token & static_cast<uint8_t>(~kMoreFlag)) {
    case kTokenEnd:
      done_ = true;
      return true;
    case kTokenFragment:
      if (!Need(3, "fragment header")) return false;
      at_ += 3;
      return true;
    case kTokenOpenElement:
      EndAttribute();
      return OpenElement(more);
    case kTokenCloseStart:
      EndAttribute();
      return true;
    case kTokenCloseEmpty:
    case kTokenEndElement:
      EndAttribute();
      if (EndElement()) return true;
      at_ = start;
      return Fail("end of element", "expected an open element, found none");
    case kTokenValue:
      return ValueToken();
    case kTokenAttribute:
      return BeginAttribute();
    case kTokenCData:
      return CountedText(Op::Code::kCData, "CDATA");
    case kTokenCharRef: {
      if (!Need(2, "character reference")) return false;
      const uint16_t unit = U16();
      AddContent(Op::Code::kCharRef).number = unit;
      return true;
    }
    case kTokenEntityRef: {
      Name name;
      if (!ReadName(&name)) return false;
      AddContent(Op::Code::kEntityRef).name = name;
      return true;
    }
    case kTokenPiTarget: {
      EndAttribute();
      Name name;
      if (!ReadName(&name)) return false;
      Add(Op::Code::kPi).name = name;
      return true;
    }
    case kTokenPiData:
      // Belongs to the target in front of it, which may have none.
      if (program_.ops.empty() || program_.ops.back().code != Op::Code::kPi) {
        at_ = start;
        return Fail("processing instruction", "data without a target");
      }
      return CountedText(Op::Code::kPi, "processing instruction");
    case kTokenInstance:
      at_ = start;
      return NestedInstance();
    case kTokenSlot:
      return Slot(false);
    case kTokenOptionalSlot:
      return Slot(true);
    default:
      at_ = start;
      return Fail("token",
                  "expected a token of binary XML, found 0x" + ToHex(token, 2));
  }
}

bool Compiler::OpenElement(bool attributes) {
  if (open_.size() >= xml_.max_depth()) {
    program_.error =
        Error{Errc::kLimitExceeded, "element", xml_.Wrong("", at_, "").offset,
              "expected at most " + std::to_string(xml_.max_depth()) +
                  " nested elements"};
    return false;
  }
  if (!dependency_known_) {
    dependency_known_ = true;
    has_dependency_ = HasDependencyId(xml_.chunk(), at_, end_);
  }
  uint16_t dependency = kNoSlot;
  if (has_dependency_) {
    if (!Need(2, "dependency id")) return false;
    dependency = U16();
  }
  // The size of the element: its end token says the same.
  if (!Need(4, "element size")) return false;
  program_.size_fields.push_back(at_);
  at_ += 4;
  Name name;
  if (!ReadName(&name)) return false;
  if (!open_.empty()) ++open_.back().content_parts;
  Op& op = Add(Op::Code::kBeginElement);
  op.slot = dependency;
  op.name = name;
  open_.push_back({static_cast<uint32_t>(program_.ops.size() - 1), 0});
  return !attributes || AttributeList();
}

bool Compiler::AttributeList() {
  if (!Need(4, "attribute list size")) return false;
  program_.size_fields.push_back(at_);
  const uint32_t size = U32();
  // Some writers pad an empty list with two zero bytes.
  if (size == 0 && end_ - at_ >= 3 && LoadU16(data_ + at_) == 0) {
    const auto token = std::to_integer<uint8_t>(data_[at_ + 2]);
    if (token == kTokenCloseStart || token == kTokenCloseEmpty) at_ += 2;
  }
  return true;
}

bool Compiler::BeginAttribute() {
  EndAttribute();
  if (open_.empty()) return Fail("attribute", "expected an open element");
  Name name;
  if (!ReadName(&name)) return false;
  Add(Op::Code::kBeginAttribute).name = name;
  in_attribute_ = true;
  attribute_op_ = static_cast<uint32_t>(program_.ops.size() - 1);
  attribute_parts_ = 0;
  return true;
}

void Compiler::EndAttribute() {
  if (!in_attribute_) return;
  in_attribute_ = false;
  Add(Op::Code::kEndAttribute);
  Op& begin = program_.ops[attribute_op_];
  begin.end = static_cast<uint32_t>(program_.ops.size() - 1);
  if (attribute_parts_ != 1) begin.content_slot = kNoSlot;
}

bool Compiler::EndElement() {
  if (open_.empty()) return false;
  const Open open = open_.back();
  open_.pop_back();
  const Name name = program_.ops[open.op].name;
  Add(Op::Code::kEndElement).name = name;
  Op& begin = program_.ops[open.op];
  begin.end = static_cast<uint32_t>(program_.ops.size() - 1);
  if (open.content_parts != 1) begin.content_slot = kNoSlot;
  return true;
}

bool Compiler::ValueToken() {
  if (!Need(1, "value type")) return false;
  const uint8_t type = U8();
  if (type == kWireString) return CountedText(Op::Code::kText, "text");
  const uint32_t width = FixedValueWidth(type);
  if (width == 0) {
    return Fail("value type",
                "expected a string or a value of fixed width, "
                "found type 0x" +
                    ToHex(type, 2));
  }
  if (!Need(width, "value")) return false;
  Op& op = AddContent(Op::Code::kLiteral);
  op.wire_type = type;
  op.number = at_;
  op.end = width;
  at_ += width;
  return true;
}

bool Compiler::Slot(bool optional) {
  if (!Need(3, "substitution")) return false;
  const uint16_t slot = U16();
  const uint8_t type = U8();
  Op& op = AddContent(optional ? Op::Code::kOptionalSlot : Op::Code::kSlot);
  op.slot = slot;
  op.wire_type = type;
  if (in_attribute_) {
    program_.ops[attribute_op_].content_slot = slot;
  } else if (!open_.empty()) {
    program_.ops[open_.back().op].content_slot = slot;
  }
  return true;
}

bool Compiler::NestedInstance() {
  EndAttribute();
  auto instance = xml_.ReadInstance(at_, end_);
  if (!instance) {
    program_.error = std::move(instance).error();
    return false;
  }
  Op& op = AddContent(Op::Code::kInstance);
  op.number = at_;
  op.end = instance->end;
  at_ = instance->end;
  return true;
}

bool Compiler::CountedText(Op::Code code, const char* what) {
  if (!Need(2, what)) return false;
  const uint32_t start = at_;
  const uint32_t size = uint32_t{U16()} * 2;
  if (!Need(size, what)) return false;
  const Bytes units = xml_.chunk().subspan(at_, size);
  at_ += size;
  if (!xml_.Spend(size)) {
    program_.error = xml_.OverBudget(at_);
    return false;
  }
  const std::string_view text = CopyUtf16(units, xml_.arena(), &xml_.scratch_);
  if (code == Op::Code::kPi) {
    program_.ops.back().text = text;
  } else {
    Op& op = AddContent(code);
    op.text = text;
    op.number = start;
  }
  return true;
}

bool Compiler::ReadName(Name* name) {
  if (!Need(4, "name offset")) return false;
  program_.name_fields.push_back(at_);
  const uint32_t offset = U32();
  const Name* found = xml_.NameAt(offset);
  if (found == nullptr) {
    at_ -= 4;
    return Fail("name offset",
                "expected a name, found none at 0x" + ToHex(offset));
  }
  *name = *found;
  if (offset == at_) {
    // The name stands here, at its first use: head, characters, terminator.
    const uint32_t size = 8 + uint32_t{LoadU16(data_ + at_ + 6)} * 2 + 2;
    if (!Need(size, "name")) return false;
    at_ += size;
  }
  return true;
}

bool Compiler::Need(uint64_t size, const char* what) {
  if (size <= end_ - at_) return true;
  program_.error = xml_.Truncated(what, at_, size, end_ - at_);
  return false;
}

uint16_t Compiler::U16() {
  const uint16_t value = LoadU16(data_ + at_);
  at_ += 2;
  return value;
}

uint32_t Compiler::U32() {
  const uint32_t value = LoadU32(data_ + at_);
  at_ += 4;
  return value;
}

bool Compiler::Fail(const char* what, std::string detail) {
  program_.error = xml_.Wrong(what, at_, std::move(detail));
  return false;
}

Op& Compiler::AddContent(Op::Code code) {
  if (in_attribute_) {
    ++attribute_parts_;
  } else if (!open_.empty()) {
    ++open_.back().content_parts;
  }
  return Add(code);
}

Op& Compiler::Add(Op::Code code) {
  Op& op = program_.ops.emplace_back();
  op.code = code;
  return op;
}

}  // namespace espial::evtx
