// Paths of facts that nothing else has: "a/b", "a/b[2]", "a/b[3]".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace espial {

// A value's type and number as Fact has them: "number" for a decimal integer
// (negative ones have no Fact::number), else "string".
struct FactNumber {
  std::string_view type = "string";
  bool has_number = false;
  uint64_t number = 0;
};
FactNumber ReadFactNumber(std::string_view text);

// `text` as one line: runs of white space are one space, none at the ends.
std::string CollapseSpace(std::string_view text);

// Tells members of the same name within one parent apart.
class NameCounter {
 public:
  // How often `name` was asked for below `parent`, this time included.
  uint32_t Count(uint64_t parent, std::string_view name);
  void Clear() { counts_.clear(); }

 private:
  std::unordered_map<std::string, uint32_t> counts_;
  std::string key_;
};

}  // namespace espial
