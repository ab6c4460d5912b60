#include <espial/core/bytes.h>

namespace espial {

Status ByteReader::status() const {
  if (!failed_) return {};
  Error error{code_, what_, offset(), {}};
  if (code_ == Errc::kTruncated) {
    error.detail = "need " + std::to_string(need_) + " bytes, have " +
                   std::to_string(remaining());
  }
  return error;
}

}  // namespace espial
