#include "parsers/evtx/ansi.h"

#include <espial/core/text.h>

#include <algorithm>

namespace espial::evtx {

void AppendAnsi(Bytes bytes, const Codepage* codepage, std::string* out) {
  if (codepage == nullptr) {
    while (!bytes.empty()) {
      // ASCII, which is nearly all of it, is copied run by run.
      const auto end =
          std::find_if(bytes.begin(), bytes.end(), [](std::byte b) {
            return b == std::byte{0} || b >= std::byte{0x80};
          });
      const auto run = static_cast<size_t>(end - bytes.begin());
      out->append(AsChars(bytes.first(run)));
      bytes = bytes.subspan(run);
      if (bytes.empty()) break;
      if (bytes[0] != std::byte{0}) {
        AppendUtf8(AnsiCodePoint(std::to_integer<uint8_t>(bytes[0])), out);
      }
      bytes = bytes.subspan(1);
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
