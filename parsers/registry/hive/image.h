// The bins of a hive in memory, and how messages name places in them.
//
// A cell offset counts from the first bin. A file has its bins behind the base
// block; a fragment of a hive begins with any bin.
#pragma once

#include <espial/core/bytes.h>
#include <espial/model/sink.h>

#include <cstdint>
#include <string>

namespace espial::registry_hive {

// Bins begin at, and are, multiples of it.
inline constexpr uint64_t kPageBytes = 4096;

inline constexpr uint32_t kNoCell = 0xFFFFFFFFU;
// Offsets with this bit lie in storage that is never written to a file.
inline constexpr uint32_t kVolatile = 0x80000000U;

struct Image {
  // All bytes from the first bin on, as far as the file goes.
  Bytes bins;
  // How many of them the base block calls bins; at most bins.size(). What lies
  // behind is slack of the file.
  uint64_t size = 0;
  // The bytes of all bins by the base block: offsets of cells lie below.
  uint64_t declared = 0;
  // Cell offset of bins[0]: 0 in a whole hive.
  uint64_t first = 0;
  // Offset of bins[0] in the Source.
  uint64_t source_offset = 0;
  // Bytes of the Source; pages of a log may lie behind them.
  uint64_t source_size = 0;
  // Whether the base block promises more bins than there are bytes.
  bool cut = false;

  // Offset in the Source of the byte at `position` in `bins`.
  [[nodiscard]] uint64_t SourceOffset(uint64_t position) const {
    return source_offset + position;
  }
};

// "0x1f20".
std::string Hex(uint64_t value);

// Reports what is wrong with an image. Not thread-safe.
class Reporter {
 public:
  Reporter(const Image& image, Sink& sink) : image_(image), sink_(sink) {}

  // `position` is within Image::bins.
  void Lost(Errc code, const char* what, uint64_t position, std::string detail,
            uint64_t bytes_lost);
  // An oddity that cost nothing.
  void Odd(Errc code, const char* what, uint64_t position, std::string detail);

  [[nodiscard]] Sink& sink() const { return sink_; }

 private:
  void Report(Error error, uint64_t bytes_lost, bool lossy);

  const Image& image_;
  Sink& sink_;
};

}  // namespace espial::registry_hive
