#include "parsers/archive/cab/cab_mszip.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace espial::archive_cab {

struct MszipInflater::Stream {
  Stream() {
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { inflateEnd(&z); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  z_stream z{};
};

MszipInflater::MszipInflater()
    : stream_(std::make_unique<Stream>()), window_(size_t{2} * kMaxBlockOut) {}
MszipInflater::~MszipInflater() = default;

void MszipInflater::Shift() {
  const auto begin = window_.begin() + static_cast<std::ptrdiff_t>(filled_);
  std::copy(begin, begin + kMaxBlockOut, window_.begin());
  history_ = std::min<size_t>(history_ + filled_, kMaxBlockOut);
  filled_ = 0;
}

MszipInflater::Result MszipInflater::Inflate(const FolderData& data,
                                             const Block& block) {
  Shift();
  Result result;
  z_stream& z = stream_->z;
  inflateReset(&z);
  if (history_ > 0) {
    inflateSetDictionary(&z,
                         reinterpret_cast<const Bytef*>(
                             window_.data() + kMaxBlockOut - history_),
                         static_cast<uInt>(history_));
  }
  z.next_out = reinterpret_cast<Bytef*>(window_.data() + kMaxBlockOut);
  z.avail_out = kMaxBlockOut;

  static constexpr std::byte kSignature[] = {std::byte{'C'}, std::byte{'K'}};
  size_t signature = 0;
  int code = Z_OK;
  for (uint32_t i = 0; i < block.pieces && code == Z_OK; ++i) {
    Bytes piece = data.pieces[block.first_piece + i];
    while (signature < 2 && !piece.empty()) {
      if (piece.front() != kSignature[signature]) {
        result.broken = "does not begin with \"CK\"";
        return result;
      }
      ++signature;
      piece = piece.subspan(1);
    }
    if (piece.empty()) continue;
    // zlib does not write through next_in; its type is older than const.
    z.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
    z.avail_in = static_cast<uInt>(piece.size());
    code = inflate(&z, Z_NO_FLUSH);
    // Out of room while more is to come: told apart below.
    if (code == Z_BUF_ERROR && z.avail_out > 0) code = Z_OK;
  }
  filled_ = kMaxBlockOut - z.avail_out;
  result.out = Bytes(window_).subspan(kMaxBlockOut, filled_);
  if (code == Z_MEM_ERROR) throw std::bad_alloc();
  if (code == Z_STREAM_END) return result;
  if (code != Z_OK && code != Z_BUF_ERROR) {
    result.broken = z.msg != nullptr ? z.msg : "bad deflate data";
  } else if (z.avail_out == 0) {
    // All 32 KiB are there; whether an end mark follows changes nothing, but
    // one that does not fit behind is worth no more.
    if (z.avail_in > 0) result.broken = "holds more than 32768 bytes";
  } else {
    result.broken = "ends within its data";
  }
  return result;
}

Bytes MszipInflater::Fill(uint64_t size) {
  const size_t zeros =
      static_cast<size_t>(std::min<uint64_t>(size, kMaxBlockOut));
  // A broken block's own output stays in front of what fills it up.
  const size_t room = kMaxBlockOut - filled_;
  const size_t step = std::min(zeros, room);
  std::byte* at = window_.data() + kMaxBlockOut + filled_;
  std::memset(at, 0, step);
  filled_ += step;
  return {at, step};
}

}  // namespace espial::archive_cab
