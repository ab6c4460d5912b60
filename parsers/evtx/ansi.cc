#include "parsers/evtx/ansi.h"

#include <espial/core/text.h>

#include <algorithm>

namespace espial::evtx {

void AppendAnsi(Bytes bytes, const Codepage* codepage, std::string* out) {
  if (codepage == nullptr) {
    for (const std::byte b : bytes) {
      if (b == std::byte{0}) continue;
      AppendUtf8(AnsiCodePoint(std::to_integer<uint8_t>(b)), out);
    }
    return;
  }
  for (auto at = bytes.begin(); at != bytes.end();) {
    const auto zero = std::find(at, bytes.end(), std::byte{0});
    codepage->Append({at, zero}, out);
    at = zero == bytes.end() ? zero : zero + 1;
  }
}

}  // namespace espial::evtx
