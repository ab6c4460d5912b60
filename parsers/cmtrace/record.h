// Cutting a CMTrace log into its records, and these into their parts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace espial::cmtrace {

// How much of a record is there.
enum class RecordPart : uint8_t {
  kWhole,
  kHeadless,  // its beginning is not: the log was cut or rotated before it
  kTailless,  // its end is not: another record began, or the log ended
  kStray,     // no record: text that nothing claims
};

// What stands behind a message.
struct Trailer {
  std::string_view time;  // with the bias, if it has one
  std::string_view date;
  std::string_view component;
  std::string_view context;
  std::string_view type;
  std::string_view thread;
  std::string_view file;
};

// A record, as positions in the text of the log.
struct RawRecord {
  RecordPart part = RecordPart::kStray;
  bool old_form = false;     // message $$<component><time><thread=..>
  size_t begin = 0;          // first character
  size_t end = 0;            // behind the last one
  std::string_view message;  // without its markers
  std::string_view trailer;  // behind the message: "<time=...>", "<...><...>"
  Trailer parts;             // of the trailer
  bool trailer_whole = false;
  uint64_t line = 0;  // of `begin`, from 1
};

// Hands out records from the first to the last. Every character that is not
// white space belongs to one record. One pass, whatever the text is.
class RecordReader {
 public:
  // The text must outlive the reader.
  explicit RecordReader(std::string_view text) : text_(text) {}

  bool Next(RawRecord* record);

 private:
  // The next place of one marker; positions asked for never decrease.
  struct Marker {
    std::string_view literal;
    size_t at = 0;
    bool searched = false;
    size_t From(std::string_view text, size_t position);
  };

  void ReadWhole(RawRecord* record);
  void ReadLoose(RawRecord* record);
  void TakeTrailer(size_t from, RawRecord* record);
  // ReadTrailer, by the trailer before where only the time differs.
  size_t ReadLikeBefore(std::string_view text, Trailer* trailer);
  // Moves behind `end`, counting lines.
  void MoveTo(size_t end);

  std::string_view text_;
  // The last trailer of the new form, and what stood behind its time.
  Trailer before_;
  std::string_view behind_time_;
  size_t position_ = 0;
  uint64_t line_ = 1;
  Marker start_{"<![LOG["};
  Marker close_{"]LOG]!><time=\""};
  Marker old_{"$$<"};
};

// Reads "<time="..." date="..." ...>", attributes in any order; unknown ones
// of small letters are passed over. Returns the characters taken, '>' included;
// 0 when it does not end well, and then *trailer holds what stood before.
size_t ReadTrailer(std::string_view text, Trailer* trailer);
// The same of "<component><date time><thread=4242 (0x1092)>", the form of old.
size_t ReadOldTrailer(std::string_view text, Trailer* trailer);

}  // namespace espial::cmtrace
