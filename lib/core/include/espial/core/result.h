// Errors as values.
//
// Three mechanisms, one for each kind of trouble:
//   * Result<T> / Status: the thing asked for could not be had at all (a file
//     that cannot be opened, bytes that are not the format claimed).
//   * Damage (espial/model/damage.h): a part of the input could not be read;
//     parsing resumed at the next boundary.
//   * ESPIAL_DCHECK: a mistake in Espial itself. No input may reach one.
//
// Nothing of ours throws. Out of memory may surface as std::bad_alloc.
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace espial {

// What went wrong, coarse enough that a caller can branch on it. People read
// Error::what and Error::detail.
enum class Errc : uint8_t {
  kTruncated,        // the bytes end before the structure does
  kBadMagic,         // not the format that was expected here
  kBadChecksum,      // a stored checksum does not fit the bytes
  kBadValue,         // a field holds a value that the format forbids
  kUnsupported,      // well-formed, but a variant that Espial does not read
  kLimitExceeded,    // a limit of espial::Limits was reached
  kNotFound,         // a file, part or name does not exist
  kIo,               // the operating system refused
  kInvalidArgument,  // the caller asked for something that makes no sense
};

// The stable, lower-case name of a code, e.g. "truncated".
std::string_view ErrcName(Errc code);

// One error: what, where, and expected against found.
struct Error {
  Errc code = Errc::kBadValue;
  // The field or structure, a short name: "chunk header checksum".
  std::string what;
  // Byte offset in the Source at which the trouble stands.
  uint64_t offset = 0;
  // Expected and found, in words: "expected 0x00010003, found 0x00090000".
  std::string detail;

  // "truncated: last_chunk at offset 16: need 8 bytes, have 4"
  [[nodiscard]] std::string ToString() const;

  friend bool operator==(const Error&, const Error&) = default;
};

// A value or an Error. The member names are a subset of std::expected.
template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return Error{...};` both read
  // well in the function that makes the result.
  Result(T value) : state_(std::move(value)) {}      // NOLINT
  Result(Error error) : state_(std::move(error)) {}  // NOLINT

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  // REQUIRES: has_value().
  T& value() & { return *std::get_if<0>(&state_); }
  const T& value() const& { return *std::get_if<0>(&state_); }
  T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // REQUIRES: !has_value().
  [[nodiscard]] const Error& error() const& { return *std::get_if<1>(&state_); }
  [[nodiscard]] Error&& error() && {
    return std::move(*std::get_if<1>(&state_));
  }

 private:
  std::variant<T, Error> state_;
};

// Success, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : failed_(true), error_(std::move(error)) {}  // NOLINT

  [[nodiscard]] bool has_value() const { return !failed_; }
  explicit operator bool() const { return has_value(); }
  // REQUIRES: !has_value().
  [[nodiscard]] const Error& error() const& { return error_; }
  [[nodiscard]] Error&& error() && { return std::move(error_); }

 private:
  bool failed_ = false;
  Error error_;
};

using Status = Result<void>;

}  // namespace espial

// Returns the error of `expr` (a Status) from the enclosing function.
#define ESPIAL_TRY(expr)                               \
  do {                                                 \
    if (auto espial_status = (expr); !espial_status) { \
      return std::move(espial_status).error();         \
    }                                                  \
  } while (false)

#define ESPIAL_CONCAT_INNER(a, b) a##b
#define ESPIAL_CONCAT(a, b) ESPIAL_CONCAT_INNER(a, b)

// Declares `declaration` from the value of `expr` (a Result<T>), or returns its
// error: ESPIAL_TRY_ASSIGN(const auto header, ParseHeader(bytes));
#define ESPIAL_TRY_ASSIGN(declaration, expr)                       \
  ESPIAL_TRY_ASSIGN_INNER(ESPIAL_CONCAT(espial_result_, __LINE__), \
                          declaration, expr)
#define ESPIAL_TRY_ASSIGN_INNER(result, declaration, expr) \
  auto result = (expr);                                    \
  if (!result) return std::move(result).error();           \
  declaration = std::move(result).value()

// A condition that only a bug in Espial can break; checked in debug builds.
#define ESPIAL_DCHECK(condition) assert(condition)
