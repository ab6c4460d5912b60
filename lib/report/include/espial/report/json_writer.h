// Writes JSON: UTF-8, keys in the order of the calls.
//
//   JsonWriter json(&out, JsonWriter::Style::kIndented);
//   json.BeginObject();
//   json.Key("id").Number(7);
//   json.EndObject();
//
// The caller pairs Begin and End and puts a Key before every value of an
// object; a mistake there is a bug in Espial and caught in debug builds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace espial::report {

class JsonWriter {
 public:
  enum class Style : uint8_t {
    kIndented,  // two spaces a level, one member a line
    kOneLine,
  };
  // Appends to `out`, which must outlive the writer.
  JsonWriter(std::string* out, Style style) : out_(out), style_(style) {}

  JsonWriter& BeginObject() { return Begin('{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray() { return Begin('['); }
  JsonWriter& EndArray() { return End(']'); }
  JsonWriter& Key(std::string_view name);

  // Any bytes: invalid UTF-8 becomes U+FFFD. Control characters, C1 included,
  // and the line separators U+2028 and U+2029 are escaped, so that the text is
  // safe on a terminal and inside a script.
  JsonWriter& String(std::string_view text);
  // The text, or null when it is empty.
  JsonWriter& StringOrNull(std::string_view text) {
    return text.empty() ? Null() : String(text);
  }
  JsonWriter& Number(uint64_t number);
  JsonWriter& Number(int64_t number);
  // A count of 100 ns ticks in seconds, exactly: 65.25
  JsonWriter& Seconds(int64_t ticks);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();

 private:
  struct Level {
    bool is_object;
    bool empty = true;
  };
  JsonWriter& Begin(char bracket);
  JsonWriter& End(char bracket);
  // What stands between values.
  void BeforeValue();
  void NewLine();
  void Quote(std::string_view text);

  std::string* out_;
  Style style_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

}  // namespace espial::report
