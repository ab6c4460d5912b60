// The tokens of binary XML that a template or a record is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "tools/forge/evtx_chunk_builder.h"
#include "tools/forge/evtx_values.h"

namespace espial::forge {

// Tokens of binary XML, and the flag for "attributes follow" on an element and
// "another attribute follows" on an attribute.
inline constexpr uint8_t kEndOfStream = 0x00;
inline constexpr uint8_t kOpenElement = 0x01;
inline constexpr uint8_t kCloseStart = 0x02;
inline constexpr uint8_t kCloseEmpty = 0x03;
inline constexpr uint8_t kEndElement = 0x04;
inline constexpr uint8_t kValue = 0x05;
inline constexpr uint8_t kAttribute = 0x06;
inline constexpr uint8_t kTemplateInstance = 0x0c;
inline constexpr uint8_t kSubstitution = 0x0d;
inline constexpr uint8_t kOptionalSubstitution = 0x0e;
inline constexpr uint8_t kMore = 0x40;
inline constexpr uint16_t kNoDependency = 0xffff;

struct Attribute {
  std::string_view name;
  uint16_t slot = 0;
  BinXmlType type = BinXmlType::kNull;
};

// Writes the element tokens of one template or record.
class TokenWriter {
 public:
  explicit TokenWriter(EvtxChunkBuilder* chunk) : chunk_(*chunk) {}

  void FragmentHeader() { chunk_.Put(0x0001010f, 4); }
  void EndOfStream() { chunk_.Put(kEndOfStream, 1); }

  // Returns what CloseElement needs.
  size_t OpenElement(std::string_view name, bool attributes,
                     uint16_t dependency = kNoDependency) {
    chunk_.Put(attributes ? kOpenElement | kMore : kOpenElement, 1);
    chunk_.Put(dependency, 2);
    const size_t size_at = chunk_.position();
    chunk_.Put(0, 4);
    chunk_.PutName(name);
    return size_at;
  }
  size_t BeginAttributes() {
    const size_t size_at = chunk_.position();
    chunk_.Put(0, 4);
    return size_at;
  }
  void EndSized(size_t size_at) {
    chunk_.Patch(size_at, chunk_.position() - size_at - 4, 4);
  }
  void AttributeName(std::string_view name, bool more) {
    chunk_.Put(more ? kAttribute | kMore : kAttribute, 1);
    chunk_.PutName(name);
  }
  void CloseStart() { chunk_.Put(kCloseStart, 1); }
  void EndElement(size_t size_at) {
    chunk_.Put(kEndElement, 1);
    EndSized(size_at);
  }
  void EndEmpty(size_t size_at) {
    chunk_.Put(kCloseEmpty, 1);
    EndSized(size_at);
  }
  void Text(std::string_view text) {
    chunk_.Put(kValue, 1);
    chunk_.Put(static_cast<uint8_t>(BinXmlType::kString), 1);
    chunk_.PutString(text);
  }
  void Slot(uint16_t slot, BinXmlType type, bool optional) {
    chunk_.Put(optional ? kOptionalSubstitution : kSubstitution, 1);
    chunk_.Put(slot, 2);
    chunk_.Put(static_cast<uint8_t>(type), 1);
  }

  // <name>{slot}</name>, dropped when the slot is null.
  void Leaf(std::string_view name, uint16_t slot, BinXmlType type) {
    const size_t element = OpenElement(name, false, slot);
    CloseStart();
    Slot(slot, type, true);
    EndElement(element);
  }
  // <name a="{slot}" b="{slot}"/>; an attribute is dropped when null.
  void Attributes(std::span<const Attribute> attributes) {
    const size_t list = BeginAttributes();
    for (size_t i = 0; i < attributes.size(); ++i) {
      AttributeName(attributes[i].name, i + 1 < attributes.size());
      Slot(attributes[i].slot, attributes[i].type, true);
    }
    EndSized(list);
  }
  void Empty(std::string_view name, std::span<const Attribute> attributes) {
    const size_t element = OpenElement(name, true);
    Attributes(attributes);
    EndEmpty(element);
  }
  void LiteralAttribute(std::string_view name, std::string_view value) {
    const size_t list = BeginAttributes();
    AttributeName(name, false);
    Text(value);
    EndSized(list);
  }

 private:
  EvtxChunkBuilder& chunk_;
};

}  // namespace espial::forge
