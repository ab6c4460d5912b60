#include "tools/forge/deflate.h"

#include <zlib.h>

#include <limits>

namespace espial::forge {
namespace {

// Ends the stream when the scope does.
class Deflater {
 public:
  Deflater() {
    constexpr int kRawWindow = -15;  // 32 KiB, without a zlib header
    constexpr int kMemory = 9;
    ready_ = deflateInit2(&stream_, Z_BEST_COMPRESSION, Z_DEFLATED, kRawWindow,
                          kMemory, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() {
    if (ready_) deflateEnd(&stream_);
  }

  [[nodiscard]] bool ready() const { return ready_; }
  z_stream* stream() { return &stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

// zlib takes plain pointers to bytes that it does not change.
const Bytef* AsZlib(Bytes bytes) {
  return reinterpret_cast<const Bytef*>(bytes.data());
}

}  // namespace

Result<std::vector<std::byte>> Deflate(Bytes bytes, Bytes dictionary) {
  const Error failure{Errc::kLimitExceeded, "deflate", 0, ""};
  if (bytes.size() > std::numeric_limits<uInt>::max()) return failure;
  Deflater deflater;
  if (!deflater.ready()) return failure;
  z_stream* stream = deflater.stream();
  constexpr size_t kWindow = size_t{32} << 10U;
  if (dictionary.size() > kWindow) dictionary = dictionary.last(kWindow);
  if (!dictionary.empty() &&
      deflateSetDictionary(stream, AsZlib(dictionary),
                           static_cast<uInt>(dictionary.size())) != Z_OK) {
    return failure;
  }
  std::vector<std::byte> out(
      deflateBound(stream, static_cast<uLong>(bytes.size())));
  if (out.size() > std::numeric_limits<uInt>::max()) return failure;
  stream->next_in = const_cast<Bytef*>(AsZlib(bytes));
  stream->avail_in = static_cast<uInt>(bytes.size());
  stream->next_out = reinterpret_cast<Bytef*>(out.data());
  stream->avail_out = static_cast<uInt>(out.size());
  if (deflate(stream, Z_FINISH) != Z_STREAM_END) return failure;
  out.resize(out.size() - stream->avail_out);
  return out;
}

}  // namespace espial::forge
