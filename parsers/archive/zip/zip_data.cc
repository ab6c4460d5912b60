#include "parsers/archive/zip/zip_data.h"

#include <zip.h>
#include <zlib.h>

#include <memory>
#include <new>
#include <span>
#include <string_view>

namespace espial::archive_zip {
namespace {

// What is decompressed at a time: stays in the second-level cache, and below
// the size at which allocators map pages anew for each of many small members.
constexpr size_t kChunk = 64 << 10;

uint32_t AddCrc(uint32_t crc, Bytes bytes) {
  return static_cast<uint32_t>(
      crc32(crc, reinterpret_cast<const Bytef*>(bytes.data()),
            static_cast<uInt>(bytes.size())));
}

struct EndInflate {
  void operator()(z_stream* stream) const { inflateEnd(stream); }
};

struct DiscardArchive {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

}  // namespace

DataResult ReadStored(Bytes data, uint64_t size, archive::MemberBuffer* out) {
  DataResult result;
  const Bytes have = SliceClamped(data, 0, size);
  for (uint64_t at = 0; at < have.size(); at += kChunk) {
    const Bytes piece = SliceClamped(have, at, kChunk);
    if (!out->Append(piece)) {
      result.end = DataEnd::kLimit;
      return result;
    }
    result.crc = AddCrc(result.crc, piece);
    result.consumed += piece.size();
  }
  if (have.size() < size) result.end = DataEnd::kTruncated;
  return result;
}

DataResult ReadDeflate(Bytes data, archive::MemberBuffer* out) {
  DataResult result;
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, EndInflate> end(&stream);
  const auto memory = std::make_unique_for_overwrite<std::byte[]>(kChunk);
  const std::span<std::byte> chunk(memory.get(), kChunk);
  uint64_t fed = 0;
  for (;;) {
    if (stream.avail_in == 0 && fed < data.size()) {
      const Bytes piece = SliceClamped(data, fed, uint64_t{1} << 30U);
      // zlib does not write through next_in; its type is older than const.
      stream.next_in =
          reinterpret_cast<Bytef*>(const_cast<std::byte*>(piece.data()));
      stream.avail_in = static_cast<uInt>(piece.size());
      fed += piece.size();
    }
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    const Bytes got = Bytes(chunk).first(chunk.size() - stream.avail_out);
    result.consumed = fed - stream.avail_in;
    if (!got.empty()) {
      if (!out->Append(got)) {
        result.end = DataEnd::kLimit;
        return result;
      }
      result.crc = AddCrc(result.crc, got);
    }
    if (code == Z_STREAM_END) return result;
    if (code == Z_MEM_ERROR) throw std::bad_alloc();
    if (code != Z_OK && code != Z_BUF_ERROR) {
      result.end = DataEnd::kBadData;
      result.detail = stream.msg != nullptr ? stream.msg : "bad deflate data";
      return result;
    }
    if (got.empty() && stream.avail_in == 0 && fed == data.size()) {
      result.end = DataEnd::kTruncated;
      return result;
    }
  }
}

struct OtherMethods::Archive {
  std::unique_ptr<zip_t, DiscardArchive> zip;
};

OtherMethods::OtherMethods(Bytes archive) : bytes_(archive) {}
OtherMethods::~OtherMethods() = default;

DataResult OtherMethods::Read(const ZipEntry& entry,
                              archive::MemberBuffer* out) {
  DataResult result;
  result.end = DataEnd::kUnsupported;
  result.detail = "compression method " + std::to_string(entry.method) + " (" +
                  MethodName(entry.method) + ")";
  if (zip_compression_method_supported(entry.method, 0) == 0) return result;
  if (!tried_) {
    tried_ = true;
    zip_error_t error;
    zip_error_init(&error);
    // Borrows the bytes; they outlive the archive.
    zip_source_t* source =
        zip_source_buffer_create(bytes_.data(), bytes_.size(), 0, &error);
    if (source != nullptr) {
      // Consistency checks refuse what Windows writes: none are asked for.
      zip_t* opened = zip_open_from_source(source, ZIP_RDONLY, &error);
      if (opened == nullptr) {
        zip_source_free(source);
      } else {
        archive_ = std::make_unique<Archive>();
        archive_->zip.reset(opened);
      }
    }
    zip_error_fini(&error);
  }
  if (archive_ == nullptr) return result;
  zip_t* zip = archive_->zip.get();
  // Both directories were read in order; a different name means that they
  // were not read alike.
  const char* name = zip_get_name(zip, entry.index, ZIP_FL_ENC_RAW);
  if (name == nullptr || std::string_view(name) != AsChars(entry.raw_name)) {
    return result;
  }
  const std::unique_ptr<zip_file_t, CloseFile> file(
      zip_fopen_index(zip, entry.index, 0));
  if (file == nullptr) {
    result.detail += ": " + std::string(zip_strerror(zip));
    return result;
  }
  result.end = DataEnd::kWhole;
  result.consumed = entry.packed;
  result.detail.clear();
  const auto memory = std::make_unique_for_overwrite<std::byte[]>(kChunk);
  const std::span<std::byte> chunk(memory.get(), kChunk);
  for (;;) {
    const zip_int64_t got = zip_fread(file.get(), chunk.data(), chunk.size());
    if (got == 0) return result;
    if (got < 0) {
      // A wrong checksum is told by ours against the directory's.
      const int code = zip_error_code_zip(zip_file_get_error(file.get()));
      if (code == ZIP_ER_CRC) return result;
      result.end = code == ZIP_ER_EOF ? DataEnd::kTruncated : DataEnd::kBadData;
      result.detail = zip_file_strerror(file.get());
      return result;
    }
    const Bytes piece = Bytes(chunk).first(static_cast<size_t>(got));
    if (!out->Append(piece)) {
      result.end = DataEnd::kLimit;
      return result;
    }
    result.crc = AddCrc(result.crc, piece);
  }
}

std::string MethodName(uint16_t method) {
  switch (method) {
    case kMethodStored:
      return "stored";
    case kMethodDeflate:
      return "Deflate";
    case 1:
      return "Shrink";
    case 6:
      return "Implode";
    case 9:
      return "Deflate64";
    case 12:
      return "BZip2";
    case 14:
      return "LZMA";
    case 93:
      return "Zstandard";
    case 95:
      return "XZ";
    case 98:
      return "PPMd";
    case 99:
      return "AES encryption";
    default:
      return "unknown";
  }
}

}  // namespace espial::archive_zip
