#include "parsers/evtx/render/ansi.h"

#include <espial/core/text.h>

namespace espial::evtx {

void AppendAnsi(Bytes bytes, std::string* out) {
  for (const std::byte b : bytes) {
    if (b == std::byte{0}) continue;
    AppendUtf8(AnsiCodePoint(std::to_integer<uint8_t>(b)), out);
  }
}

}  // namespace espial::evtx
