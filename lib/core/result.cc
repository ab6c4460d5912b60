#include <espial/core/result.h>

namespace espial {

std::string_view ErrcName(Errc code) {
  switch (code) {
    case Errc::kTruncated:
      return "truncated";
    case Errc::kBadMagic:
      return "bad magic";
    case Errc::kBadChecksum:
      return "bad checksum";
    case Errc::kBadValue:
      return "bad value";
    case Errc::kUnsupported:
      return "unsupported";
    case Errc::kLimitExceeded:
      return "limit exceeded";
    case Errc::kNotFound:
      return "not found";
    case Errc::kIo:
      return "input/output";
    case Errc::kInvalidArgument:
      return "invalid argument";
  }
  return "unknown";
}

std::string Error::ToString() const {
  std::string text(ErrcName(code));
  text += ": ";
  text += what;
  const bool has_place = code != Errc::kIo && code != Errc::kNotFound &&
                         code != Errc::kInvalidArgument;
  if (has_place) {
    text += " at offset ";
    text += std::to_string(offset);
  }
  if (!detail.empty()) {
    text += ": ";
    text += detail;
  }
  return text;
}

}  // namespace espial
