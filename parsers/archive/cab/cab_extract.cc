#include "parsers/archive/cab/cab_extract.h"

#include <algorithm>

#include "parsers/archive/cab/cab_decoder.h"
#include "parsers/archive/cab/cab_mszip.h"

namespace espial::archive_cab {
namespace {

// The block that holds byte `position` of the output.
size_t BlockAt(const FolderData& data, uint64_t position) {
  const auto behind = std::partition_point(
      data.blocks.begin(), data.blocks.end(), [position](const Block& block) {
        return block.unpacked_before <= position;
      });
  return behind == data.blocks.begin()
             ? 0
             : static_cast<size_t>(behind - data.blocks.begin()) - 1;
}

class Extractor {
 public:
  Extractor(const FolderData& data, const CabFolder& folder,
            const std::string& folder_name, uint64_t wanted,
            FolderOutput* output, archive::MemberWriter* writer)
      : data_(data),
        folder_(folder),
        folder_name_(folder_name),
        wanted_(wanted),
        output_(*output),
        writer_(*writer) {}

  // Returns why the output ends before what was wanted; empty: it does not.
  std::string Run();

 private:
  std::string RunStored();
  std::string RunMszip();
  std::string RunWindowed();
  void ReportBreak(size_t block, const std::string& detail, bool goes_on);

  // The first block that is cut off, or the number of blocks.
  [[nodiscard]] size_t WholeBlocks() const {
    return data_.blocks.empty() || !data_.blocks.back().cut
               ? data_.blocks.size()
               : data_.blocks.size() - 1;
  }
  [[nodiscard]] uint64_t OutputBefore(size_t block) const {
    return block < data_.blocks.size() ? data_.blocks[block].unpacked_before
                                       : data_.unpacked;
  }

  const FolderData& data_;
  const CabFolder& folder_;
  const std::string& folder_name_;
  uint64_t wanted_;
  FolderOutput& output_;
  archive::MemberWriter& writer_;
};

std::string Extractor::Run() {
  switch (folder_.compression()) {
    case Compression::kStored:
      return RunStored();
    case Compression::kMszip:
      return RunMszip();
    case Compression::kQuantum:
    case Compression::kLzx:
      return RunWindowed();
    case Compression::kUnknown:
      break;
  }
  return "unknown compression";
}

std::string Extractor::RunStored() {
  for (const Block& block : data_.blocks) {
    for (uint32_t i = 0; i < block.pieces; ++i) {
      if (output_.position() >= wanted_) return {};
      const Bytes piece = SliceClamped(data_.pieces[block.first_piece + i], 0,
                                       wanted_ - output_.position());
      if (!output_.Write(piece)) return "a limit was reached";
    }
  }
  return {};
}

std::string Extractor::RunWindowed() {
  const size_t blocks = WholeBlocks();
  const DecodeResult result = Decode(
      data_, folder_.type, blocks, std::min(wanted_, OutputBefore(blocks)),
      [this](Bytes bytes) { return output_.Write(bytes); });
  if (result.end == DecodeEnd::kStopped) return "a limit was reached";
  if (result.end == DecodeEnd::kBadData) {
    ReportBreak(BlockAt(data_, output_.position()), result.detail, false);
    return result.detail;
  }
  return {};
}

std::string Extractor::RunMszip() {
  MszipInflater inflater;
  const auto write = [this](Bytes bytes) {
    bytes = SliceClamped(bytes, 0, wanted_ - output_.position());
    return bytes.empty() || output_.Write(bytes);
  };
  for (size_t i = 0; i < data_.blocks.size(); ++i) {
    if (output_.position() >= wanted_) return {};
    const Block& block = data_.blocks[i];
    const MszipInflater::Result result = inflater.Inflate(data_, block);
    if (!write(result.out)) return "a limit was reached";
    if (result.broken.empty()) {
      if (result.out.size() != block.unpacked) {
        writer_.Odd({Errc::kBadValue, "block unpacked size", block.offset,
                     folder_name_ + ", block " + std::to_string(i + 1) +
                         ": declared " + std::to_string(block.unpacked) +
                         ", holds " + std::to_string(result.out.size())});
      }
      continue;
    }
    const bool last = i + 1 == data_.blocks.size();
    // That the cabinet's end cuts the block was reported by the walk.
    if (!block.cut) ReportBreak(i, result.broken, !last);
    if (last) return "the last block is incomplete";
    // What is behind keeps its place, and may refer to what is lost.
    output_.MarkSuspectFrom(output_.position());
    if (block.unpacked > result.out.size() &&
        !write(inflater.Fill(block.unpacked - result.out.size()))) {
      return "a limit was reached";
    }
  }
  return {};
}

void Extractor::ReportBreak(size_t block, const std::string& detail,
                            bool goes_on) {
  const bool known = block < data_.blocks.size();
  writer_.Lost({Errc::kBadValue, "compressed data",
                known ? data_.blocks[block].offset : 0,
                folder_name_ + ", block " + std::to_string(block + 1) + " of " +
                    std::to_string(data_.blocks.size()) + ": " + detail +
                    (goes_on ? "; reading goes on with the next block" : "")},
               known ? data_.blocks[block].packed : 0);
}

}  // namespace

void ExtractFolder(const FolderData& data, const CabFolder& folder,
                   const std::string& folder_name, uint64_t wanted,
                   FolderOutput* output, archive::MemberWriter* writer) {
  for (const Error& oddity : data.oddities) writer->Odd(oddity);
  for (const Error& error : data.bad_checksums) writer->Lost(error, 0);
  for (const Block& block : data.blocks) {
    if (!block.bad_checksum) continue;
    if (folder.compression() != Compression::kStored) {
      output->MarkSuspectFrom(block.unpacked_before);
      break;
    }
    output->MarkSuspect(block.unpacked_before,
                        block.unpacked_before + block.unpacked);
  }
  if (data.end && wanted > 0) writer->Lost(*data.end, data.bytes_lost);
  std::string why =
      Extractor(data, folder, folder_name, wanted, output, writer).Run();
  if (why.empty() && output->position() < wanted) {
    why = data.end ? data.end->what + " ends the folder"
                   : "the folder holds no more";
  }
  output->Finish(why);
}

}  // namespace espial::archive_cab
