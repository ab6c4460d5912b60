// Places in scenario files, for messages.
#pragma once

#include <espial/core/result.h>

#include <cstdint>
#include <string>

namespace espial::forge {

// A place in a YAML file; line and column count from 1.
struct Location {
  std::string file;
  uint32_t line = 0;
  uint32_t column = 0;

  // "file.yml:3:7"
  [[nodiscard]] std::string ToString() const;
  // The error that prints as "invalid argument: file.yml:3:7: <message>".
  [[nodiscard]] Error Fail(std::string message) const;
};

}  // namespace espial::forge
