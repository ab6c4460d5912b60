#include "parsers/archive/cab/cab_decoder.h"

#include <mspack.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <string>

namespace espial::archive_cab {
namespace {

constexpr size_t kBlockHeaderSize = 8;
// CFHEADER, one CFFOLDER, one CFFILE with the name "m".
constexpr size_t kTablesSize = 36 + 8 + 16 + 2;
constexpr int kInputBuffer = 16384;

constexpr char kInputName[] = "in";
constexpr char kOutputName[] = "out";

void StoreU16(uint32_t value, std::byte* p) {
  p[0] = static_cast<std::byte>(value);
  p[1] = static_cast<std::byte>(value >> 8U);
}
void StoreU32(uint32_t value, std::byte* p) {
  StoreU16(value, p);
  StoreU16(value >> 16U, p + 2);
}

// The made-up cabinet as a stream of pieces.
class VirtualCabinet {
 public:
  VirtualCabinet(const FolderData& data, uint16_t type, size_t blocks,
                 uint32_t size)
      : data_(data), blocks_(blocks) {
    std::byte* p = tables_.data();
    std::memcpy(p, "MSCF", 4);
    StoreU32(kTablesSize, p + 8);
    StoreU32(36 + 8, p + 16);
    StoreU16(0x0103, p + 24);
    StoreU16(1, p + 26);
    StoreU16(1, p + 28);
    StoreU32(kTablesSize, p + 36);
    StoreU16(static_cast<uint32_t>(blocks), p + 40);
    StoreU16(type, p + 42);
    StoreU32(size, p + 44);
    p[60] = std::byte{'m'};
    Rewind(0);
  }

  // Only to the two places where libmspack goes: the start and the data.
  bool Rewind(uint64_t offset) {
    if (offset != 0 && offset != kTablesSize) return false;
    position_ = offset;
    piece_ = offset == 0 ? Bytes(tables_) : Bytes();
    block_ = 0;
    pieces_left_ = 0;
    return true;
  }

  int Read(std::byte* out, int size) {
    int done = 0;
    while (done < size) {
      if (piece_.empty() && !NextPiece()) break;
      const size_t step =
          std::min(piece_.size(), static_cast<size_t>(size - done));
      std::memcpy(out + done, piece_.data(), step);
      piece_ = piece_.subspan(step);
      done += static_cast<int>(step);
    }
    position_ += static_cast<uint64_t>(done);
    return done;
  }

  [[nodiscard]] uint64_t position() const { return position_; }

 private:
  // Sets the next run of bytes; false at the end.
  bool NextPiece() {
    if (pieces_left_ > 0) {
      piece_ = data_.pieces[next_piece_++];
      --pieces_left_;
      return true;
    }
    if (block_ == blocks_) return false;
    const Block& block = data_.blocks[block_++];
    std::byte* p = header_.data();
    StoreU32(0, p);  // no checksum: verified before
    StoreU16(block.packed, p + 4);
    StoreU16(block.unpacked, p + 6);
    piece_ = header_;
    next_piece_ = block.first_piece;
    pieces_left_ = block.pieces;
    return true;
  }

  const FolderData& data_;
  size_t blocks_;
  std::array<std::byte, kTablesSize> tables_{};
  std::array<std::byte, kBlockHeaderSize> header_{};
  Bytes piece_;
  size_t block_ = 0;
  size_t next_piece_ = 0;
  uint32_t pieces_left_ = 0;
  uint64_t position_ = 0;
};

// What libmspack calls back into. The C structure comes first, as a base, so
// that its `self` is this.
struct System : mspack_system {
  VirtualCabinet* cabinet = nullptr;
  const WriteFn* write_fn = nullptr;
  uint64_t out = 0;
  bool stopped = false;
  // No exception may cross the C frames: kept here, thrown again behind them.
  std::exception_ptr thrown;
};

struct File : mspack_file {
  System* system = nullptr;
  bool output = false;
};

mspack_file* Open(mspack_system* self, const char* filename, int mode) {
  auto file = std::unique_ptr<File>(new (std::nothrow) File());
  if (!file) return nullptr;
  file->system = static_cast<System*>(self);
  file->output = mode != MSPACK_SYS_OPEN_READ;
  if (!file->output) {
    if (std::strcmp(filename, kInputName) != 0) return nullptr;
    file->system->cabinet->Rewind(0);
  }
  return file.release();
}

void Close(mspack_file* file) { delete static_cast<File*>(file); }

int Read(mspack_file* file, void* buffer, int bytes) {
  const auto* self = static_cast<File*>(file);
  if (self->output || bytes < 0) return -1;
  return self->system->cabinet->Read(static_cast<std::byte*>(buffer), bytes);
}

int Write(mspack_file* file, void* buffer, int bytes) {
  System* system = static_cast<File*>(file)->system;
  if (!static_cast<File*>(file)->output || bytes < 0 || system->stopped) {
    return -1;
  }
  try {
    if (!(*system->write_fn)({static_cast<const std::byte*>(buffer),
                              static_cast<size_t>(bytes)})) {
      system->stopped = true;
      return -1;
    }
  } catch (...) {
    system->thrown = std::current_exception();
    system->stopped = true;
    return -1;
  }
  system->out += static_cast<uint64_t>(bytes);
  return bytes;
}

int Seek(mspack_file* file, off_t offset, int mode) {
  const auto* self = static_cast<File*>(file);
  if (self->output) return -1;
  if (mode == MSPACK_SYS_SEEK_CUR && offset == 0) return 0;
  if (mode != MSPACK_SYS_SEEK_START || offset < 0) return -1;
  return self->system->cabinet->Rewind(static_cast<uint64_t>(offset)) ? 0 : -1;
}

off_t Tell(mspack_file* file) {
  const System* system = static_cast<File*>(file)->system;
  return static_cast<off_t>(static_cast<File*>(file)->output
                                ? system->out
                                : system->cabinet->position());
}

// libmspack tells stories here, often without a file to tell whose; its error
// codes say the same.
void Message(mspack_file* /*file*/, const char* /*format*/, ...) {}

// Zeroed, so that a stream which refers to output before its start reads the
// same bytes every time.
void* Alloc(mspack_system* /*self*/, size_t bytes) {
  return std::calloc(1, bytes);
}
void Free(void* pointer) { std::free(pointer); }
void Copy(void* from, void* to, size_t bytes) { std::memcpy(to, from, bytes); }

const char* ErrorName(int code) {
  switch (code) {
    case MSPACK_ERR_READ:
    case MSPACK_ERR_DATAFORMAT:
      return "the blocks end before the data do";
    case MSPACK_ERR_DECRUNCH:
      return "the compressed data make no sense";
    case MSPACK_ERR_NOMEMORY:
      return "the decompressor could not be set up";
    default:
      return "the decompressor failed";
  }
}

struct DestroyDecompressor {
  void operator()(mscab_decompressor* d) const {
    mspack_destroy_cab_decompressor(d);
  }
};

}  // namespace

DecodeResult Decode(const FolderData& data, uint16_t type, size_t blocks,
                    uint64_t want, const WriteFn& write) {
  DecodeResult result;
  if (want == 0) return result;
  // The walk over the blocks held both below what 16 and 32 bits hold.
  ESPIAL_DCHECK(blocks <= 65535 && want <= kMaxFolderOut);
  VirtualCabinet cabinet(data, type, blocks, static_cast<uint32_t>(want));

  System system;
  system.open = Open;
  system.close = Close;
  system.read = Read;
  system.write = Write;
  system.seek = Seek;
  system.tell = Tell;
  system.message = Message;
  system.alloc = Alloc;
  system.free = Free;
  system.copy = Copy;
  system.null_ptr = nullptr;
  system.cabinet = &cabinet;
  system.write_fn = &write;

  int code = MSPACK_ERR_NOMEMORY;
  const std::unique_ptr<mscab_decompressor, DestroyDecompressor> decoder(
      mspack_create_cab_decompressor(&system));
  if (!decoder) throw std::bad_alloc();
  decoder->set_param(decoder.get(), MSCABD_PARAM_DECOMPBUF, kInputBuffer);
  if (mscabd_cabinet* opened = decoder->open(decoder.get(), kInputName)) {
    code = decoder->extract(decoder.get(), opened->files, kOutputName);
    decoder->close(decoder.get(), opened);
  } else {
    code = decoder->last_error(decoder.get());
  }

  if (system.thrown) std::rethrow_exception(system.thrown);
  if (system.stopped) {
    result.end = DecodeEnd::kStopped;
  } else if (code != MSPACK_ERR_OK) {
    result.end = DecodeEnd::kBadData;
    result.detail = ErrorName(code);
  }
  return result;
}

}  // namespace espial::archive_cab
