// Event logs, record by record and in place.
//
//   auto log = espial::evtx::Log::Open("Security.evtx");
//   if (!log) { ... log.error().ToString() ... }
//   espial::evtx::Projection wanted({"TargetUserName", "LogonType"});
//   espial::evtx::Reader reader(*log, wanted);
//   espial::evtx::Projected values;
//   while (const auto* record = reader.Next()) {
//     if (!reader.Read(*record, &values)) continue;
//     if (values.event_id.Number() != 4624) continue;
//     values.fields[0].AppendText(&name);
//   }
//
// Nothing is copied and no text is made until it is asked for: a Reader gives
// views into the mapped log. For whole logs as text see evtx_render.h.
//
// Threads. Log and Projection do not change once they are made; any number of
// threads may use them, each with a Reader of its own. Chunks need nothing but
// themselves, so that threads can share a log: see Reader::Seek.
//
// Errors. What cannot be opened is an Error. Damage within a log is skipped;
// Reader::damage() has it.
#pragma once

#include <espial/core/bytes.h>
#include <espial/core/result.h>
#include <espial/core/source.h>
#include <espial/core/time.h>
#include <espial/evtx_render.h>
#include <espial/model/damage.h>
#include <espial/model/value.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace espial::evtx {

// A log that was opened: where its chunks are, and which of its records are
// its own. Cheap to move.
class Log {
 public:
  // Maps the file. Costs a microsecond a chunk; unflushed chunks are decoded.
  static Result<Log> Open(const std::string& path);
  // Takes bytes in memory; `name` stands for the file name.
  static Result<Log> FromBytes(std::string name, std::vector<std::byte> bytes);
  // Shares a source, which lives at least as long as the log.
  static Result<Log> FromSource(std::shared_ptr<const Source> source);

  Log(Log&&) noexcept;
  Log& operator=(Log&&) noexcept;
  ~Log();

  // Chunks that hold something, in the order of the file.
  [[nodiscard]] size_t chunk_count() const;
  // What is wrong with the file as a whole.
  [[nodiscard]] const std::vector<Damage>& damage() const;

 private:
  friend class Reader;
  friend class FieldReader;
  struct Impl;
  explicit Log(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A record as its chunk holds it. Valid until the Reader moves to another
// chunk.
struct RecordView {
  uint64_t id = 0;      // of the record header
  Ticks written;        // of the record header
  uint64_t offset = 0;  // in the file
  Bytes bytes;          // all of it, header included
};

// One value, in place. Lives as long as the log and, where it is text of a
// template, as long as the Reader.
struct FieldValue {
  ValueType type = ValueType::kNull;
  // How the bytes are to be read, as the format numbers it; kTemplateText is
  // UTF-8.
  static constexpr uint8_t kTemplateText = 0xff;
  uint8_t wire_type = 0;
  Bytes bytes;

  [[nodiscard]] bool is_null() const { return type == ValueType::kNull; }
  // Integers, booleans and hexadecimal numbers; times as ticks; decimal text.
  // 0 for whatever else.
  [[nodiscard]] uint64_t Number() const;
  // The text as ToText(Value) has it, UTF-8, appended.
  void AppendText(std::string* out) const;
};

// Which named fields to read, beside those that every record has.
class Projection {
 public:
  // <Data Name="x"> of EventData is field x; within UserData each element
  // without children is the field of its name. Of several the first counts.
  explicit Projection(std::vector<std::string> fields);
  ~Projection();
  Projection(const Projection&) = delete;
  Projection& operator=(const Projection&) = delete;

  [[nodiscard]] const std::vector<std::string>& fields() const;

 private:
  friend class Reader;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What a record says. Values that it has not got are null.
struct Projected {
  FieldValue provider;
  FieldValue event_id;
  FieldValue time;  // TimeCreated
  FieldValue record_id;
  FieldValue computer;
  // In the order of Projection::fields(). Valid until the next Read().
  std::span<const FieldValue> fields;
};

// Walks over the records of a log. Not thread-safe; one a thread.
class Reader {
 public:
  // Both must outlive the reader.
  Reader(const Log& log, const Projection& projection);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // The next record; null behind the last. Valid until the next call.
  const RecordView* Next();
  // Goes to the chunk of that number: Next() gives its records, and those of
  // `count` - 1 chunks behind it, and no more.
  void Seek(size_t chunk, size_t count);

  // Reads the projection of the record that Next() gave last. Templates are
  // compiled once; from then on this costs some 100 ns. False when the record
  // cannot be read; what could be is in `values`.
  bool Read(const RecordView& record, Projected* values);

  // Appends that record as text, without a line feed. Costs some 10
  // microseconds; RenderLogs() is what whole logs are for.
  Status Render(const RecordView& record, const Style& style, std::string* out);

  // Damage of the chunks that were read so far; each once.
  [[nodiscard]] const std::vector<Damage>& damage() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace espial::evtx
