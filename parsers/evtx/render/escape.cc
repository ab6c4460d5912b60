#include "parsers/evtx/render/escape.h"

namespace espial::evtx {
namespace {

template <Escape kEscape>
char* Portable(const std::byte* units, size_t count, const std::byte* /*limit*/,
               char* out) {
  for (size_t i = 0; i < count;) out = PutOne<kEscape>(units, &i, count, out);
  return out;
}

}  // namespace

const EscapeKernel& PortableEscape() {
  static constexpr EscapeKernel kKernel = {
      "portable",
      {Portable<Escape::kJson>, Portable<Escape::kXmlText>,
       Portable<Escape::kXmlAttribute>}};
  return kKernel;
}

const EscapeKernel& BestEscape() {
  static const EscapeKernel& best = []() -> const EscapeKernel& {
    for (const EscapeKernel* kernel :
         {Avx2Escape(), Sse2Escape(), NeonEscape()}) {
      if (kernel != nullptr) return *kernel;
    }
    return PortableEscape();
  }();
  return best;
}

}  // namespace espial::evtx
