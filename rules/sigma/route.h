// The rules that records of one channel, provider and id may match, and how to
// tell which of them are worth a look.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/sigma/aho_corasick.h"
#include "rules/sigma/rule_table.h"

namespace espial::rules {

// Looks up texts without making a string.
struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>()(text);
  }
};
template <typename T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

// What to look for in one field. Candidates are places in Route::entries.
struct FieldIndex {
  uint32_t field = 0;
  bool keywords = false;  // all fields instead of one
  std::vector<uint32_t> presence;
  TextMap<std::vector<uint32_t>> exact;  // folded
  std::unordered_map<uint64_t, std::vector<uint32_t>> numbers;
  std::unique_ptr<const AhoCorasick> texts;         // null: none
  std::vector<std::vector<uint32_t>> text_entries;  // by text
};

struct Route {
  std::vector<uint32_t> entries;  // of the table, ascending
  std::vector<uint32_t> always;   // candidates without a witness
  std::vector<FieldIndex> fields;
  size_t texts = 0;  // of all fields
};

// Makes routes when records ask for them, and keeps them. Thread-safe.
class RouteMap {
 public:
  // The table must outlive the map.
  explicit RouteMap(const RuleTable& table);

  std::shared_ptr<const Route> Find(std::string_view channel,
                                    std::string_view provider,
                                    uint32_t id) const;

 private:
  [[nodiscard]] std::shared_ptr<const Route> Make(std::string_view channel,
                                                  std::string_view provider,
                                                  uint32_t id) const;

  const RuleTable& table_;
  std::unordered_map<uint64_t, std::vector<uint32_t>> by_id_;
  std::vector<uint32_t> any_id_;
  mutable std::mutex mutex_;
  mutable TextMap<std::shared_ptr<const Route>> routes_;
};

}  // namespace espial::rules
