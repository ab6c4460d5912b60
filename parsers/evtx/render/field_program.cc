#include "parsers/evtx/render/field_program.h"

#include <espial/evtx_fields.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace espial::evtx {
namespace {

using Code = Op::Code;
using Item = FieldProgram::Item;

bool HoldsValue(const Op& op) {
  return op.is_slot() || op.code == Code::kFilledSlot;
}

std::optional<SystemField> FieldOf(Known element, Known attribute) {
  if (attribute == Known::kOther) return std::nullopt;
  if (element == Known::kProvider) {
    if (attribute == Known::kName) return SystemField::kProvider;
    if (attribute == Known::kGuid) return SystemField::kProviderGuid;
  } else if (element == Known::kTimeCreated) {
    if (attribute == Known::kSystemTime) return SystemField::kTime;
  } else if (element == Known::kCorrelation) {
    if (attribute == Known::kActivityId) return SystemField::kActivityId;
  } else if (element == Known::kExecution) {
    if (attribute == Known::kProcessId) return SystemField::kProcessId;
    if (attribute == Known::kThreadId) return SystemField::kThreadId;
  } else if (element == Known::kSecurity) {
    if (attribute == Known::kUserId) return SystemField::kUserId;
  }
  return std::nullopt;
}

std::optional<SystemField> FieldOf(Known element) {
  switch (element) {
    case Known::kEventId:
      return SystemField::kEventId;
    case Known::kVersion:
      return SystemField::kVersion;
    case Known::kLevel:
      return SystemField::kLevel;
    case Known::kTask:
      return SystemField::kTask;
    case Known::kOpcode:
      return SystemField::kOpcode;
    case Known::kKeywords:
      return SystemField::kKeywords;
    case Known::kEventRecordId:
      return SystemField::kRecordId;
    case Known::kChannel:
      return SystemField::kChannel;
    case Known::kComputer:
      return SystemField::kComputer;
    default:
      return std::nullopt;
  }
}

bool IsNamespace(std::string_view attribute) {
  return attribute == "xmlns" || attribute.starts_with("xmlns:");
}

class FieldCompiler {
 public:
  FieldCompiler(const Program& program, const NameNumbers& names,
                FieldProgram* out)
      : ops_(program.ops), names_(names), out_(*out), items_(&out->items) {}

  bool Run() {
    if (ops_.empty() || ops_[0].code != Code::kBeginElement ||
        ops_[0].end + size_t{1} != ops_.size()) {
      return false;
    }
    out_.whole = ops_[0].name.known == Known::kEvent;
    if (out_.whole) return Sections();
    out_.section = Section(0);
    items_ = &out_.fields;
    section_ = kNoSlot;
    out_.element = Field(0, false, 0);
    return out_.section || out_.element;
  }

 private:
  [[nodiscard]] size_t SkipAttributes(size_t begin) const {
    size_t at = begin + 1;
    while (ops_[at].code == Code::kBeginAttribute) at = ops_[at].end + 1;
    return at;
  }

  bool Sections() {
    for (size_t i = SkipAttributes(0); i < ops_[0].end; ++i) {
      const Op& op = ops_[i];
      if (op.code == Code::kBeginElement) {
        if (!Section(i)) return false;
        i = op.end;
      } else if (!HoldsValue(op)) {
        return false;
      } else {
        AddNested(Item::Kind::kSections, op.slot, kNoSlot);
      }
    }
    return true;
  }

  void AddNested(Item::Kind kind, uint16_t slot, uint16_t section) {
    Item item;
    item.kind = kind;
    item.slot = slot;
    item.section = section;
    items_->push_back(std::move(item));
  }

  bool Section(size_t begin) {
    const Op& op = ops_[begin];
    if (op.name.known == Known::kRenderingInfo) return false;
    // The outermost element is there whatever its dependency.
    section_ = begin == 0 ? kNoSlot : op.slot;
    // Attributes of a section say nothing about the event.
    const size_t first = SkipAttributes(begin);
    if (op.name.known == Known::kSystem) {
      return Children(first, op.end, [&](size_t i) { return System(i); });
    }
    if (first == op.end) return true;
    if (op.name.known == Known::kUserData && first + 1 == op.end &&
        HoldsValue(ops_[first])) {
      AddNested(Item::Kind::kElements, ops_[first].slot, section_);
      return true;
    }
    const bool event_data = op.name.known == Known::kEventData;
    return Children(first, op.end,
                    [&](size_t i) { return Field(i, event_data, 0); });
  }

  template <typename Body>
  bool Children(size_t first, size_t end, Body body) {
    for (size_t i = first; i < end; ++i) {
      if (ops_[i].code != Code::kBeginElement || !body(i)) return false;
      i = ops_[i].end;
    }
    return true;
  }

  bool System(size_t begin) {
    const Op& op = ops_[begin];
    size_t at = begin + 1;
    for (; ops_[at].code == Code::kBeginAttribute; at = ops_[at].end + 1) {
      const auto field = FieldOf(op.name.known, ops_[at].name.known);
      if (field && !Add(at + 1, ops_[at].end, op.slot, *field)) return false;
    }
    const auto field = FieldOf(op.name.known);
    return !field || Add(at, op.end, op.slot, *field);
  }

  bool Add(size_t first, size_t last, uint16_t depends, SystemField field) {
    if (first == last) return true;
    Item item;
    item.kind = Item::Kind::kSystem;
    item.place = static_cast<uint32_t>(field);
    return Add(first, last, depends, std::move(item));
  }

  // One slot or text, or nothing.
  bool Add(size_t first, size_t last, uint16_t depends, Item item) {
    if (last - first > 1) return false;
    item.depends = depends;
    item.section = section_;
    item.constant = true;
    if (first < last) {
      const Op& op = ops_[first];
      if (HoldsValue(op)) {
        item.constant = false;
        item.slot = op.slot;
      } else if (op.code == Code::kText || op.code == Code::kCData) {
        item.text = op.text;
      } else {
        return false;
      }
    }
    items_->push_back(std::move(item));
    return true;
  }

  bool Field(size_t begin, bool event_data, int depth) {
    constexpr int kMaxDepth = 16;
    const Op& op = ops_[begin];
    std::string_view name = op.name.text;
    size_t at = begin + 1;
    bool named = false;
    for (; ops_[at].code == Code::kBeginAttribute; at = ops_[at].end + 1) {
      const Op& attribute = ops_[at];
      if (IsNamespace(attribute.name.text)) continue;
      const bool is_name = attribute.name.known == Known::kName &&
                           (event_data || op.name.known == Known::kData);
      const bool is_text = at + 2 == attribute.end &&
                           ops_[at + 1].code == Code::kText &&
                           !ops_[at + 1].text.empty();
      if (!is_name || !is_text || named) return false;
      named = true;
      name = ops_[at + 1].text;
    }
    // The outermost element is there whatever its dependency.
    const uint16_t depends = begin == 0 ? kNoSlot : op.slot;
    if (at < op.end && ops_[at].code == Code::kBeginElement) {
      // Within EventData that is XML in a value.
      if (event_data || named || depends != kNoSlot || depth == kMaxDepth) {
        return false;
      }
      return Children(at, op.end,
                      [&](size_t i) { return Field(i, false, depth + 1); });
    }
    std::string folded = Fold(name);
    std::erase(folded, ' ');
    Item item;
    const auto number = names_.find(folded);
    item.place =
        number == names_.end() ? PlacedField::kOtherName : number->second;
    item.repeats = op.content_slot != kNoSlot;
    return Add(at, op.end, depends, std::move(item));
  }

  const std::vector<Op>& ops_;
  const NameNumbers& names_;
  FieldProgram& out_;
  std::vector<Item>* items_;    // those that are being told
  uint16_t section_ = kNoSlot;  // what the section depends on
};

}  // namespace

bool CompileFields(const Program& program, const NameNumbers& names,
                   FieldProgram* out) {
  return FieldCompiler(program, names, out).Run();
}

}  // namespace espial::evtx
