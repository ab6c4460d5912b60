#include "parsers/evtx/render/projection_program.h"

#include <algorithm>

namespace espial::evtx {
namespace {

using Code = Op::Code;

constexpr uint16_t kNowhere = 0xffff;

bool HoldsValue(const Op& op) {
  return op.is_slot() || op.code == Code::kFilledSlot;
}

class ProjectionCompiler {
 public:
  ProjectionCompiler(const Program& program,
                     const std::vector<std::string>& fields,
                     ProjectionProgram* out)
      : ops_(program.ops), fields_(fields), out_(*out) {}

  bool Run() {
    if (ops_.empty() || ops_[0].code != Code::kBeginElement ||
        ops_[0].end + size_t{1} != ops_.size()) {
      return false;
    }
    bool fits = true;
    if (ops_[0].name.text == "Event") {
      fits = ForEachChild(0, [&](size_t i) { return Section(i); });
    } else {
      fits = Section(0);
    }
    std::stable_sort(
        out_.takes.begin(), out_.takes.end(),
        [](const auto& a, const auto& b) { return a.slot < b.slot; });
    return fits;
  }

 private:
  // Calls `body` with each child element of `begin`, and takes slots that hold
  // nested elements.
  template <typename Body>
  bool ForEachChild(size_t begin, Body body) {
    for (size_t i = begin + 1; i < ops_[begin].end; ++i) {
      const Op& op = ops_[i];
      if (op.code == Code::kBeginElement) {
        if (!body(i)) return false;
        i = op.end;
      } else if (op.code == Code::kBeginAttribute) {
        i = op.end;
      } else if (HoldsValue(op)) {
        out_.takes.push_back({op.slot, ProjectionProgram::Take::kNested});
      } else if (op.code == Code::kInstance) {
        return false;
      }
    }
    return true;
  }

  bool Section(size_t begin) {
    if (ops_[begin].name.text == "RenderingInfo") return true;
    const bool system = ops_[begin].name.text == "System";
    return ForEachChild(
        begin, [&](size_t i) { return system ? SystemElement(i) : Field(i); });
  }

  bool SystemElement(size_t begin) {
    size_t at = begin + 1;
    const std::string_view element = ops_[begin].name.text;
    for (; ops_[at].code == Code::kBeginAttribute; at = ops_[at].end + 1) {
      if (!Take(at + 1, ops_[at].end,
                PlaceInSystem(element, ops_[at].name.text))) {
        return false;
      }
    }
    return Take(at, ops_[begin].end, PlaceInSystem(element, {}));
  }

  bool Field(size_t begin) {
    std::string_view name = ops_[begin].name.text;
    size_t at = begin + 1;
    for (; ops_[at].code == Code::kBeginAttribute; at = ops_[at].end + 1) {
      if (name != "Data" || ops_[at].name.text != "Name") continue;
      // A name that is a value is no business of templates.
      if (ops_[at + 1].code != Code::kText || at + 2 != ops_[at].end) {
        return false;
      }
      name = ops_[at + 1].text;
    }
    const auto child = std::find_if(
        ops_.begin() + static_cast<ptrdiff_t>(at),
        ops_.begin() + ops_[begin].end,
        [](const Op& op) { return op.code == Code::kBeginElement; });
    if (child != ops_.begin() + ops_[begin].end) {
      return ForEachChild(begin, [&](size_t i) { return Field(i); });
    }
    const uint16_t place = PlaceOfField(fields_, name);
    if (place != kNowhere) return Take(at, ops_[begin].end, place);
    // What is not wanted may hold what is.
    return ForEachChild(begin, [](size_t) { return true; });
  }

  // The operations [first, last) are the value of a place.
  bool Take(size_t first, size_t last, uint16_t place) {
    if (place == kNowhere || first == last) return true;
    if (last - first > 1) return false;
    const Op& op = ops_[first];
    if (HoldsValue(op)) {
      out_.takes.push_back({op.slot, place});
      return true;
    }
    if (op.code != Code::kText && op.code != Code::kCData) return false;
    out_.constants.push_back({place, std::string(op.text)});
    return true;
  }

  const std::vector<Op>& ops_;
  const std::vector<std::string>& fields_;
  ProjectionProgram& out_;
};

}  // namespace

bool CompileProjection(const Program& program,
                       const std::vector<std::string>& fields,
                       ProjectionProgram* out) {
  return ProjectionCompiler(program, fields, out).Run();
}

uint16_t PlaceOfField(const std::vector<std::string>& fields,
                      std::string_view name) {
  const auto found = std::find(fields.begin(), fields.end(), name);
  if (found == fields.end()) return kNowhere;
  return static_cast<uint16_t>(kPlaceFields + (found - fields.begin()));
}

uint16_t PlaceInSystem(std::string_view element, std::string_view attribute) {
  if (attribute.empty()) {
    if (element == "EventID") return kPlaceEventId;
    if (element == "EventRecordID") return kPlaceRecordId;
    if (element == "Computer") return kPlaceComputer;
    return kNowhere;
  }
  if (element == "Provider" && attribute == "Name") return kPlaceProvider;
  if (element == "TimeCreated" && attribute == "SystemTime") return kPlaceTime;
  return kNowhere;
}

}  // namespace espial::evtx
