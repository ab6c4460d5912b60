// A visitor of Walker that fills an Event.
//
// System becomes the members of the Event. EventData, UserData and the other
// sections become its fields, in document order, duplicates kept; FORMAT.md
// says how their elements are named.
#pragma once

#include <espial/core/arena.h>
#include <espial/model/event.h>
#include <espial/model/value.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/evtx/program.h"
#include "parsers/evtx/values.h"
#include "parsers/evtx/xml_text.h"

namespace espial::evtx {

// Text of attributes or of an element's content, out of one piece or several.
// One typed piece keeps its type; several become a string.
class Content {
 public:
  void Clear();
  void Add(const Value& value);
  void AddText(std::string_view text);
  [[nodiscard]] bool empty() const { return pieces_ == 0; }
  // The value; text of several pieces is copied to `arena`.
  Value Take(Arena* arena);

 private:
  uint32_t pieces_ = 0;
  Value first_;
  std::string joined_;
};

class EventBuilder {
 public:
  // ANSI strings are of that code page; null is windows-1252.
  explicit EventBuilder(const Codepage* codepage = nullptr)
      : decoder_(codepage) {}

  // Begins a chunk; text goes to `arena`.
  void Reset(Arena* arena);
  // Begins a record.
  void Begin();

  // The event as far as it was told, its fields copied to the arena. `complete`
  // is whether the System section ended, so that the event can be named.
  Event Finish();
  [[nodiscard]] bool complete() const { return system_ended_; }
  [[nodiscard]] bool has_record_id() const { return has_record_id_; }

  void BeginElement(const Name& name);
  void EndElement(const Name& name);
  void BeginAttribute(const Name& name);
  void EndAttribute();
  void Text(std::string_view text);
  void CData(std::string_view text) { Text(text); }
  void CharRef(uint32_t unit);
  void EntityRef(const Name& name);
  void Pi(const Name& target, std::string_view data);
  void Value(const WireValue& value);
  [[nodiscard]] bool WantsXml() const { return !in_attribute_; }

 private:
  enum class Section : uint8_t {
    kNone,
    kSystem,
    kEventData,
    kRendering,
    kOther
  };

  void SystemAttribute(const Name& attribute, const espial::Value& value);
  void SystemElement(const Name& element, const espial::Value& value);
  void SectionAttribute(const Name& attribute, const espial::Value& value);
  void EndLeaf(const Name& element);
  void AddField(std::string_view name, const espial::Value& value);
  // The text of a value as it goes into a member of the event.
  std::string_view TextOf(const espial::Value& value);
  std::string_view GuidOf(const espial::Value& value);

  Arena* arena_ = nullptr;
  ValueDecoder decoder_;
  Event event_;
  std::vector<Field> fields_;

  uint32_t depth_ = 0;
  Section section_ = Section::kNone;
  Known element_ = Known::kOther;  // at depth 2 within System or rendering
  bool in_attribute_ = false;
  Name attribute_;
  Content attribute_content_;
  Content content_;
  // Of the innermost element of a section: whether it has had no child, and
  // what its Name attribute says.
  bool leaf_ = false;
  Known leaf_known_ = Known::kOther;
  bool leaf_has_attributes_ = false;
  std::string_view leaf_name_;
  // While XML within an element of EventData is kept as text: the depth of
  // that element; else 0.
  uint32_t capture_depth_ = 0;
  XmlText capture_;
  std::string_view captured_name_;
  bool system_ended_ = false;
  bool has_record_id_ = false;
  std::string scratch_;
};

}  // namespace espial::evtx
