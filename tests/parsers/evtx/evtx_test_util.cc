#include "tests/parsers/evtx/evtx_test_util.h"

#include <espial/core/executor.h>
#include <espial/core/text.h>
#include <espial/parsers/parser.h>

#include <algorithm>
#include <cstring>

namespace espial::evtx {

extern const Parser kParser;

std::vector<uint64_t> Parsed::Ids(RecordState state) const {
  std::vector<uint64_t> ids;
  for (const Event& event : log.events) {
    if (event.state == state) ids.push_back(event.record);
  }
  return ids;
}

std::string Parsed::DamageText() const {
  std::string text;
  for (const Damage& damage : log.damage) {
    text += (damage.lossy ? "lossy " : "") + damage.error.ToString() + "\n";
  }
  return text;
}

bool Parsed::lossy() const {
  return std::any_of(log.damage.begin(), log.damage.end(),
                     [](const Damage& damage) { return damage.lossy; });
}

uint64_t Parsed::bytes_lost() const {
  uint64_t lost = 0;
  for (const Damage& damage : log.damage) lost += damage.bytes_lost;
  return lost;
}

Parsed ParseLog(std::vector<std::byte> file, uint32_t threads,
                const std::string& name, const Limits& limits) {
  const auto source = Source::FromBytes(name, std::move(file));
  Budget budget(limits);
  Executor executor(threads);
  const ParseContext context{limits, budget, executor, {}};
  Parsed parsed{{}, Collector(limits)};
  parsed.status = kParser.parse(*source, context, parsed.log);
  parsed.log.Finish();
  return parsed;
}

std::string FieldsText(const Event& event) {
  std::string text;
  for (const Field& field : event.fields) {
    if (!text.empty()) text += '|';
    text += field.name;
    text += '=';
    text += field.value.is_null() ? "(null)" : ToText(field.value);
  }
  return text;
}

std::string Describe(const Event& event) {
  std::string text = std::to_string(event.record) + " @" +
                     std::to_string(event.offset) + " " +
                     FormatUtc(event.time.ticks) + " ";
  text += RecordStateName(event.state);
  for (const std::string_view part :
       {event.provider, event.provider_guid, event.channel, event.computer,
        event.user_sid, event.activity_id, event.message}) {
    text += ' ';
    text += part;
  }
  for (const uint64_t number :
       {uint64_t{event.id}, uint64_t{event.version}, uint64_t{event.level},
        uint64_t{event.opcode}, uint64_t{event.task},
        uint64_t{event.qualifiers}, event.keywords, uint64_t{event.process_id},
        uint64_t{event.thread_id}}) {
    text += ' ' + std::to_string(number);
  }
  return text + " " + FieldsText(event);
}

std::vector<std::string> DescribeAll(const Parsed& parsed) {
  std::vector<std::string> all;
  for (const Event& event : parsed.log.events) all.push_back(Describe(event));
  return all;
}

std::vector<forge::EvtxRecord> PlainRecords(uint64_t first, uint64_t last) {
  std::vector<forge::EvtxRecord> records;
  for (uint64_t id = first; id <= last; ++id) {
    forge::EvtxRecord record;
    record.record_id = id;
    record.time = {kDay1 + id * 10'000'000 + 7};
    record.provider = "Test-Provider";
    record.provider_guid = "{3da494e4-0fe2-415c-b895-fb5265c5c83b}";
    record.channel = "Test/Admin";
    record.computer = "PC-1";
    record.id = static_cast<uint32_t>(100 + id % 3);
    record.level = 4;
    record.keywords = 0x8000000000000000ULL;
    record.process_id = 10;
    record.thread_id = 20;
    record.user_sid = "S-1-5-18";
    record.fields = {{"Number", "UInt32", std::to_string(id)},
                     {"Text", "UnicodeString", "text of " + std::to_string(id)},
                     {"Code", "HexInt32", "0x80070005"}};
    if (id % 3 == 0) record.fields.pop_back();
    records.push_back(std::move(record));
  }
  return records;
}

std::vector<std::byte> PlainLog(uint64_t first, uint64_t last,
                                const forge::EvtxOptions& options) {
  auto file = forge::WriteEvtx(PlainRecords(first, last), options);
  return file ? std::move(file).value() : std::vector<std::byte>();
}

uint32_t Get32(const std::vector<std::byte>& file, size_t at) {
  return LoadU32(file.data() + at);
}
uint64_t Get64(const std::vector<std::byte>& file, size_t at) {
  return LoadU64(file.data() + at);
}
void Put(std::vector<std::byte>* file, size_t at, uint64_t value,
         size_t width) {
  for (size_t i = 0; i < width; ++i) {
    (*file)[at + i] = static_cast<std::byte>(value >> (8 * i) & 0xffU);
  }
}
void Zero(std::vector<std::byte>* file, size_t at, size_t size) {
  std::fill_n(file->begin() + static_cast<std::ptrdiff_t>(at), size,
              std::byte{0});
}

std::vector<size_t> RecordOffsets(const std::vector<std::byte>& file,
                                  size_t chunk) {
  std::vector<size_t> offsets;
  size_t at = chunk + 512;
  while (at + 8 <= file.size() && Get32(file, at) == 0x2a2a) {
    offsets.push_back(at);
    at += Get32(file, at + 4);
  }
  return offsets;
}

size_t FindUtf16(const std::vector<std::byte>& file, std::string_view text,
                 size_t from) {
  const std::vector<std::byte> units = Utf16(text);
  const auto found =
      std::search(file.begin() + static_cast<std::ptrdiff_t>(from), file.end(),
                  units.begin(), units.end());
  return static_cast<size_t>(found - file.begin());
}

std::vector<std::byte> Little(uint64_t value, size_t width) {
  std::vector<std::byte> bytes;
  forge::AppendLittle(value, width, &bytes);
  return bytes;
}

std::vector<std::byte> Utf16(std::string_view text) {
  return forge::MakeString(text).bytes;
}

void RawLog::BeginRecord(uint64_t id, uint64_t time) {
  record_at_ = chunk.position();
  if (first_id_ == 0) first_id_ = id;
  last_id_ = id;
  chunk.Put(0x2a2a, 4);
  chunk.Put(0, 4);
  chunk.Put(id, 8);
  chunk.Put(time, 8);
}

void RawLog::EndRecord() {
  while ((chunk.position() - record_at_ + 4) % 8 != 0) Byte(0);
  const size_t size = chunk.position() - record_at_ + 4;
  chunk.Put(size, 4);
  chunk.Patch(record_at_ + 4, size, 4);
}

void RawLog::Open(std::string_view name, bool attributes,
                  std::optional<uint16_t> dependency) {
  Byte(attributes ? 0x41 : 0x01);
  if (dependency) chunk.Put(*dependency, 2);
  open_.push_back(chunk.position());
  chunk.Put(0, 4);
  chunk.PutName(name);
}

void RawLog::BeginAttributes() {
  attributes_at_ = chunk.position();
  chunk.Put(0, 4);
}

void RawLog::Attribute(std::string_view name, bool more) {
  Byte(more ? 0x46 : 0x06);
  chunk.PutName(name);
}

void RawLog::EndAttributes() {
  chunk.Patch(attributes_at_, chunk.position() - attributes_at_ - 4, 4);
}

void RawLog::CloseEmpty() {
  Byte(0x03);
  chunk.Patch(open_.back(), chunk.position() - open_.back() - 4, 4);
  open_.pop_back();
}

void RawLog::End() {
  Byte(0x04);
  chunk.Patch(open_.back(), chunk.position() - open_.back() - 4, 4);
  open_.pop_back();
}

void RawLog::Text(std::string_view text) {
  Byte(0x05);
  Byte(0x01);
  chunk.PutString(text);
}

void RawLog::Slot(uint16_t slot, uint8_t type, bool optional) {
  Byte(optional ? 0x0e : 0x0d);
  chunk.Put(slot, 2);
  Byte(type);
}

void RawLog::Leaf(std::string_view name, std::string_view text) {
  Open(name);
  CloseStart();
  Text(text);
  End();
}

void RawLog::DataSlot(std::string_view name, uint16_t slot, uint8_t type,
                      bool optional) {
  Open("Data", true);
  BeginAttributes();
  Attribute("Name");
  Text(name);
  EndAttributes();
  CloseStart();
  Slot(slot, type, optional);
  End();
}

void RawLog::System(uint64_t id) {
  Open("System");
  CloseStart();
  Open("Provider", true);
  BeginAttributes();
  Attribute("Name");
  Text("Test-Provider");
  EndAttributes();
  CloseEmpty();
  Leaf("EventID", "7");
  Open("TimeCreated", true);
  BeginAttributes();
  Attribute("SystemTime");
  Text("2022-06-18T04:26:40.0000001Z");
  EndAttributes();
  CloseEmpty();
  Leaf("EventRecordID", std::to_string(id));
  Leaf("Channel", "Test/Admin");
  Leaf("Computer", "PC-1");
  End();
}

void RawLog::BeginInstance(const std::string& key) {
  std::array<std::byte, 16> guid{};
  for (size_t i = 0; i < key.size(); ++i) {
    guid[i % 16] ^= static_cast<std::byte>(key[i]);
  }
  Byte(0x0c);
  Byte(0x01);
  chunk.PutBytes(std::span(guid).first(4));
  open_template_ = chunk.FindTemplate(key) == 0;
  if (!open_template_) {
    chunk.Put(chunk.FindTemplate(key), 4);
    return;
  }
  chunk.Put(chunk.position() + 4, 4);
  chunk.BeginTemplate(key, guid);
  template_size_at_ = chunk.position();
  chunk.Put(0, 4);
}

void RawLog::EndTemplate() {
  chunk.Patch(template_size_at_, chunk.position() - template_size_at_ - 4, 4);
}

void RawLog::Values(
    const std::vector<std::pair<uint8_t, std::vector<std::byte>>>& values) {
  chunk.Put(values.size(), 4);
  for (const auto& [type, bytes] : values) {
    chunk.Put(bytes.size(), 2);
    chunk.Put(type, 2);
  }
  for (const auto& [type, bytes] : values) chunk.PutBytes(bytes);
}

std::vector<std::byte> RawLog::File() const {
  std::vector<std::byte> file = PlainLog(1, 1);
  file.resize(kHeader);
  const std::vector<std::byte> bytes =
      chunk.Finish({first_id_, last_id_, first_id_, last_id_,
                    static_cast<uint32_t>(record_at_)});
  file.insert(file.end(), bytes.begin(), bytes.end());
  Put(&file, 24, last_id_ + 1, 8);
  Put(&file, 42, 1, 2);
  forge::FixEvtxChecksums(&file);
  return file;
}

}  // namespace espial::evtx
