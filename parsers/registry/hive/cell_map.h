// Where the cells of an image begin, and which of them were read.
//
// A bin is a chain of cells; each begins with its size, negative when it is in
// use. Whoever wants a cell takes it, and nobody gets it a second time: loops
// and shared lists end there, and all work is linear in the image.
#pragma once

#include <espial/core/result.h>

#include <cstdint>
#include <vector>

#include "parsers/registry/hive/image.h"

namespace espial::registry_hive {

inline constexpr uint64_t kBinHeaderBytes = 32;
// Cells begin at multiples of it.
inline constexpr uint64_t kCellStep = 8;

// A run of bytes, by positions in Image::bins.
struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// Whether a bin begins at `position`, whose header states this very place.
bool IsBinAt(const Image& image, uint64_t position);

// The size that stands at `position`, of a cell in use or free, when it can be
// one of a cell that ends at `end` or before; else 0.
uint64_t CellSizeAt(const Image& image, uint64_t position, uint64_t end);

// Gives out the bytes of cells, without their sizes.
class CellAccess {
 public:
  virtual ~CellAccess() = default;
  // The error's detail says what was found instead; its offset is not set.
  virtual Result<Bytes> Cell(uint32_t offset) = 0;
};

// Not thread-safe.
class CellMap : public CellAccess {
 public:
  // Walks all bins and reports those that cannot be read.
  CellMap(const Image& image, Reporter& reporter);

  // A cell in use that was not taken before. kTruncated: it lies where the
  // file was cut.
  Result<Bytes> Cell(uint32_t offset) override;
  // The same without taking it; also what was taken.
  [[nodiscard]] Result<Bytes> Look(uint32_t offset) const;
  // Counts the cell as read, for records that are shared.
  void MarkRead(uint32_t offset);

  // What no read cell covers: free cells, cells in use that nothing led to,
  // what is no chain of cells, and the slack behind the bins. In order.
  [[nodiscard]] std::vector<Range> Unread() const;

  // The position in Image::bins of a cell that was found.
  [[nodiscard]] uint64_t PositionOf(uint32_t offset) const {
    return offset - image_.first;
  }

 private:
  class Bits {
   public:
    explicit Bits(uint64_t bytes) : words_(bytes / kCellStep / 64 + 1) {}
    void Set(uint64_t position) {
      words_[position / kCellStep / 64] |= Mask(position);
    }
    [[nodiscard]] bool Has(uint64_t position) const {
      return (words_[position / kCellStep / 64] & Mask(position)) != 0;
    }

   private:
    static uint64_t Mask(uint64_t position) {
      return uint64_t{1} << (position / kCellStep % 64);
    }
    std::vector<uint64_t> words_;
  };

  void WalkBins(Reporter& reporter);
  // What to do where no cell begins though one should.
  enum class Break {
    kReport,    // say so and look for the next
    kPassOver,  // look for the next
    kCut,       // nothing: the bytes end
  };
  // Returns the bytes that are in no cell.
  uint64_t WalkCells(uint64_t begin, uint64_t end, Break at_break,
                     Reporter& reporter);
  // The first place from `from` on where a chain of cells begins that ends
  // exactly at `end`; `end` when there is none.
  [[nodiscard]] uint64_t FindChain(uint64_t from, uint64_t end) const;

  const Image& image_;
  Bits starts_;
  Bits read_;
  std::vector<Range> unmapped_;
};

}  // namespace espial::registry_hive
