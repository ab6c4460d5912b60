// Binary XML, compiled.
//
// A template definition (or any run of binary XML) becomes a flat list of
// operations: literals, and slots for the values that each record brings. A
// record is then a walk over that list with its values beside it; no tree is
// ever built. A walk needs no offset of its chunk except those of nested
// template instances (kInstance), which only records without a template have.
#pragma once

#include <espial/core/result.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace espial::evtx {

// Elements and attributes whose meaning the reader knows.
enum class Known : uint8_t {
  kOther,
  kEvent,
  kSystem,
  kEventData,
  kUserData,
  kRenderingInfo,
  kData,
  kProvider,
  kEventId,
  kVersion,
  kLevel,
  kTask,
  kOpcode,
  kKeywords,
  kTimeCreated,
  kEventRecordId,
  kCorrelation,
  kExecution,
  kChannel,
  kComputer,
  kSecurity,
  kMessage,
  kName,
  kGuid,
  kQualifiers,
  kSystemTime,
  kActivityId,
  kProcessId,
  kThreadId,
  kUserId,
};
Known KnownName(std::string_view name);

// The name of an element, attribute, entity or processing instruction.
struct Name {
  std::string_view text;  // UTF-8
  Known known = Known::kOther;
};

inline constexpr uint16_t kNoSlot = 0xffff;

struct Op {
  enum class Code : uint8_t {
    kBeginElement,    // name; slot: what it depends on; content_slot; end
    kEndElement,      // name
    kBeginAttribute,  // name; content_slot; end
    kEndAttribute,
    kText,       // text; number: offset of its count in the chunk
    kCData,      // text
    kCharRef,    // number
    kEntityRef,  // name
    kPi,         // name, text
    kSlot,       // slot, wire_type
    kOptionalSlot,
    kFilledSlot,  // slot: a string that is not empty (BareShape)
    kLiteral,   // wire_type, number: bytes [number, number + end) of the chunk
    kInstance,  // number: offset of the instance in the chunk
  };
  Code code = Code::kText;
  uint8_t wire_type = 0;
  uint16_t slot = kNoSlot;
  // Begin: the one slot that is all of the direct content, or kNoSlot.
  uint16_t content_slot = kNoSlot;
  // Begin: index of the matching end. kLiteral: size in bytes.
  uint32_t end = 0;
  uint32_t number = 0;
  Name name;
  std::string_view text;

  // Whether a value of the record stands here, which may be empty.
  [[nodiscard]] bool is_slot() const {
    return code == Code::kSlot || code == Code::kOptionalSlot;
  }
};

struct Program {
  std::vector<Op> ops;
  // Offsets in the chunk of the fields that name something.
  std::vector<uint32_t> name_fields;
  // The same of those that tell the size of an element or of its attributes.
  std::vector<uint32_t> size_fields;
  // Whether elements have a dependency id, whether the end token was there, and
  // the offset in the chunk behind what was compiled.
  bool has_dependency = false;
  bool has_end = false;
  uint32_t stop = 0;
  // Where and why compiling stopped; what stands before it is in `ops`, with
  // every element closed.
  std::optional<Error> error;
};

}  // namespace espial::evtx
