// Large pieces of text to standard output, without a copy.
#pragma once

#include <espial/core/result.h>

#include <string_view>

namespace espial::cli {

class DescriptorWriter {
 public:
  // False when there is no use in writing more: the reader went away, which is
  // no error, or writing failed, which status() tells.
  bool Write(std::string_view text);
  [[nodiscard]] const Status& status() const { return status_; }

 private:
  Status status_;
  bool done_ = false;
};

}  // namespace espial::cli
