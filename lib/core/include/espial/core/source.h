// A run of bytes with a path of provenance.
//
// A Source owns its bytes: a file mapped into memory, or a member that a
// container yielded. The address of the bytes never changes. Provenance says
// where they came from, outermost first, joined by '!':
//   "DiagLogs.zip!mdmlogs.cab!microsoft-windows-aad-operational.evtx"
// Immutable after creation, so any number of threads may read it.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace espial {

// Which artifact of a Case something came from: an index into Case::artifacts.
struct SourceId {
  uint32_t value = 0;
  friend auto operator<=>(SourceId, SourceId) = default;
};

class Source {
 public:
  // Maps the file at `path` (UTF-8) read-only. The file must not shrink while
  // the Source lives. `provenance` is how reports name it.
  static Result<std::shared_ptr<const Source>> OpenFile(const std::string& path,
                                                        std::string provenance);
  // Takes bytes that are in memory already.
  static std::shared_ptr<const Source> FromBytes(std::string provenance,
                                                 std::vector<std::byte> bytes);

  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  ~Source();

  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] uint64_t size() const { return bytes_.size(); }
  [[nodiscard]] const std::string& provenance() const { return provenance_; }
  // The last part of the provenance, without folders:
  // "a.zip!logs/x.evtx" -> "x.evtx".
  [[nodiscard]] std::string_view name() const;

 private:
  Source() = default;

  std::string provenance_;
  std::vector<std::byte> owned_;
  void* mapping_ = nullptr;
  size_t mapping_size_ = 0;
  Bytes bytes_;
};

// The part of a provenance behind its last '!' and '/'.
std::string_view ProvenanceName(std::string_view provenance);

}  // namespace espial
