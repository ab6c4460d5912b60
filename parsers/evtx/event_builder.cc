#include "parsers/evtx/event_builder.h"

#include <espial/core/text.h>

#include <algorithm>
#include <optional>
#include <span>

namespace espial::evtx {
namespace {

// Depths of the walk: Event, its sections, what is in them.
constexpr uint32_t kSectionDepth = 2;
constexpr uint32_t kItemDepth = 3;

bool IsBlank(std::string_view text) { return Trim(text).empty(); }

}  // namespace

void Content::Clear() {
  pieces_ = 0;
  first_ = {};
  joined_.clear();
}

void Content::Add(const Value& value) {
  if (pieces_++ == 0) {
    first_ = value;
    return;
  }
  if (pieces_ == 2) AppendText(first_, &joined_);
  AppendText(value, &joined_);
}

void Content::AddText(std::string_view text) { Add(Value::String(text)); }

Value Content::Take(Arena* arena) {
  if (pieces_ < 2) return first_;
  return Value::String(arena->Copy(joined_));
}

void EventBuilder::Reset(Arena* arena) {
  arena_ = arena;
  decoder_.Reset(arena);
}

void EventBuilder::Begin() {
  event_ = {};
  fields_.clear();
  depth_ = 0;
  section_ = Section::kNone;
  in_attribute_ = false;
  leaf_ = false;
  capture_depth_ = 0;
  system_ended_ = false;
  has_record_id_ = false;
  content_.Clear();
}

Event EventBuilder::Finish() {
  event_.fields = arena_->CopyArray(std::span<const Field>(fields_));
  return event_;
}

void EventBuilder::BeginElement(const Name& name) {
  ++depth_;
  if (capture_depth_ != 0) {
    capture_.BeginElement(name);
    return;
  }
  if (depth_ == kSectionDepth) {
    switch (name.known) {
      case Known::kSystem:
        section_ = Section::kSystem;
        break;
      case Known::kEventData:
        section_ = Section::kEventData;
        break;
      case Known::kRenderingInfo:
        section_ = Section::kRendering;
        break;
      default:
        section_ = Section::kOther;
    }
  } else if (depth_ == kItemDepth) {
    element_ = name.known;
  } else if (depth_ > kItemDepth && section_ == Section::kEventData) {
    // XML within a Data element: kept as it is written.
    capture_depth_ = depth_ - 1;
    captured_name_ = leaf_name_;
    capture_.Clear();
    if (!content_.empty()) capture_.Value(content_.Take(arena_));
    capture_.BeginElement(name);
    return;
  }
  leaf_ = true;
  leaf_known_ = name.known;
  leaf_has_attributes_ = false;
  leaf_name_ = {};
  content_.Clear();
}

void EventBuilder::EndElement(const Name& name) {
  if (depth_ == 0) return;
  if (capture_depth_ != 0 && depth_ > capture_depth_) {
    capture_.EndElement(name);
    --depth_;
    return;
  }
  if (capture_depth_ != 0) {
    capture_depth_ = 0;
    AddField(captured_name_.empty() ? name.text : captured_name_,
             {ValueType::kXml, 0, arena_->Copy(capture_.text())});
  } else if (section_ == Section::kSystem) {
    if (depth_ == kItemDepth) SystemElement(name, content_.Take(arena_));
    if (depth_ == kSectionDepth) system_ended_ = true;
  } else if (section_ == Section::kRendering) {
    if (depth_ == kItemDepth && name.known == Known::kMessage) {
      event_.message = TextOf(content_.Take(arena_));
    }
  } else if (section_ != Section::kNone && leaf_) {
    EndLeaf(name);
  }
  leaf_ = false;
  content_.Clear();
  --depth_;
  if (depth_ < kSectionDepth) section_ = Section::kNone;
}

// An element of EventData or UserData that holds no other element.
void EventBuilder::EndLeaf(const Name& element) {
  const bool section = depth_ == kSectionDepth;
  if (content_.empty()) {
    // A section without anything, and an element that says all in its
    // attributes, have no value of their own.
    if (section || (leaf_has_attributes_ && leaf_name_.empty())) return;
  }
  const espial::Value value =
      content_.empty() ? espial::Value::String({}) : content_.Take(arena_);
  if (section) {
    if (value.type == ValueType::kString && IsBlank(value.text)) return;
    AddField("Data", value);
    return;
  }
  AddField(leaf_name_.empty() ? element.text : leaf_name_, value);
}

void EventBuilder::BeginAttribute(const Name& name) {
  if (capture_depth_ != 0) {
    capture_.BeginAttribute(name);
    return;
  }
  in_attribute_ = true;
  attribute_ = name;
  attribute_content_.Clear();
}

void EventBuilder::EndAttribute() {
  if (capture_depth_ != 0) {
    capture_.EndAttribute();
    return;
  }
  if (!in_attribute_) return;
  in_attribute_ = false;
  const espial::Value value = attribute_content_.Take(arena_);
  if (section_ == Section::kSystem) {
    if (depth_ == kItemDepth) SystemAttribute(attribute_, value);
  } else if (section_ == Section::kEventData || section_ == Section::kOther) {
    if (depth_ >= kItemDepth) SectionAttribute(attribute_, value);
  }
}

void EventBuilder::Text(std::string_view text) {
  if (in_attribute_) {
    attribute_content_.AddText(text);
  } else if (capture_depth_ != 0) {
    capture_.Text(text);
  } else if (leaf_) {
    content_.AddText(text);
  }
}

void EventBuilder::CharRef(uint32_t unit) {
  scratch_.clear();
  AppendUtf8(unit, &scratch_);
  Text(arena_->Copy(scratch_));
}

void EventBuilder::EntityRef(const Name& name) {
  if (capture_depth_ != 0) {
    capture_.EntityRef(name);
    return;
  }
  if (const std::string_view text = EntityText(name.text); !text.empty()) {
    Text(text);
    return;
  }
  scratch_ = "&" + std::string(name.text) + ";";
  Text(arena_->Copy(scratch_));
}

void EventBuilder::Pi(const Name& target, std::string_view data) {
  // Says nothing about the event unless it is part of XML that is kept.
  if (capture_depth_ != 0) capture_.Pi(target, data);
}

void EventBuilder::Value(const WireValue& value) {
  if (in_attribute_) {
    attribute_content_.Add(decoder_.Decode(value));
  } else if (capture_depth_ != 0) {
    capture_.Value(decoder_.Decode(value));
  } else if (leaf_ && section_ != Section::kNone) {
    content_.Add(decoder_.Decode(value));
  }
}

void EventBuilder::SystemAttribute(const Name& attribute,
                                   const espial::Value& value) {
  switch (element_) {
    case Known::kProvider:
      if (attribute.known == Known::kName) event_.provider = TextOf(value);
      if (attribute.known == Known::kGuid) event_.provider_guid = GuidOf(value);
      break;
    case Known::kEventId:
      if (attribute.known == Known::kQualifiers) {
        event_.qualifiers = static_cast<uint16_t>(NumberOf(value));
      }
      break;
    case Known::kTimeCreated:
      if (attribute.known != Known::kSystemTime) break;
      if (value.type == ValueType::kTime) {
        event_.time = {Ticks{value.number}, TimeQuality::kUtc, {}};
      } else if (const auto time = ParseIso8601(Trim(TextOf(value)))) {
        // EVTX writes this as UTC by definition, whether it says Z or not.
        event_.time = {time->ticks, TimeQuality::kUtc, {}};
      }
      break;
    case Known::kCorrelation:
      if (attribute.known == Known::kActivityId) {
        event_.activity_id = GuidOf(value);
      }
      break;
    case Known::kExecution:
      if (attribute.known == Known::kProcessId) {
        event_.process_id = static_cast<uint32_t>(NumberOf(value));
      }
      if (attribute.known == Known::kThreadId) {
        event_.thread_id = static_cast<uint32_t>(NumberOf(value));
      }
      break;
    case Known::kSecurity:
      if (attribute.known == Known::kUserId) event_.user_sid = TextOf(value);
      break;
    default:
      break;
  }
}

void EventBuilder::SystemElement(const Name& element,
                                 const espial::Value& value) {
  switch (element.known) {
    case Known::kEventId:
      event_.id = static_cast<uint32_t>(NumberOf(value));
      break;
    case Known::kVersion:
      event_.version = static_cast<uint8_t>(NumberOf(value));
      break;
    case Known::kLevel:
      event_.level = static_cast<EventLevel>(NumberOf(value));
      break;
    case Known::kTask:
      event_.task = static_cast<uint16_t>(NumberOf(value));
      break;
    case Known::kOpcode:
      event_.opcode = static_cast<uint8_t>(NumberOf(value));
      break;
    case Known::kKeywords:
      event_.keywords = NumberOf(value);
      break;
    case Known::kEventRecordId:
      has_record_id_ = !value.is_null();
      event_.record = NumberOf(value);
      break;
    case Known::kChannel:
      event_.channel = TextOf(value);
      break;
    case Known::kComputer:
      event_.computer = TextOf(value);
      break;
    default:
      break;
  }
}

void EventBuilder::SectionAttribute(const Name& attribute,
                                    const espial::Value& value) {
  // <Data Name="x"> and what else EventData names so is the field x. Within
  // UserData, Name is an attribute as any other.
  if (attribute.known == Known::kName &&
      (section_ == Section::kEventData || leaf_known_ == Known::kData)) {
    leaf_name_ = TextOf(value);
    leaf_has_attributes_ = true;
    return;
  }
  // Namespaces say nothing about the event.
  if (attribute.text == "xmlns" || attribute.text.starts_with("xmlns:")) return;
  leaf_has_attributes_ = true;
  AddField(attribute.text, value);
}

void EventBuilder::AddField(std::string_view name, const espial::Value& value) {
  fields_.push_back({name, value});
}

std::string_view EventBuilder::TextOf(const espial::Value& value) {
  if (value.type == ValueType::kString || value.type == ValueType::kSid ||
      value.type == ValueType::kGuid) {
    return value.text;
  }
  scratch_.clear();
  AppendText(value, &scratch_);
  return arena_->Copy(scratch_);
}

// "{lower-case}", whichever way it was written.
std::string_view EventBuilder::GuidOf(const espial::Value& value) {
  if (value.type == ValueType::kGuid) return value.text;
  const std::string_view text = TextOf(value);
  const auto guid = ParseGuid(Trim(text));
  return guid ? arena_->Copy(FormatGuid(*guid)) : text;
}

}  // namespace espial::evtx
