// All fields of records, in place: what an Event of the record would have,
// without decoding what nobody asks for.
//
//   FieldNames names({"Image", "CommandLine"});
//   FieldReader reader(log, names);
//   while (const RecordView* record = reader.Next()) {
//     if (!reader.Read(*record)) continue;
//     if (reader.regular()) {
//       for (const PlacedField& field : reader.fields()) {
//         if (field.name == 0) Use(reader.Decode(field.value));
//       }
//     } else {
//       Use(reader.event());
//     }
//   }
//
// Not thread-safe; one a thread. FieldNames may be shared.
#pragma once

#include <espial/evtx.h>
#include <espial/model/damage.h>
#include <espial/model/event.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace espial::evtx {

// Properties of the System section.
enum class SystemField : uint8_t {
  kProvider,
  kProviderGuid,
  kEventId,
  kVersion,
  kLevel,
  kTask,
  kOpcode,
  kKeywords,
  kTime,
  kRecordId,
  kActivityId,
  kProcessId,
  kThreadId,
  kChannel,
  kComputer,
  kUserId,
};
inline constexpr size_t kSystemFields = 16;

// Names that the caller knows by number.
class FieldNames {
 public:
  // Compared with case folded and spaces left out; empty ones fit nothing.
  explicit FieldNames(const std::vector<std::string>& names);
  ~FieldNames();
  FieldNames(const FieldNames&) = delete;
  FieldNames& operator=(const FieldNames&) = delete;

 private:
  friend class FieldReader;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct PlacedField {
  static constexpr uint32_t kOtherName = UINT32_MAX;
  uint32_t name = kOtherName;  // number in FieldNames
  FieldValue value;
};

class FieldReader {
 public:
  // Both must outlive the reader.
  FieldReader(const Log& log, const FieldNames& names);
  ~FieldReader();
  FieldReader(const FieldReader&) = delete;
  FieldReader& operator=(const FieldReader&) = delete;

  // As Reader has them.
  const RecordView* Next();
  void Seek(size_t chunk, size_t count);

  // Reads the record that Next() gave last. False when it cannot be read, or
  // has no System section.
  bool Read(const RecordView& record);

  // Whether the record could be read in place; else it is in event() alone.
  [[nodiscard]] bool regular() const { return regular_; }
  // REQUIRES: regular(). Null for what the record has not got.
  [[nodiscard]] const FieldValue& system(SystemField field) const {
    return system_[static_cast<size_t>(field)];
  }
  // REQUIRES: regular(). The fields of EventData and UserData in their order.
  [[nodiscard]] std::span<const PlacedField> fields() const { return fields_; }

  // The value, whose text lives until the reader moves to another chunk.
  Value Decode(const FieldValue& value);
  // The whole record, decoded now. Valid until the next call of anything.
  const Event& event();

  [[nodiscard]] const std::vector<Damage>& damage() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  bool regular_ = false;
  std::array<FieldValue, kSystemFields> system_;
  std::vector<PlacedField> fields_;
};

}  // namespace espial::evtx
