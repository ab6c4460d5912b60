// MSZIP: each block is "CK" and a deflate stream of its own, which may refer
// to the 32 KiB of output before it.
//
// Done with zlib and not with libmspack: zlib yields a symbol only when all
// its bits are there, so a block that is cut or broken gives exactly the bytes
// before the break, and the next block can be read on. libmspack pads with
// zero bits and invents the last symbols.
#pragma once

#include <espial/core/bytes.h>

#include <memory>
#include <string>
#include <vector>

#include "parsers/archive/cab/cab_folder.h"

namespace espial::archive_cab {

// Inflates the blocks of one folder in order. Not thread-safe.
class MszipInflater {
 public:
  MszipInflater();
  ~MszipInflater();
  MszipInflater(const MszipInflater&) = delete;
  MszipInflater& operator=(const MszipInflater&) = delete;

  struct Result {
    // What came out; valid until the next call.
    Bytes out;
    // Why the block broke; empty when it is whole.
    std::string broken;
  };
  Result Inflate(const FolderData& data, const Block& block);

  // Keeps the place of lost output: `size` zeros that later blocks refer to.
  // Returns them; valid until the next call.
  Bytes Fill(uint64_t size);

 private:
  struct Stream;
  // Makes the output of the last call history.
  void Shift();

  std::unique_ptr<Stream> stream_;
  // The history, 32 KiB, and the output of the last call behind it.
  std::vector<std::byte> window_;
  size_t filled_ = 0;   // bytes of output behind the history
  size_t history_ = 0;  // bytes of history that are output
};

}  // namespace espial::archive_cab
