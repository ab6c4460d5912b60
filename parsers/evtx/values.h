// Values of binary XML: from the bytes of a substitution to espial::Value.
#pragma once

#include <espial/core/arena.h>
#include <espial/core/bytes.h>
#include <espial/core/codepage.h>
#include <espial/model/value.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/evtx/layout.h"

namespace espial::evtx {

// A value as the record holds it: a type and bytes of the chunk.
struct WireValue {
  uint8_t type = kWireNull;
  Bytes bytes;
  // Offset of `bytes` in the chunk.
  uint32_t offset = 0;

  [[nodiscard]] bool is_null() const { return type == kWireNull; }
  [[nodiscard]] bool is_array() const { return (type & kWireArray) != 0; }
};

// Walks over the items of an array. An empty array has no item. Items of fixed
// width that the bytes do not hold whole come last, as binary.
class ArrayItems {
 public:
  // REQUIRES: array.is_array().
  explicit ArrayItems(const WireValue& array);
  // False when there is no more.
  bool Next(WireValue* item);

 private:
  WireValue rest_;
  uint32_t width_;  // 0: strings up to their terminators
};

// Decodes values into an arena. One for a chunk; not thread-safe.
class ValueDecoder {
 public:
  // ANSI strings are of that code page; null is windows-1252.
  explicit ValueDecoder(const Codepage* codepage = nullptr)
      : codepage_(codepage) {}

  void Reset(Arena* arena);

  // The value, whose text lives as long as the arena and the chunk. Bytes that
  // do not fit their type are returned as binary, never dropped. Embedded
  // binary XML (kWireBinXml) comes back as binary: whoever can walk it does.
  Value Decode(const WireValue& value);

 private:
  Value DecodeScalar(const WireValue& value);
  Value DecodeList(const WireValue& value);
  Value DecodeAnsi(Bytes bytes);
  Value DecodeGuid(const WireValue& value);
  Value DecodeSid(const WireValue& value);

  const Codepage* codepage_;
  Arena* arena_ = nullptr;
  std::string scratch_;
  std::string joined_;
  // Logs repeat a few SIDs over and over.
  Bytes last_sid_;
  std::string_view last_sid_text_;
};

// The number a value stands for: typed, or written as text (decimal, 0x...).
// 0 when it is none.
uint64_t NumberOf(const Value& value);

// Bytes of a value of that type where the format fixes them; 0 for the others.
uint32_t FixedValueWidth(uint8_t wire_type);

}  // namespace espial::evtx
