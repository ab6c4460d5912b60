// Fills an Event from the tokens of one Event element.
//
// System becomes the members of the Event, EventData, UserData and the other
// sections its fields, by the rules of the EVTX parser: FORMAT.md.
#pragma once

#include <espial/core/arena.h>
#include <espial/model/event.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/support/xml_reader.h"

namespace espial::eventxml {

class EventReader {
 public:
  // `text` is what the tokens were read from, and must outlive the reader.
  explicit EventReader(std::string_view text) : text_(text) {}

  // Begins the element whose start tag is `start`.
  void Begin(const XmlToken& start);
  // A token within the element.
  void Take(const XmlToken& token);
  // The event as far as it was told. Valid until the next Begin.
  Event Finish();

  [[nodiscard]] bool complete() const { return system_ended_; }
  // TimeCreated as it stands when it is no time; else empty.
  [[nodiscard]] std::string_view bad_time() const { return bad_time_; }

 private:
  enum class Section : uint8_t {
    kNone,
    kSystem,
    kEventData,
    kRendering,
    kOther
  };

  void BeginElement(const XmlToken& token);
  void EndElement(const XmlToken& token);
  void EndLeaf(std::string_view element, uint32_t level);
  void SystemAttribute(std::string_view element, const XmlAttribute& attribute);
  void SystemElement(std::string_view element, std::string_view value);
  void ReadTime(std::string_view text);
  void AddField(std::string_view name, Value value);
  // Text that lives as long as the event.
  std::string_view Keep(std::string_view text);
  // "{lower-case}", whichever way it was written.
  std::string_view KeepGuid(std::string_view text);
  std::string_view TakeContent();

  std::string_view text_;
  Arena arena_;
  Event event_;
  std::vector<Field> fields_;
  uint32_t base_ = 0;  // depth of the Event element
  Section section_ = Section::kNone;

  // The innermost element: what it holds so far, whether it has had no child,
  // and what its attributes say.
  std::string_view content_;
  std::string joined_;
  uint32_t pieces_ = 0;
  bool leaf_ = false;
  bool leaf_has_attributes_ = false;
  std::string_view leaf_name_;
  // While XML within an element of EventData is kept as text: the level of that
  // element, its name, and where its content began. Level 0: not so.
  uint32_t capture_level_ = 0;
  std::string_view captured_name_;
  size_t capture_from_ = 0;
  size_t content_from_ = 0;

  bool system_ended_ = false;
  std::string_view bad_time_;
};

}  // namespace espial::eventxml
