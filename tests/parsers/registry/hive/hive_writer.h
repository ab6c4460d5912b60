// Writes hives and their logs for tests, and breaks them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace espial::registry_hive::testing {

inline constexpr uint32_t kNoCell = 0xFFFFFFFFU;
// 2025-06-02T12:00:00Z.
inline constexpr uint64_t kWritten = 133'933'392'000'000'000;

struct ValueSpec {
  std::string name = {};
  uint32_t type = 1;
  std::string data = {};  // bytes
  bool latin1 = true;
};

struct KeySpec {
  std::string name = {};  // bytes: Latin-1, or UTF-16LE with latin1 = false
  std::vector<ValueSpec> values = {};
  std::vector<KeySpec> subkeys = {};
  std::string class_name = {};  // ASCII
  // "lf", "lh", "li", or "ri" (a list of two "lh").
  std::string list = "lh";
  bool latin1 = true;
  uint16_t flags = 0;  // beside those of the name and the root
  uint64_t written = kWritten;
};

// UTF-16LE of ASCII text with a NUL at its end: the data of a REG_SZ.
std::string Wide(std::string_view text, bool nul = true);
std::string Number(uint32_t number);

struct BaseSpec {
  uint32_t sequence1 = 7;
  uint32_t sequence2 = 7;
  uint64_t written = kWritten;
  uint32_t major = 1;
  uint32_t minor = 5;
  uint32_t type = 0;
  std::string file_name = {};  // ASCII
};

class HiveWriter {
 public:
  // Cell offset of a new cell with `data` in it.
  uint32_t Cell(std::string_view data, bool in_use = true);
  uint32_t Value(const ValueSpec& value);
  // The key and all that is below it.
  uint32_t Key(const KeySpec& key, uint32_t parent);
  // The same as the root.
  uint32_t Root(const KeySpec& key);
  // Fills the bin up with a free cell: the next cell begins a new one.
  void EndBin();
  // Turns the cell into a free one.
  void Free(uint32_t offset);

  void Set16(uint32_t offset, uint32_t at, uint16_t value);
  // Sets four bytes at `at` of the cell's data.
  void Set32(uint32_t offset, uint32_t at, uint32_t value);
  [[nodiscard]] uint32_t Get32(uint32_t offset, uint32_t at) const;

  // All bins. Ends the last.
  std::string Bins();
  // Base block and bins.
  std::string Finish(const BaseSpec& base = {});

 private:
  std::string bins_;
  uint64_t bin_begin_ = 0;
  uint64_t bin_end_ = 0;  // 0: none open
  uint64_t next_ = 0;
  uint32_t root_ = 0x20;
};

void Put32(std::string* bytes, uint64_t at, uint32_t value);
uint32_t Take32(const std::string& bytes, uint64_t at);
// Makes the checksum of a base block fit.
void FixChecksum(std::string* hive);

struct PageSpec {
  uint32_t target = 0;
  std::string bytes = {};
};
struct EntrySpec {
  uint32_t sequence = 0;
  uint32_t bins_size = 0;
  std::vector<PageSpec> pages = {};
};

// A base block of one sector and the entries, whose hashes fit. The base
// block's sequence numbers are those of the first entry.
std::string EntryLog(BaseSpec base, const std::vector<EntrySpec>& entries);
// One entry with its hashes.
std::string LogEntryBytes(const EntrySpec& entry);
// What turns the bins `before` into `after`, as a log with a bitmap.
std::string BitmapLog(BaseSpec base, const std::string& before,
                      const std::string& after);

}  // namespace espial::registry_hive::testing
