// Walking over the members of one JSON object within a log line, without a
// tree: names and the text of values. For objects that are small and whose
// members are known; EmitJsonFacts is for documents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace espial {

enum class JsonKind : uint8_t { kString, kNumber, kWord, kObject, kArray };

struct JsonMember {
  std::string_view name;  // as written, escapes undecoded
  JsonKind kind = JsonKind::kWord;
  // A string without its quotes, escapes undecoded; else all of the value.
  std::string_view value;
};

// Hands out the members of the object or the elements of the array (with empty
// names) that begins at text[0]. Nested values are skipped as a whole, by
// counting, so no depth is too much. Stops at what is not JSON.
class JsonWalk {
 public:
  explicit JsonWalk(std::string_view text);

  bool Next(JsonMember* member);

  // Whether the closing bracket was reached.
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  void SkipSpace();
  bool ReadValue(JsonMember* member);

  std::string_view text_;
  size_t position_ = 0;
  bool object_ = false;
  bool done_ = true;
  bool closed_ = false;
};

}  // namespace espial
