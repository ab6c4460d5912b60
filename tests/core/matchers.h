// Matchers for results, so that a test names the error it expects.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>
#include <gmock/gmock.h>

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace espial {

// How GoogleTest prints an error.
inline void PrintTo(const Error& error, std::ostream* os) {
  *os << error.ToString();
}

// A Result or Status that holds no error.
MATCHER(IsOk, negation ? "is an error" : "is ok") {
  if (arg.has_value()) return true;
  *result_listener << arg.error().ToString();
  return false;
}

// A Result or Status with an error of that code, field and offset.
MATCHER_P3(HasError, code, what, offset, "") {
  if (arg.has_value()) {
    *result_listener << "is ok";
    return false;
  }
  *result_listener << arg.error().ToString();
  return arg.error().code == code && arg.error().what == what &&
         arg.error().offset == static_cast<uint64_t>(offset);
}

// Bytes out of small numbers.
inline std::vector<std::byte> ByteList(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

}  // namespace espial
