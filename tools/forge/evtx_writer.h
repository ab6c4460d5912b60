// Writes true EVTX: chunks of 64 KiB with templates, name and string tables and
// checksums, laid out as Windows does.
#pragma once

#include <espial/core/result.h>
#include <espial/core/time.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace espial::forge {

// One <Data Name="name">text</Data>. `type` is the type name of the event
// catalogue ("UnicodeString", "UInt32", "HexInt32", "GUID", "SID", "FILETIME",
// "Boolean", "Binary", ...); `text` the value as people write it; nothing is a
// null substitution.
struct EvtxField {
  std::string name;  // empty: unnamed <Data>, as classic events have
  std::string type;
  std::optional<std::string> text;
};

struct EvtxRecord {
  uint64_t record_id = 0;
  Ticks time;
  std::string provider;
  std::string provider_guid;  // "{...}" or empty
  std::string channel;
  std::string computer;
  uint32_t id = 0;
  uint8_t version = 0;
  uint8_t level = 0;
  uint8_t opcode = 0;
  uint16_t task = 0;
  uint64_t keywords = 0;
  std::optional<uint16_t> qualifiers;  // set: a classic event
  uint32_t process_id = 0;
  uint32_t thread_id = 0;
  std::string user_sid;     // "S-1-..." or empty
  std::string activity_id;  // "{...}" or empty
  std::vector<EvtxField> fields;
  // Set: the fields become <UserData><name><field>text</field>...</name>
  // </UserData> instead of EventData. Every field then needs a name.
  std::string user_data;
};

struct EvtxOptions {
  uint16_t major = 3;
  uint16_t minor = 2;
  // Bytes of empty chunks at the end bring the file up to this size (a whole
  // number of chunks behind the header), as Windows preallocates.
  uint64_t file_bytes = 0;
  // The last chunk is left as the service leaves the buffer it is filling:
  // ids -1, free space offset 512, checksums stale; the file is marked dirty.
  bool in_flight_last_chunk = false;
  // The id that the file header names as next; default: one past the last.
  std::optional<uint64_t> next_record_id;
};

// The whole file. Records are written in the order given; templates are shared
// within a chunk. An error names the record and field that cannot be written.
Result<std::vector<std::byte>> WriteEvtx(const std::vector<EvtxRecord>& records,
                                         const EvtxOptions& options = {});

// Makes the checksums of the file header and of every chunk true again, for
// tests that change bytes and mean to change nothing else. Chunks are taken
// where they stand in a sound file: every 64 KiB behind the 4 KiB header.
void FixEvtxChecksums(std::vector<std::byte>* file);

}  // namespace espial::forge
