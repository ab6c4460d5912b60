#include <espial/core/text.h>
#include <espial/core/time.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "parsers/evtx/export/csv_text.h"
#include "parsers/evtx/export/evtxecmd_payload.h"
#include "parsers/evtx/export/json_text.h"
#include "parsers/evtx/export/record_formats.h"

namespace espial::evtx {
namespace {

std::string LevelName(EventLevel level) {
  static constexpr std::string_view kNames[] = {
      "LogAlways", "Critical", "Error", "Warning", "Info", "Verbose"};
  if (level < std::size(kNames)) return std::string(kNames[level]);
  return std::to_string(level);
}

// The three that EvtxECmd names, when they stand alone.
std::string KeywordsText(uint64_t keywords) {
  if (keywords == 0x80'0000'0000'0000ULL) return "Classic";
  if (keywords == 0x8010'0000'0000'0000ULL) return "Audit failure";
  if (keywords == 0x8020'0000'0000'0000ULL) return "Audit success";
  std::string digits = ToHex(keywords);
  std::transform(digits.begin(), digits.end(), digits.begin(), [](char c) {
    return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return "0x" + digits;
}

// "2022-06-18T04:26:40.0000001", of the record header where the event has none.
std::string TimeText(const ExportedRecord& record) {
  std::string time =
      FormatUtc(record.event.time.known() ? record.event.time.ticks
                                          : Ticks{record.header_time});
  time.pop_back();
  return time;
}

}  // namespace

void AppendEvtxEcmdJson(const ExportedRecord& record, std::string* out) {
  const Event& event = record.event;
  const size_t start = out->size();
  *out += '{';
  AppendMember("ChunkNumber", record.chunk_number, out);
  AppendMember("Computer", event.computer, out);
  AppendMember("Payload", EvtxEcmdPayload(record.tree, record.codepage), out);
  // EvtxECmd leaves out what it does not know.
  if (!event.user_sid.empty()) AppendMember("UserId", event.user_sid, out);
  AppendMember("Channel", event.channel, out);
  AppendMember("Provider", event.provider, out);
  AppendMember("EventId", uint64_t{event.id}, out);
  AppendMember("EventRecordId", std::to_string(event.record), out);
  AppendMember("ProcessId", uint64_t{event.process_id}, out);
  AppendMember("ThreadId", uint64_t{event.thread_id}, out);
  AppendMember("Level", LevelName(event.level), out);
  AppendMember("Keywords", KeywordsText(event.keywords), out);
  AppendMember("SourceFile", record.source, out);
  AppendMember("ExtraDataOffset", uint64_t{0}, out);
  AppendKey("HiddenRecord", out);
  *out += record.hidden ? "true" : "false";
  AppendMember("TimeCreated", TimeText(record) + "+00:00", out);
  AppendMember("RecordNumber", record.header_id, out);
  *out += "}\n";
  EscapeRareControls(start, out);
}

std::string_view EvtxEcmdCsvHeader() {
  return "RecordNumber,EventRecordId,TimeCreated,EventId,Level,Provider,"
         "Channel,ProcessId,ThreadId,Computer,ChunkNumber,UserId,"
         "MapDescription,UserName,RemoteHost,PayloadData1,PayloadData2,"
         "PayloadData3,PayloadData4,PayloadData5,PayloadData6,ExecutableInfo,"
         "HiddenRecord,SourceFile,Keywords,ExtraDataOffset,Payload\n";
}

void AppendEvtxEcmdCsv(const ExportedRecord& record, std::string* out) {
  // MapDescription to ExecutableInfo: what maps would fill.
  constexpr int kMapColumns = 10;
  const Event& event = record.event;
  std::string time = TimeText(record);
  std::replace(time.begin(), time.end(), 'T', ' ');
  CsvLine line(out);
  line.Cell(record.header_id)
      .Cell(event.record)
      .Cell(time)
      .Cell(event.id)
      .Cell(LevelName(event.level))
      .Cell(event.provider)
      .Cell(event.channel)
      .Cell(event.process_id)
      .Cell(event.thread_id)
      .Cell(event.computer)
      .Cell(record.chunk_number)
      .Cell(event.user_sid);
  for (int i = 0; i < kMapColumns; ++i) line.Cell("");
  line.Cell(record.hidden ? "True" : "False")
      .Cell(record.source)
      .Cell(KeywordsText(event.keywords))
      .Cell(uint64_t{0})
      .Cell(EvtxEcmdPayload(record.tree, record.codepage))
      .End();
}

}  // namespace espial::evtx
