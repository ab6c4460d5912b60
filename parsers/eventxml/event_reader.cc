#include "parsers/eventxml/event_reader.h"

#include <espial/core/text.h>

#include <functional>
#include <span>

namespace espial::eventxml {
namespace {

// Levels below Event: its sections, what is in them.
constexpr uint32_t kSectionLevel = 1;
constexpr uint32_t kItemLevel = 2;

uint64_t NumberOf(std::string_view text) {
  return ParseUnsigned(Trim(text)).value_or(0);
}

}  // namespace

void EventReader::Begin(const XmlToken& start) {
  arena_.Reset();
  event_ = {};
  fields_.clear();
  base_ = start.depth;
  section_ = Section::kNone;
  leaf_ = false;
  capture_level_ = 0;
  pieces_ = 0;
  system_ended_ = false;
  bad_time_ = {};
}

Event EventReader::Finish() {
  event_.fields = fields_;
  return event_;
}

std::string_view EventReader::Keep(std::string_view text) {
  const std::less<> before;
  const bool stays = !before(text.data(), text_.data()) &&
                     !before(text_.data() + text_.size(), text.data());
  return stays ? text : arena_.Copy(text);
}

std::string_view EventReader::KeepGuid(std::string_view text) {
  const auto guid = ParseGuid(Trim(text));
  return guid ? arena_.Copy(FormatGuid(*guid)) : Keep(text);
}

std::string_view EventReader::TakeContent() {
  return pieces_ < 2 ? content_ : arena_.Copy(joined_);
}

void EventReader::Take(const XmlToken& token) {
  switch (token.kind) {
    case XmlTokenKind::kStart:
      BeginElement(token);
      break;
    case XmlTokenKind::kEnd:
      EndElement(token);
      break;
    case XmlTokenKind::kText:
      if (!leaf_ || capture_level_ != 0 || section_ == Section::kNone) break;
      if (pieces_++ == 0) {
        content_ = Keep(token.text);
        break;
      }
      if (pieces_ == 2) joined_ = content_;
      joined_ += token.text;
      break;
    default:
      break;
  }
}

void EventReader::BeginElement(const XmlToken& token) {
  if (capture_level_ != 0) return;
  const uint32_t level = token.depth - base_;
  if (level == kSectionLevel) {
    const std::string_view name = token.name;
    section_ = name == "System"          ? Section::kSystem
               : name == "EventData"     ? Section::kEventData
               : name == "RenderingInfo" ? Section::kRendering
                                         : Section::kOther;
  } else if (level > kItemLevel && section_ == Section::kEventData) {
    // XML within a Data element: kept as it is written.
    capture_level_ = level - 1;
    captured_name_ = leaf_name_;
    capture_from_ = content_from_;
    return;
  }
  leaf_ = true;
  leaf_has_attributes_ = false;
  leaf_name_ = {};
  pieces_ = 0;
  content_ = {};
  content_from_ = token.end;
  if (level < kItemLevel) return;
  for (const XmlAttribute& attribute : token.attributes) {
    if (section_ == Section::kSystem) {
      if (level == kItemLevel) SystemAttribute(token.name, attribute);
    } else if (section_ != Section::kRendering) {
      // <Data Name="x"> and what else EventData names so is the field x.
      // Within UserData, Name is an attribute as any other.
      if (attribute.name == "Name" &&
          (section_ == Section::kEventData || token.name == "Data")) {
        leaf_name_ = Keep(attribute.value);
        leaf_has_attributes_ = true;
      } else if (attribute.name != "xmlns" &&
                 !attribute.name.starts_with("xmlns:")) {
        leaf_has_attributes_ = true;
        AddField(attribute.name, Value::String(Keep(attribute.value)));
      }
    }
  }
}

void EventReader::EndElement(const XmlToken& token) {
  const uint32_t level = token.depth - base_;
  if (capture_level_ != 0) {
    if (level > capture_level_) return;
    capture_level_ = 0;
    if (!token.implied) {
      AddField(captured_name_.empty() ? token.name : captured_name_,
               {ValueType::kXml, 0,
                text_.substr(capture_from_, token.position - capture_from_)});
    }
  } else if (section_ == Section::kSystem) {
    if (level == kItemLevel && !token.implied) {
      SystemElement(token.name, TakeContent());
    }
    if (level == kSectionLevel) system_ended_ = !token.implied;
  } else if (section_ == Section::kRendering) {
    if (level == kItemLevel && token.name == "Message" && !token.implied) {
      event_.message = TakeContent();
    }
  } else if (section_ != Section::kNone && leaf_ && !token.implied) {
    EndLeaf(token.name, level);
  }
  leaf_ = false;
  pieces_ = 0;
  content_ = {};
  if (level <= kSectionLevel) section_ = Section::kNone;
}

// An element of EventData or UserData that holds no other element.
void EventReader::EndLeaf(std::string_view element, uint32_t level) {
  const bool section = level == kSectionLevel;
  // A section without anything, and an element that says all in its attributes,
  // have no value of their own.
  if (pieces_ == 0 &&
      (section || (leaf_has_attributes_ && leaf_name_.empty()))) {
    return;
  }
  const std::string_view value = TakeContent();
  if (section) {
    if (!Trim(value).empty()) AddField("Data", Value::String(value));
    return;
  }
  AddField(leaf_name_.empty() ? element : leaf_name_, Value::String(value));
}

void EventReader::SystemAttribute(std::string_view element,
                                  const XmlAttribute& attribute) {
  const std::string_view name = attribute.name;
  const std::string_view value = attribute.value;
  if (element == "Provider") {
    if (name == "Name") event_.provider = Keep(value);
    if (name == "Guid") event_.provider_guid = KeepGuid(value);
  } else if (element == "EventID") {
    if (name == "Qualifiers") {
      event_.qualifiers = static_cast<uint16_t>(NumberOf(value));
    }
  } else if (element == "TimeCreated") {
    if (name == "SystemTime") ReadTime(value);
  } else if (element == "Correlation") {
    if (name == "ActivityID") event_.activity_id = KeepGuid(value);
  } else if (element == "Execution") {
    if (name == "ProcessID") {
      event_.process_id = static_cast<uint32_t>(NumberOf(value));
    }
    if (name == "ThreadID") {
      event_.thread_id = static_cast<uint32_t>(NumberOf(value));
    }
  } else if (element == "Security") {
    if (name == "UserID") event_.user_sid = Keep(value);
  }
}

void EventReader::SystemElement(std::string_view element,
                                std::string_view value) {
  if (element == "EventID") {
    event_.id = static_cast<uint32_t>(NumberOf(value));
  } else if (element == "Version") {
    event_.version = static_cast<uint8_t>(NumberOf(value));
  } else if (element == "Level") {
    event_.level = static_cast<EventLevel>(NumberOf(value));
  } else if (element == "Task") {
    event_.task = static_cast<uint16_t>(NumberOf(value));
  } else if (element == "Opcode") {
    event_.opcode = static_cast<uint8_t>(NumberOf(value));
  } else if (element == "Keywords") {
    event_.keywords = NumberOf(value);
  } else if (element == "EventRecordID") {
    event_.record = NumberOf(value);
  } else if (element == "Channel") {
    event_.channel = value;
  } else if (element == "Computer") {
    event_.computer = value;
  }
}

void EventReader::ReadTime(std::string_view text) {
  if (const auto time = ParseIso8601(Trim(text))) {
    // The schema of events makes this UTC, whether it says Z or not.
    event_.time = {time->ticks, TimeQuality::kUtc, {}};
  } else {
    bad_time_ = Keep(text);
  }
}

void EventReader::AddField(std::string_view name, Value value) {
  fields_.push_back({name, value});
}

}  // namespace espial::eventxml
