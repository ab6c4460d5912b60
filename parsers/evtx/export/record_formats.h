// One record as one line of text, in the formats that analysts' tools read.
//
// raw: JSON without loss, a schema of our own (see FORMAT.md, "Raw JSON"):
//   {"record_id":7,"header_id":7,"state":"active","confidence":"certain",
//    "hidden":false,"offset":4608,"chunk":0,"source":"Security.evtx",
//    "time":"2022-06-18T04:26:40.0000001Z","header_time":"...Z",
//    "provider":"P","provider_guid":null,"event_id":4624,"qualifiers":0,
//    "version":2,"level":0,"task":12544,"opcode":0,"keywords":"0x8020...",
//    "activity_id":null,"process_id":4,"thread_id":8,"channel":"Security",
//    "computer":"PC","user_sid":null,
//    "system":[ELEMENT...],"data":[ELEMENT...]}
// The members up to user_sid are the event as Espial reads it. `system` is the
// content of the System element, `data` all other elements of the event, as the
// record holds them, in document order:
//   ELEMENT = {"element":"Data","name":"SubjectUserSid",
//              "attributes":[{"name":"a",CONTENT}...],CONTENT}
//   CONTENT = "type":"sid","value":"S-1-5-18" [,"bytes":"0105..."]
//           | "content":[ELEMENT or {CONTENT}...]
// `name` is the Name attribute, null where there is none; `attributes` are the
// others, left out where there are none; those of Event itself stand in front
// of `system` when it has any but its namespace. `bytes` stands where the value
// does not give the bytes back. Of several pieces, or with elements among them,
// `content` has all in their order.
//
// csv: a few columns of our own, the fields of the event in the last one, as a
// JSON object; of a name that comes twice, a list.
//
// evtxecmd-json, evtxecmd-csv: what EvtxECmd prints without maps. Payload is
// EventData or UserData as JSON in a string, the way Json.NET turns XML into
// JSON: attributes "@Name", text "#text" (a plain string where there is no
// attribute), elements of one name as a list. Times have 7 digits; hexadecimal
// numbers capitals; GUIDs no braces; binary dashes; items of an array ", "
// between them, without the empty ones.
//
// All lines end with a line feed and have no other control character; all text
// is valid UTF-8 and every JSON valid. Costs time linear in the line.
#pragma once

#include <espial/model/event.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "parsers/evtx/render/record_tree.h"

namespace espial::evtx {

// What there is to tell about a record. Nothing is kept.
struct ExportedRecord {
  const Event& event;
  // As RecordReader reads it (export/record_reader.h).
  const RecordTree& tree;
  // Id and FILETIME of the record header.
  uint64_t header_id = 0;
  uint64_t header_time = 0;
  uint64_t chunk_number = 0;
  std::string_view confidence = {};
  // Name of the file, or where it comes from.
  std::string_view source = {};
  // It stood inside of another record.
  bool hidden = false;
  // Of ANSI strings; null is windows-1252.
  const Codepage* codepage = nullptr;
};

void AppendRawJson(const ExportedRecord& record, std::string* out);

// Both heads are a line of their own, line feed included.
std::string_view CsvHeader();
void AppendCsv(const ExportedRecord& record, std::string* out);

void AppendEvtxEcmdJson(const ExportedRecord& record, std::string* out);
std::string_view EvtxEcmdCsvHeader();
void AppendEvtxEcmdCsv(const ExportedRecord& record, std::string* out);

}  // namespace espial::evtx
