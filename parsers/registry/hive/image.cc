#include "parsers/registry/hive/image.h"

#include <espial/core/text.h>

#include <algorithm>
#include <utility>

namespace espial::registry_hive {

std::string Hex(uint64_t value) { return "0x" + ToHex(value); }

void Reporter::Lost(Errc code, const char* what, uint64_t position,
                    std::string detail, uint64_t bytes_lost) {
  Report({code, what, image_.SourceOffset(position), std::move(detail)},
         bytes_lost, true);
}

void Reporter::Odd(Errc code, const char* what, uint64_t position,
                   std::string detail) {
  Report({code, what, image_.SourceOffset(position), std::move(detail)}, 0,
         false);
}

void Reporter::Report(Error error, uint64_t bytes_lost, bool lossy) {
  Damage damage;
  // What a log put behind the end of the file stands nowhere in it.
  error.offset = std::min(error.offset, image_.source_size);
  damage.error = std::move(error);
  damage.bytes_lost = std::min(bytes_lost, image_.source_size);
  damage.lossy = lossy;
  sink_.OnDamage(std::move(damage));
}

}  // namespace espial::registry_hive
