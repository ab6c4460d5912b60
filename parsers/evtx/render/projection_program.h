// A template definition, compiled for one Projection: which values to take.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/evtx/program.h"

namespace espial::evtx {

// Places in a projection: those that every record has, then the named fields.
enum ProjectedPlace : uint16_t {
  kPlaceProvider,
  kPlaceEventId,
  kPlaceTime,
  kPlaceRecordId,
  kPlaceComputer,
  kPlaceFields,
};

struct ProjectionProgram {
  // A slot that goes to a place, or that holds more binary XML.
  struct Take {
    static constexpr uint16_t kNested = 0xffff;
    uint16_t slot = 0;
    uint16_t place = 0;
  };
  struct Constant {
    uint16_t place = 0;
    std::string text;
  };
  std::vector<Take> takes;  // by slot
  std::vector<Constant> constants;

  [[nodiscard]] size_t bytes() const {
    return takes.size() * sizeof(Take) + constants.size() * 64;
  }
};

// False when a value that is wanted is more than one slot or text.
bool CompileProjection(const Program& program,
                       const std::vector<std::string>& fields,
                       ProjectionProgram* out);

// The place of field `name`; 0xffff when it is not wanted.
uint16_t PlaceOfField(const std::vector<std::string>& fields,
                      std::string_view name);
// The place of an attribute (or with an empty name, the content) of an element
// of System; 0xffff when it is not wanted.
uint16_t PlaceInSystem(std::string_view element, std::string_view attribute);

}  // namespace espial::evtx
