// The data of one member: stored, deflated, or anything else that the libzip
// of this build can decompress.
#pragma once

#include <espial/core/bytes.h>

#include <cstdint>
#include <memory>
#include <string>

#include "parsers/archive/zip/zip_format.h"
#include "parsers/support/archive_output.h"

namespace espial::archive_zip {

enum class DataEnd : uint8_t {
  kWhole,
  kTruncated,    // the bytes end before the data do
  kBadData,      // the compressed data are wrong
  kLimit,        // see MemberBuffer::limit()
  kUnsupported,  // nothing here decompresses the method
};

struct DataResult {
  DataEnd end = DataEnd::kWhole;
  uint64_t consumed = 0;  // packed bytes
  uint32_t crc = 0;       // of what came out
  std::string detail;     // for kBadData and kUnsupported
};

// Copies `size` bytes of `data`, or what there is of them.
DataResult ReadStored(Bytes data, uint64_t size, archive::MemberBuffer* out);

// Inflates a raw deflate stream that starts at data[0], up to its end mark.
DataResult ReadDeflate(Bytes data, archive::MemberBuffer* out);

// Everything else, by libzip. One object an archive; opened when first used.
class OtherMethods {
 public:
  // `archive` starts where the archive does, behind what may precede it.
  explicit OtherMethods(Bytes archive);
  ~OtherMethods();
  OtherMethods(const OtherMethods&) = delete;
  OtherMethods& operator=(const OtherMethods&) = delete;

  DataResult Read(const ZipEntry& entry, archive::MemberBuffer* out);

 private:
  struct Archive;
  Bytes bytes_;
  std::unique_ptr<Archive> archive_;
  bool tried_ = false;
};

// "Deflate64", "LZMA", ... for reports.
std::string MethodName(uint16_t method);

}  // namespace espial::archive_zip
