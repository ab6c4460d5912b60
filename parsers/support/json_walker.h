// The walk over one JSON text: see json_facts.h.
#pragma once

#include <espial/core/limits.h>
#include <espial/model/sink.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parsers/support/text_places.h"

namespace espial {

// A path longer than this is skipped: without a cap, a long name above many
// scalars would make the output grow as the square of the input.
inline constexpr size_t kMaxJsonPathBytes = 4096;

inline bool IsJsonDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsJsonLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What a text and the texts nested in its strings share.
struct JsonRun {
  const Limits& limits;
  Sink& sink;
  std::string_view key;
  std::string_view subject;
  uint64_t bytes_left;
  uint64_t facts = 0;
  bool full = false;  // bytes_left ran out; reported
};

// Trouble of one kind: told once, with the first place and how many there
// were.
struct JsonTrouble {
  uint64_t count = 0;
  Place first;
  std::string detail;
};

// One pass over `text`, whose facts stand below `path`. A string that holds an
// object gets a walker of its own.
class JsonWalker {
 public:
  JsonWalker(JsonRun* run, std::string_view text, TextPlaces places,
             bool sequence, std::string path, size_t depth, int text_nesting)
      : run_(*run),
        text_(text),
        places_(places),
        sequence_(sequence),
        path_(std::move(path)),
        outer_depth_(depth),
        text_nesting_(text_nesting) {}

  // Returns how many documents were begun.
  uint64_t Walk();

 private:
  struct Frame {
    bool array = false;
    bool after_value = false;  // a comma is due
    uint64_t index = 0;        // of the next element
    size_t path_size = 0;      // of path_ outside the container
  };

  void SkipBlank();
  [[nodiscard]] bool AtEnd() const { return position_ >= text_.size(); }
  [[nodiscard]] char Peek() const { return text_[position_]; }

  void BetweenDocuments();
  void InObject();
  void InArray();
  void Member();
  void Element();
  void ReadValue(size_t path_size);
  void Open(size_t path_size);
  void Close(char bracket);
  void String(size_t path_size, const Place& place);
  void Number(const Place& place);
  void Literal(const Place& place);
  void Emit(std::string_view type, std::string_view data,
            std::optional<uint64_t> number, const Place& place);
  // Drops the subtree that begins at the bracket here.
  void SkipSubtree();
  // Drops characters up to the next one that can structure the text.
  void SkipGarbage(std::string_view expected);
  // Reads a string whose quote stands here; nothing when the text ends in it.
  std::optional<std::string_view> ReadString(std::string* buffer);

  // Both build their message for the first trouble of a kind only.
  void Note(JsonTrouble* trouble, std::string_view expected,
            std::string_view found);
  void NoteLimit(JsonTrouble* trouble, uint64_t limit, std::string_view unit);
  void ReportCut(const Place& start, const char* what);
  void Report(Errc code, const char* what, const JsonTrouble& trouble,
              bool lossy);
  [[nodiscard]] std::string Where() const;

  JsonRun& run_;
  std::string_view text_;
  TextPlaces places_;
  bool sequence_;
  std::string path_;
  size_t outer_depth_;
  int text_nesting_;

  size_t position_ = 0;
  uint64_t documents_ = 0;
  bool stopped_ = false;
  std::vector<Frame> stack_;
  uint64_t open_arrays_ = 0;
  std::string name_buffer_;
  std::string value_buffer_;
  JsonTrouble syntax_;
  JsonTrouble separators_;
  JsonTrouble escapes_;
  JsonTrouble too_deep_;
  JsonTrouble long_paths_;
};

}  // namespace espial
