#include "tools/forge/location.h"

#include <utility>

namespace espial::forge {

std::string Location::ToString() const {
  return file + ':' + std::to_string(line) + ':' + std::to_string(column);
}

Error Location::Fail(std::string message) const {
  return {Errc::kInvalidArgument, ToString(), 0, std::move(message)};
}

}  // namespace espial::forge
