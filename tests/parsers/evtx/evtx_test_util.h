// Logs for tests: whole ones from the writer, odd ones token by token, and the
// surgery that breaks them.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>
#include <espial/model/timeline.h>
#include <espial/model/value.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/forge/evtx_chunk_builder.h"
#include "tools/forge/evtx_values.h"
#include "tools/forge/evtx_writer.h"

namespace espial::evtx {

inline constexpr size_t kHeader = 4096;
inline constexpr size_t kChunk = 65536;
inline constexpr uint64_t kDay1 = 133'000'000'000'000'000ULL;  // 2022-06-18

// What a parse gave.
struct Parsed {
  Status status;
  Collector log;

  [[nodiscard]] std::vector<uint64_t> Ids(
      RecordState state = RecordState::kActive) const;
  // Every damage as "code: what at offset N: detail", one a line; those that
  // lost something begin with "lossy ".
  [[nodiscard]] std::string DamageText() const;
  [[nodiscard]] bool lossy() const;
  [[nodiscard]] uint64_t bytes_lost() const;
};
Parsed ParseLog(std::vector<std::byte> file, uint32_t threads = 1,
                const std::string& name = "Test-Admin.evtx",
                const Limits& limits = {});

// All of an event in one line, for comparing whole results.
std::string Describe(const Event& event);
std::vector<std::string> DescribeAll(const Parsed& parsed);
// "name=text|name=text" of an event's fields, with (null) for null.
std::string FieldsText(const Event& event);

// Records `first` to `last` of channel Test/Admin, one second apart, with a few
// fields of different types.
std::vector<forge::EvtxRecord> PlainRecords(uint64_t first, uint64_t last);
std::vector<std::byte> PlainLog(uint64_t first, uint64_t last,
                                const forge::EvtxOptions& options = {});

// Surgery.
uint32_t Get32(const std::vector<std::byte>& file, size_t at);
uint64_t Get64(const std::vector<std::byte>& file, size_t at);
void Put(std::vector<std::byte>* file, size_t at, uint64_t value, size_t width);
void Zero(std::vector<std::byte>* file, size_t at, size_t size);
// Offsets of the records of the chunk at `chunk`, walked by their sizes.
std::vector<size_t> RecordOffsets(const std::vector<std::byte>& file,
                                  size_t chunk = kHeader);
// The offset of the first appearance of `text` as UTF-16LE at `from` or later.
size_t FindUtf16(const std::vector<std::byte>& file, std::string_view text,
                 size_t from = 0);

// A log of one chunk, written token by token.
class RawLog {
 public:
  using Type = forge::BinXmlType;

  void BeginRecord(uint64_t id, uint64_t time = kDay1);
  void EndRecord();

  void Byte(uint8_t value) { chunk.Put(value, 1); }
  void Fragment() { chunk.Put(0x0001010f, 4); }
  // `dependency` nothing: the two bytes are left out.
  void Open(std::string_view name, bool attributes = false,
            std::optional<uint16_t> dependency = 0xffff);
  void BeginAttributes();
  void Attribute(std::string_view name, bool more = false);
  void EndAttributes();
  void CloseStart() { Byte(0x02); }
  void CloseEmpty();
  void End();
  void Text(std::string_view text);
  void Slot(uint16_t slot, uint8_t type, bool optional = false);
  // <name>text</name>
  void Leaf(std::string_view name, std::string_view text);
  // <Data Name="name">slot</Data>
  void DataSlot(std::string_view name, uint16_t slot, uint8_t type,
                bool optional = false);
  // System of an event 7 of channel Test/Admin.
  void System(uint64_t id);

  // An instance of template `key`: `elements` writes the definition where it
  // is not in the chunk yet.
  template <typename F>
  void Instance(const std::string& key, F elements) {
    BeginInstance(key);
    if (!open_template_) return;
    Fragment();
    elements();
    Byte(0);
    EndTemplate();
  }
  // Values of the instance; each may be a value of a kind that the writer does
  // not know.
  void Values(
      const std::vector<std::pair<uint8_t, std::vector<std::byte>>>& values);
  // The values of an instance, the last one a 0x21 that `body` writes.
  template <typename F>
  void NestedValue(F body) {
    chunk.Put(1, 4);
    const size_t descriptor = chunk.position();
    chunk.Put(0x00210000, 4);
    const size_t start = chunk.position();
    body();
    chunk.Patch(descriptor, chunk.position() - start, 2);
  }

  // One record 1 whose outer template is <Event>System, slot 0</Event> and
  // whose slot 0 is the binary XML that `body` writes.
  template <typename F>
  void RecordWithPayload(uint64_t id, F body) {
    BeginRecord(id);
    Fragment();
    Instance("outer", [&] {
      Open("Event");
      CloseStart();
      System(id);
      Slot(0, 0x21, true);
      End();
    });
    NestedValue(body);
    Byte(0);
    EndRecord();
  }
  // A record whose one template holds `elements` within EventData, with values.
  template <typename F>
  void RecordWithData(
      uint64_t id,
      const std::vector<std::pair<uint8_t, std::vector<std::byte>>>& values,
      F elements) {
    BeginRecord(id);
    Fragment();
    Instance("data" + std::to_string(id), [&] {
      Open("Event");
      CloseStart();
      System(id);
      Open("EventData");
      CloseStart();
      elements();
      End();
      End();
    });
    Values(values);
    Byte(0);
    EndRecord();
  }

  [[nodiscard]] std::vector<std::byte> File() const;

  forge::EvtxChunkBuilder chunk;

 private:
  void BeginInstance(const std::string& key);
  void EndTemplate();

  std::vector<size_t> open_;
  size_t attributes_at_ = 0;
  size_t template_size_at_ = 0;
  bool open_template_ = false;
  size_t record_at_ = 0;
  uint64_t first_id_ = 0;
  uint64_t last_id_ = 0;
};

// Little-endian bytes of a number, and UTF-16LE of a text.
std::vector<std::byte> Little(uint64_t value, size_t width);
std::vector<std::byte> Utf16(std::string_view text);

}  // namespace espial::evtx
