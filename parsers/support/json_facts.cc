#include "parsers/support/json_facts.h"

#include <espial/core/text.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parsers/support/json_string.h"
#include "parsers/support/text_source.h"

namespace espial {
namespace {

// A path longer than this is skipped: without a cap, a long name above many
// scalars would make the output grow as the square of the input.
constexpr size_t kMaxPathBytes = 4096;
// JSON in a string in a string ...; deeper ones stay the strings they are.
constexpr int kMaxTextNesting = 4;

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0';
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsNumberPart(char c) {
  return IsDigit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

// Whether `token` is a JSON number; zeros in front are let through.
bool IsNumber(std::string_view token) {
  size_t i = 0;
  const auto digits = [&] {
    const size_t start = i;
    while (i < token.size() && IsDigit(token[i])) ++i;
    return i > start;
  };
  if (i < token.size() && token[i] == '-') ++i;
  if (!digits()) return false;
  if (i < token.size() && token[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
    ++i;
    if (i < token.size() && (token[i] == '-' || token[i] == '+')) ++i;
    if (!digits()) return false;
  }
  return i == token.size();
}

// What a text and the texts nested in its strings share.
struct Run {
  const Limits& limits;
  Sink& sink;
  std::string_view key;
  std::string_view subject;
  uint64_t bytes_left;
  uint64_t facts = 0;
  bool full = false;  // bytes_left ran out; reported
};

// Trouble of one kind: told once, with the first place and how many there were.
struct Trouble {
  uint64_t count = 0;
  Place first;
  std::string detail;
};

class Walker {
 public:
  Walker(Run* run, std::string_view text, TextPlaces places, bool sequence,
         std::string path, size_t depth, int text_nesting)
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

  void SkipBlank() {
    while (position_ < text_.size() && IsBlank(text_[position_])) ++position_;
  }
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
  void Note(Trouble* trouble, std::string_view expected,
            std::string_view found);
  void NoteLimit(Trouble* trouble, uint64_t limit, std::string_view unit);
  void ReportCut(const Place& start, const char* what);
  void Report(Errc code, const char* what, const Trouble& trouble, bool lossy);
  [[nodiscard]] std::string Where() const;

  Run& run_;
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
  Trouble syntax_;
  Trouble separators_;
  Trouble escapes_;
  Trouble too_deep_;
  Trouble long_paths_;
};

std::string Walker::Where() const {
  std::string where;
  if (!path_.empty()) where = " at '" + Clip(path_) + "'";
  if (!run_.subject.empty()) where += " in " + std::string(run_.subject);
  return where;
}

void Walker::Note(Trouble* trouble, std::string_view expected,
                  std::string_view found) {
  if (trouble->count++ != 0) return;
  trouble->first = places_.At(position_);
  trouble->detail = "expected " + std::string(expected) + ", found '" +
                    Clip(found, 40) + "'" + Where();
}

void Walker::NoteLimit(Trouble* trouble, uint64_t limit,
                       std::string_view unit) {
  if (trouble->count++ != 0) return;
  trouble->first = places_.At(position_);
  trouble->detail = "limit " + std::to_string(limit) + " " + std::string(unit) +
                    ", left out what is beyond" + Where();
}

void Walker::Report(Errc code, const char* what, const Trouble& trouble,
                    bool lossy) {
  if (trouble.count == 0) return;
  Damage damage;
  damage.error = {code, what, trouble.first.offset, trouble.detail};
  if (trouble.first.line != 0) {
    damage.error.detail += ", line " + std::to_string(trouble.first.line);
  }
  if (trouble.count > 1) {
    damage.error.detail +=
        "; " + std::to_string(trouble.count - 1) + " more like it";
  }
  damage.lossy = lossy;
  run_.sink.OnDamage(std::move(damage));
}

void Walker::ReportCut(const Place& start, const char* what) {
  stopped_ = true;
  const Place end = places_.At(text_.size());
  Damage damage;
  damage.error = {Errc::kTruncated, what, start.offset,
                  "expected " + std::to_string(stack_.size()) +
                      " closing bracket" + (stack_.size() == 1 ? "" : "s") +
                      ", found the end of the text" + Where()};
  damage.bytes_lost = end.offset - start.offset;
  run_.sink.OnDamage(std::move(damage));
}

uint64_t Walker::Walk() {
  while (!stopped_) {
    SkipBlank();
    if (AtEnd()) {
      if (!stack_.empty()) ReportCut(places_.At(text_.size()), "JSON document");
      break;
    }
    if (stack_.empty()) {
      BetweenDocuments();
    } else if (stack_.back().array) {
      InArray();
    } else {
      InObject();
    }
  }
  Report(Errc::kBadValue, "JSON syntax", syntax_, true);
  Report(Errc::kBadValue, "JSON separator", separators_, false);
  Report(Errc::kBadValue, "JSON string escape", escapes_, false);
  Report(Errc::kLimitExceeded, "JSON nesting", too_deep_, true);
  Report(Errc::kLimitExceeded, "JSON path", long_paths_, true);
  return documents_;
}

void Walker::BetweenDocuments() {
  if (documents_ > 0 && !sequence_) {
    Note(&syntax_, "the end of the text", text_.substr(position_));
    stopped_ = true;
    return;
  }
  if (Peek() == '{' || Peek() == '[') {
    ++documents_;
    Open(path_.size());
    return;
  }
  Note(&syntax_, "'{' or '['", text_.substr(position_));
  position_ = std::min(text_.find_first_of("{[", position_), text_.size());
}

void Walker::InObject() {
  Frame& frame = stack_.back();
  switch (Peek()) {
    case '}':
    case ']':
      Close(Peek());
      return;
    case ',':
      if (!frame.after_value) Note(&separators_, "a member", ",");
      frame.after_value = false;
      ++position_;
      return;
    case '"':
      if (frame.after_value) Note(&separators_, "','", "\"");
      Member();
      return;
    case '{':
    case '[':
      Note(&syntax_, "a member name", text_.substr(position_, 1));
      SkipSubtree();
      frame.after_value = true;
      return;
    default:
      SkipGarbage("a member name");
      frame.after_value = true;
  }
}

void Walker::InArray() {
  Frame& frame = stack_.back();
  switch (Peek()) {
    case '}':
    case ']':
      Close(Peek());
      return;
    case ',':
      if (!frame.after_value) Note(&separators_, "a value", ",");
      frame.after_value = false;
      ++position_;
      return;
    default:
      if (frame.after_value) Note(&separators_, "','", text_.substr(position_));
      Element();
  }
}

void Walker::Element() {
  Frame& frame = stack_.back();
  const size_t path_size = path_.size();
  path_ += '[';
  path_ += std::to_string(frame.index++);
  path_ += ']';
  frame.after_value = true;
  ReadValue(path_size);
}

void Walker::Member() {
  stack_.back().after_value = true;
  const Place start = places_.At(position_);
  const auto name = ReadString(&name_buffer_);
  if (!name) {
    ReportCut(start, "JSON member name");
    return;
  }
  const size_t path_size = path_.size();
  if (!path_.empty()) path_ += '.';
  path_ += *name;
  SkipBlank();
  if (!AtEnd() && Peek() != ':') {
    Note(&syntax_, "':' behind a member name", text_.substr(position_));
    path_.resize(path_size);
    return;
  }
  if (!AtEnd()) {
    ++position_;
    SkipBlank();
  }
  if (AtEnd()) {
    ReportCut(start, "JSON member");
    return;
  }
  ReadValue(path_size);
}

// The value here, whose path is in path_; leaves path_ at `path_size` unless a
// container was opened.
void Walker::ReadValue(size_t path_size) {
  const char c = Peek();
  const bool container = c == '{' || c == '[';
  if (container && path_.size() <= kMaxPathBytes) {
    Open(path_size);
    return;
  }
  if (path_.size() > kMaxPathBytes) {
    NoteLimit(&long_paths_, kMaxPathBytes, "bytes");
  }
  const Place place = places_.At(position_);
  if (container) {
    SkipSubtree();
  } else if (c == '"') {
    String(path_size, place);
  } else if (IsDigit(c) || c == '-') {
    Number(place);
  } else if (IsLetter(c)) {
    Literal(place);
  } else if (c == ',' || c == '}' || c == ']') {
    Note(&syntax_, "a value", text_.substr(position_, 1));
  } else {
    SkipGarbage("a value");
  }
  path_.resize(std::min(path_size, path_.size()));
}

void Walker::Open(size_t path_size) {
  if (outer_depth_ + stack_.size() >= run_.limits.json_depth) {
    NoteLimit(&too_deep_, run_.limits.json_depth, "levels");
    SkipSubtree();
    path_.resize(path_size);
    return;
  }
  Frame frame;
  frame.array = Peek() == '[';
  frame.path_size = path_size;
  if (frame.array) ++open_arrays_;
  stack_.push_back(frame);
  ++position_;
}

void Walker::Close(char bracket) {
  const bool array = bracket == ']';
  // A bracket of the other kind closes what stands between, when a container
  // of its own kind is open; else it closes nothing.
  if (stack_.back().array != array) {
    const uint64_t candidates =
        array ? open_arrays_ : stack_.size() - open_arrays_;
    Note(&syntax_, "the other closing bracket", text_.substr(position_, 1));
    if (candidates == 0) {
      ++position_;
      stack_.back().after_value = true;
      return;
    }
  }
  ++position_;
  for (;;) {
    const Frame frame = stack_.back();
    stack_.pop_back();
    if (frame.array) --open_arrays_;
    path_.resize(frame.path_size);
    if (frame.array == array) return;
  }
}

std::optional<std::string_view> Walker::ReadString(std::string* buffer) {
  const JsonString string = ReadJsonString(text_, position_ + 1, buffer);
  if (!string.closed) return std::nullopt;
  if (string.bad_escapes != 0) {
    const size_t start = position_;
    position_ = string.first_bad_escape;
    Note(&escapes_, "a valid escape", Clip(text_.substr(position_), 6));
    escapes_.count += string.bad_escapes - 1;
    position_ = start;
  }
  position_ = string.end;
  return string.text;
}

void Walker::String(size_t path_size, const Place& place) {
  const auto text = ReadString(&value_buffer_);
  if (!text) {
    ReportCut(place, "JSON string");
    return;
  }
  if (path_.size() > kMaxPathBytes) return;
  Emit("string", *text, std::nullopt, place);
  if (text_nesting_ >= kMaxTextNesting || !LooksLikeJsonObject(*text)) return;
  // The nested walker has buffers of its own, so *text stays as it is.
  Walker nested(&run_, *text, TextPlaces(place), false, path_,
                outer_depth_ + stack_.size(), text_nesting_ + 1);
  nested.Walk();
  path_.resize(path_size);
}

void Walker::Number(const Place& place) {
  const size_t start = position_;
  while (!AtEnd() && IsNumberPart(Peek())) ++position_;
  const std::string_view token = text_.substr(start, position_ - start);
  if (AtEnd()) {
    ReportCut(place, "JSON number");
    return;
  }
  if (!IsNumber(token)) {
    Note(&syntax_, "a number", token);
    return;
  }
  if (path_.size() > kMaxPathBytes) return;
  const bool digits = std::all_of(token.begin(), token.end(), IsDigit);
  Emit("number", token, digits ? ParseUnsigned(token) : std::nullopt, place);
}

void Walker::Literal(const Place& place) {
  const size_t start = position_;
  while (!AtEnd() && IsLetter(Peek())) ++position_;
  const std::string_view token = text_.substr(start, position_ - start);
  if (AtEnd()) {
    ReportCut(place, "JSON literal");
    return;
  }
  const bool boolean = token == "true" || token == "false";
  if (!boolean && token != "null") {
    Note(&syntax_, "a value", token);
    return;
  }
  if (path_.size() > kMaxPathBytes) return;
  Emit(boolean ? "bool" : "null", token, std::nullopt, place);
}

void Walker::Emit(std::string_view type, std::string_view data,
                  std::optional<uint64_t> number, const Place& place) {
  const uint64_t need = path_.size() + data.size();
  if (need > run_.bytes_left) {
    if (!run_.full) {
      Damage damage;
      damage.error = {Errc::kLimitExceeded, "JSON text of all facts",
                      place.offset,
                      "limit " + std::to_string(run_.limits.text_value_bytes) +
                          " bytes, left out the rest" + Where()};
      run_.sink.OnDamage(std::move(damage));
    }
    run_.full = true;
    run_.bytes_left = 0;
    stopped_ = true;
    return;
  }
  run_.bytes_left -= need;
  ++run_.facts;
  Fact fact;
  fact.kind = FactKind::kJson;
  fact.key = run_.key;
  fact.name = path_;
  fact.type = type;
  fact.data = data;
  fact.number = number;
  fact.line = place.line;
  fact.offset = place.offset;
  run_.sink.OnFact(fact);
}

void Walker::SkipSubtree() {
  const Place start = places_.At(position_);
  uint64_t depth = 0;
  while (!AtEnd()) {
    const char c = Peek();
    if (c == '"') {
      position_ = JsonStringEnd(text_, position_ + 1);
      continue;
    }
    ++position_;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return;
  }
  ReportCut(start, "JSON document");
}

void Walker::SkipGarbage(std::string_view expected) {
  Note(&syntax_, expected, text_.substr(position_));
  position_ = std::min(text_.find_first_of(",\"{}[]", position_), text_.size());
}

}  // namespace

bool LooksLikeJsonObject(std::string_view text) {
  const std::string_view start = Trim(text.substr(0, 256));
  if (start.empty() || start[0] != '{') return false;
  const std::string_view next = Trim(start.substr(1));
  return !next.empty() && (next[0] == '"' || next[0] == '}');
}

JsonOutcome EmitJsonFacts(const JsonText& json, const Limits& limits,
                          Sink& sink) {
  Run run{limits, sink, json.key, json.subject, limits.text_value_bytes};
  Walker walker(&run, json.text, json.places, json.sequence, {}, 0, 0);
  JsonOutcome outcome;
  outcome.documents = walker.Walk();
  outcome.facts = run.facts;
  return outcome;
}

}  // namespace espial
